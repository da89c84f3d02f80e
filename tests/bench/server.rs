//! The peer of every measurement: an echo, source and sink server in a process of its own, on the machine's last core.
//!
//! `/raw`: a text message is an order, a binary message is echoed.
//! - `source SIZE COUNT`: COUNT binary messages of SIZE bytes come back.
//! - `sink COUNT`: the next COUNT binary messages are swallowed, then the text `done COUNT BYTES` comes back.
//!
//! `/godot`: see [`crate::godot_room`]. A second port echoes plain TCP, the floor of all round trips.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tungstenite::handshake::server::{ErrorResponse, Request, Response};

use crate::frames::{self, FrameReader, Header, push_frame};
use crate::godot_room;
use crate::host;

/// Serves until the process is ended; the ports are printed once both listen.
pub fn serve(port: u16) -> io::Result<()> {
    host::pin(host::Core::Last);
    let web_socket = TcpListener::bind(("127.0.0.1", port))?;
    let listening_ns = host::monotonic_ns();
    let plain = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{} {} {listening_ns}", web_socket.local_addr()?.port(), plain.local_addr()?.port());
    io::stdout().flush()?;
    thread::spawn(move || accept(&plain, echo_plain));
    // The parent holds the other end: its death ends this process too.
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    accept(&web_socket, serve_web_socket);
    Ok(())
}

fn accept(listener: &TcpListener, serve: fn(TcpStream) -> io::Result<()>) {
    for stream in listener.incoming().flatten() {
        // A client that goes away in mid-sentence is the usual end here.
        thread::spawn(move || stream.set_nodelay(true).and_then(|()| serve(stream)));
    }
}

fn echo_plain(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            taken => stream.write_all(&buffer[..taken])?,
        }
    }
}

fn serve_web_socket(stream: TcpStream) -> io::Result<()> {
    let is_godot = Arc::new(AtomicBool::new(false));
    let found = Arc::clone(&is_godot);
    #[allow(clippy::result_large_err)] // tungstenite's own callback type
    let read_path = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        found.store(request.uri().path().starts_with("/godot"), Ordering::Relaxed);
        Ok(response)
    };
    let socket = tungstenite::accept_hdr(stream, read_path).map_err(io::Error::other)?;
    let writer = socket.get_ref().try_clone()?;
    let peer = Peer { reader: FrameReader::new(socket.get_ref().try_clone()?), writer, outgoing: Vec::new() };
    if is_godot.load(Ordering::Relaxed) { godot_room::serve(peer) } else { serve_raw(peer) }
}

/// One connection after its upgrade.
pub struct Peer {
    pub reader: FrameReader<TcpStream>,
    pub writer: TcpStream,
    outgoing: Vec<u8>,
}

impl Peer {
    /// The next frame that carries data; pings and the close are dealt with. `None` = closed.
    pub fn data_header(&mut self) -> io::Result<Option<Header>> {
        loop {
            let header = self.reader.header()?;
            match header.opcode {
                frames::PING | frames::CLOSE => {
                    let mut payload = Vec::new();
                    self.reader.payload(&header, &mut payload)?;
                    let answer = if header.opcode == frames::PING { frames::PONG } else { frames::CLOSE };
                    self.send(answer, &payload)?;
                    if header.opcode == frames::CLOSE {
                        return Ok(None);
                    }
                }
                frames::PONG => self.reader.skip(&header)?,
                _ => return Ok(Some(header)),
            }
        }
    }

    pub fn send(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        self.outgoing.clear();
        push_frame(&mut self.outgoing, opcode, payload);
        self.writer.write_all(&self.outgoing)
    }
}

fn serve_raw(mut peer: Peer) -> io::Result<()> {
    let (mut expected, mut seen, mut bytes) = (0_u64, 0_u64, 0_u64);
    let mut payload = Vec::new();
    while let Some(header) = peer.data_header()? {
        if header.opcode == frames::TEXT {
            peer.reader.payload(&header, &mut payload)?;
            match order(&payload) {
                Some(("source", size, count)) => frames::write_messages(&mut peer.writer, size as usize, count)?,
                Some(("sink", count, _)) => (expected, seen, bytes) = (count, 0, 0),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        } else if expected > 0 {
            peer.reader.skip(&header)?;
            bytes += header.length;
            seen += u64::from(header.last);
            if seen == expected {
                peer.send(frames::TEXT, format!("done {seen} {bytes}").as_bytes())?;
                expected = 0;
            }
        } else {
            peer.reader.payload(&header, &mut payload)?;
            peer.send(frames::BINARY, &payload)?;
        }
    }
    Ok(())
}

/// Splits `WORD NUMBER [NUMBER]`.
fn order(text: &[u8]) -> Option<(&str, u64, u64)> {
    let mut words = std::str::from_utf8(text).ok()?.split(' ');
    let word = words.next()?;
    let first = words.next()?.parse().ok()?;
    let second = words.next().map_or(Some(0), |word| word.parse().ok())?;
    Some((word, first, second))
}
