//! The I/O thread's part, in memory: feeds the session and does what it says, as the real one does with a socket.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use framewire::protocol::{Capability, LARGEST_COMPACT};
use framewire::readiness::ReadinessCell;
use framewire::session::Session;
use framewire::session::call_table::CallTable;
use framewire::session::config::{Overflow, SessionConfig};
use framewire::session::event::{Event, EventKind, Reason};
use framewire::session::failure::Failure;
use framewire::session::input::{Arrival, Entropy, Frame, Input, Output, Send, Step};
use framewire::session::phase::Phase;
use framewire::session::slots::SlotTable;

use crate::book::Book;
use crate::chance::Chance;
use crate::server::{CAPABILITY, Server};
use crate::wire::{self, FRAMING, Kind, Pipe, Reader, encode};

const READS_A_TURN: usize = 16;
const SENDS_A_TURN: usize = 8;
const NATIVE_BACKLOG: u64 = 8 << 10;
/// No answer in the host's stead is shorter.
const SMALLEST_COMPACT: u64 = 150;
/// What an envelope adds to a payload at most, in this conversation.
const ENVELOPE: u64 = 128;

/// Bounds of the queues.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub slots: usize,
    pub inbound_messages: usize,
    pub inbound_bytes: usize,
    pub outbound_sends: u64,
    pub outbound_bytes: u64,
}

/// Sends of the host on their way.
#[derive(Debug, Default)]
pub struct Outbox {
    pub queue: VecDeque<Send>,
    pub bytes: u64,
    pub sends: u64,
    pub numbers: u64,
}

/// Events on their way to the host. What is lent counts until it is given back.
#[derive(Debug, Default)]
pub struct Inbox {
    pub queue: VecDeque<Event>,
    pub messages: usize,
    pub bytes: usize,
}

pub fn is_message(kind: EventKind) -> bool {
    matches!(kind, EventKind::Request | EventKind::Notification | EventKind::Text | EventKind::Binary)
}

#[derive(Debug, Default)]
struct Socket {
    backlog: VecDeque<u8>,
    queued: u64,
    taken: u64,
    reader: Reader,
    /// Numbered sends and where they end.
    sends: VecDeque<(u64, u64)>,
    close_queued: bool,
    read_ended: bool,
}

impl Socket {
    fn queue(&mut self, bytes: &[u8]) -> u64 {
        self.backlog.extend(bytes);
        self.queued += bytes.len() as u64;
        self.queued
    }
}

/// The connection between the two, both directions.
#[derive(Debug, Default)]
pub struct Connection {
    pub up: Pipe,
    pub down: Pipe,
    /// Bytes until it breaks.
    pub breaks_after: Option<u64>,
    pub is_broken: bool,
    /// The editor's end is closed.
    pub is_left: bool,
    /// When the editor learns of the break, if it does.
    pub noticed: Option<u64>,
}

pub struct Worker {
    pub session: Session,
    pub slots: Arc<SlotTable>,
    pub readiness: Arc<ReadinessCell>,
    pub inbox: Inbox,
    pub outbox: Outbox,
    pub bounds: Bounds,
    pub orders: VecDeque<Input>,
    /// Generation and phase, as the host sees them.
    pub gate: (u64, Phase),
    /// A dial was asked for.
    pub wants_dial: bool,
    pub finished: bool,
    overflow: Option<Overflow>,
    has_capability: bool,
    socket: Option<Socket>,
    parked: Option<(bool, Vec<u8>)>,
}

impl Worker {
    pub fn new(config: SessionConfig, bounds: Bounds, has_capability: bool, is_raw: bool) -> Self {
        let (slots, readiness) = (Arc::new(SlotTable::new(bounds.slots)), Arc::<ReadinessCell>::default());
        Self {
            overflow: is_raw.then_some(config.overflow),
            session: Session::new(config, Arc::clone(&slots), Arc::new(CallTable::new(1)), Arc::clone(&readiness)),
            slots,
            readiness,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            bounds,
            orders: VecDeque::from([Input::Connect]),
            gate: (0, Phase::Disconnected),
            wants_dial: false,
            finished: false,
            has_capability,
            socket: None,
            parked: None,
        }
    }

    /// Something is left to do without anything else happening.
    pub fn is_busy(&self) -> bool {
        let reads = self.socket.as_ref().is_some_and(|socket| !socket.read_ended && socket.reader.has_frame());
        !self.outbox.queue.is_empty() || !self.orders.is_empty() || (reads && !self.rests())
    }

    fn rests(&self) -> bool {
        let backlog = self.socket.as_ref().map_or(0, |socket| socket.backlog.len() as u64);
        self.parked.is_some() || backlog.saturating_sub(self.session.host_pending()) >= NATIVE_BACKLOG
    }

    pub fn give(&mut self, now: u64, input: Input, wire: &mut Option<Connection>, book: &mut Book, server: &Server) {
        self.session.handle(now, input);
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Dial => self.wants_dial = true,
                Output::AbortDial => self.wants_dial = false,
                Output::Transmit(frame) => self.transmit(frame),
                Output::Ping(payload) => self.queue(&encode(Kind::Ping, &payload)),
                Output::CloseFrame { code, reason } => {
                    assert!((1000..5000).contains(&code), "{code} may not stand on the wire");
                    self.queue(&wire::close(code, &reason));
                    self.socket.as_mut().unwrap().close_queued = true;
                }
                Output::ShutdownWrite => assert!(self.socket.as_ref().unwrap().backlog.is_empty()),
                Output::DropSocket => {
                    self.socket = None;
                    self.parked = None;
                    wire.as_mut().expect("there is a connection").is_left = true;
                }
                Output::Deliver(event) => {
                    book.delivered(&event, &server.received);
                    if is_message(event.kind) {
                        self.inbox.messages += 1;
                        self.inbox.bytes += event.buffer.len();
                    }
                    self.inbox.queue.push_back(*event);
                }
                Output::Release(released) => {
                    self.outbox.bytes = self.outbox.bytes.checked_sub(released.reserved).expect("room comes back once");
                    self.outbox.sends = self.outbox.sends.checked_sub(released.sends).expect("room comes back once");
                }
                Output::Quiesce => {
                    self.gate = (self.session.generation(), Phase::Closing);
                    self.drain_outbox(now, wire, book, server);
                    self.give(now, Input::Quiet, wire, book, server);
                }
                Output::Finished => self.finished = true,
            }
        }
    }

    fn drain_outbox(&mut self, now: u64, wire: &mut Option<Connection>, book: &mut Book, server: &Server) {
        while let Some(send) = self.outbox.queue.pop_front() {
            self.give(now, Input::Send(send), wire, book, server);
        }
    }

    fn queue(&mut self, bytes: &[u8]) {
        let socket = self.socket.as_mut().expect("something is said without a connection");
        socket.queue(bytes);
    }

    fn transmit(&mut self, frame: Frame) {
        let socket = self.socket.as_mut().expect("something is said without a connection");
        assert!(!socket.close_queued, "nothing follows a close frame");
        let kind = if frame.is_text { Kind::Text } else { Kind::Binary };
        let size = frame.len();
        let end = socket.queue(&encode(kind, &[frame.head, frame.payload, frame.tail].concat()));
        if frame.number != 0 {
            socket.sends.push_back((end, frame.number));
        }
        self.session.queued(end, frame.number, frame.reserved, size);
    }

    /// A dial came to an end.
    pub fn dialled(
        &mut self,
        now: u64,
        chance: &mut Chance,
        wire: &mut Option<Connection>,
        book: &mut Book,
        server: &Server,
    ) {
        self.wants_dial = false;
        self.give(now, Input::DialStep(Step::Connecting), wire, book, server);
        if wire.is_none() {
            let failure = Failure::new(Reason::Refused, "refused");
            return self.give(now, Input::DialFailed(failure), wire, book, server);
        }
        self.give(now, Input::DialStep(Step::Upgrading), wire, book, server);
        self.socket = Some(Socket::default());
        let capability = self.has_capability.then(|| Capability::new(CAPABILITY, "the config").unwrap());
        let mut entropy = Box::new(Entropy::default());
        entropy.nonce.fill_with(|| chance.draw() as u8);
        entropy.session.fill_with(|| chance.draw() as u8);
        self.give(now, Input::DialOpened { capability, entropy }, wire, book, server);
    }

    /// Bytes of the server came.
    pub fn arrive(&mut self, bytes: &[u8]) {
        if let Some(socket) = self.socket.as_mut() {
            socket.reader.push(bytes);
        }
    }

    /// One turn of the thread.
    pub fn turn(&mut self, now: u64, wire: &mut Option<Connection>, book: &mut Book, server: &Server) {
        while let Some(order) = self.orders.pop_front() {
            if matches!(order, Input::Disconnect(_) | Input::Close) {
                self.gate = (self.session.generation(), Phase::Closing);
                self.drain_outbox(now, wire, book, server);
            }
            self.give(now, order, wire, book, server);
        }
        for _ in 0..SENDS_A_TURN {
            let Some(send) = self.outbox.queue.pop_front() else { break };
            self.give(now, Input::Send(send), wire, book, server);
        }
        for _ in 0..READS_A_TURN {
            if !self.read(now, wire, book, server) {
                break;
            }
        }
        if wire.as_ref().is_some_and(|wire| !wire.is_left && wire.noticed.is_some_and(|at| at <= now)) {
            let failure = Failure::new(Reason::ConnectionLost, "reset");
            self.give(now, Input::Lost(failure), wire, book, server);
        }
        self.give(now, Input::Timeout, wire, book, server);
        self.write(now, wire, book, server);
        self.gate = (self.session.generation(), self.session.phase());
        self.check_bounds();
    }

    fn read(&mut self, now: u64, wire: &mut Option<Connection>, book: &mut Book, server: &Server) -> bool {
        if let Some((is_text, payload)) = self.parked.take() {
            self.arrival(now, is_text, payload, wire, book, server);
            if self.parked.is_some() {
                self.session.received(now);
            }
        }
        if self.rests() {
            return false;
        }
        let Some(socket) = self.socket.as_mut().filter(|socket| !socket.read_ended) else { return false };
        let Some((kind, payload)) = socket.reader.next() else { return false };
        match kind {
            Kind::Text | Kind::Binary => self.arrival(now, kind == Kind::Text, payload, wire, book, server),
            Kind::Ping => {
                if !socket.close_queued {
                    socket.queue(&encode(Kind::Pong, &payload));
                }
                self.give(now, Input::Ping, wire, book, server);
            }
            Kind::Pong => self.give(now, Input::Pong(payload.into()), wire, book, server),
            Kind::Close => {
                if !std::mem::replace(&mut socket.close_queued, true) {
                    socket.queue(&encode(Kind::Close, &payload));
                }
                socket.read_ended = true;
                let code = u16::from_be_bytes([payload[0], payload[1]]);
                let reason = String::from_utf8(payload[2..].to_vec()).unwrap();
                self.give(now, Input::PeerClose { code, reason }, wire, book, server);
            }
        }
        true
    }

    fn arrival(
        &mut self,
        now: u64,
        is_text: bool,
        payload: Vec<u8>,
        wire: &mut Option<Connection>,
        book: &mut Book,
        server: &Server,
    ) {
        let Inbox { messages, bytes, .. } = self.inbox;
        let (most, most_bytes) = (self.bounds.inbound_messages, self.bounds.inbound_bytes);
        let has_room = messages == 0 || (messages < most && bytes + payload.len() <= most_bytes);
        let places = most.saturating_sub(messages).max(usize::from(messages == 0));
        if !has_room && self.overflow == Some(Overflow::Pause) {
            self.parked = Some((is_text, payload));
            return;
        }
        if self.overflow.is_some() && self.session.phase() == Phase::Active {
            book.fed(self.session.generation());
        }
        let arrival = Arrival { is_text, payload: Bytes::from(payload), has_room, places, reply_room: usize::MAX };
        self.give(now, Input::Message(arrival), wire, book, server);
    }

    fn write(&mut self, now: u64, wire: &mut Option<Connection>, book: &mut Book, server: &Server) {
        let (Some(socket), Some(connection)) = (self.socket.as_mut(), wire.as_mut()) else { return };
        socket.taken += connection.up.take(&mut socket.backlog) as u64;
        let generation = self.session.generation();
        while let Some((_, number)) = socket.sends.pop_front_if(|&mut (end, _)| end <= socket.taken) {
            book.taken(number, generation);
        }
        let (offset, is_all) = (socket.taken, socket.backlog.is_empty());
        self.give(now, Input::Taken { offset, is_all }, wire, book, server);
    }

    /// P7 bounded: what is held stays below the sum of the bounds.
    fn check_bounds(&self) {
        let Bounds { slots, inbound_messages, inbound_bytes, outbound_sends, outbound_bytes } = self.bounds;
        let slots = slots as u64;
        assert!(self.inbox.messages <= inbound_messages, "P7 bounded: {} messages", self.inbox.messages);
        assert!(self.inbox.bytes <= inbound_bytes || self.inbox.messages == 1, "P7 bounded: {}", self.inbox.bytes);
        // A stand-in goes beyond the bound on sends, and is bounded as our own messages are.
        let stand_ins = slots + NATIVE_BACKLOG / SMALLEST_COMPACT;
        assert!(self.outbox.bytes <= outbound_bytes, "P7 bounded: {} bytes", self.outbox.bytes);
        assert!(self.outbox.sends <= outbound_sends + stand_ins, "P7 bounded: {} sends", self.outbox.sends);
        assert!(self.outbox.queue.len() as u64 <= self.outbox.sends);
        let compact = LARGEST_COMPACT as u64 + FRAMING as u64;
        let framing = ENVELOPE + FRAMING as u64;
        let host = outbound_bytes + (outbound_sends + stand_ins) * framing;
        let native = NATIVE_BACKLOG + (1 + slots) * compact;
        let backlog = self.socket.as_ref().map_or(0, |socket| socket.backlog.len() as u64);
        assert!(backlog <= host + native, "P7 bounded: {backlog} bytes wait for the system");
        let counts = self.slots.counts();
        assert!(u64::from(counts.waiting + counts.handed + counts.orphaned) <= slots);
    }
}
