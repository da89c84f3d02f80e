//! A session under a fake clock, with a socket that takes bytes when told to. For the tests.

use std::sync::Arc;

use bytes::Bytes;

use super::Session;
use super::backoff::Reconnect;
use super::call_table::CallTable;
use super::config::{Overflow, SessionConfig};
use super::event::{Event, EventKind, Reason};
use super::input::{Arrival, Entropy, Failure, Input, Output, Send, Step, What};
use super::outgoing::Released;
use super::owner::HostView;
use super::slots::SlotTable;
use crate::protocol::{Capability, Hello, ProfileKind};
use crate::readiness::{Readiness, ReadinessCell};

pub const SECOND: u64 = 1_000_000_000;
pub const ACK: &str = r#"{"type":"handshake_ack","server_version":"2.4.2"}"#;
pub const SLOTS: usize = 4;
pub const CALLS: usize = 64;
/// Messages that the inbox takes when it has room.
pub const PLACES: usize = 4;
/// What the framing of each message adds in this socket.
const FRAMING: u64 = 8;

/// What came out of the session, in order.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "tests compare them by value")]
pub enum Seen {
    Dial,
    AbortDial,
    Text(String),
    Binary(Vec<u8>),
    Ping([u8; 8]),
    Close(u16),
    ShutdownWrite,
    DropSocket,
    Event(Event),
    Release(Released),
    Quiesce,
    Finished,
}

/// The defaults of a link on loopback.
pub fn config(profile: ProfileKind) -> SessionConfig {
    SessionConfig {
        profile,
        protocol: 0,
        hello: Hello::parse(profile, None).unwrap(),
        capability_sought: "the config".into(),
        is_loopback: true,
        reconnect: Reconnect::Forever,
        reconnect_delays_ms: vec![1000, 2000, 4000, 8000, 16_000, 30_000, 60_000],
        reconnect_jitter_percent: 0,
        seed: 1,
        overflow: Overflow::Pause,
        max_depth: 128,
        peer_max_message: 4 << 20,
        hello_timeout: 10 * SECOND,
        hold: None,
        orphan: None,
        ledger_bytes: 4 << 20,
        request_timeout: Some(300 * SECOND),
        quiet_timeout: None,
        keepalive: None,
        close_timeout: SECOND / 4,
        heartbeat_interval: Some(20 * SECOND),
        heartbeat_timeout: Some(40 * SECOND),
        stable: 10 * SECOND,
        log_level: 5,
    }
}

pub fn failure(reason: Reason) -> Failure {
    Failure::new(reason, "as the test says")
}

/// A session and what stands around it.
pub struct Rig {
    pub now: u64,
    pub session: Session,
    pub slots: Arc<SlotTable>,
    pub calls: Arc<CallTable>,
    pub readiness: Arc<ReadinessCell>,
    pub seen: Vec<Seen>,
    offset: u64,
    number: u64,
    dials: u8,
}

impl Rig {
    pub fn new(config: SessionConfig) -> Self {
        let (slots, readiness) = (Arc::new(SlotTable::new(SLOTS)), Arc::<ReadinessCell>::default());
        readiness.set(Readiness::Ready);
        let calls = Arc::new(CallTable::new(CALLS));
        let session = Session::new(config, Arc::clone(&slots), Arc::clone(&calls), Arc::clone(&readiness));
        Self { now: SECOND, session, slots, calls, readiness, seen: Vec::new(), offset: 0, number: 0, dials: 0 }
    }

    /// A godot_ai link that is acknowledged.
    pub fn active() -> Self {
        Self::active_with(config(ProfileKind::GodotAi))
    }

    /// A godot_ai link that is acknowledged, without heartbeat; requests get 5 s.
    pub fn calm() -> Self {
        let config = config(ProfileKind::GodotAi);
        let request_timeout = Some(5 * SECOND);
        Self::active_with(SessionConfig {
            heartbeat_interval: None,
            heartbeat_timeout: None,
            request_timeout,
            ..config
        })
    }

    /// A link of that configuration, active, with nothing seen yet.
    pub fn active_with(config: SessionConfig) -> Self {
        let needs_ack = config.profile == ProfileKind::GodotAi;
        let mut rig = Self::new(config);
        rig.give(Input::Connect);
        rig.open(None);
        if needs_ack {
            rig.receive(ACK);
        }
        rig.take_all();
        rig.seen.clear();
        rig
    }

    /// One input, and everything the session makes of it.
    pub fn give(&mut self, input: Input) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll_output() {
            let seen = match output {
                Output::Dial => Seen::Dial,
                Output::AbortDial => Seen::AbortDial,
                Output::Transmit(frame) => {
                    self.offset += frame.len() as u64 + FRAMING;
                    self.session.queued(self.offset, frame.number, frame.reserved, frame.len());
                    let (length, mut bytes) = (frame.len(), frame.head);
                    match frame.attachment {
                        Some(attachment) => attachment.write(&frame.payload, &mut bytes),
                        None => bytes.extend(frame.payload),
                    }
                    bytes.extend(frame.tail);
                    assert_eq!(bytes.len(), length);
                    if frame.is_text { Seen::Text(String::from_utf8(bytes).unwrap()) } else { Seen::Binary(bytes) }
                }
                Output::Ping(payload) => Seen::Ping(payload),
                Output::CloseFrame { code, .. } => Seen::Close(code),
                Output::ShutdownWrite => Seen::ShutdownWrite,
                Output::DropSocket => {
                    self.offset = 0;
                    Seen::DropSocket
                }
                Output::Deliver(event) => Seen::Event(*event),
                Output::Release(released) => Seen::Release(released),
                Output::Quiesce => Seen::Quiesce,
                Output::Finished => Seen::Finished,
            };
            let quiet = matches!(seen, Seen::Quiesce);
            self.seen.push(seen);
            if quiet {
                self.give(Input::Quiet);
            }
        }
    }

    /// Lets time pass, waking the session when it asks for it.
    pub fn pass(&mut self, time: u64) {
        let until = self.now + time;
        while let Some(next) = self.session.next_timeout().filter(|&next| next <= until) {
            self.now = self.now.max(next);
            self.give(Input::Timeout);
        }
        self.now = until;
    }

    /// Lets time pass while the process is stopped.
    pub fn freeze(&mut self, time: u64) {
        self.now += time;
        self.give(Input::Timeout);
    }

    /// The dial under way comes to an open WebSocket.
    pub fn open(&mut self, capability: Option<Capability>) {
        self.give(Input::DialStep(Step::Connecting));
        self.give(Input::DialStep(Step::Upgrading));
        self.dials += 1;
        let entropy = Box::new(Entropy { nonce: [0xaa; 32], session: [self.dials; 8], calls: [self.dials; 16] });
        self.give(Input::DialOpened { capability, entropy });
    }

    /// The dial under way fails.
    pub fn fail(&mut self, reason: Reason) {
        self.give(Input::DialFailed(failure(reason)));
    }

    /// A text message of the peer; the inbox has room.
    pub fn receive(&mut self, text: &str) {
        self.arrive(text, true);
    }

    /// A text message of the peer.
    pub fn arrive(&mut self, text: &str, has_room: bool) {
        let payload = Bytes::copy_from_slice(text.as_bytes());
        self.session.see_host(self.now, HostView { silence: 7_000_000, ..HostView::default() });
        self.give(Input::Message(Arrival { is_text: true, payload, has_room, places: PLACES, reply_room: 1 << 20 }));
    }

    /// A command of the server; its id on our side.
    pub fn command(&mut self, wire_id: &str) -> u64 {
        let before = self.seen.len();
        self.receive(&command(wire_id));
        let is_request = |seen: &Seen| match seen {
            Seen::Event(event) if event.kind == EventKind::Request => Some(event.id),
            _ => None,
        };
        self.seen[before..].iter().find_map(is_request).expect("the command becomes a request")
    }

    /// A command of the server that the host has polled.
    pub fn handed(&mut self, wire_id: &str) -> u64 {
        let id = self.command(wire_id);
        assert!(self.slots.hand_out(id));
        id
    }

    /// A send that was accepted on the present connection; its number.
    pub fn send(&mut self, what: What) -> u64 {
        let generation = self.session.generation();
        self.send_of(generation, what)
    }

    /// A send that was accepted on that connection; its number.
    pub fn send_of(&mut self, generation: u64, what: What) -> u64 {
        self.number += 1;
        let number = self.number;
        self.give(Input::Send(Send { number, generation, reserved: 10, what }));
        number
    }

    /// The host answers a request; the number of the send.
    pub fn respond(&mut self, id: u64, json: &str) -> u64 {
        assert_eq!(self.slots.answer(id), Ok(()));
        self.send(What::Respond { id, json: json.into() })
    }

    /// The system takes everything.
    pub fn take_all(&mut self) {
        self.give(Input::Taken { offset: self.offset, is_all: true });
    }

    /// The connection breaks.
    pub fn cut(&mut self) {
        self.give(Input::Lost(failure(Reason::ConnectionLost)));
    }

    /// What was seen since the last call.
    pub fn drain(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    /// The events since the last call; forgets everything else.
    pub fn events(&mut self) -> Vec<Event> {
        let event = |seen| if let Seen::Event(event) = seen { Some(event) } else { None };
        self.drain().into_iter().filter_map(event).collect()
    }

    /// The events of one kind since the last call; forgets everything else.
    pub fn events_of(&mut self, kind: EventKind) -> Vec<Event> {
        self.events().into_iter().filter(|event| event.kind == kind).collect()
    }

    /// The text messages sent since the last call; forgets everything else.
    pub fn texts(&mut self) -> Vec<String> {
        let text = |seen| if let Seen::Text(text) = seen { Some(text) } else { None };
        self.drain().into_iter().filter_map(text).collect()
    }

    /// The text messages sent since the last call, as JSON; forgets everything else.
    pub fn sent(&mut self) -> Vec<serde_json::Value> {
        self.texts().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }
}

pub fn command(wire_id: &str) -> String {
    format!(r#"{{"request_id":"{wire_id}","command":"do_it","params":{{"secret":"hush-hush"}}}}"#)
}

/// Words for a person.
pub fn detail(event: &Event) -> &str {
    std::str::from_utf8(&event.buffer[event.detail.clone()]).unwrap()
}

pub fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}
