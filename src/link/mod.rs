//! The link: a session with a thread, a socket and a clock.
//!
//! [`Link::open`] starts one I/O thread, which owns the socket and the session. Handles talk to it through
//! `Shared`: atomics, the outbox, the slot table. What comes in goes to the [`Inbox`].

pub(crate) mod address;
pub(crate) mod backlog;
pub(crate) mod capability_file;
pub(crate) mod check;
pub(crate) mod clock;
pub mod config;
pub(crate) mod connect;
pub(crate) mod dial;
pub(crate) mod dial_request;
pub(crate) mod fold;
pub(crate) mod helper;
pub(crate) mod inbox;
pub(crate) mod lookup;
#[cfg(test)]
mod loopback_tests;
pub(crate) mod mask;
pub(crate) mod open;
pub(crate) mod outbox;
pub(crate) mod reading;
pub(crate) mod registry;
pub(crate) mod report;
#[cfg(test)]
mod scripted;
pub(crate) mod shared;
#[cfg(test)]
#[cfg(unix)]
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
pub(crate) mod waiters;
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
use crate::session::ledger::NO_DEADLINE;
pub use clock::now_ns;
pub use config::{Config, Overflow, ProfileKind, Reconnect};
pub use inbox::Inbox;
use outbox::{Entry, NoRoom};
pub use report::{CloseReport, ConfigError, ConfigErrorKind, Refusal, Sent, State, Stats};
use shared::{Order, Shared};

/// Longest note that [`Link::defer`] keeps, bytes.
pub const MAX_NOTE: usize = 64 << 10;
/// Longest notification name, method or error code, bytes.
pub const MAX_NAME: usize = 1024;
/// Reports of dropped sends that may wait for a poll before further messages are refused: each is told by its number,
/// so a host that sends and never polls would pile them up.
const MAX_UNTOLD_DROPS: usize = 256;

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
        self.shared.order(Order::Disconnect)
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

    /// Sets the hello of the next connection: a JSON object with the fields of the profile.
    ///
    /// # Errors
    /// The hello is wrong, or the link is closed; nothing changed.
    pub fn set_hello(&self, json: &str) -> Result<(), ConfigError> {
        let hello = Hello::parse(self.shared.profile, Some(json));
        let hello = hello.map_err(|text| ConfigError::invalid("hello", text))?;
        self.order_config(Order::SetHello(Box::new(hello)))
    }

    /// Takes a new session id at the next connection.
    ///
    /// # Errors
    /// As [`Link::connect`].
    pub fn renew_session(&self) -> Result<(), Refusal> {
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

    /// Sends a text message (raw). Copies it. UTF-8 is checked on the I/O thread: SEND_DROPPED tells.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`], [`Refusal::NotOpen`], [`Refusal::WouldBlock`], [`Refusal::TooLarge`], [`Refusal::Closed`].
    pub fn send_text(&self, text: &[u8]) -> Result<Sent, Refusal> {
        self.send_raw(text, What::Text)
    }

    /// Sends a binary message (raw). Copies it.
    ///
    /// # Errors
    /// As [`Link::send_text`].
    pub fn send_binary(&self, data: &[u8]) -> Result<Sent, Refusal> {
        self.send_raw(data, What::Binary)
    }

    fn send_raw(&self, data: &[u8], what: fn(Vec<u8>) -> What) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.raw_messages)?;
        let (entry, generation) = self.enter(data.len())?;
        let buffer = self.copy(&[data]);
        Ok(self.push(entry, generation, what(buffer)))
    }

    /// Sends a notification (godot_ai: an event) with `json` as its data. Copies both.
    ///
    /// # Errors
    /// As [`Link::send_text`]; [`Refusal::Invalid`] for an empty or overlong name.
    pub fn notify(&self, name: &str, json: &[u8]) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.notifies)?;
        let length = name_length(name)?;
        let (entry, generation) = self.enter(json.len() + name.len())?;
        let buffer = self.copy(&[json, name.as_bytes()]);
        Ok(self.push(entry, generation, What::Notify { buffer, name: length }))
    }

    /// Calls the peer; returns the id of the call.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`]: no profile of this version makes calls.
    pub fn request(&self, _method: &str, _json: &[u8], _timeout_ms: u32) -> Result<u64, Refusal> {
        self.supports(|facts| facts.makes_requests)?;
        Err(Refusal::Unsupported)
    }

    /// Takes a call back.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`]: no profile of this version makes calls.
    pub fn cancel(&self, _id: u64) -> Result<(), Refusal> {
        self.supports(|facts| facts.makes_requests)?;
        Err(Refusal::Unknown)
    }

    /// Answers request `id` with `json`. Copies it. JSON is checked on the I/O thread: SEND_DROPPED tells.
    ///
    /// # Errors
    /// What settled the request before, exactly; [`Refusal::WouldBlock`] leaves it open for a retry.
    pub fn respond(&self, id: u64, json: &[u8]) -> Result<Sent, Refusal> {
        self.living()?;
        let message = json.len() + self.shared.slots.overhead(id) + self.shared.readiness.get().godot_ai().len();
        self.answer(id, message, &[json], |json| What::Respond { id, json })
    }

    /// Answers request `id` with an error; `data` is JSON or absent. Copies all.
    ///
    /// # Errors
    /// As [`Link::respond`]; [`Refusal::Invalid`] for an empty or overlong code.
    pub fn respond_error(&self, id: u64, code: &str, message: &str, data: Option<&[u8]>) -> Result<Sent, Refusal> {
        self.living()?;
        let code_length = name_length(code)?;
        let message_length = u32::try_from(message.len()).map_err(|_| Refusal::TooLarge)?;
        let parts = [data.unwrap_or_default(), code.as_bytes(), message.as_bytes()];
        let length = parts.iter().map(|part| part.len()).sum();
        self.answer(id, length, &parts, |buffer| What::RespondError {
            id,
            buffer,
            code: code_length,
            message: message_length,
        })
    }

    /// Gives request `id` until `timeout_ms` from now (0: for ever) and keeps `note`, the handler's own bytes.
    ///
    /// # Errors
    /// What settled the request before, exactly. [`Refusal::TooLarge`] for a note over [`MAX_NOTE`];
    /// [`Refusal::WouldBlock`] if the outbox is full or the notes of all open requests would be over
    /// [`MAX_NOTES`](crate::session::note::MAX_NOTES): the deadline stays as it was.
    pub fn defer(&self, id: u64, timeout_ms: u32, note: &[u8]) -> Result<(), Refusal> {
        self.living()?;
        if note.len() > MAX_NOTE {
            return Err(Refusal::TooLarge);
        }
        self.shared.slots.check(id)?;
        let entry = self.shared.outbox.enter(note.len()).map_err(|no_room| match no_room {
            NoRoom::Full => Refusal::WouldBlock,
            NoRoom::TooLarge => Refusal::TooLarge,
        })?;
        let note = self.shared.notes.keep(note).ok_or(Refusal::WouldBlock)?;
        let deadline = match timeout_ms {
            0 => NO_DEADLINE,
            ms => now_ns().saturating_add(clock::ms(ms)),
        };
        self.shared.slots.defer(id)?;
        let (generation, reserved) = (self.shared.gate().0, entry.reserved());
        entry.push(Send { number: 0, generation, reserved, what: What::Defer { id, deadline, note } });
        self.shared.waking.wake();
        Ok(())
    }

    fn answer(
        &self,
        id: u64,
        message: usize,
        parts: &[&[u8]],
        what: impl FnOnce(Vec<u8>) -> What,
    ) -> Result<Sent, Refusal> {
        let length = parts.iter().map(|part| part.len()).sum();
        let too_large = message > self.shared.peer_max_message;
        let room = if too_large { Err(NoRoom::TooLarge) } else { self.shared.outbox.enter(length) };
        let entry = match room {
            Ok(entry) => entry,
            Err(NoRoom::Full) if !self.shared.facts().is_some_and(|facts| facts.replaces_when_full) => {
                // A settled request is told so; an open one stays open for a retry.
                return match self.shared.slots.check(id) {
                    Ok(()) => Err(Refusal::WouldBlock),
                    Err(why) => Err(why.into()),
                };
            }
            Err(_) => return self.replace(id, message),
        };
        // Asked before the answer settles: afterwards the next connection may be open already.
        let generation = self.shared.gate().0;
        self.shared.slots.answer(id)?;
        let buffer = self.copy(parts);
        Ok(self.push(entry, generation, what(buffer)))
    }

    /// A compact error goes in place of an answer that the peer would not take.
    fn replace(&self, id: u64, message: usize) -> Result<Sent, Refusal> {
        let entry = self.shared.outbox.enter_reserve();
        let generation = self.shared.gate().0;
        self.shared.slots.answer(id)?;
        let what = What::Replace { id, buffered: self.shared.outbox.bytes(), message: message as u64 };
        Ok(Sent { replaced: true, ..self.push(entry, generation, what) })
    }

    fn living(&self) -> Result<(), Refusal> {
        if self.shared.closing.load(Ordering::Acquire) { Err(Refusal::Closed) } else { Ok(()) }
    }

    fn supports(&self, does: impl Fn(&crate::protocol::Profile) -> bool) -> Result<(), Refusal> {
        self.living()?;
        if self.shared.facts().is_some_and(does) { Ok(()) } else { Err(Refusal::Unsupported) }
    }

    /// Room for a send of `length` bytes on the connection that is open now.
    fn enter(&self, length: usize) -> Result<(Entry<'_>, u64), Refusal> {
        if length > self.shared.peer_max_message {
            return Err(Refusal::TooLarge);
        }
        if self.shared.open_generation().is_none() {
            return Err(Refusal::NotOpen);
        }
        if self.shared.untold_drops.load(Ordering::Relaxed) >= MAX_UNTOLD_DROPS {
            return Err(Refusal::WouldBlock);
        }
        let entry = self.shared.outbox.enter(length).map_err(|no_room| match no_room {
            NoRoom::Full => Refusal::WouldBlock,
            NoRoom::TooLarge => Refusal::TooLarge,
        })?;
        // Asked after the room was taken: the end of the connection waits for whoever has room.
        let generation = self.shared.open_generation().ok_or(Refusal::NotOpen)?;
        Ok((entry, generation))
    }

    fn copy(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut buffer = self.shared.outbox.buffer(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            buffer.extend_from_slice(part);
        }
        buffer
    }

    fn push(&self, entry: Entry<'_>, generation: u64, what: What) -> Sent {
        let (number, reserved) = (entry.number(), entry.reserved());
        entry.push(Send { number, generation, reserved, what });
        self.shared.waking.wake();
        Sent { number, replaced: false }
    }

    /// Says what the editor can take; told to the server if that changes what it knows. `reason` is for people.
    pub fn set_readiness(&self, readiness: Readiness, _reason: &str) {
        if self.shared.readiness.set(readiness) {
            // A full queue of orders means that the thread reads the cell soon in any case.
            let _ = self.shared.order(Order::Readiness);
        }
    }

    /// What the link is doing, each field read at its own moment.
    pub fn state(&self) -> State {
        let shared = &self.shared;
        let (generation, phase) = shared.gate();
        let (waiting, open) = shared.slots.counts();
        let (session_id, server_version) = shared.labels();
        State {
            phase,
            readiness: shared.readiness.get(),
            generation,
            attempt: shared.attempt.load(Ordering::Relaxed),
            protocol: shared.protocol.load(Ordering::Relaxed),
            poll_age_ns: shared.poll_age(now_ns()),
            requests_open: open,
            requests_waiting: waiting,
            inbound_bytes: shared.inbound_bytes.load(Ordering::Relaxed) as u64,
            outbound_bytes: shared.outbox.bytes(),
            pause_depth: shared.pause_depth.load(Ordering::Acquire),
            session_id,
            server_version,
        }
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

    /// Closes the link and joins its thread; blocks for `linger` at most, and a moment for the thread's last turn.
    ///
    /// # Errors
    /// [`Refusal::Closed`]: it was closed before.
    pub fn close(&self, linger: Duration) -> Result<CloseReport, Refusal> {
        open::close(self, linger)
    }

    /// Puts a line into the link's log: a LOG event.
    pub fn log(&self, level: u32, text: &str) {
        // A full queue of orders loses the line, as the log may.
        let _ = self.shared.order(Order::Log { level, text: text.to_owned() });
    }
}

fn name_length(name: &str) -> Result<u32, Refusal> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(Refusal::Invalid);
    }
    u32::try_from(name.len()).map_err(|_| Refusal::Invalid)
}
