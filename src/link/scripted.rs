//! A transport that does what a test tells it.

use std::collections::VecDeque;
use std::io;

/// Gives scripted bytes and takes as many as the script allows.
#[derive(Debug, Default)]
pub struct Scripted {
    /// What reads give, one piece a read; after the last piece reads block.
    pub input: VecDeque<Vec<u8>>,
    /// How many bytes each write takes, 0 = it blocks; after the last entry writes take all.
    pub takes: VecDeque<usize>,
    /// What was taken.
    pub output: Vec<u8>,
    /// Whether a layer above the system still holds bytes, one answer a push.
    pub holds: VecDeque<bool>,
}

impl Scripted {
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut piece) = self.input.pop_front() else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let count = piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&piece[..count]);
        if count < piece.len() {
            self.input.push_front(piece.split_off(count));
        }
        Ok(count)
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.takes.pop_front().unwrap_or(bytes.len()).min(bytes.len());
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.output.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    pub fn push(&mut self) -> io::Result<()> {
        if self.holds.pop_front() == Some(true) { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }
}
