//! The link: a session with a thread, a socket and a clock.
//!
//! [`Link::open`] starts one I/O thread, which owns the socket and the session. Handles talk to it through
//! `Shared`: atomics, the outbox, the slot table. What comes in goes to the [`Inbox`].

pub(crate) mod address;
mod attach;
pub(crate) mod backlog;
pub(crate) mod board;
pub(crate) mod buffers;
pub(crate) mod capability_file;
pub(crate) mod check;
pub(crate) mod claim;
pub(crate) mod clock;
pub mod config;
pub(crate) mod connect;
pub(crate) mod decode_worker;
pub mod decoder;
mod decoding;
pub(crate) mod dial;
pub(crate) mod dial_request;
mod dialling;
pub(crate) mod fold;
mod gate;
pub(crate) mod helper;
mod hosting;
pub(crate) mod inbox;
pub(crate) mod lookup;
#[cfg(test)]
mod loopback_tests;
pub(crate) mod mask;
pub(crate) mod open;
mod order;
pub(crate) mod outbox;
pub(crate) mod publishing;
pub(crate) mod reading;
#[cfg(test)]
mod recover_tests;
pub(crate) mod registry;
pub(crate) mod report;
mod reporting;
#[cfg(feature = "tls")]
mod revocation;
#[cfg(test)]
mod scripted;
mod sends;
pub(crate) mod shared;
mod showing;
#[cfg(test)]
#[cfg(unix)]
mod sigpipe_tests;
pub(crate) mod silence;
mod sleep_flag;
pub(crate) mod socket;
mod stall;
mod streamed;
mod succession;
pub(crate) mod target;
#[cfg(test)]
mod test_wire;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub(crate) mod transport;
pub(crate) mod upgrade;
pub(crate) mod wait;
pub(crate) mod waiters;
pub(crate) mod wire;
pub(crate) mod worker;
pub(crate) mod writing;

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;

use crate::protocol::Hello;
use crate::readiness::Readiness;
use crate::session::call_table::CallState;
pub(crate) use crate::session::failure;
use crate::session::input::Farewell;
use crate::session::slots::SlotState;
pub use attach::Handover;
pub use board::{Open, OpenKind};
pub use clock::now_ns;
pub use config::{Config, Hold, Overflow, ProfileKind, Reconnect};
pub use decoder::{DecodeInput, Decoded, Decoder};
pub use helper::join_helpers;
pub use inbox::Inbox;
use order::Order;
pub use report::{CloseReport, ConfigError, ConfigErrorKind, Refusal, Sent, State, Stats};
use shared::Shared;

/// Version of the interface, as the C ABI counts: major << 16 | minor.
pub const ABI_VERSION: u32 = 0x0001_0001;
/// Longest note that [`Link::defer`] keeps, bytes.
pub const MAX_NOTE: usize = 64 << 10;
/// Longest notification name, method or error code, bytes.
pub const MAX_NAME: usize = 1024;

/// Longest reason of a close frame, bytes (RFC 6455, 5.5).
const MAX_CLOSE_REASON: usize = 123;

/// One link. Clones are the same link.
///
/// Every method may be called from any thread. None blocks but [`Link::close`] and [`Link::wait`].
#[derive(Clone, Debug)]
pub struct Link {
    shared: Arc<Shared>,
    thread: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}

impl Link {
    /// Opens a link: checks the configuration, takes the name, starts the thread, begins to dial.
    ///
    /// # Errors
    /// The configuration is wrong, the name is taken, or the system gives no thread; nothing was started.
    pub fn open(config: Config) -> Result<(Self, Inbox), ConfigError> {
        open::open(config)
    }

    /// Dials now, if there is no connection and no dial under way; ends a disconnect.
    ///
    /// # Errors
    /// [`Refusal::Closed`]; [`Refusal::WouldBlock`] if too many orders wait.
    pub fn connect(&self) -> Result<(), Refusal> {
        self.shared.order(Order::Connect)
    }

    /// Closes the connection and stays closed until [`Link::connect`].
    ///
    /// # Errors
    /// As [`Link::connect`].
    pub fn disconnect(&self) -> Result<(), Refusal> {
        self.shared.order(Order::Disconnect(Farewell::default()))
    }

    /// As [`Link::disconnect`], with the code and the reason of the close frame: 1000, 1001, 1008, 1011 to 1013 or one of
    /// the applications' own, 3000 to 4999; a reason of at most 123 bytes.
    ///
    /// # Errors
    /// As [`Link::connect`]; [`Refusal::Invalid`] for another code or a longer reason: nothing changed.
    pub fn disconnect_with(&self, code: u16, reason: &str) -> Result<(), Refusal> {
        let is_code = matches!(code, 1000 | 1001 | 1008 | 1011..=1013 | 3000..=4999);
        if !is_code || reason.len() > MAX_CLOSE_REASON {
            return Err(Refusal::Invalid);
        }
        self.shared.order(Order::Disconnect(Farewell { code, reason: reason.to_owned() }))
    }

    /// Sets url and token for the next dial. `None` keeps what is, an empty token wipes it.
    ///
    /// # Errors
    /// The url or token is wrong, or the link is closed; nothing changed.
    pub fn set_endpoint(&self, url: Option<&str>, token: Option<&str>) -> Result<(), ConfigError> {
        let endpoint = url.map(address::Endpoint::parse).transpose();
        let endpoint = endpoint.map_err(|text| ConfigError::invalid("url", text))?.map(Box::new);
        let token = token.map(|token| target::token(Some(token))).transpose();
        let token = token.map_err(|text| ConfigError::invalid("token", text))?;
        self.order_config(Order::SetEndpoint { endpoint, token })
    }

    /// Sets the hello of the next connection: a JSON object with the fields of the profile. unity_mcp tells the server
    /// changed `tools` at once.
    ///
    /// # Errors
    /// The hello is wrong, or the link is closed; nothing changed.
    pub fn set_hello(&self, json: &str) -> Result<(), ConfigError> {
        if self.shared.facts().raw_messages {
            let text = "the raw profile says no hello: send what your peer expects first as a message";
            return Err(ConfigError { field: Some("hello"), ..ConfigError::of(ConfigErrorKind::Unsupported, text) });
        }
        let hello = Hello::parse(self.shared.config.profile, Some(json));
        let hello = hello.map_err(|text| ConfigError::invalid("hello", text))?;
        self.order_config(Order::SetHello(Box::new(hello)))
    }

    /// Takes a new session id at the next connection.
    ///
    /// # Errors
    /// As [`Link::connect`]; [`Refusal::Unsupported`] where the profile has none.
    pub fn renew_session(&self) -> Result<(), Refusal> {
        self.supports(|facts| !facts.raw_messages)?;
        self.shared.order(Order::RenewSession)
    }

    fn order_config(&self, order: Order) -> Result<(), ConfigError> {
        self.shared.order(order).map_err(|refusal| match refusal {
            Refusal::Closed => ConfigError::of(ConfigErrorKind::Stale, "the link is closed: open another"),
            _ => ConfigError::of(ConfigErrorKind::Limit, "too many changes wait for the link: try again next frame"),
        })
    }

    /// Stops handing out events; the connection goes on. Nests.
    pub fn pause(&self) {
        self.shared.pause_depth.fetch_add(1, Ordering::AcqRel);
    }

    /// Undoes one [`Link::pause`]; without one it does nothing.
    pub fn resume(&self) {
        let depth = &self.shared.pause_depth;
        // Refused at zero, so that one resume too many cannot undo a later pause.
        if depth.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |depth| depth.checked_sub(1)) == Ok(1) {
            self.shared.waiters.notify();
        }
    }

    /// Says what the editor can take; told to the server if that changes what it knows. `reason` is for people.
    pub fn set_readiness(&self, readiness: Readiness, reason: &str) {
        if self.shared.readiness.set(readiness) {
            self.tell_readiness(readiness, reason);
        }
    }

    /// Ends `readiness`: what the editor was before counts again, unless something else was set meanwhile.
    pub fn restore_readiness(&self, readiness: Readiness) {
        if self.shared.readiness.restore(readiness) {
            self.tell_readiness(self.shared.readiness.get(), "");
        }
    }

    fn tell_readiness(&self, readiness: Readiness, reason: &str) {
        // Where the queue is full, the thread reads the cell behind the orders that fill it; the reason is lost.
        let _ = self.shared.order(Order::Readiness { readiness, reason: reason.to_owned() });
    }

    /// What the link is doing, each field read at its own moment.
    pub fn state(&self) -> State {
        let shared = &self.shared;
        let (generation, phase) = shared.gate.get();
        let requests = shared.slots.counts();
        let (session_id, server_version) = shared.labels();
        State {
            phase,
            readiness: shared.readiness.get(),
            generation,
            attempt: shared.attempt.load(Ordering::Relaxed),
            protocol: shared.protocol.load(Ordering::Relaxed),
            poll_age_ns: shared.poll_age(now_ns()),
            requests_open: requests.handed,
            requests_waiting: requests.waiting,
            inbound_bytes: shared.inbound_bytes.load(Ordering::Relaxed) as u64,
            outbound_bytes: shared.outbox.bytes(),
            pause_depth: shared.pause_depth.load(Ordering::Acquire),
            session_id,
            server_version,
            detached: shared.detached.load(Ordering::Acquire),
            attaches: u32::try_from(shared.succession.attaches()).unwrap_or(u32::MAX),
            requests_orphaned: requests.orphaned,
            calls_open: shared.calls.open_count(),
            published_readiness: shared.published_readiness.get(),
            stalled: shared.is_stalled(now_ns()),
        }
    }

    /// Runs `look` on each request that is handed out and open, and on each call of ours that was sent; false, without a call, if the
    /// list is being changed this moment.
    pub fn outstanding(&self, mut look: impl FnMut(&Open, OpenKind)) -> bool {
        let (slots, calls) = (&self.shared.slots, &self.shared.calls);
        self.shared.board.read(|open, is_call| {
            if is_call {
                if calls.state(open.id) == Some(CallState::Open) {
                    look(open, OpenKind::Call);
                }
                return;
            }
            match slots.state(open.id) {
                Some(SlotState::Handed) => look(open, OpenKind::Request),
                Some(SlotState::Orphaned) => look(open, OpenKind::Orphan),
                // The delivery that its announcement stands for is yet to come, and may not be written down yet.
                Some(SlotState::Announced) => {
                    let deliveries = open.deliveries.saturating_sub(1).max(1);
                    look(&Open { deliveries, ..open.clone() }, OpenKind::Orphan);
                }
                _ => {}
            }
        })
    }

    /// Totals since the link was opened, as of the I/O thread's last turn.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Blocks until an event can be polled or the link closes (true), or the time is over (false). Not for the frame
    /// thread.
    pub fn wait(&self, timeout: Duration) -> bool {
        self.shared.wait(timeout)
    }

    /// Closes the link and joins its threads; blocks for `linger` at most, and a moment for their last turns.
    ///
    /// Nothing more is decoded from the call on. A decode under way is waited for within `linger`, at least for 0.3 s;
    /// one that takes longer ends by itself, after the close, on a thread that owns all it touches: a host that unloads
    /// the code of its decoder calls [`Link::join`] before. Release what is lent before, or its
    /// values end where the [`Inbox`] is dropped.
    ///
    /// # Errors
    /// [`Refusal::Closed`]: it was closed before.
    pub fn close(&self, linger: Duration) -> Result<CloseReport, Refusal> {
        open::close(self, linger)
    }

    /// Whether a thread of a link that was closed has not come to its end: see [`Link::close`]. Never blocks for long.
    pub fn is_at_work(&self) -> bool {
        let late = self.shared.late.lock().as_ref().is_some_and(|thread| !thread.is_finished());
        late || self.shared.decode_worker.is_at_work() || self.shared.joining.load(Ordering::Acquire) > 0
    }

    /// Joins what threads a close has left at work, and blocks for as long as they take: as long as the decoder does. For
    /// hosts that are about to unload the code. Does nothing for a link that was not closed.
    pub fn join(&self) {
        open::join(self);
    }

    /// Drops a value on the link's decode worker, which is started for it if need be: for values whose end is dear, such
    /// as a share of one that came decoded.
    ///
    /// Never blocks; it allocates a place in the worker's queue at most, and makes one system call at most. Once the link has ended there is
    /// no worker, and the value is dropped here and now.
    pub fn discard(&self, value: Box<dyn Any + Send>) {
        if self.shared.decode_worker.discard(value) {
            self.shared.waking.wake();
        }
    }

    /// Puts a line into the link's log: a LOG event.
    pub fn log(&self, level: u32, text: &str) {
        // A full queue of orders loses the line, as the log may.
        let _ = self.shared.order(Order::Log { level, text: text.to_owned() });
    }
}
