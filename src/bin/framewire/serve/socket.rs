//! A server-side WebSocket that sends and receives at the same time: non-blocking, woken by bytes, orders or a deadline.

use std::io::{self, Read};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token, Waker};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

use super::upgrade;

const STREAM: Token = Token(0);
const WAKER: Token = Token(1);

/// One connection, and what wakes its thread.
pub struct Socket {
    poll: Poll,
    events: Events,
    websocket: WebSocket<TcpStream>,
    /// The operating system takes no more bytes: nothing new is written until it does.
    blocked: bool,
}

impl Socket {
    /// Answers the HTTP upgrade, on that path only. The waker ends every wait of the socket that comes back.
    ///
    /// # Errors
    /// A text that says why there is no WebSocket; the connection is dropped.
    pub fn accept(
        stream: std::net::TcpStream,
        path: Option<&'static str>,
        max_message: usize,
        deadline: Instant,
    ) -> Result<(Self, Arc<Waker>), String> {
        let fail = |error: io::Error| format!("the socket failed: {error}");
        let mut poll = Poll::new().map_err(fail)?;
        let mut events = Events::with_capacity(8);
        stream.set_nonblocking(true).map_err(fail)?;
        // Answers are waited for: a small command must not sit out Nagle's delay.
        stream.set_nodelay(true).map_err(fail)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, STREAM, Interest::READABLE | Interest::WRITABLE).map_err(fail)?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER).map_err(fail)?);

        let config = WebSocketConfig::default().max_message_size(Some(max_message)).max_frame_size(Some(max_message));
        let mut outcome = tungstenite::accept_hdr_with_config(stream, upgrade::Admission { path }, Some(config));
        let websocket = loop {
            match outcome {
                Ok(websocket) => break websocket,
                Err(HandshakeError::Failure(error)) => {
                    return Err(format!("no WebSocket upgrade: {error}"));
                }
                Err(HandshakeError::Interrupted(half)) => {
                    let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                        return Err("no WebSocket upgrade in time".to_owned());
                    };
                    wait(&mut poll, &mut events, Some(left)).map_err(fail)?;
                    outcome = half.handshake();
                }
            }
        };
        Ok((Self { poll, events, websocket, blocked: false }, waker))
    }

    /// The next message, or `None` when all that arrived is read.
    pub fn read(&mut self) -> Result<Option<Message>, Error> {
        match self.websocket.read() {
            Ok(message) => Ok(Some(message)),
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the socket takes another message now.
    pub fn can_write(&self) -> bool {
        !self.blocked && self.websocket.can_write()
    }

    /// Whether no close frame was sent or received yet.
    pub fn is_open(&self) -> bool {
        self.websocket.can_write()
    }

    /// Queues a message; [`Socket::flush`] sends it. Ask [`Socket::can_write`] first.
    pub fn write(&mut self, message: Message) -> Result<(), Error> {
        let outcome = self.websocket.write(message);
        self.note(outcome)
    }

    /// Hands what is queued to the operating system, as far as it takes it.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.blocked = false;
        let outcome = self.websocket.flush();
        self.note(outcome)
    }

    /// Queues a close frame. Read on until the connection ends.
    pub fn close(&mut self, code: u16, reason: &str) -> Result<(), Error> {
        let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
        let outcome = self.websocket.close(Some(frame));
        self.note(outcome)
    }

    /// Sleeps until the socket or the waker has news, or until the deadline.
    ///
    /// Sleep only after [`Socket::read`] said `None`: readiness is told once.
    pub fn wait(&mut self, deadline: Option<Instant>) -> Result<(), Error> {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        wait(&mut self.poll, &mut self.events, left).map_err(Error::Io)
    }

    /// Ends our side and throws away what still arrives, until the peer ends too or the deadline.
    ///
    /// Closing a socket with unread input resets it, and a reset takes the close frame from the peer's hands.
    pub fn discard(mut self, deadline: Instant) {
        while self.blocked && Instant::now() < deadline {
            if self.wait(Some(deadline)).is_err() || self.flush().is_err() {
                return;
            }
        }
        let stream = self.websocket.get_mut();
        if stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut waste = vec![0; 64 << 10];
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            match stream.read(&mut waste) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if wait(&mut self.poll, &mut self.events, Some(left)).is_err() {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    fn note(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        match outcome {
            Err(error) if would_block(&error) => {
                self.blocked = true;
                Ok(())
            }
            other => other,
        }
    }
}

fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn wait(poll: &mut Poll, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
    match poll.poll(events, timeout) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        outcome => outcome,
    }
}
