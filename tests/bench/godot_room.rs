//! The `/godot` room of the peer server: just enough of Godot AI's protocol 1 to be a server of the `godot_ai` profile.
//!
//! It takes the handshake, acknowledges it, and sends commands when the event `bench_commands` asks for them:
//! `{"count": N, "bytes": B, "window": W, "shape": S}` = N commands of B bytes, at most W unanswered (0 = all at once),
//! filled with one long text, or with objects of three keys (`"shape": "objects"`).

use std::io::{self, Write};

use serde_json::Value;

use crate::frames::{self, push_frame};
use crate::server::Peer;

/// Above this a text is an answer without looking: orders are short.
const LONGEST_ORDER: u64 = 1024;
const ACKNOWLEDGEMENT: &str = r#"{"type":"handshake_ack","server_version":"2.4.2"}"#;

pub fn serve(mut peer: Peer) -> io::Result<()> {
    let mut payload = Vec::new();
    let Some(header) = peer.data_header()? else {
        return Ok(());
    };
    peer.reader.payload(&header, &mut payload)?;
    if serde_json::from_slice::<Value>(&payload).is_ok_and(|hello| hello["type"] != "handshake") {
        return Err(io::ErrorKind::InvalidData.into());
    }
    peer.send(frames::TEXT, ACKNOWLEDGEMENT.as_bytes())?;

    let mut commands = Commands::default();
    let mut partial = false;
    while let Some(header) = peer.data_header()? {
        let whole = header.last && !partial && header.opcode != frames::CONTINUATION;
        partial = !header.last;
        if whole && header.length <= LONGEST_ORDER {
            peer.reader.payload(&header, &mut payload)?;
            match order(&payload) {
                Some(order) => commands = order,
                None => commands.unanswered = commands.unanswered.saturating_sub(1),
            }
        } else {
            peer.reader.skip(&header)?;
            commands.unanswered = commands.unanswered.saturating_sub(u64::from(header.last));
        }
        commands.write_due(&mut peer)?;
    }
    Ok(())
}

/// What an order still asks for.
#[derive(Default)]
struct Commands {
    left: u64,
    bytes: usize,
    window: u64,
    unanswered: u64,
    is_objects: bool,
}

impl Commands {
    /// Sends what the window lets through, in one write.
    fn write_due(&mut self, peer: &mut Peer) -> io::Result<()> {
        let room = if self.window == 0 { self.left } else { self.window.saturating_sub(self.unanswered) };
        let mut block = Vec::new();
        for _ in 0..room.min(self.left) {
            push_frame(&mut block, frames::TEXT, &command(self.left, self.bytes, self.is_objects));
            self.left -= 1;
            self.unanswered += 1;
        }
        peer.writer.write_all(&block)
    }
}

/// An event named `bench_commands`, or `None` for anything else.
fn order(text: &[u8]) -> Option<Commands> {
    let message: Value = serde_json::from_slice(text).ok()?;
    if message.get("type")? != "event" || message.get("event")? != "bench_commands" {
        return None;
    }
    let number = |name: &str| message.get("data")?.get(name)?.as_u64();
    Some(Commands {
        left: number("count")?,
        bytes: number("bytes")? as usize,
        window: number("window").unwrap_or(0),
        unanswered: 0,
        is_objects: message.get("data")?.get("shape").is_some_and(|shape| shape == "objects"),
    })
}

/// A command of `bytes` bytes, or the shortest there is; one of objects ends with the first that reaches them.
fn command(number: u64, bytes: usize, is_objects: bool) -> Vec<u8> {
    let head = format!(r#"{{"request_id":"{number:032x}","command":"bench","params":{{"#);
    if is_objects {
        return objects(&head, bytes);
    }
    let head = format!(r#"{head}"text":""#);
    let tail = r#""}}"#;
    let filling = bytes.saturating_sub(head.len() + tail.len());
    let mut text = head.into_bytes();
    text.resize(text.len() + filling, b'x');
    text.extend_from_slice(tail.as_bytes());
    text
}

fn objects(head: &str, bytes: usize) -> Vec<u8> {
    let mut text = format!(r#"{head}"list":["#);
    for number in 0.. {
        if text.len() + 3 >= bytes {
            break;
        }
        let comma = if number == 0 { "" } else { "," };
        text += &format!(r#"{comma}{{"id":{number},"name":"node {number}","visible":true}}"#);
    }
    (text + "]}}").into_bytes()
}
