//! The wire in memory: messages as bytes, and one direction of a connection that carries them in pieces.

use std::collections::VecDeque;

use crate::chance::Chance;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
    Ping,
    Pong,
    Close,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Text, Self::Binary, Self::Ping, Self::Pong, Self::Close];
}

/// Bytes that a frame has beside its payload.
pub const FRAMING: usize = 5;

/// A frame as bytes: kind, length, payload.
pub fn encode(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap();
    [&[kind as u8][..], &length.to_be_bytes(), payload].concat()
}

/// A close frame.
pub fn close(code: u16, reason: &str) -> Vec<u8> {
    encode(Kind::Close, &[&code.to_be_bytes()[..], reason.as_bytes()].concat())
}

/// Puts frames together again.
#[derive(Debug, Default)]
pub struct Reader(VecDeque<u8>);

impl Reader {
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    /// The next whole frame.
    pub fn next(&mut self) -> Option<(Kind, Vec<u8>)> {
        let header: Vec<u8> = self.0.iter().take(FRAMING).copied().collect();
        let [kind, a, b, c, d] = header.try_into().ok()?;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if self.0.len() < FRAMING + length {
            return None;
        }
        self.0.drain(..FRAMING);
        Some((Kind::ALL[usize::from(kind)], self.0.drain(..length).collect()))
    }

    pub fn has_frame(&self) -> bool {
        let header: Vec<u8> = self.0.iter().take(FRAMING).copied().collect();
        let Ok([_, a, b, c, d]) = <[u8; FRAMING]>::try_from(header) else { return false };
        self.0.len() >= FRAMING + u32::from_be_bytes([a, b, c, d]) as usize
    }
}

/// One direction: what the system has taken from one end and not given to the other.
#[derive(Debug, Default)]
pub struct Pipe {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// Length of the last piece: a small one is not followed by a long wait, or nothing large would ever arrive.
    last: u64,
    /// When the next piece arrives.
    pub arrives: Option<u64>,
}

impl Pipe {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, ..Self::default() }
    }

    /// Takes what it has room for out of `backlog`; how much that was.
    pub fn take(&mut self, backlog: &mut VecDeque<u8>) -> usize {
        let count = backlog.len().min(self.capacity.saturating_sub(self.bytes.len()));
        self.bytes.extend(backlog.drain(..count));
        count
    }

    /// A piece of at most `most` bytes.
    pub fn give(&mut self, chance: &mut Chance, most: u64) -> Vec<u8> {
        let count = (1 + chance.length(most)).min(self.bytes.len());
        self.last = count as u64;
        self.bytes.drain(..count).collect()
    }

    /// Sets the time of the next piece, at most `delay` ns from now, if there is one to come.
    pub fn schedule(&mut self, now: u64, chance: &mut Chance, delay: u64) {
        const SLOWEST: u64 = 200_000;
        if self.arrives.is_none() && !self.bytes.is_empty() {
            let most = if self.last == 0 { delay } else { delay.min(self.last * SLOWEST) };
            self.arrives = Some(now + chance.upto(most));
        }
        self.last = if self.bytes.is_empty() { 0 } else { self.last };
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
