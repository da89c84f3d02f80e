//! The session: everything a link decides, as a pure state machine.
//!
//! It has no socket, thread, lock or clock. [`Session::handle`] takes one [`Input`] and the time;
//! after it, [`Session::poll_output`] is called until it is empty, and the session is to be called
//! again at [`Session::next_timeout`]. The only thing it shares is the slot table, whose words
//! decide the races with the frame thread, and the readiness cell.

mod calling;
mod closing;
mod dialling;
mod orphans;
mod receiving;
mod recovering;
mod sending;

pub mod backoff;
pub mod call_table;
pub mod calls;
pub mod config;
pub mod counters;
pub mod decoded;
pub mod event;
pub mod failure;
pub mod input;
pub mod ledger;
pub mod note;
pub mod outgoing;
pub mod owner;
pub mod phase;
pub mod slots;
mod spare;
pub mod timers;

pub(crate) use dialling::FLAG_FINAL;

#[cfg(test)]
mod batch_tests;
#[cfg(test)]
mod calling_tests;
#[cfg(test)]
mod closing_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hello_tests;
#[cfg(test)]
mod jump_tests;
#[cfg(test)]
mod keep_alive_tests;
#[cfg(test)]
mod log_tests;
#[cfg(test)]
mod lost_call_tests;
#[cfg(test)]
mod orphan_tests;
#[cfg(test)]
mod patience_tests;
#[cfg(test)]
mod readiness_tests;
#[cfg(test)]
mod reconnect_tests;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod sending_tests;
#[cfg(test)]
mod showing_tests;
#[cfg(test)]
mod silence_tests;
#[cfg(test)]
mod telling_tests;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::protocol::{Conversation, Hello, Profile, ProfileKind};
use crate::readiness::ReadinessCell;
use backoff::Backoff;
use call_table::CallTable;
use calls::Calls;
use closing::Ending;
pub use closing::LastEnd;
use config::SessionConfig;
use counters::Counters;
use event::{Event, EventKind};
use input::{Farewell, Frame, Input, Output};
use ledger::{Ledger, OpenRequest};
use outgoing::Outgoing;
use owner::{HostView, Owner};
use phase::{Phase, Signal};
use slots::SlotTable;
use spare::Spares;
use timers::{Timer, Timers};

const MILLISECOND: u64 = 1_000_000;

/// What is to become of the link once the connection or attempt is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Intent {
    /// Dial again.
    Run,
    /// Stay disconnected.
    Stay,
    /// End.
    Finish,
}

/// One link's state machine. See the module's page.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    hello: Hello,
    readiness: Arc<ReadinessCell>,
    slots: Arc<SlotTable>,
    phase: Phase,
    intent: Intent,
    timers: Timers,
    backoff: Backoff,
    attempt: u32,
    generation: u64,
    session_id: Option<String>,
    server_version: String,
    conversation: Conversation,
    acknowledged: bool,
    /// The readiness word that the server knows.
    published: Option<String>,
    /// The server refused the id that the hello names, so one is made instead.
    fixed_id_taken: bool,
    /// The last dial found a capability.
    had_capability: bool,
    /// The wait under way ends at once when the endpoint or token changes.
    awaits_credentials: bool,
    /// The host asked for a connection while one was closing: the next dial is due at once, whatever the policy.
    dials_after_close: bool,
    waiting_since: u64,
    ledger: Ledger,
    owner: Owner,
    calls: Calls,
    outgoing: Outgoing,
    ending: Option<Ending>,
    last_end: LastEnd,
    last_received: u64,
    /// As `last_received`, but of messages alone: a pong does not show that the peer works on a call.
    last_message: u64,
    acknowledged_at: u64,
    malformed_logged: Option<u64>,
    dropped_full: u64,
    counters: Counters,
    spares: Spares,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session that has not dialled yet; give it [`Input::Connect`] to begin.
    pub fn new(
        config: SessionConfig,
        slots: Arc<SlotTable>,
        calls: Arc<CallTable>,
        readiness: Arc<ReadinessCell>,
    ) -> Self {
        let backoff =
            Backoff::new(&config.reconnect_delays_ms, config.reconnect, config.reconnect_jitter_percent, config.seed);
        Self {
            hello: config.hello.clone(),
            readiness,
            ledger: Ledger::new(Arc::clone(&slots), config.ledger_bytes),
            owner: Owner::new(config.orphan),
            slots,
            calls: Calls::new(calls),
            config,
            phase: Phase::Disconnected,
            intent: Intent::Stay,
            timers: Timers::default(),
            backoff,
            attempt: 0,
            generation: 0,
            session_id: None,
            server_version: String::new(),
            conversation: Conversation::Raw,
            acknowledged: false,
            published: None,
            fixed_id_taken: false,
            had_capability: false,
            awaits_credentials: false,
            dials_after_close: false,
            waiting_since: 0,
            outgoing: Outgoing::default(),
            ending: None,
            last_end: LastEnd::default(),
            last_received: 0,
            last_message: 0,
            acknowledged_at: 0,
            malformed_logged: None,
            dropped_full: 0,
            counters: Counters::default(),
            spares: Spares::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input at time `now` (ns). Inputs without meaning in the present phase change nothing.
    pub fn handle(&mut self, now: u64, input: Input) {
        match input {
            Input::Connect => self.connect(now),
            Input::Disconnect(farewell) => self.stop(now, Intent::Stay, &farewell),
            Input::Close => self.stop(now, Intent::Finish, &Farewell::default()),
            Input::EndpointChanged { is_loopback } => {
                self.config.is_loopback = is_loopback;
                self.endpoint_changed(now);
            }
            Input::SetHello(hello) => self.set_hello(*hello),
            Input::RenewSession => self.session_id = None,
            Input::Attached => self.attached(now),
            Input::ReadinessChanged => self.publish_readiness(),
            Input::DialStep(step) => self.dial_step(step),
            Input::DialOpened { capability, entropy } => self.opened(now, capability, &entropy),
            Input::DialFailed(failure) => self.dial_failed(now, failure),
            Input::Message(arrival) => self.message(now, &arrival),
            Input::Ping => self.received(now),
            Input::Pong(payload) => {
                self.received(now);
                self.outgoing.pong(&payload);
            }
            Input::PeerClose { code, reason } => self.peer_close(now, code, &reason),
            Input::Lost(failure) => self.lost(now, failure),
            Input::Taken { offset, is_all } => self.taken(now, offset, is_all),
            Input::Send(send) => self.send(now, send),
            Input::CallsCancelled => self.calls_cancelled(now),
            Input::Log { level, text } => self.log(now, level, text),
            Input::Quiet => self.quiet(now),
            Input::Timeout => {
                while let Some((timer, deadline)) = self.timers.take_due(now) {
                    self.timer(now, timer, deadline);
                }
                self.look_for_owner(now);
            }
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to give [`Input::Timeout`], ns.
    pub fn next_timeout(&self) -> Option<u64> {
        let owner = self.owner.deadline().filter(|_| self.intent != Intent::Finish);
        self.timers.next().into_iter().chain(owner).min()
    }

    /// Notes what is seen of the host; to be called before each [`Input`] that may need it.
    pub fn see_host(&mut self, now: u64, view: HostView) {
        self.owner.see(now, view);
    }

    /// Notes that a frame given out as [`Output::Transmit`] ends at offset `end` of the stream.
    pub fn queued(&mut self, end: u64, number: u64, reserved: u64, size: usize) {
        if self.is_over() {
            // Said in the same turn that ended the connection, whose account is closed: offsets begin anew with the next.
            return;
        }
        self.outgoing.queue(end, number, reserved, size as u64);
    }

    /// Takes an event that was delivered back, to be used again, or to be kept with a request that is still open.
    pub fn recycle(&mut self, event: Box<Event>) {
        let event = match event.kind {
            EventKind::Request | EventKind::RequestOrphaned => self.ledger.keep(event),
            _ => Some(event),
        };
        if let Some(event) = event {
            self.spares.take_back(event);
        }
    }

    /// The slots whose request changed since the last call, with what they hold now.
    pub fn take_changes(&mut self) -> impl Iterator<Item = (u16, Option<&OpenRequest>)> {
        self.ledger.take_changes()
    }

    /// Takes a settled request out of the ledger.
    fn close_request(&mut self, id: u64) -> Option<OpenRequest> {
        let mut request = self.ledger.close(id)?;
        if let Some(event) = request.event.take() {
            self.spares.take_back(event);
        }
        if self.ledger.is_empty() {
            self.timers.clear(Timer::Requests);
        }
        Some(request)
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The current connection, or the last one; 0 before the first.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Dials since the counter was last reset.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Protocol version spoken; 0 before it is known.
    pub fn protocol(&self) -> u32 {
        self.conversation.protocol()
    }

    /// The session id that the server knows this link by, once there is one: given by it, or told to it.
    pub fn session_id(&self) -> &str {
        self.conversation.given_session_id().or(self.session_id.as_deref()).unwrap_or_default()
    }

    /// Version told by the server on the current connection.
    pub fn server_version(&self) -> &str {
        &self.server_version
    }

    /// Totals.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How the last connection ended.
    pub fn last_end(&self) -> &LastEnd {
        &self.last_end
    }

    /// Bytes of messages that hold room in the outbox and that the system has not taken.
    pub fn host_pending(&self) -> u64 {
        self.outgoing.host_pending()
    }

    /// A sign of life that is no message: reading is paused on purpose, so silence proves nothing.
    pub fn received(&mut self, now: u64) {
        self.last_received = self.last_received.max(now);
    }

    fn profile(&self) -> &'static Profile {
        self.config.profile.facts()
    }

    /// What the profile calls the readiness of this moment.
    fn word(&self) -> &'static str {
        let readiness = self.readiness.get();
        if self.config.profile == ProfileKind::GodotAi { readiness.godot_ai() } else { readiness.name() }
    }

    fn timer(&mut self, now: u64, timer: Timer, deadline: u64) {
        match timer {
            Timer::Redial => self.dial(now),
            Timer::Hello => self.hello_timed_out(now),
            Timer::Heartbeat => self.heartbeat(now),
            Timer::Silence => self.silence(now, deadline),
            Timer::Requests => self.expire_requests(now),
            Timer::Close => self.close_timed_out(now),
            Timer::Calls => self.expire_calls(now),
            Timer::KeepAlive => self.keep_alive(now),
        }
    }

    /// Moves the phase; false where the signal has no meaning.
    fn signal(&mut self, signal: Signal) -> bool {
        let next = self.phase.next(signal);
        self.phase = next.unwrap_or(self.phase);
        next.is_some()
    }

    fn event(&self, now: u64, kind: EventKind) -> Event {
        Event { generation: self.generation, time_ns: now, ..Event::new(kind) }
    }

    fn deliver(&mut self, event: Event) {
        let event = self.spares.boxed(event);
        self.outputs.push_back(Output::Deliver(event));
    }

    fn log(&mut self, now: u64, level: u32, text: String) {
        if level <= self.config.log_level {
            let event = Event { level, ..self.event(now, EventKind::Log) };
            self.deliver(event.with_detail(text));
        }
    }

    /// Sends a message of the session itself.
    fn transmit(&mut self, text: String) {
        if !text.is_empty() {
            self.outputs.push_back(Output::Transmit(Frame {
                is_text: true,
                payload: text.into_bytes(),
                ..Frame::default()
            }));
        }
    }
}
