//! One editor: the thread that owns its connection, from the upgrade to the end.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::time::{Duration, Instant};

use mio::Waker;
use tungstenite::{Bytes, Error, Message};

use super::Input;
use super::ending::{Ending, Side};
use super::hello::{self, Hello};
use super::keepalive::{Due, Ping};
use super::options::Options;
use super::sessions::Sessions;
use super::socket::Socket;
use super::wire::Incoming;

/// Messages read in a row before orders are looked after again.
const READ_TURN: usize = 64;

/// How long a close may take, each way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What the server tells an editor's thread.
#[derive(Debug)]
pub enum Order {
    Send(String),
    Close { code: u16, reason: String },
}

/// The server's end of an editor's thread.
pub struct Handle {
    orders: Sender<Order>,
    waker: Arc<Waker>,
}

impl Handle {
    /// Queues an order; [`Handle::wake`] sets the thread to it.
    ///
    /// An order to an ended connection is forgotten: its end is in the news.
    pub fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Wakes the thread, once for any number of orders.
    pub fn wake(&self) {
        // The thread looks at its orders at the next message or ping at the latest.
        let _ = self.waker.wake();
    }
}

/// What an editor's thread tells the server.
pub enum News {
    Acknowledged { hello: Hello, handle: Handle },
    Incoming(Incoming),
    Gone(Ending),
}

/// What all editors' threads share.
#[derive(Clone)]
pub struct Surroundings {
    pub options: Arc<Options>,
    pub sessions: Sessions,
    pub server: SyncSender<Input>,
}

/// Serves one connection to its end. The last news is [`News::Gone`].
pub fn serve(connection: u64, stream: TcpStream, surroundings: Surroundings) {
    let tell = |news| {
        // Without a server there is nobody left to tell.
        let _ = surroundings.server.send(Input::Editor { connection, at: Instant::now(), news });
    };
    let deadline = Instant::now() + surroundings.options.handshake_timeout;
    let (mut socket, waker) = match Socket::accept(stream, surroundings.options.max_message, deadline) {
        Ok(accepted) => accepted,
        Err(why) => return tell(News::Gone(Ending::without_close(why))),
    };
    let hello = match receive_hello(&mut socket, deadline) {
        Ok(hello) => hello,
        Err(ending) => return tell(News::Gone(finish(socket, ending))),
    };
    // Held until the news of the end is out, so that a successor's news comes after it.
    let Some(_claim) = surroundings.sessions.claim(&hello.session_id) else {
        let why = format!("session {} is connected already", hello.session_id);
        let ending = Ending::by_server(4001, "session_id already registered", why);
        return tell(News::Gone(finish(socket, ending)));
    };

    let (orders, receiver) = mpsc::channel();
    tell(News::Acknowledged { hello, handle: Handle { orders, waker } });
    let mut connected = Connected { socket, orders: receiver, closing: None, ping: Ping::start(&surroundings.options) };
    let ending = connected.run(&surroundings.options, &tell);
    tell(News::Gone(finish(connected.socket, ending)));
}

fn receive_hello(socket: &mut Socket, deadline: Instant) -> Result<Hello, Ending> {
    loop {
        if Instant::now() >= deadline {
            return Err(Ending::by_server(1000, "", "no handshake in time"));
        }
        match socket.read().map_err(Ending::broken)? {
            None => socket.wait(Some(deadline)).map_err(Ending::broken)?,
            Some(message @ (Message::Text(_) | Message::Binary(_))) => {
                let text = message.to_text().map_err(Ending::broken)?;
                // A rejected handshake is closed with 1000 and no reason: protocol 1 has no code of its own for it.
                return Hello::parse(text).map_err(|why| Ending::by_server(1000, "", why));
            }
            Some(Message::Close(frame)) => return Err(Ending::by_editor(frame)),
            Some(_) => {}
        }
    }
}

/// A connection after its handshake.
struct Connected {
    socket: Socket,
    orders: Receiver<Order>,
    /// Who said the first close frame, and until when the second may take.
    closing: Option<(Ending, Instant)>,
    ping: Ping,
}

impl Connected {
    fn run(&mut self, options: &Options, tell: &impl Fn(News)) -> Ending {
        match self.turn_until_end(options, tell) {
            Ok(ending) => ending,
            Err(Error::ConnectionClosed) => match self.closing.take() {
                Some((ending, _)) => Ending { clean: true, ..ending },
                None => Ending::without_close("the connection ended"),
            },
            Err(error) => match self.closing.take() {
                Some((ending, _)) => ending,
                None => Ending::broken(error),
            },
        }
    }

    fn turn_until_end(&mut self, options: &Options, tell: &impl Fn(News)) -> Result<Ending, Error> {
        let ack = hello::acknowledgement(&options.server_version);
        self.socket.write(Message::text(ack))?;
        loop {
            let more = self.read(tell)?;
            self.write()?;
            let now = Instant::now();
            match &self.closing {
                Some((ending, deadline)) if now >= *deadline => {
                    let why = "the other close frame did not come in time".to_owned();
                    return Ok(Ending { why, ..ending.clone() });
                }
                Some(_) => {}
                None => match self.ping.due(now) {
                    Due::Nothing => {}
                    Due::Ping => {
                        self.socket.write(Message::Ping(Bytes::from_static(b"ping")))?;
                        self.socket.flush()?;
                    }
                    Due::GiveUp => {
                        return Ok(Ending::by_server(1011, "keepalive ping timeout", "no pong in time"));
                    }
                },
            }
            if !more {
                let deadline = self.closing.as_ref().map(|(_, deadline)| *deadline);
                self.socket.wait(deadline.or(self.ping.next()))?;
            }
        }
    }

    /// Reads a turn's worth. Says whether there may be more.
    fn read(&mut self, tell: &impl Fn(News)) -> Result<bool, Error> {
        for _ in 0..READ_TURN {
            match self.socket.read()? {
                None => return Ok(false),
                Some(Message::Close(frame)) => {
                    let deadline = Instant::now() + CLOSE_TIMEOUT;
                    self.closing.get_or_insert_with(|| (Ending::by_editor(frame), deadline));
                }
                Some(Message::Pong(_)) => self.ping.answered(),
                Some(message @ (Message::Text(_) | Message::Binary(_))) => {
                    let text = message.to_text()?;
                    tell(News::Incoming(Incoming::parse(text)));
                }
                Some(_) => {}
            }
        }
        Ok(true)
    }

    fn write(&mut self) -> Result<(), Error> {
        self.socket.flush()?;
        while self.socket.can_write() {
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

/// Sends the close frame that is still owed, and ends the connection.
fn finish(mut socket: Socket, ending: Ending) -> Ending {
    let by_server = ending.code.filter(|_| ending.closed_by == Side::Server);
    match by_server {
        Some(code) if socket.is_open() => {
            if socket.close(code, &ending.reason).is_ok() {
                socket.discard(Instant::now() + CLOSE_TIMEOUT);
            }
        }
        _ => {
            // Our half of a close that the editor began, if it is not sent yet; the connection ends either way.
            let _ = socket.flush();
        }
    }
    ending
}
