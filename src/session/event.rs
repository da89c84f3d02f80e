//! What a session tells its host.

use core::any::Any;
use core::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::decoded::Decoded;

/// What happened. The numbers are those of `FRAMEWIRE_EVENT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum EventKind {
    /// The WebSocket is open.
    Opened = 1,
    /// The server took the hello; `name` is its version.
    Acknowledged = 2,
    /// A dial failed.
    ConnectFailed = 3,
    /// A dial begins after an earlier connection or attempt.
    Reconnecting = 4,
    /// The connection ended; its last event.
    Closed = 5,
    /// A call for the host.
    Request = 6,
    /// A call that an earlier owner took and never answered.
    RequestOrphaned = 7,
    /// A call handed out ended without its answer.
    RequestEnded = 8,
    /// The end of a call of ours.
    Response = 9,
    /// A message that wants no answer.
    Notification = 10,
    /// A text message of a raw link.
    Text = 11,
    /// A binary message of a raw link.
    Binary = 12,
    /// A run of sends that were not sent.
    SendDropped = 13,
    /// Inbound messages that were dropped.
    Dropped = 14,
    /// A line for the log.
    Log = 15,
}

/// Why something happened. The numbers are those of `FRAMEWIRE_REASON_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
#[allow(missing_docs, reason = "each variant is documented at its constant of the C ABI")]
pub enum Reason {
    #[default]
    None = 0,
    Resolve = 1,
    Refused = 2,
    Unreachable = 3,
    Timeout = 4,
    Tls = 5,
    NotWebSocket = 6,
    Policy = 7,
    ProtocolMismatch = 8,
    Authentication = 9,
    Hello = 10,
    SessionTaken = 11,
    Capability = 12,
    ClosedByPeer = 13,
    ClosedByHost = 14,
    ConnectionLost = 15,
    Heartbeat = 16,
    PeerViolation = 17,
    MessageTooLarge = 18,
    Overflow = 19,
    Expired = 20,
    Lost = 21,
    BadJson = 22,
    BadUtf8 = 23,
    Cancelled = 24,
    Internal = 25,
    Malformed = 26,
    PeerError = 27,
    BadReply = 28,
    Orphaned = 29,
}

/// The bytes of an event: its own, or a share of a large message as it was read.
#[derive(Clone, Debug)]
pub enum Buffer {
    /// Bytes of this event alone.
    Own(Vec<u8>),
    /// A message that was not copied.
    Shared(Bytes),
}

impl Buffer {
    /// The vector that the bytes lie in, to be used again; empty for a share. Leaves an empty buffer.
    pub(super) fn take(&mut self) -> Vec<u8> {
        match core::mem::take(self) {
            Self::Own(bytes) => bytes,
            Self::Shared(_) => Vec::new(),
        }
    }

    /// Bytes of memory held.
    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Own(bytes) => bytes.capacity(),
            Self::Shared(bytes) => bytes.len().max(1),
        }
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Own(bytes)
    }
}

impl From<String> for Buffer {
    fn from(text: String) -> Self {
        Self::Own(text.into_bytes())
    }
}

impl core::ops::Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

/// One thing that happened. Which fields count depends on `kind`, as in `framewire_event`.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Log: 1 (error) to 5 (trace).
    pub level: u32,
    /// Connection the event belongs to; 0 before the first.
    pub generation: u64,
    /// Arrival, ns on the clock of the link.
    pub time_ns: u64,
    /// The request, or the call.
    pub id: u64,
    /// SendDropped: first send number of the run.
    pub first: u64,
    /// SendDropped: last send number of the run.
    pub last: u64,
    /// How many: see `framewire_event.count`.
    pub count: u64,
    /// Closed: open requests and calls settled as lost.
    pub settled: u64,
    /// Closed: messages taken by the system that nothing shows the peer has read.
    pub unconfirmed: u64,
    /// Closed: connections that opened and closed unseen before this one.
    pub skipped: u64,
    /// Close code, HTTP status or byte offset.
    pub code: u32,
    /// Why.
    pub reason: Reason,
    /// Error number of the operating system, 0 if none.
    pub os_error: i32,
    /// Bits: see `FRAMEWIRE_EVENT_FLAG_*`.
    pub flags: u32,
    /// Number of the dial attempt, from 1.
    pub attempt: u32,
    /// Wait before the next dial, ms.
    pub delay_ms: u32,
    /// Holds the three texts below; owned by this event alone.
    pub buffer: Buffer,
    /// Method, notification name or server version, in `buffer`; not that of a Response.
    pub name: Range<usize>,
    /// Response: the method, which the peer's message does not hold.
    pub method: Option<Arc<str>>,
    /// Parameters or payload, in `buffer`.
    pub data: Range<usize>,
    /// Words for a person, in `buffer`.
    pub detail: Range<usize>,
    /// RequestOrphaned: what the earlier owner left, in `buffer`.
    pub note: Range<usize>,
    /// RequestOrphaned: since its arrival, Response: since the call; ns.
    pub age_ns: u64,
    /// Response: the peer's error code.
    pub error_code: i64,
    /// What the link's decoder made of the payload, if it has one; see [`Event::decoded`].
    pub decoded: Decoded,
}

impl Event {
    /// An event of `kind` with every other field zero or empty.
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            level: 0,
            generation: 0,
            time_ns: 0,
            id: 0,
            first: 0,
            last: 0,
            count: 0,
            settled: 0,
            unconfirmed: 0,
            skipped: 0,
            code: 0,
            reason: Reason::None,
            os_error: 0,
            flags: 0,
            attempt: 0,
            delay_ms: 0,
            buffer: Buffer::default(),
            name: 0..0,
            method: None,
            data: 0..0,
            detail: 0..0,
            note: 0..0,
            age_ns: 0,
            error_code: 0,
            decoded: Decoded::default(),
        }
    }

    /// Puts `note` behind what the buffer holds, in place of an earlier note.
    pub(super) fn set_note(&mut self, note: &[u8]) {
        let mut bytes = match core::mem::take(&mut self.buffer) {
            Buffer::Own(bytes) => bytes,
            Buffer::Shared(bytes) => bytes.to_vec(),
        };
        if !self.note.is_empty() {
            bytes.truncate(self.note.start);
        }
        self.note = bytes.len()..bytes.len() + note.len();
        bytes.extend_from_slice(note);
        self.buffer = Buffer::Own(bytes);
    }

    /// Method, notification name or server version, wherever it lies; UTF-8.
    pub fn name(&self) -> &[u8] {
        let method = self.method.as_ref().map(|method| method.as_bytes());
        method.unwrap_or_else(|| self.buffer.get(self.name.clone()).unwrap_or_default())
    }

    /// The value that the link's decoder made of the payload; `None` without a decoder, where it made none or failed, and
    /// where the value is no `T`.
    ///
    /// It is lent as the event is. A host that keeps a share of it (another reference to a counted value) gives that
    /// one to `Link::discard` in the end, lest the last reference end on the frame thread.
    pub fn decoded<T: Any>(&self) -> Option<&T> {
        self.decoded.value.as_deref()?.downcast_ref()
    }

    /// The same event with `text` as its words for a person; drops what `buffer` held.
    #[must_use]
    pub fn with_detail(mut self, text: String) -> Self {
        self.detail = 0..text.len();
        self.buffer = Buffer::from(text);
        self
    }
}
