//! A JSON-RPC peer on a port of this process: says what it is told to, and replies to calls where it should.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use tungstenite::{Error, Message, WebSocket, accept};

/// What it is to do next.
#[derive(Debug, Default)]
struct Script {
    run: u64,
    messages: VecDeque<Vec<u8>>,
    replies: bool,
    leaves: bool,
}

static SCRIPT: Mutex<Script> = Mutex::new(Script { run: 0, messages: VecDeque::new(), replies: false, leaves: false });

/// Where it listens, as an URL.
pub fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let url = format!("ws://{}/", listener.local_addr().expect("it is bound"));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(stream));
            }
        });
        url
    })
}

/// Forgets what it was told for the input before; connections of that one end.
pub fn reset() {
    change(|script| *script = Script { run: script.run + 1, ..Script::default() });
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

/// One connection. Whatever goes wrong ends it.
fn serve(stream: TcpStream) -> Option<()> {
    let run = change(|script| script.run);
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut socket = accept(stream).ok()?;
    socket.get_ref().set_read_timeout(Some(Duration::from_millis(1))).ok()?;
    loop {
        let (is_over, message, replies) = change(|script| {
            let is_over = script.run != run || std::mem::take(&mut script.leaves);
            (is_over, if is_over { None } else { script.messages.pop_front() }, script.replies)
        });
        if is_over {
            return None;
        }
        if let Some(message) = message {
            let message = match String::from_utf8(message) {
                Ok(text) => Message::text(text),
                Err(binary) => Message::binary(binary.into_bytes()),
            };
            socket.send(message).ok()?;
        }
        hear(&mut socket, replies)?;
    }
}

/// Reads one message, if there is one, and replies to it if it is a call.
fn hear(socket: &mut WebSocket<TcpStream>, replies: bool) -> Option<()> {
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
