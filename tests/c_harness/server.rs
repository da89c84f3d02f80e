//! A tool server for the C hosts, led step by step by the test: godot_ai protocol 1, or plain WebSocket messages.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Longer than any answer takes; the end of a test that waits in vain.
const BOUND: Duration = Duration::from_secs(60);

/// A server that an editor is about to dial.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

/// The connection of one editor.
pub struct Editor {
    socket: WebSocket<TcpStream>,
    calls: u64,
}

impl Server {
    pub fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the address of the listener");
        Self { listener, address }
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Waits for an editor and upgrades its connection.
    pub fn accept(&self) -> Editor {
        let (stream, _) = self.listener.accept().expect("an editor dials");
        stream.set_read_timeout(Some(BOUND)).expect("a time-out can be set");
        Editor { socket: tungstenite::accept(stream).expect("the editor upgrades"), calls: 0 }
    }
}

impl Editor {
    /// Reads the editor's `handshake` and acknowledges it.
    pub fn greet(&mut self) -> Value {
        let hello = self.read();
        assert_eq!(hello["type"], "handshake", "{hello}");
        self.write(&json!({"type": "handshake_ack", "server_version": "2.4.2"}).to_string());
        hello
    }

    /// Sends a command and returns its request id.
    pub fn call(&mut self, command: &str, params: &Value) -> String {
        self.calls += 1;
        let id = format!("{:032x}", self.calls);
        self.write(&json!({"request_id": id, "command": command, "params": params}).to_string());
        id
    }

    /// The next answer, whichever it is; events are passed over.
    pub fn answer(&mut self) -> Value {
        loop {
            let message = self.read();
            if message.get("request_id").is_some() {
                return message;
            }
        }
    }

    /// Sends a command, with no other in flight, and returns its answer.
    pub fn ask(&mut self, command: &str, params: &Value) -> Value {
        let id = self.call(command, params);
        let answer = self.answer();
        assert_eq!(answer["request_id"], id.as_str(), "{answer}");
        answer
    }

    pub fn write(&mut self, text: &str) {
        self.socket.send(Message::text(text)).expect("the editor reads");
    }

    pub fn read_text(&mut self) -> String {
        loop {
            if let Message::Text(text) = self.socket.read().expect("the editor writes") {
                return text.to_string();
            }
        }
    }

    /// Ends the connection in good order.
    pub fn close(mut self) {
        let _ = self.socket.close(None);
        while self.socket.read().is_ok() {}
    }

    fn read(&mut self) -> Value {
        serde_json::from_str(&self.read_text()).expect("the editor speaks JSON")
    }
}
