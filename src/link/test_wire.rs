//! What tests of dials and sockets share: a client that drives, and a server that answers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

use super::address::Endpoint;
use super::capability_file::Record;
use super::clock::{ms, now_ns};
use super::dial::{Dial, DialRequest, Progress};
use super::failure::Failure;
use super::socket::{Incoming, OutFrame, Socket};
use super::wait::Wait;
use crate::protocol::attachment::Attachment;

/// Far beyond what any step takes.
pub const PATIENCE_MS: u32 = 60_000;

/// A request that nothing but a test's own deadline ends.
pub fn request(url: &str) -> DialRequest {
    let mut request = DialRequest::new(Endpoint::parse(url).unwrap(), 64 << 20);
    request.resolve_timeout_ms = PATIENCE_MS;
    request.connect_timeout_ms = PATIENCE_MS;
    request.tls_timeout_ms = PATIENCE_MS;
    request.upgrade_timeout_ms = PATIENCE_MS;
    request
}

/// Dials until the end.
pub fn drive(wait: &mut Wait, request: DialRequest) -> Result<(Socket, Option<Record>), Failure> {
    let mut dial = Dial::start(request, wait.waking());
    loop {
        match dial.advance(wait.registry(), now_ns()) {
            Progress::Pending(_) => wait.sleep(dial.deadline_ns(), || false).map(drop).unwrap(),
            Progress::Open { socket, capability } => return Ok((socket, capability)),
            Progress::Failed(failure) => return Err(failure),
        }
    }
}

/// A server that takes one connection, reads the request and says `answer`; returns what it read.
pub fn answering(answer: impl FnOnce(&str) -> Vec<u8> + Send + 'static) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut buffer).unwrap();
            assert_ne!(count, 0, "the client left in the middle of its request");
            request.extend_from_slice(&buffer[..count]);
        }
        let request = String::from_utf8(request).unwrap();
        // The client may hang up before it has read all of a bad answer.
        let _ = stream.write_all(&answer(&request));
        request
    });
    (address, server)
}

/// What a dial that must fail fails with.
pub fn failure_of(request: DialRequest) -> Failure {
    let mut wait = Wait::new().unwrap();
    drive(&mut wait, request).expect_err("the dial opened")
}

/// A stream that a server in a test can speak through.
pub trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A WebSocket server for one connection; `wrap` may put TLS around it.
pub fn serve_over<T: Send + 'static>(
    wrap: impl FnOnce(TcpStream) -> Box<dyn Stream> + Send + 'static,
    body: impl FnOnce(WebSocket<Box<dyn Stream>>) -> T + Send + 'static,
) -> (SocketAddr, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        body(tungstenite::accept_with_config(wrap(stream), Some(config)).unwrap())
    });
    (address, server)
}

/// A plain WebSocket server for one connection.
pub fn serve<T: Send + 'static>(
    body: impl FnOnce(WebSocket<Box<dyn Stream>>) -> T + Send + 'static,
) -> (SocketAddr, JoinHandle<T>) {
    serve_over(|stream| Box::new(stream), body)
}

/// A plain server and a socket open to it.
pub fn connected<T: Send + 'static>(
    body: impl FnOnce(WebSocket<Box<dyn Stream>>) -> T + Send + 'static,
) -> (Wait, Socket, JoinHandle<T>) {
    let (address, server) = serve(body);
    let mut wait = Wait::new().unwrap();
    let (socket, _) = drive(&mut wait, request(&format!("ws://{address}"))).unwrap();
    (wait, socket, server)
}

/// Writes and reads until a message comes.
pub fn next(wait: &mut Wait, socket: &mut Socket) -> Result<Incoming, Failure> {
    let deadline = now_ns() + ms(PATIENCE_MS);
    loop {
        match socket.read()? {
            Incoming::Blocked => {
                socket.write()?;
                assert!(now_ns() < deadline, "no message came");
                wait.sleep(deadline, || false).unwrap();
            }
            Incoming::Partial => {}
            incoming => {
                socket.write()?;
                return Ok(incoming);
            }
        }
    }
}

/// Writes until all is with the system.
pub fn flush(wait: &mut Wait, socket: &mut Socket) -> Result<u64, Failure> {
    let deadline = now_ns() + ms(PATIENCE_MS);
    loop {
        let taken = socket.write()?;
        if socket.backlog_bytes() == 0 && !socket.is_writing_blocked() {
            return Ok(taken);
        }
        assert!(now_ns() < deadline, "the backlog was never written");
        wait.sleep(deadline, || socket.has_more_to_write()).unwrap();
    }
}

/// An answer with that many raw bytes, and the message that it is.
pub fn attachment(raw: usize) -> (OutFrame, Message) {
    let bytes: Vec<u8> = (0..=255).cycle().take(raw).collect();
    let attachment = Attachment::find(b"[null]", "/0").ok();
    let text = format!(r#"["{}"]"#, STANDARD.encode(&bytes));
    let payload = [b"[null]".as_slice(), &bytes].concat();
    (OutFrame { text: true, payload, attachment, ..OutFrame::default() }, Message::text(text))
}

/// The end towards the peer is wished while an attachment has just begun; the peer gets all of it before.
pub fn end_after_attachment(wait: &mut Wait, socket: &mut Socket) -> Message {
    let (frame, message) = attachment(8 << 20);
    let end = socket.queue(frame);
    socket.shutdown_write();
    assert!(socket.taken() < end, "one step at a time");
    assert_eq!(flush(wait, socket).unwrap(), end);
    message
}
