//! What a connection has yet to write: encoded frames on their way to the operating system.
//!
//! Small frames are encoded and masked into one buffer, so that a burst leaves in one write. A
//! large message stays in the buffer it came in and is masked, or encoded, step by step, right before
//! each step is written: no copy, and no long pause between the first byte and the last.

use std::collections::VecDeque;
use std::mem::take;

use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use super::mask::{self, Keys};
use super::streamed::Streamed;
use crate::protocol::attachment::Attachment;

/// Messages above this keep their own buffer.
pub const LARGE: usize = 64 << 10;
/// At most this many bytes are masked and offered at a time.
pub const STEP: usize = 256 << 10;
/// Bytes of small buffers kept for reuse, and how many; beside them one large one is kept, whatever its size.
const SPENT_BYTES: usize = 256 << 10;
const SPENT_COUNT: usize = 1024;
/// A client's frame header (RFC 6455, section 5.2).
const LONGEST_HEADER: usize = 14;

/// One WebSocket message: head, payload and tail in a row. The parts spare the caller a copy of a
/// large payload into its envelope.
#[derive(Debug, Default)]
pub struct OutFrame {
    /// A text message, whose parts together are UTF-8; otherwise binary.
    pub text: bool,
    /// What goes before the payload.
    pub head: Vec<u8>,
    /// The payload; its buffer comes back by [`Backlog::take_spent`].
    pub payload: Vec<u8>,
    /// The payload is JSON with an attachment, whose bytes are encoded on the way.
    pub attachment: Option<Attachment>,
    /// What goes after the payload.
    pub tail: Vec<u8>,
}

impl OutFrame {
    /// Bytes of the message, without framing.
    pub fn len(&self) -> usize {
        let payload = self.payload.len();
        let payload = self.attachment.as_ref().map_or(payload, |attachment| attachment.len(payload));
        self.head.len() + payload + self.tail.len()
    }
}

#[derive(Debug)]
enum Segment {
    /// Frames ready to go.
    Encoded { bytes: Vec<u8>, written: usize },
    /// The payload of one large frame, masked as it goes.
    Streamed(Box<Streamed>),
}

/// Frames that wait to be written, in order, and how far they got. Bytes are counted since the
/// connection began; framing counts.
#[derive(Debug, Default)]
pub struct Backlog {
    segments: VecDeque<Segment>,
    keys: Keys,
    queued: u64,
    offered: u64,
    taken: u64,
    spare: Vec<u8>,
    spent: Vec<Vec<u8>>,
    spent_bytes: usize,
    /// Steps of attachments that were encoded, of messages that are gone.
    steps: u64,
}

impl Backlog {
    /// Queues one message; returns the offset at which it ends.
    pub fn queue(&mut self, frame: OutFrame) -> u64 {
        let length = frame.len();
        let mut key = self.keys.next_key();
        let data = if frame.text { Data::Text } else { Data::Binary };
        let header = FrameHeader { opcode: OpCode::Data(data), mask: Some(key), ..FrameHeader::default() };
        let room = if length <= LARGE { length + LONGEST_HEADER } else { LONGEST_HEADER };
        let bytes = self.encoded(room);
        let start = bytes.len();
        // Writing into a vector does not fail.
        let _ = header.format(length as u64, bytes);
        if length <= LARGE {
            let body = bytes.len();
            bytes.extend_from_slice(&frame.head);
            match &frame.attachment {
                Some(attachment) => attachment.write(&frame.payload, bytes),
                None => bytes.extend_from_slice(&frame.payload),
            }
            bytes.extend_from_slice(&frame.tail);
            mask::apply(bytes.get_mut(body..).unwrap_or_default(), &mut key);
            self.queued += (bytes.len() - start) as u64;
            self.keep(frame.payload);
        } else {
            self.queued += (bytes.len() - start + length) as u64;
            self.segments.push_back(Segment::Streamed(Box::new(Streamed::new(frame, key))));
        }
        self.queued
    }

    /// Queues bytes that are a whole frame, or not yet a WebSocket's; returns the offset at which
    /// they end.
    pub fn queue_encoded(&mut self, bytes: &[u8]) -> u64 {
        self.encoded(bytes.len()).extend_from_slice(bytes);
        self.queued += bytes.len() as u64;
        self.queued
    }

    /// The buffer at the end of the queue that takes `room` more bytes of small frames.
    fn encoded(&mut self, room: usize) -> &mut Vec<u8> {
        let open = match self.segments.back_mut() {
            Some(Segment::Encoded { bytes, .. }) if bytes.len() + room <= STEP => true,
            Some(Segment::Encoded { bytes, .. }) => {
                // A full one waits for the system: what it grew beyond its need would wait with it.
                bytes.shrink_to_fit();
                false
            }
            _ => false,
        };
        if !open {
            let bytes = take(&mut self.spare);
            self.segments.push_back(Segment::Encoded { bytes, written: 0 });
        }
        match self.segments.back_mut() {
            Some(Segment::Encoded { bytes, .. }) => bytes,
            // Not reached: the last segment is encoded now. The spare is a harmless stand-in.
            _ => &mut self.spare,
        }
    }

    /// The next bytes for the wire, masked, at most [`STEP`]; empty if there are none.
    pub fn next(&mut self) -> &[u8] {
        match self.segments.front_mut() {
            None => &[],
            Some(Segment::Encoded { bytes, written }) => {
                let end = bytes.len().min(*written + STEP);
                bytes.get(*written..end).unwrap_or_default()
            }
            Some(Segment::Streamed(streamed)) => streamed.next(),
        }
    }

    /// Notes that `count` bytes of [`Backlog::next`] were handed on, at least to a TLS layer.
    pub fn advance(&mut self, count: usize) {
        self.offered += count as u64;
        let ended = match self.segments.front_mut() {
            None => false,
            Some(Segment::Encoded { bytes, written }) => {
                *written += count;
                *written >= bytes.len()
            }
            Some(Segment::Streamed(streamed)) => streamed.advance(count),
        };
        if !ended {
            return;
        }
        match self.segments.pop_front() {
            Some(Segment::Encoded { mut bytes, .. }) if bytes.capacity() <= LARGE => {
                bytes.clear();
                self.spare = bytes;
            }
            Some(Segment::Encoded { .. }) | None => {}
            Some(Segment::Streamed(streamed)) => {
                self.steps += streamed.steps();
                self.keep(streamed.into_payload());
            }
        }
    }

    /// Steps of attachments that [`Backlog::next`] has encoded.
    pub fn encoded_steps(&self) -> u64 {
        let under_way = match self.segments.front() {
            Some(Segment::Streamed(streamed)) => streamed.steps(),
            _ => 0,
        };
        self.steps + under_way
    }

    /// Notes that the operating system has all that was handed on; returns the offset.
    pub fn confirm(&mut self) -> u64 {
        self.taken = self.offered;
        self.taken
    }

    /// Bytes that the operating system has taken.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Bytes that it has not taken yet.
    pub fn pending(&self) -> u64 {
        self.queued - self.taken
    }

    /// A payload buffer that is no longer needed, empty, with its capacity.
    pub fn take_spent(&mut self) -> Option<Vec<u8>> {
        let buffer = self.spent.pop()?;
        self.spent_bytes -= if buffer.capacity() > LARGE { 0 } else { buffer.capacity() };
        Some(buffer)
    }

    fn keep(&mut self, mut buffer: Vec<u8>) {
        let capacity = buffer.capacity();
        let keeps = if capacity > LARGE {
            self.spent.iter().all(|kept| kept.capacity() <= LARGE)
        } else {
            self.spent.len() < SPENT_COUNT && self.spent_bytes + capacity <= SPENT_BYTES
        };
        if capacity > 0 && keeps {
            buffer.clear();
            self.spent_bytes += if capacity > LARGE { 0 } else { capacity };
            self.spent.push(buffer);
        }
    }
}

#[cfg(test)]
#[path = "backlog_tests.rs"]
mod tests;
