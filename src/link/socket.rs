//! One WebSocket connection: reads by tungstenite, writes by its own backlog.
//!
//! tungstenite keeps and shifts what it could not write; here it writes into the backlog, which
//! never blocks, and only control frames go that way.

use std::fmt;
use std::io;

use bytes::Bytes;
use mio::Registry;
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Message, WebSocket};

pub use super::backlog::OutFrame;
pub use super::failure::Failure;
use super::wire::Wire;
use crate::session::event::Reason;

/// Close code for "the peer gave none" (RFC 6455, section 7.1.5).
pub const NO_CLOSE_CODE: u16 = 1005;
/// Protocol error (RFC 6455, section 7.4.1).
const CODE_VIOLATION: u32 = 1002;
const READ_BUFFER: usize = 64 << 10;
/// System reads that one [`Socket::read`] may make without a whole message.
const READS_A_CALL: u32 = 32;
const CONTROL_PAYLOAD: usize = 125;

/// What a read gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A text message, valid UTF-8. The bytes may pin a read buffer of 64 KiB: copy small ones.
    Text(Bytes),
    /// A binary message. The bytes may pin a read buffer of 64 KiB: copy small ones.
    Binary(Bytes),
    /// A ping; its pong is queued.
    Ping,
    /// A pong.
    Pong(Bytes),
    /// The peer's close frame, 1005 if it gave no code; ours is queued if it was not sent before.
    Close {
        /// Close code.
        code: u16,
        /// The peer's words.
        reason: String,
    },
    /// A good deal was read and no message is whole: read again before sleeping.
    Partial,
    /// There is nothing more: the socket's next edge will tell.
    Blocked,
}

/// What [`Socket::discard`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discarded {
    /// Nothing more for now: the socket's next edge will tell.
    Blocked,
    /// A good deal was thrown away: call again before sleeping.
    More,
    /// The peer has ended the stream.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteEnd {
    Open,
    /// Once the backlog is written.
    Wanted,
    /// The TLS layer's goodbye is on its way.
    Leaving,
    Done,
}

/// One open WebSocket connection, owned by one thread. Nothing here blocks.
///
/// Read until [`Incoming::Blocked`] before sleeping: whole messages may lie in memory with no edge
/// to come. Reading may queue control frames: call [`Socket::write`] after it.
pub struct Socket {
    websocket: WebSocket<Wire>,
    /// The peer's close frame came, or reading failed.
    read_ended: bool,
    write_end: WriteEnd,
}

impl fmt::Debug for Socket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let backlog = self.backlog_bytes();
        formatter.debug_struct("Socket").field("backlog_bytes", &backlog).finish_non_exhaustive()
    }
}

/// The settings tungstenite reads with.
pub(super) fn configuration(max_message: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message))
}

impl Socket {
    pub(super) fn new(websocket: WebSocket<Wire>) -> Self {
        Self { websocket, read_ended: false, write_end: WriteEnd::Open }
    }

    fn wire(&self) -> &Wire {
        self.websocket.get_ref()
    }

    fn wire_mut(&mut self) -> &mut Wire {
        self.websocket.get_mut()
    }

    /// The next message.
    ///
    /// After a close frame or an error it only says `Blocked`: [`Socket::discard`] goes on.
    ///
    /// # Errors
    /// The peer ended without a close frame, the connection broke, or the peer broke the protocol
    /// or the size cap; then a close frame of the code in the failure (1002, 1007, 1009) is queued.
    pub fn read(&mut self) -> Result<Incoming, Failure> {
        if self.read_ended {
            return Ok(Incoming::Blocked);
        }
        self.wire_mut().allow_reads(READS_A_CALL);
        let closes_first = self.websocket.can_write();
        match self.websocket.read() {
            Ok(Message::Close(Some(frame))) if !is_legal(&frame, closes_first) => {
                self.read_ended = true;
                // Our own close frame, which says 1002, is made by the next call.
                let _ = self.websocket.flush();
                let detail =
                    "the peer's close frame has a code that no frame may carry: report it to the authors of the server";
                Err(Failure::new(Reason::PeerViolation, detail).with_code(CODE_VIOLATION))
            }
            Ok(message) => Ok(self.take(message)),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(self.blocked()),
            Err(error) => {
                self.read_ended = true;
                let failure = read_failure(&error);
                if failure.code != 0 {
                    self.queue_close(u16::try_from(failure.code).unwrap_or(1002), "");
                }
                Err(failure)
            }
        }
    }

    fn take(&mut self, message: Message) -> Incoming {
        let incoming = match message {
            Message::Text(text) => Incoming::Text(text.into()),
            Message::Binary(bytes) => Incoming::Binary(bytes),
            Message::Pong(payload) => Incoming::Pong(payload),
            Message::Ping(_) => Incoming::Ping,
            Message::Close(frame) => {
                self.read_ended = true;
                let (code, reason) = frame.map_or((NO_CLOSE_CODE, String::new()), |frame| {
                    (u16::from(frame.code), frame.reason.as_str().to_owned())
                });
                Incoming::Close { code, reason }
            }
            // Reading never gives a raw frame.
            Message::Frame(_) => Incoming::Partial,
        };
        if matches!(incoming, Incoming::Ping | Incoming::Close { .. }) {
            // The reply is made by the next call; our wire never refuses it.
            let _ = self.websocket.flush();
        }
        incoming
    }

    fn blocked(&mut self) -> Incoming {
        let wire = self.wire_mut();
        if wire.is_exhausted() {
            return Incoming::Partial;
        }
        // Reading may leave the TLS layer with something to say. A failure comes back by `write`.
        let _ = wire.transport.push();
        Incoming::Blocked
    }

    /// Queues a message; returns the offset at which it ends (compare [`Socket::taken`]).
    ///
    /// Nothing may be queued after a close frame, by either side.
    pub fn queue(&mut self, frame: OutFrame) -> u64 {
        self.wire_mut().backlog.queue(frame)
    }

    /// Whether messages may still be queued: no close frame was, on either side's wish.
    #[cfg(test)]
    pub fn can_queue(&self) -> bool {
        self.websocket.can_write()
    }

    /// Queues a ping with the first 125 bytes of `payload`; nothing once the close has begun.
    pub fn queue_ping(&mut self, payload: &[u8]) {
        let payload = payload.get(..CONTROL_PAYLOAD).unwrap_or(payload);
        let _ = self.websocket.write(Message::Ping(Bytes::copy_from_slice(payload)));
    }

    /// Queues the close frame, once. `reason` is cut at 123 bytes; 1005 sends no code.
    pub fn queue_close(&mut self, code: u16, reason: &str) {
        let end = reason.floor_char_boundary(CONTROL_PAYLOAD - 2);
        let reason = reason.get(..end).unwrap_or_default();
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        let _ = self.websocket.close((code != NO_CLOSE_CODE).then_some(frame));
    }

    /// Writes until the backlog is empty, the system takes no more, or others are to have a turn
    /// ([`Socket::has_more_to_write`]); returns [`Socket::taken`].
    ///
    /// # Errors
    /// The connection is gone. What the peer sent before may still be read.
    pub fn write(&mut self) -> Result<u64, Failure> {
        let wire = self.websocket.get_mut();
        let mut taken = wire.drain().map_err(|error| io_failure(&error))?;
        if self.write_end == WriteEnd::Wanted && !wire.is_blocked() && !wire.has_more() {
            wire.transport.say_goodbye();
            self.write_end = WriteEnd::Leaving;
            taken = wire.drain().map_err(|error| io_failure(&error))?;
        }
        if self.write_end == WriteEnd::Leaving && !wire.is_blocked() {
            wire.transport.shutdown_write();
            self.write_end = WriteEnd::Done;
        }
        Ok(taken)
    }

    /// Bytes the operating system has taken since the connection began, framing included.
    pub fn taken(&self) -> u64 {
        self.wire().backlog.taken()
    }

    /// Bytes it has not taken yet.
    pub fn backlog_bytes(&self) -> usize {
        usize::try_from(self.wire().backlog.pending()).unwrap_or(usize::MAX)
    }

    /// Whether the last [`Socket::write`] left something because the system takes no more now: the
    /// socket's next writable edge will tell.
    pub fn is_writing_blocked(&self) -> bool {
        self.wire().is_blocked()
    }

    /// Whether the last [`Socket::write`] left something that the system would take: call it again before sleeping.
    pub fn has_more_to_write(&self) -> bool {
        self.wire().has_more()
    }

    /// A payload buffer that was written, empty, for reuse.
    pub fn take_spent(&mut self) -> Option<Vec<u8>> {
        self.wire_mut().backlog.take_spent()
    }

    /// Ends the stream towards the peer once the backlog is written, now or by a later
    /// [`Socket::write`].
    pub fn shutdown_write(&mut self) {
        if self.write_end == WriteEnd::Open {
            self.write_end = WriteEnd::Wanted;
        }
        // A failure means that the stream has ended already; reading will tell.
        let _ = self.write();
    }

    /// Reads and throws away. Closing a socket with unread input resets the connection, and the
    /// peer may lose what it had not read yet: drain first.
    ///
    /// # Errors
    /// The connection broke.
    pub fn discard(&mut self) -> Result<Discarded, Failure> {
        self.read_ended = true;
        let mut scratch = vec![0; READ_BUFFER];
        for _ in 0..READS_A_CALL {
            match self.wire_mut().transport.read(&mut scratch) {
                Ok(0) => return Ok(Discarded::Ended),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Discarded::Blocked);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io_failure(&error)),
            }
        }
        Ok(Discarded::More)
    }

    /// Takes the socket out of the registry that it was dialled with.
    pub fn deregister(&mut self, registry: &Registry) {
        if let Some(tcp) = self.wire_mut().transport.tcp() {
            // It fails only when the socket was never registered there.
            let _ = registry.deregister(tcp);
        }
    }
}

/// Whether the peer's close frame has a code that may stand on the wire (RFC 6455, section 7.4).
///
/// Where the peer closes first, tungstenite puts the frame with which it answers an illegal one in its place; from a
/// peer those words would tell of a violation, too.
fn is_legal(frame: &CloseFrame, closes_first: bool) -> bool {
    let stands_in = closes_first && frame.code == CloseCode::Protocol && frame.reason.as_str() == "Protocol violation";
    frame.code.is_allowed() && !stands_in
}

fn read_failure(error: &Error) -> Failure {
    const ASK: &str = "report it to the authors of the server";
    match error {
        Error::Io(error) => io_failure(error),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Failure::new(
            Reason::ConnectionLost,
            "the peer ended the connection without a close frame: see the server's log",
        ),
        Error::ConnectionClosed | Error::AlreadyClosed => {
            Failure::new(Reason::ClosedByPeer, "the peer ended the connection")
        }
        Error::Utf8(_) => {
            let detail = format!("the peer sent a text message that is not UTF-8: {ASK}");
            Failure::new(Reason::PeerViolation, detail).with_code(1007)
        }
        Error::Capacity(error) => {
            let detail = match error {
                CapacityError::MessageTooLong { size, max_size } => format!(
                    "the peer sent a message of {size} bytes, above max_message ({max_size}): raise it if such messages are right"
                ),
                CapacityError::TooManyHeaders => format!("the peer sent too many headers: {ASK}"),
            };
            Failure::new(Reason::MessageTooLarge, detail).with_code(1009)
        }
        other => {
            let detail = format!("the peer broke the WebSocket protocol ({other}): {ASK}");
            Failure::new(Reason::PeerViolation, detail).with_code(CODE_VIOLATION)
        }
    }
}

/// What an error of an open connection means.
pub(super) fn io_failure(error: &io::Error) -> Failure {
    let detail = match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            "the peer reset the connection: see the server's log".to_owned()
        }
        io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected | io::ErrorKind::WriteZero => {
            "the peer has closed the connection: see the server's log".to_owned()
        }
        io::ErrorKind::TimedOut => "the network lost the connection: check the network".to_owned(),
        _ => format!("the connection broke: {error}"),
    };
    Failure::new(Reason::ConnectionLost, detail).with_os(error)
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
