//! The link: a session with a thread, a socket and a clock.
//!
//! [`Link::open`] starts one I/O thread, which owns the socket and the session. Handles talk to it through
//! [`shared::Shared`]: atomics, the outbox, the slot table. What comes in goes to the [`Inbox`].

pub(crate) mod address;
pub(crate) mod backlog;
pub(crate) mod capability_file;
pub(crate) mod clock;
pub mod config;
pub(crate) mod connect;
pub(crate) mod dial;
pub(crate) mod dial_request;
pub(crate) mod fold;
pub(crate) mod helper;
pub(crate) mod inbox;
#[cfg(test)]
mod loopback_tests;
pub(crate) mod lookup;
pub(crate) mod mask;
pub(crate) mod open;
pub(crate) mod outbox;
pub(crate) mod registry;
pub(crate) mod report;
#[cfg(test)]
mod scripted;
pub(crate) mod shared;
#[cfg(all(test, unix))]
mod sigpipe_tests;
pub(crate) mod socket;
pub(crate) mod target;
#[cfg(test)]
mod test_wire;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub(crate) mod transport;
pub(crate) mod upgrade;
pub(crate) mod wait;
pub(crate) mod wire;
pub(crate) mod worker;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;

use crate::protocol::Hello;
use crate::readiness::Readiness;
pub(crate) use crate::session::failure;
use crate::session::input::{Send, What};
use crate::session::slots::NO_DEADLINE;
pub use clock::now_ns;
pub use config::{Config, Overflow, ProfileKind, Reconnect};
pub use inbox::Inbox;
use outbox::{Entry, NoRoom};
pub use report::{CloseReport, ConfigError, ConfigErrorKind, Refusal, Sent, State, Stats};
use shared::{Order, Shared};

/// Why a call on a link was refused. Each maps to one `FRAMEWIRE_*` status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    WouldBlock, NotOpen, TooLarge, Unknown, AlreadyAnswered, Expired, Lost, Unsupported,
    /// An argument is wrong (bad name, bad UTF-8 in a name, ...).
    Invalid,
    /// The link has been closed.
    Closed,
    /// The I/O thread failed inside.
    Internal,
}

/// A send that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent { pub number: u64, /// The answer was too large; a compact error goes in its place.
    pub replaced: bool }

/// Why a configuration or an endpoint was refused.
#[derive(Clone, Debug)]
pub struct Link {
    shared: Arc<Shared>,
    thread: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigErrorKind { Invalid, Unsupported, NameInUse, Limit, NoResources, Stale }

/// What a link is doing. Twin of `framewire_state`.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub phase: u32, pub readiness: Readiness, pub generation: u64, pub attempt: u32, pub protocol: u32,
    /// `u64::MAX` before the first poll.
    pub poll_age_ns: u64,
    pub requests_open: u32, pub requests_waiting: u32, pub inbound_bytes: u64, pub outbound_bytes: u64,
    pub pause_depth: u32, pub session_id: String, pub server_version: String,
}

/// Twin of `framewire_stats`, same names.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    pub polls: u64, pub events: u64, pub connections: u64, pub connect_failures: u64, pub messages_in: u64, pub bytes_in: u64,
    pub messages_out: u64, pub bytes_out: u64, pub requests: u64, pub answered: u64, pub expired: u64, pub lost: u64,
    pub dropped_unseen: u64, pub refused_busy: u64, pub dropped_full: u64, pub malformed: u64, pub send_dropped: u64,
    pub budget_stops: u64, pub wakeups: u64, pub wakes_sent: u64,
}

/// Twin of `framewire_close_report`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloseReport { pub unsent: u64, pub unconfirmed: u64, pub unanswered: u64, pub undelivered: u64, pub code: u32, pub clean: bool }

/// One link. Clones are the same link. Every method may be called from any thread; none blocks but `close` and `wait`.
#[derive(Clone, Debug)]
pub struct Link {}

/// The receiving end of a link, for one thread at a time.
#[derive(Debug)]
pub struct Inbox {}

impl Link {
    /// Opens a link and starts its thread.
    pub fn open(_config: Config) -> Result<(Self, Inbox), ConfigError> { todo!() }
    pub fn connect(&self) -> Result<(), Refusal> { todo!() }
    pub fn disconnect(&self) -> Result<(), Refusal> { todo!() }
    /// `token`: `None` keeps it, `Some("")` wipes it.
    pub fn set_endpoint(&self, _url: Option<&str>, _token: Option<&str>) -> Result<(), ConfigError> { todo!() }
    pub fn set_hello(&self, _json: &str) -> Result<(), ConfigError> { todo!() }
    pub fn renew_session(&self) -> Result<(), Refusal> { todo!() }
    pub fn pause(&self) {}
    pub fn resume(&self) {}
    pub fn send_text(&self, _text: &[u8]) -> Result<Sent, Refusal> { todo!() }
    pub fn send_binary(&self, _data: &[u8]) -> Result<Sent, Refusal> { todo!() }
    pub fn notify(&self, _name: &str, _json: &[u8]) -> Result<Sent, Refusal> { todo!() }
    /// Calls the peer; returns the id.
    pub fn request(&self, _method: &str, _json: &[u8], _timeout_ms: u32) -> Result<u64, Refusal> { todo!() }
    pub fn cancel(&self, _id: u64) -> Result<(), Refusal> { todo!() }
    pub fn respond(&self, _id: u64, _json: &[u8]) -> Result<Sent, Refusal> { todo!() }
    pub fn respond_error(&self, _id: u64, _code: &str, _message: &str, _data: Option<&[u8]>) -> Result<Sent, Refusal> { todo!() }
    pub fn defer(&self, _id: u64, _timeout_ms: u32, _note: &[u8]) -> Result<(), Refusal> { todo!() }
    pub fn set_readiness(&self, _readiness: Readiness, _reason: &str) { todo!() }
    pub fn state(&self) -> State { todo!() }
    pub fn stats(&self) -> Stats { todo!() }
    /// Blocks until an event waits (true), the link closes (true) or the time is over (false).
    pub fn wait(&self, _timeout: std::time::Duration) -> bool { todo!() }
    /// Closes and joins; blocks for `linger` at most. A second close returns `Err(Closed)`.
    pub fn close(&self, _linger: std::time::Duration) -> Result<CloseReport, Refusal> { todo!() }
    /// Raises a LOG event (used for caught panics of the ABI layer).
    pub fn log(&self, _level: u32, _text: &str) { todo!() }
}

impl Inbox {
    /// Hands out at most `capacity` events to `sink` and opens a loan if there was one. Nothing blocks or allocates.
    /// The `Event`s stay alive, unmoved in memory (boxed), until [`Inbox::release`].
    pub fn poll(&mut self, _capacity: usize, _sink: impl FnMut(usize, &Event)) -> usize { todo!() }
    /// Whether events are lent.
    pub fn loan_open(&self) -> bool { todo!() }
    /// Ends the loan; the I/O thread frees the payloads.
    pub fn release(&mut self) { todo!() }
}

/// Now, in ns, on the clock of all events.
pub fn now_ns() -> u64 { todo!() }
