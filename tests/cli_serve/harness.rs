//! A `framewire serve` process, and editors for it made of bare tungstenite.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// How long anything may take. Only failures take so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that ends with the test.
pub struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    output: Receiver<Value>,
    backlog: Vec<Value>,
    pub port: u64,
    pub url: String,
}

impl Server {
    /// Starts a server on a free port, with `--json` and these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_framewire"))
            .args(["serve", "--json", "--port", "0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let stdout = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let (lines, output) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line).unwrap_or_else(|_| json!({ "event": "no JSON", "line": line }));
                if lines.send(value).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take();
        let mut server = Self { child, stdin, output, backlog: Vec::new(), port: 0, url: String::new() };
        let listening = server.next("listening");
        server.port = listening["port"].as_u64().expect("the port is a number");
        server.url = listening["url"].as_str().expect("the URL is text").to_owned();
        server
    }

    /// Types a line.
    pub fn line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).expect("the server reads");
    }

    /// Ends standard input.
    pub fn end_input(&mut self) {
        self.stdin = None;
    }

    /// The next report of that kind; others are kept for later calls.
    pub fn next(&mut self, event: &str) -> Value {
        if let Some(index) = self.backlog.iter().position(|report| report["event"] == event) {
            return self.backlog.remove(index);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(report) if report["event"] == event => return report,
                Ok(report) => self.backlog.push(report),
                Err(_) => panic!("no report `{event}`; seen: {:#?}", self.backlog),
            }
        }
    }

    /// Waits for the process to end by itself: whether it succeeded.
    pub fn exit(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status.success();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end; seen: {:#?}", self.backlog);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An editor's end of a connection.
pub struct Editor {
    pub socket: WebSocket<TcpStream>,
}

impl Editor {
    /// Connects without a handshake.
    pub fn dial(server: &Server) -> Self {
        let address = format!("127.0.0.1:{}", server.port);
        let stream = TcpStream::connect(&address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
        let (socket, _) = tungstenite::client(&server.url, stream).expect("the upgrade is accepted");
        Self { socket }
    }

    /// Connects and shakes hands.
    pub fn connect(server: &mut Server, session_id: &str) -> Self {
        let mut editor = Self::dial(server);
        editor.send(&hello(session_id));
        assert_eq!(editor.receive()["type"], "handshake_ack");
        server.next("acknowledged");
        editor
    }

    pub fn send(&mut self, value: &Value) {
        self.socket.send(Message::text(value.to_string())).expect("the server takes it");
    }

    /// The next JSON message.
    pub fn receive(&mut self) -> Value {
        loop {
            match self.socket.read().expect("a message comes") {
                Message::Text(text) => return serde_json::from_str(&text).expect("it is JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("no text: {other:?}"),
            }
        }
    }

    /// Reads until the server's close frame: its code and reason.
    pub fn closed(&mut self) -> (u16, String) {
        loop {
            match self.socket.read() {
                Ok(Message::Close(Some(frame))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Ok(Message::Close(None)) => return (1005, String::new()),
                Ok(_) => {}
                Err(error) => panic!("no close frame: {error}"),
            }
        }
    }

    /// Answers `count` commands, each so many times, with its parameters.
    pub fn answer(&mut self, count: usize, times: usize) {
        for _ in 0..count {
            let command = self.receive();
            for _ in 0..times {
                self.send(&answer(&command["request_id"], &command["params"]));
            }
        }
    }
}

/// A handshake with all that is required.
pub fn hello(session_id: &str) -> Value {
    json!({
        "type": "handshake", "session_id": session_id, "godot_version": "4.4", "project_path": "/project/",
        "plugin_version": "2.4.2", "protocol_version": 1, "readiness": "ready", "editor_pid": 7,
    })
}

/// A successful answer.
pub fn answer(request_id: &Value, data: &Value) -> Value {
    json!({ "request_id": request_id, "status": "ok", "data": data, "readiness": "ready" })
}
