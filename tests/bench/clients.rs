//! The clients to stand beside: tungstenite on a plain TCP socket, with nothing between it and the loop that uses it.

use std::io;
use std::net::TcpStream;
use std::time::Instant;

use tungstenite::{Bytes, Error, Message, WebSocket};

use crate::host;
use crate::samples::{Figures, latencies};

type Client = WebSocket<TcpStream>;

const IDLE_POLLS: u32 = 100_000;
const ROUND_TRIPS: usize = 5_000;
const WARM_UP: usize = 500;
const SMALL: usize = 64;

/// How a bare client empties its write buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// When the buffer is full, and at the end.
    Together,
    /// After each message.
    Each,
}

fn connect(port: u16) -> io::Result<Client> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let (client, _) = tungstenite::client(format!("ws://127.0.0.1:{port}/raw"), stream).map_err(io::Error::other)?;
    Ok(client)
}

/// A read that finds nothing, over and over.
pub fn idle_poll(port: u16) -> io::Result<Figures> {
    let mut client = connect(port)?;
    client.get_ref().set_nonblocking(true)?;
    let (wall, cpu) = (Instant::now(), host::thread_cpu_ns());
    for _ in 0..IDLE_POLLS {
        if !would_block(&client.read()) {
            return Err(io::Error::other("the idle peer sent something"));
        }
    }
    let cpu = (host::thread_cpu_ns() - cpu) as f64;
    let wall = wall.elapsed().as_nanos() as f64;
    Ok(vec![("cpu_ns".to_owned(), cpu / f64::from(IDLE_POLLS)), ("wall_ns".to_owned(), wall / f64::from(IDLE_POLLS))])
}

/// 64 bytes there and back; `spinning` reads without blocking, as a frame loop would.
pub fn round_trip(port: u16, spinning: bool) -> io::Result<Figures> {
    let mut client = connect(port)?;
    client.get_ref().set_nonblocking(spinning)?;
    let payload = Bytes::from(vec![b'x'; SMALL]);
    let mut times = Vec::with_capacity(ROUND_TRIPS);
    for turn in 0..WARM_UP + ROUND_TRIPS {
        let start = Instant::now();
        client.send(Message::Binary(payload.clone())).map_err(io::Error::other)?;
        loop {
            let answer = client.read();
            if !would_block(&answer) {
                answer.map_err(io::Error::other)?;
                break;
            }
        }
        if turn >= WARM_UP {
            times.push(start.elapsed().as_nanos() as f64);
        }
    }
    Ok(latencies(&times))
}

/// `count` messages of `size` bytes from the peer.
pub fn receive(port: u16, size: usize, count: u64) -> io::Result<Figures> {
    let mut client = connect(port)?;
    let start = Instant::now();
    client.send(Message::text(format!("source {size} {count}"))).map_err(io::Error::other)?;
    for _ in 0..count {
        let message = client.read().map_err(io::Error::other)?;
        if message.len() != size {
            return Err(io::Error::other("a message of another size"));
        }
    }
    Ok(rates(start, size, count))
}

/// `count` messages of `size` bytes to the peer, timed until it says that it has them all.
pub fn send(port: u16, size: usize, count: u64, flush: Flush) -> io::Result<Figures> {
    let mut client = connect(port)?;
    let payload = Bytes::from(vec![b'x'; size]);
    client.send(Message::text(format!("sink {count}"))).map_err(io::Error::other)?;
    let start = Instant::now();
    for _ in 0..count {
        client.write(Message::Binary(payload.clone())).map_err(io::Error::other)?;
        if flush == Flush::Each {
            client.flush().map_err(io::Error::other)?;
        }
    }
    client.flush().map_err(io::Error::other)?;
    let done = client.read().map_err(io::Error::other)?;
    let expected = format!("done {count} {}", size as u64 * count);
    if done.to_text().ok() != Some(&expected) {
        return Err(io::Error::other(format!("the peer says `{done}`, not `{expected}`")));
    }
    Ok(rates(start, size, count))
}

fn would_block<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock)
}

fn rates(start: Instant, size: usize, count: u64) -> Figures {
    let seconds = start.elapsed().as_secs_f64();
    vec![
        ("messages_per_s".to_owned(), count as f64 / seconds),
        ("bytes_per_s".to_owned(), count as f64 * size as f64 / seconds),
    ]
}
