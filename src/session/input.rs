//! What goes into a session and what comes out of it.

use bytes::Bytes;

use super::event::Event;
pub use super::failure::Failure;
use super::note::Note;
use super::outgoing::Released;
use crate::protocol::attachment::Attachment;
use crate::protocol::{Capability, Hello};

/// How far a dial has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The TCP connection is under way.
    Connecting,
    /// The TLS handshake is under way.
    Securing,
    /// The WebSocket upgrade is under way.
    Upgrading,
}

/// Random bytes for one connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy {
    /// For the nonce of the hello.
    pub nonce: [u8; 32],
    /// For a session id, if a new one is due.
    pub session: [u8; 8],
    /// For the ids of our calls on the wire.
    pub calls: [u8; 16],
}

/// A message of the peer, with what the session must know of its host at that moment.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Text, as opposed to binary.
    pub is_text: bool,
    /// The message.
    pub payload: Bytes,
    /// Whether the inbox has room for it.
    pub has_room: bool,
    /// How many messages the inbox takes before it is full: a batch holds several.
    pub places: usize,
    /// Bytes that a reply to a call of ours may have: a full inbox takes it, up to an excess of one largest message.
    pub reply_room: usize,
}

/// A send of the host.
#[derive(Debug)]
pub struct Send {
    /// Send number, from 1.
    pub number: u64,
    /// Connection that was open when the send was accepted.
    pub generation: u64,
    /// Outbox bytes it holds.
    pub reserved: u64,
    /// What is sent.
    pub what: What,
}

/// What a [`Send`] is.
#[derive(Debug)]
pub enum What {
    /// A text message (raw).
    Text(Vec<u8>),
    /// A binary message (raw).
    Binary(Vec<u8>),
    /// A notification: JSON, then the name in the last `name` bytes.
    Notify {
        /// JSON followed by the name.
        buffer: Vec<u8>,
        /// Length of the name.
        name: u32,
    },
    /// The answer to request `id`.
    Respond {
        /// The request.
        id: u64,
        /// JSON.
        json: Vec<u8>,
    },
    /// The answer to request `id` as a whole, but for the id: the host words the envelope.
    RespondEnvelope {
        /// The request.
        id: u64,
        /// JSON.
        json: Vec<u8>,
    },
    /// The answer to request `id`, with raw bytes in the place of one of its values.
    RespondAttachment {
        /// The request.
        id: u64,
        /// JSON, the raw bytes, and the JSON pointer to the value, one after the other.
        buffer: Vec<u8>,
        /// Length of the JSON.
        json: usize,
        /// Length of the pointer.
        pointer: usize,
    },
    /// An error answer: data JSON, then code, then message.
    RespondError {
        /// The request.
        id: u64,
        /// Data (may be empty), code and message, one after the other.
        buffer: Vec<u8>,
        /// Length of the code.
        code: u32,
        /// Length of the message.
        message: u32,
    },
    /// A call of ours: parameters, then the method in the last `method` bytes.
    Call {
        /// The call.
        id: u64,
        /// Parameters (may be empty) followed by the method.
        buffer: Vec<u8>,
        /// Length of the method.
        method: u32,
        /// Its deadline, ms from now; 0: that of the configuration.
        timeout_ms: u32,
    },
    /// An answer that is too large for the peer: a compact error goes in its place.
    Replace {
        /// The request.
        id: u64,
        /// Bytes in the outbox at that time.
        buffered: u64,
        /// Length of the message that the answer would have been.
        message: u64,
    },
    /// Request `id` has a new deadline, announced in its slot already. Sends nothing and has no number.
    Defer {
        /// The request.
        id: u64,
        /// The deadline, ns.
        deadline: u64,
        /// The handler's own bytes.
        note: Note,
    },
}

/// The close frame that the host ends a connection with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Close code.
    pub code: u16,
    /// Reason, at most 123 bytes.
    pub reason: String,
}

impl Default for Farewell {
    /// A normal close without a reason.
    fn default() -> Self {
        Self { code: 1000, reason: String::new() }
    }
}

/// Everything that can happen to a session.
#[derive(Debug)]
pub enum Input {
    /// The host wants a connection now.
    Connect,
    /// The host wants no connection; these are its last words.
    Disconnect(Farewell),
    /// The host closes the link.
    Close,
    /// The endpoint or token changed; a wait for better credentials ends.
    EndpointChanged {
        /// Whether the new one is on this machine.
        is_loopback: bool,
    },
    /// The hello for the next connection.
    SetHello(Box<Hello>),
    /// The next connection gets a new session id.
    RenewSession,
    /// A new owner took the link over.
    Attached,
    /// The readiness cell was written.
    ReadinessChanged,
    /// The dial came a step further.
    DialStep(Step),
    /// The WebSocket is open.
    DialOpened {
        /// The capability found for this dial.
        capability: Option<Capability>,
        /// Fresh random bytes.
        entropy: Box<Entropy>,
    },
    /// The dial failed.
    DialFailed(Failure),
    /// A message came.
    Message(Arrival),
    /// A WebSocket ping came; the pong is the socket's business.
    Ping,
    /// A WebSocket pong came.
    Pong(Bytes),
    /// The peer's close frame came; the reply is the socket's business.
    PeerClose {
        /// Its code; 1005 without one.
        code: u16,
        /// Its reason.
        reason: String,
    },
    /// The connection ended without, or after, the close frames.
    Lost(Failure),
    /// The system took the stream up to this offset.
    Taken {
        /// Offset in the stream.
        offset: u64,
        /// Nothing waits behind it.
        is_all: bool,
    },
    /// A send of the host.
    Send(Send),
    /// Calls of ours were taken back.
    CallsCancelled,
    /// A line for the host's log.
    Log {
        /// 1 (error) to 5 (trace).
        level: u32,
        /// The line.
        text: String,
    },
    /// No send of an ended connection can come any more (asked for by [`Output::Quiesce`]).
    Quiet,
    /// Time went on.
    Timeout,
}

/// One WebSocket message to be sent: `head`, `payload`, `tail`.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Text, as opposed to binary.
    pub is_text: bool,
    /// What the profile puts before the host's bytes.
    pub head: Vec<u8>,
    /// The host's bytes.
    pub payload: Vec<u8>,
    /// The payload is JSON with an attachment, whose bytes are not encoded yet.
    pub attachment: Option<Attachment>,
    /// What the profile puts after them.
    pub tail: Vec<u8>,
    /// Send number; 0 for a message of the session itself.
    pub number: u64,
    /// Outbox bytes it holds.
    pub reserved: u64,
}

impl Frame {
    /// Length of the message, an attachment being encoded.
    pub fn len(&self) -> usize {
        let payload = self.payload.len();
        let payload = self.attachment.as_ref().map_or(payload, |attachment| attachment.len(payload));
        self.head.len() + payload + self.tail.len()
    }

    /// Whether the message is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a session wants done, in this order.
#[derive(Debug)]
pub enum Output {
    /// Dial the endpoint.
    Dial,
    /// Give the dial up.
    AbortDial,
    /// Send a message; then call [`super::Session::queued`].
    Transmit(Frame),
    /// Send a WebSocket ping.
    Ping([u8; 8]),
    /// Send a close frame.
    CloseFrame {
        /// Code.
        code: u16,
        /// Reason, at most 123 bytes.
        reason: String,
    },
    /// No more is written: shut the write side, read and discard.
    ShutdownWrite,
    /// Close the socket.
    DropSocket,
    /// Hand an event to the host.
    Deliver(Box<Event>),
    /// Give room back to the outbox.
    Release(Released),
    /// Let sends that were accepted for the ended connection come in, then give [`Input::Quiet`].
    Quiesce,
    /// The link is closed; nothing follows.
    Finished,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_long_as_its_parts() {
        assert!(Frame::default().is_empty());
        let frame = Frame { head: vec![1], payload: vec![2; 20], tail: vec![3; 300], ..Frame::default() };
        assert_eq!((frame.len(), frame.is_empty()), (321, false));
    }
}
