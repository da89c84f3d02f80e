//! Peers by script: a listener, the upgrade by hand, frames by hand. Nothing checks what they send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use tungstenite::handshake::derive_accept_key;

/// Opcodes of RFC 6455, section 5.2.
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;
/// The bit that ends a message.
pub const FIN: u8 = 0x80;

/// A listener on a free port, and its url.
pub fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = url(listener.local_addr().expect("it is bound"));
    (listener, url)
}

/// The url of an address.
pub fn url(address: SocketAddr) -> String {
    format!("ws://{address}/")
}

/// Runs one peer in a thread: it takes one connection, upgraded.
pub fn serve<T: Send + 'static>(script: impl FnOnce(Peer) -> T + Send + 'static) -> (String, JoinHandle<T>) {
    let (listener, url) = listen();
    (url, std::thread::spawn(move || script(Peer::accept(&listener))))
}

/// Accepts a connection whose reads give up rather than hang a test.
pub fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().expect("a connection");
    stream.set_read_timeout(Some(super::PATIENCE)).expect("a timeout");
    stream.set_nodelay(true).expect("no delay");
    stream
}

/// Reads a request up to the empty line.
pub fn request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("a request is text")
}

/// The answer that takes the upgrade, with more header lines.
pub fn upgrade_answer(request: &str, more: &str) -> String {
    let key = request
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("sec-websocket-key").then_some(value))
        .expect("the request has a key");
    let accept = derive_accept_key(key.trim().as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: \
         {accept}\r\n{more}\r\n"
    )
}

/// One frame of a server: `first` is FIN, reserved bits and opcode.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..126 => bytes.push(len as u8),
        len @ 126..65_536 => {
            bytes.push(126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

/// The payload of a close frame.
pub fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

/// Closes so that the other side is reset.
pub fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("linger");
}

/// An upgraded connection, at the server's end.
pub struct Peer {
    /// The bytes.
    pub stream: TcpStream,
}

impl Peer {
    /// Takes one connection and its upgrade.
    pub fn accept(listener: &TcpListener) -> Self {
        let mut stream = accept(listener);
        let request = request(&mut stream);
        stream.write_all(upgrade_answer(&request, "").as_bytes()).expect("the answer is taken");
        Self { stream }
    }

    /// Sends bytes; false if the other side is gone.
    pub fn raw(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Sends one whole frame; false if the other side is gone.
    pub fn send(&mut self, opcode: u8, payload: &[u8]) -> bool {
        self.raw(&frame(FIN | opcode, payload))
    }

    /// Sends one text message.
    pub fn text(&mut self, text: &str) -> bool {
        self.send(TEXT, text.as_bytes())
    }

    /// Reads one frame, unmasked: opcode and payload. `None` at the end, however it came.
    pub fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head).ok()?;
        assert_eq!(head[1] & 0x80, 0x80, "a client masks");
        let length = match head[1] & 0x7f {
            126 => u64::from(u16::from_be_bytes(self.bytes()?)),
            127 => u64::from_be_bytes(self.bytes()?),
            short => u64::from(short),
        };
        let mask: [u8; 4] = self.bytes()?;
        let mut payload = vec![0; usize::try_from(length).ok()?];
        self.stream.read_exact(&mut payload).ok()?;
        for (at, byte) in payload.iter_mut().enumerate() {
            *byte ^= mask[at % 4];
        }
        Some((head[0] & 0xf, payload))
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes).ok().map(|()| bytes)
    }

    /// Reads until a frame of that opcode; `None` at the end.
    pub fn read_of(&mut self, opcode: u8) -> Option<Vec<u8>> {
        loop {
            match self.read()? {
                (found, payload) if found == opcode => return Some(payload),
                _ => {}
            }
        }
    }

    /// Reads the next text message as JSON; `None` at the end.
    pub fn json(&mut self) -> Option<serde_json::Value> {
        self.read_of(TEXT).map(|text| serde_json::from_slice(&text).expect("JSON"))
    }

    /// Reads to the end; the code of the close frame that came on the way.
    pub fn close_code(&mut self) -> Option<u16> {
        let payload = self.read_of(CLOSE)?;
        let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
        while self.read().is_some() {}
        Some(code)
    }

    /// Waits for the client's close frame and answers it; the code that came.
    pub fn close_code_answered(&mut self) -> Option<u16> {
        let payload = self.read_of(CLOSE)?;
        self.send(CLOSE, &payload);
        payload.first_chunk().map(|code| u16::from_be_bytes(*code))
    }

    /// Closes as a server should: the frame, then everything up to the client's.
    pub fn close(&mut self, code: u16, reason: &str) {
        self.send(CLOSE, &close_payload(code, reason.as_bytes()));
        while self.read().is_some_and(|(opcode, _)| opcode != CLOSE) {}
    }

    /// Reads the godot_ai handshake and acknowledges it.
    pub fn greet(&mut self) -> serde_json::Value {
        let hello = self.json().expect("a handshake");
        self.text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#);
        hello
    }

    /// Sends one godot_ai command.
    pub fn command(&mut self, id: &str) -> bool {
        self.text(&format!(r#"{{"request_id":"{id}","command":"work","params":{{"id":"{id}"}}}}"#))
    }
}
