//! A large message on its way to the system: masked, and where it has an attachment encoded, step by step.

use std::ops::Range;

use super::backlog::{OutFrame, STEP};
use super::mask::{self, Key};
use crate::protocol::attachment::{encode, encoded_len};

/// Raw bytes encoded at a time: whole groups of three, and with both quotes no more than a step.
const RAW_STEP: usize = (STEP / 4 - 1) * 3;
const PAYLOAD: usize = 1;

/// A part of the message, as far as it is still to come.
#[derive(Debug)]
enum Piece {
    /// Goes as it is.
    Plain { part: usize, left: Range<usize> },
    /// Bytes of the payload that go as a JSON string of base64. `quotes`: 2 at first, 1 after the opening one.
    Base64 { left: Range<usize>, quotes: u8 },
}

/// One message, without its frame header.
#[derive(Debug)]
pub(super) struct Streamed {
    /// Head, payload, tail.
    parts: [Vec<u8>; 3],
    pieces: [Piece; 5],
    at: usize,
    key: Key,
    /// How far the plain piece under way is masked.
    masked: usize,
    /// Base64 of the last step, masked, and how much of it has been handed on.
    step: Vec<u8>,
    ready: usize,
    written: usize,
    steps: u64,
}

impl Streamed {
    pub(super) fn new(frame: OutFrame, key: Key) -> Self {
        let length = frame.payload.len();
        let (before, bytes, after) = match &frame.attachment {
            Some(attachment) => (attachment.before(), Some(attachment.bytes(length)), attachment.after()),
            None => (0..length, None, length..length),
        };
        let plain = |part, left| Piece::Plain { part, left };
        let pieces = [
            plain(0, 0..frame.head.len()),
            plain(PAYLOAD, before),
            bytes.map_or(plain(PAYLOAD, length..length), |left| Piece::Base64 { left, quotes: 2 }),
            plain(PAYLOAD, after),
            plain(2, 0..frame.tail.len()),
        ];
        let parts = [frame.head, frame.payload, frame.tail];
        Self { parts, pieces, at: 0, key, masked: 0, step: Vec::new(), ready: 0, written: 0, steps: 0 }
    }

    /// The next bytes, masked, at most [`STEP`]; empty at the end.
    pub(super) fn next(&mut self) -> &[u8] {
        while self.pieces.get(self.at).is_some_and(|piece| self.is_over(piece)) {
            self.at += 1;
            self.masked = 0;
        }
        match self.pieces.get_mut(self.at) {
            None => &[],
            Some(Piece::Plain { part, left }) => {
                let Some(part) = self.parts.get_mut(*part) else { return &[] };
                let end = left.end.min(left.start + STEP);
                let from = self.masked.max(left.start);
                mask::apply(part.get_mut(from..end).unwrap_or_default(), &mut self.key);
                self.masked = self.masked.max(end);
                part.get(left.start..end).unwrap_or_default()
            }
            Some(Piece::Base64 { left, quotes }) => {
                if self.written == self.ready {
                    let [_, payload, _] = &self.parts;
                    self.ready = encode_step(payload, left, quotes, &mut self.step);
                    self.written = 0;
                    self.steps += 1;
                    mask::apply(self.step.get_mut(..self.ready).unwrap_or_default(), &mut self.key);
                }
                self.step.get(self.written..self.ready).unwrap_or_default()
            }
        }
    }

    /// Notes that `count` bytes of [`Streamed::next`] are gone; whether that was the last one.
    pub(super) fn advance(&mut self, count: usize) -> bool {
        match self.pieces.get_mut(self.at) {
            None => {}
            Some(Piece::Plain { left, .. }) => left.start += count,
            Some(Piece::Base64 { .. }) => self.written += count,
        }
        self.pieces.iter().skip(self.at).all(|piece| self.is_over(piece))
    }

    fn is_over(&self, piece: &Piece) -> bool {
        match piece {
            Piece::Plain { left, .. } => left.is_empty(),
            Piece::Base64 { quotes, .. } => *quotes == 0 && self.written == self.ready,
        }
    }

    /// Steps that were encoded.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// The payload's buffer, for reuse.
    pub(super) fn into_payload(self) -> Vec<u8> {
        let [_, payload, _] = self.parts;
        payload
    }
}

/// Encodes the next bytes of `left` into `step`; how many bytes that made.
fn encode_step(payload: &[u8], left: &mut Range<usize>, quotes: &mut u8, step: &mut Vec<u8>) -> usize {
    let count = left.len().min(RAW_STEP);
    let raw = payload.get(left.start..left.start + count).unwrap_or_default();
    // It stays as large as its first step, the largest.
    let room = encoded_len(count) + 2;
    if step.len() < room {
        step.resize(room, 0);
    }
    let mut ready = 0;
    if *quotes == 2 {
        put_quote(step, &mut ready, quotes);
    }
    ready += encode(raw, step.get_mut(ready..).unwrap_or_default());
    left.start += count;
    if left.start >= left.end {
        put_quote(step, &mut ready, quotes);
    }
    ready
}

fn put_quote(step: &mut [u8], at: &mut usize, quotes: &mut u8) {
    if let Some(byte) = step.get_mut(*at) {
        *byte = b'"';
    }
    *at += 1;
    *quotes = quotes.saturating_sub(1);
}

#[cfg(test)]
#[path = "streamed_tests.rs"]
mod tests;
