//! A JSON-RPC peer on a port of this process: says what it is told to, and replies to calls where it should. One thread
//! serves all connections: a thread that is just starting would look like a leak.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use tungstenite::{Error, Message, WebSocket, accept};

/// Longest wait for an upgrade that does not come.
const UPGRADE: Duration = Duration::from_secs(1);
const NAP: Duration = Duration::from_millis(1);

/// What it is to do next.
#[derive(Debug, Default)]
struct Script {
    messages: VecDeque<Vec<u8>>,
    replies: bool,
    leaves: bool,
}

static SCRIPT: Mutex<Script> = Mutex::new(Script { messages: VecDeque::new(), replies: false, leaves: false });

/// Where it listens, as an URL.
pub fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let url = format!("ws://{}/", listener.local_addr().expect("it is bound"));
        listener.set_nonblocking(true).expect("sockets need not block");
        std::thread::spawn(move || serve(&listener));
        url
    })
}

/// Forgets what it was told for the input before, and leaves the connections of that one.
pub fn reset() {
    change(|script| *script = Script { leaves: true, ..Script::default() });
}

pub fn say(message: Vec<u8>) {
    change(|script| {
        if script.messages.len() < 16 {
            script.messages.push_back(message);
        }
    });
}

pub fn set_replies(replies: bool) {
    change(|script| script.replies = replies);
}

pub fn leave() {
    change(|script| script.leaves = true);
}

fn change<T>(how: impl FnOnce(&mut Script) -> T) -> T {
    how(&mut SCRIPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}

/// All connections, one message each at a time. Whatever goes wrong with one ends it.
fn serve(listener: &TcpListener) {
    let mut connections: Vec<WebSocket<TcpStream>> = Vec::new();
    loop {
        let is_idle = change(|script| !script.leaves && script.messages.is_empty());
        if is_idle {
            std::thread::sleep(NAP);
        }
        if change(|script| std::mem::take(&mut script.leaves)) {
            connections.clear();
        }
        if let Ok((stream, _)) = listener.accept() {
            connections.extend(upgrade(stream));
        }
        let message = if connections.is_empty() { None } else { change(|script| script.messages.pop_front()) };
        let replies = change(|script| script.replies);
        connections.retain_mut(|socket| talk(socket, message.as_deref(), replies).is_some());
    }
}

fn upgrade(stream: TcpStream) -> Option<WebSocket<TcpStream>> {
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(UPGRADE)).ok()?;
    stream.set_write_timeout(Some(UPGRADE)).ok()?;
    let socket = accept(stream).ok()?;
    socket.get_ref().set_read_timeout(Some(NAP)).ok()?;
    Some(socket)
}

/// Says one message, reads one, and replies to it if it is a call.
fn talk(socket: &mut WebSocket<TcpStream>, message: Option<&[u8]>, replies: bool) -> Option<()> {
    if let Some(message) = message {
        let message = match std::str::from_utf8(message) {
            Ok(text) => Message::text(text),
            Err(_) => Message::binary(message.to_vec()),
        };
        socket.send(message).ok()?;
    }
    let message = match socket.read() {
        Ok(message) => message,
        Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Some(()),
        Err(_) => return None,
    };
    let value: serde_json::Value = serde_json::from_slice(&message.into_data()).unwrap_or_default();
    if let Some(id) = value.get("id").filter(|_| replies && value.get("method").is_some()) {
        socket.send(Message::text(format!(r#"{{"id":{id},"result":{{"a":[1]}}}}"#))).ok()?;
    }
    Some(())
}
