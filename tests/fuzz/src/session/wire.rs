//! What lies between the session and its peer: how far the stream has come, and which message ends where.

use std::collections::VecDeque;

/// What a frame adds to a message.
const FRAMING: u64 = 6;

/// One connection's stream out.
#[derive(Debug, Default)]
pub struct Wire {
    pub queued: u64,
    pub taken: u64,
    /// Numbered sends and where they end.
    sends: VecDeque<(u64, u64)>,
    pub has_close: bool,
    pub is_shut: bool,
    /// The peer's close frame came: nothing more is read.
    pub has_ended: bool,
    /// The last ping that was sent.
    pub ping: Option<[u8; 8]>,
}

impl Wire {
    /// Puts a message into the stream; where it ends.
    pub fn queue(&mut self, length: usize, number: u64) -> u64 {
        assert!(!self.has_close, "nothing follows a close frame");
        assert!(!self.is_shut, "nothing is written once the write side is shut");
        self.queued += length as u64 + FRAMING;
        if number != 0 {
            self.sends.push_back((self.queued, number));
        }
        self.queued
    }

    /// The system takes so many bytes more; the sends that it has taken whole by that.
    pub fn take(&mut self, bytes: u64) -> Vec<u64> {
        self.taken = self.queued.min(self.taken + bytes);
        let mut whole = Vec::new();
        while let Some((_, number)) = self.sends.pop_front_if(|(end, _)| *end <= self.taken) {
            whole.push(number);
        }
        whole
    }

    pub fn is_all_taken(&self) -> bool {
        self.taken == self.queued
    }
}
