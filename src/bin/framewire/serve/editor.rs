//! One editor: the thread that owns its connection, from the upgrade over the hello to the end.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender, SyncSender};
use std::time::Instant;

use mio::Waker;
use tungstenite::Message;

use super::Input;
use super::connected::{CLOSE_TIMEOUT, Connected};
use super::ending::{Ending, Side};
use super::godot_ai::sessions::Sessions;
use super::identity::Identity;
use super::incoming::Incoming;
use super::options::Options;
use super::socket::Socket;
use super::talk::{Greeting, Opening, Talk};

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
    Acknowledged { identity: Identity, handle: Handle },
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
    let options = &surroundings.options;
    let deadline = Instant::now() + options.handshake_timeout;
    let (mut socket, waker) = match Socket::accept(stream, options.profile.path(), options.max_message(), deadline) {
        Ok(accepted) => accepted,
        Err(why) => return tell(News::Gone(Ending::without_close(why))),
    };
    let Opening { talk, first, identity } = match Talk::open(options, connection) {
        Ok(opening) => opening,
        Err(why) => return tell(News::Gone(finish(socket, Ending::by_server(1011, "", why)))),
    };
    let accepted = match identity {
        Some(identity) => Ok((identity, first)),
        None => receive_hello(&mut socket, &talk, first, deadline, &tell),
    };
    let (identity, first) = match accepted {
        Ok(accepted) => accepted,
        Err(ending) => return tell(News::Gone(finish(socket, ending))),
    };
    // Held until the news of the end is out, so that a successor's news comes after it.
    let _claim = match &identity {
        Identity::GodotAi(hello) => match surroundings.sessions.claim(&hello.session_id) {
            Some(claim) => Some(claim),
            None => {
                let why = format!("session {} is connected already", hello.session_id);
                let ending = Ending::by_server(4001, "session_id already registered", why);
                return tell(News::Gone(finish(socket, ending)));
            }
        },
        Identity::JsonRpc(_) | Identity::UnityMcp(_) => None,
    };

    let (orders, receiver) = mpsc::channel();
    tell(News::Acknowledged { identity, handle: Handle { orders, waker } });
    let mut connected = Connected::new(socket, talk, receiver, first, options);
    let ending = connected.run(&tell);
    tell(News::Gone(finish(connected.socket, ending)));
}

/// Says what the server says first and waits for the hello: who it is, and the reply to it.
fn receive_hello(
    socket: &mut Socket,
    talk: &Talk,
    first: Option<String>,
    deadline: Instant,
    tell: &impl Fn(News),
) -> Result<(Identity, Option<String>), Ending> {
    if let Some(first) = first {
        socket.write(Message::text(first)).and_then(|()| socket.flush()).map_err(Ending::broken)?;
    }
    loop {
        if Instant::now() >= deadline {
            return Err(Ending::by_server(1000, "", "no handshake in time"));
        }
        match socket.read().map_err(Ending::broken)? {
            None => socket.wait(Some(deadline)).map_err(Ending::broken)?,
            Some(message @ (Message::Text(_) | Message::Binary(_))) => {
                let text = message.to_text().map_err(Ending::broken)?;
                match talk.hello(text)? {
                    Greeting::Accepted { identity, reply } => return Ok((identity, Some(reply))),
                    Greeting::Skipped { why } => tell(News::Incoming(Incoming::Malformed { why })),
                }
            }
            Some(Message::Close(frame)) => return Err(Ending::by_editor(frame)),
            Some(_) => {}
        }
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
