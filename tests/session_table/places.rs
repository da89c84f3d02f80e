//! How a session is brought to each place of the table, what is given to it there, and how the outcome is written.

use std::sync::Arc;

use framewire::protocol::{Hello, ProfileKind};
use framewire::readiness::{Readiness, ReadinessCell};
use framewire::session::Session;
use framewire::session::backoff::Reconnect;
use framewire::session::call_table::CallTable;
use framewire::session::config::{KeepAlive, Overflow, SessionConfig};
use framewire::session::event::{EventKind, Reason};
use framewire::session::failure::Failure;
use framewire::session::input::{Farewell, Input, Output, Send, Step, What};
use framewire::session::phase::Phase;
use framewire::session::slots::SlotTable;
use framewire::session::timers::Timer;

use crate::inputs::{ACK, Trial, opened, send, text};

const SECOND: u64 = 1_000_000_000;
/// Longer than any wait of a trial.
const NEVER: u64 = 1000 * SECOND;
/// The longest that a close waits for the system to take the rest.
const DRAIN: u64 = 5 * SECOND;

/// Where a session stands: the ten phases, the last step of a close apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Disconnected,
    Waiting,
    Resolving,
    Connecting,
    Securing,
    Upgrading,
    Greeting,
    Active,
    Closing,
    /// Closing, the socket gone, [`Input::Quiet`] to come.
    Over,
    Closed,
}

impl Place {
    pub const ALL: [Self; 11] = [
        Self::Disconnected,
        Self::Waiting,
        Self::Resolving,
        Self::Connecting,
        Self::Securing,
        Self::Upgrading,
        Self::Greeting,
        Self::Active,
        Self::Closing,
        Self::Over,
        Self::Closed,
    ];

    fn phase(self) -> Phase {
        match self {
            Self::Disconnected => Phase::Disconnected,
            Self::Waiting => Phase::Waiting,
            Self::Resolving => Phase::Resolving,
            Self::Connecting => Phase::Connecting,
            Self::Securing => Phase::Securing,
            Self::Upgrading => Phase::Upgrading,
            Self::Greeting => Phase::Greeting,
            Self::Active => Phase::Active,
            Self::Closing | Self::Over => Phase::Closing,
            Self::Closed => Phase::Closed,
        }
    }
}

/// Deadlines out of reach, but for the one that is tried.
fn config(profile: ProfileKind, near: Option<Timer>) -> SessionConfig {
    let time = |timer| if near == Some(timer) { SECOND } else { NEVER };
    SessionConfig {
        profile,
        protocol: 0,
        hello: Hello::parse(profile, None).unwrap(),
        capability_sought: String::new(),
        is_loopback: false,
        reconnect: Reconnect::Forever,
        reconnect_delays_ms: vec![u32::try_from(time(Timer::Redial) / 1_000_000).unwrap()],
        reconnect_jitter_percent: 0,
        seed: 0,
        overflow: Overflow::DropNewest,
        max_depth: 16,
        peer_max_message: 1 << 20,
        hello_timeout: time(Timer::Hello),
        hold: None,
        orphan: None,
        ledger_bytes: 0,
        request_timeout: Some(time(Timer::Requests)),
        quiet_timeout: None,
        keepalive: Some(KeepAlive { message: "alive".into(), interval: time(Timer::KeepAlive) }),
        close_timeout: NEVER,
        heartbeat_interval: Some(time(Timer::Heartbeat)),
        heartbeat_timeout: Some(time(Timer::Silence)),
        stable: NEVER,
        log_level: 5,
    }
}

struct Table {
    session: Session,
    slots: Arc<SlotTable>,
    calls: Arc<CallTable>,
    readiness: Arc<ReadinessCell>,
    open: u64,
    now: u64,
    end: u64,
}

impl Table {
    fn give(&mut self, input: Input) -> String {
        self.session.handle(self.now, input);
        let mut words = Vec::new();
        while let Some(output) = self.session.poll_output() {
            words.push(self.word(output));
        }
        words.join(" ")
    }

    fn word(&mut self, output: Output) -> &'static str {
        match output {
            Output::Dial => "dial",
            Output::AbortDial => "abort",
            Output::Transmit(frame) => {
                self.end += frame.len() as u64;
                self.session.queued(self.end, frame.number, frame.reserved, frame.len());
                if frame.number == 0 { "say" } else { "send" }
            }
            Output::Ping(_) => "ping",
            Output::CloseFrame { .. } => "close",
            Output::ShutdownWrite => "shut",
            Output::DropSocket => "drop",
            Output::Release(_) => "release",
            Output::Quiesce => "quiesce",
            Output::Finished => "finished",
            Output::Deliver(event) => {
                if event.kind == EventKind::Request {
                    self.open = event.id;
                }
                match event.kind {
                    EventKind::Opened => "OPENED",
                    EventKind::Acknowledged => "ACKNOWLEDGED",
                    EventKind::ConnectFailed => "CONNECT_FAILED",
                    EventKind::Reconnecting => "RECONNECTING",
                    EventKind::Closed => "CLOSED",
                    EventKind::Request => "REQUEST",
                    EventKind::RequestOrphaned => "REQUEST_ORPHANED",
                    EventKind::RequestEnded => "REQUEST_ENDED",
                    EventKind::Response => "RESPONSE",
                    EventKind::Notification => "NOTIFICATION",
                    EventKind::Text => "TEXT",
                    EventKind::Binary => "BINARY",
                    EventKind::SendDropped => "SEND_DROPPED",
                    EventKind::Dropped => "DROPPED",
                    EventKind::Log => "LOG",
                }
            }
        }
    }

    /// Makes a call that has a second, where calls can be made.
    fn call(&mut self) -> Option<u64> {
        let id = self.calls.claim().filter(|_| self.session.phase() == Phase::Active)?;
        let what = What::Call { id, buffer: b"{}name".to_vec(), method: 4, timeout_ms: 1000 };
        self.give(send(what));
        Some(id)
    }

    /// A session at `place`; where commands can come, one was polled and is open.
    fn at(profile: ProfileKind, place: Place, near: Option<Timer>) -> Self {
        let (slots, readiness) = (Arc::new(SlotTable::new(4)), Arc::<ReadinessCell>::default());
        let calls = Arc::new(CallTable::new(1));
        let session =
            Session::new(config(profile, near), Arc::clone(&slots), Arc::clone(&calls), Arc::clone(&readiness));
        let mut table = Self { session, slots, calls, readiness, open: 0, now: SECOND, end: 0 };
        table.lead_to(profile, place);
        let phase = match place {
            Place::Greeting if profile == ProfileKind::Raw => Phase::Active,
            place => place.phase(),
        };
        assert_eq!(table.session.phase(), phase, "the way to {place:?}");
        table
    }

    fn lead_to(&mut self, profile: ProfileKind, place: Place) {
        let mut go = |input| {
            self.give(input);
        };
        match place {
            Place::Disconnected => {}
            Place::Closed => go(Input::Close),
            Place::Resolving => go(Input::Connect),
            Place::Waiting => {
                go(Input::Connect);
                go(Input::DialFailed(Failure::new(Reason::Unreachable, "no way")));
            }
            Place::Connecting | Place::Securing | Place::Upgrading => {
                go(Input::Connect);
                go(Input::DialStep(Step::Connecting));
                match place {
                    Place::Securing => go(Input::DialStep(Step::Securing)),
                    Place::Upgrading => go(Input::DialStep(Step::Upgrading)),
                    _ => {}
                }
            }
            Place::Greeting => {
                self.lead_to(profile, Place::Upgrading);
                self.give(opened());
                self.hand_out_one(profile);
            }
            Place::Active => {
                self.lead_to(profile, Place::Greeting);
                if profile == ProfileKind::GodotAi {
                    self.give(text(ACK, true));
                }
                self.give(Input::Taken { offset: u64::MAX, is_all: true });
            }
            Place::Closing => {
                self.lead_to(profile, Place::Active);
                self.give(Input::Disconnect(Farewell::default()));
            }
            Place::Over => {
                self.lead_to(profile, Place::Closing);
                self.give(Input::Lost(Failure::new(Reason::ConnectionLost, "reset")));
            }
        }
    }

    fn hand_out_one(&mut self, profile: ProfileKind) {
        if profile == ProfileKind::GodotAi {
            self.give(text(r#"{"request_id":"1","command":"c"}"#, true));
            assert!(self.slots.hand_out(self.open));
        }
    }
}

/// Does `trial` to a session at `place`: the phase it is in then, unless it is the same, and what came out.
pub fn give(profile: ProfileKind, place: Place, trial: &Trial) -> String {
    let near = if let Trial::Timer(timer) = trial { Some(*timer) } else { None };
    let mut table = Table::at(profile, place, near);
    let before = table.session.phase();
    let input = match trial {
        Trial::Give(input) => input(),
        Trial::Timer(timer) => {
            if *timer == Timer::Calls {
                table.call();
            }
            table.now += if *timer == Timer::Close { DRAIN } else { SECOND };
            Input::Timeout
        }
    };
    let words = match input {
        Input::Send(send) => {
            let what = table.made_real(send.what);
            table.give(Input::Send(Send { what, ..send }))
        }
        Input::SetHello(_) => table.give(Input::SetHello(Box::new(Hello::parse(profile, None).unwrap()))),
        Input::CallsCancelled => {
            if let Some(id) = table.call() {
                assert!(table.calls.cancel(id));
            }
            table.give(Input::CallsCancelled)
        }
        Input::ReadinessChanged => {
            table.readiness.set(Readiness::Ready);
            table.give(Input::ReadinessChanged)
        }
        input => table.give(input),
    };
    let after = table.session.phase();
    let arrow = if after == before { String::new() } else { format!("-> {after:?} ") };
    match format!("{arrow}{words}").trim_end() {
        "" => "-".to_owned(),
        outcome => outcome.to_owned(),
    }
}

impl Table {
    /// Puts the open request into a send, answered in its slot as the host's call does.
    fn made_real(&self, what: What) -> What {
        let id = self.open;
        let answer = || {
            let _ = self.slots.answer(id);
            id
        };
        match what {
            What::Respond { json, .. } => What::Respond { id: answer(), json },
            What::RespondError { buffer, code, message, .. } => {
                What::RespondError { id: answer(), buffer, code, message }
            }
            What::Replace { buffered, message, .. } => What::Replace { id: answer(), buffered, message },
            What::Call { buffer, method, timeout_ms, .. } => {
                What::Call { id: self.calls.claim().unwrap(), buffer, method, timeout_ms }
            }
            What::Defer { deadline, note, .. } => What::Defer { id, deadline, note },
            other => other,
        }
    }
}
