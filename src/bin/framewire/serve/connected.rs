//! A connection after its hello: messages both ways, pings, and the close.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use tungstenite::{Bytes, Error, Message};

use super::editor::{News, Order};
use super::ending::Ending;
use super::keepalive::{Due, Ping};
use super::options::Options;
use super::profile::Profile;
use super::socket::Socket;
use super::talk::Talk;
use super::unity_mcp::ping::{PING, SessionPing, Tick};

/// Messages read in a row before orders are looked after again.
const READ_TURN: usize = 64;

/// Replies that may wait for a socket that takes nothing; then nothing more is read.
const REPLIES_AHEAD: usize = 64;

/// How long a close may take, each way.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection after its hello.
pub struct Connected {
    pub socket: Socket,
    talk: Talk,
    orders: Receiver<Order>,
    /// What the talk itself answers.
    replies: VecDeque<String>,
    /// Who said the first close frame, and until when the second may take.
    closing: Option<(Ending, Instant)>,
    ping: Ping,
    session_ping: Option<SessionPing>,
}

/// Why a connection does not go on.
enum Halt {
    Broken(Error),
    Ended(Ending),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl Connected {
    /// A connection whose hello is done. `first`: the reply to it.
    pub fn new(socket: Socket, talk: Talk, orders: Receiver<Order>, first: Option<String>, options: &Options) -> Self {
        let now = Instant::now();
        Self {
            socket,
            talk,
            orders,
            replies: first.into_iter().collect(),
            closing: None,
            ping: Ping::start(options),
            session_ping: (options.profile == Profile::UnityMcp).then(|| SessionPing::start(options, now)),
        }
    }

    /// Serves the connection. Says how it ended; a close frame of the server's may still be owed.
    pub fn run(&mut self, tell: &impl Fn(News)) -> Ending {
        match self.turn_until_end(tell) {
            Ok(ending) | Err(Halt::Ended(ending)) => ending,
            Err(Halt::Broken(Error::ConnectionClosed)) => match self.closing.take() {
                Some((ending, _)) => Ending { clean: true, ..ending },
                None => Ending::without_close("the connection ended"),
            },
            Err(Halt::Broken(error)) => match self.closing.take() {
                Some((ending, _)) => ending,
                None => Ending::broken(error),
            },
        }
    }

    fn turn_until_end(&mut self, tell: &impl Fn(News)) -> Result<Ending, Halt> {
        loop {
            self.write()?;
            let more = self.read(tell)?;
            self.write()?;
            let now = Instant::now();
            match &self.closing {
                Some((ending, deadline)) if now >= *deadline => {
                    let why = "the other close frame did not come in time".to_owned();
                    return Ok(Ending { why, ..ending.clone() });
                }
                Some(_) => {}
                None => self.keep_alive(now)?,
            }
            // Replies that are left wait for the socket, which wakes this thread when it takes bytes again.
            if !more || !self.replies.is_empty() {
                self.socket.wait(self.next_deadline())?;
            }
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        match &self.closing {
            Some((_, deadline)) => Some(*deadline),
            None => {
                let session = self.session_ping.as_ref().and_then(SessionPing::next);
                [self.ping.next(), session].into_iter().flatten().min()
            }
        }
    }

    fn keep_alive(&mut self, now: Instant) -> Result<(), Halt> {
        match self.ping.due(now) {
            Due::Nothing => {}
            Due::Ping => {
                self.socket.write(Message::Ping(Bytes::from_static(b"ping")))?;
                self.socket.flush()?;
            }
            Due::GiveUp => {
                return Err(Halt::Ended(Ending::by_server(1011, "keepalive ping timeout", "no pong in time")));
            }
        }
        match self.session_ping.as_mut().map_or(Tick::Nothing, |ping| ping.tick(now)) {
            Tick::Nothing => {}
            // Behind a socket that takes nothing it would only be late.
            Tick::Ping if self.socket.can_write() => {
                self.socket.write(Message::text(PING))?;
                self.socket.flush()?;
            }
            Tick::Ping => {}
            Tick::GiveUp => {
                return Err(Halt::Ended(Ending::by_server(1001, "session ping timeout", "no JSON pong in time")));
            }
        }
        Ok(())
    }

    /// Reads a turn's worth. Says whether there may be more.
    fn read(&mut self, tell: &impl Fn(News)) -> Result<bool, Halt> {
        for _ in 0..READ_TURN {
            if self.replies.len() >= REPLIES_AHEAD {
                break;
            }
            match self.socket.read()? {
                None => return Ok(false),
                Some(Message::Close(frame)) => {
                    let deadline = Instant::now() + CLOSE_TIMEOUT;
                    self.closing.get_or_insert_with(|| (Ending::by_editor(frame), deadline));
                }
                Some(Message::Pong(_)) => self.ping.answered(),
                Some(message @ (Message::Text(_) | Message::Binary(_))) => self.take(message.to_text()?, tell)?,
                Some(_) => {}
            }
        }
        Ok(true)
    }

    fn take(&mut self, text: &str, tell: &impl Fn(News)) -> Result<(), Halt> {
        let received = self.talk.receive(text).map_err(Halt::Ended)?;
        for incoming in received.incoming {
            tell(News::Incoming(incoming));
        }
        self.replies.extend(received.reply);
        if let Some(ping) = self.session_ping.as_mut().filter(|_| received.is_pong) {
            ping.answered(Instant::now());
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Error> {
        self.socket.flush()?;
        if !self.socket.is_open() {
            self.replies.clear();
        }
        while self.socket.can_write() {
            if let Some(reply) = self.replies.pop_front() {
                self.socket.write(Message::text(reply))?;
                continue;
            }
            match self.orders.try_recv() {
                Ok(Order::Send(text)) => self.socket.write(Message::text(text))?,
                Ok(Order::Close { code, reason }) => {
                    let deadline = Instant::now() + CLOSE_TIMEOUT;
                    self.closing = Some((Ending::by_server(code, &reason, ""), deadline));
                    self.socket.close(code, &reason)?;
                }
                Err(_) => break,
            }
        }
        if self.socket.can_write() { self.socket.flush() } else { Ok(()) }
    }
}
