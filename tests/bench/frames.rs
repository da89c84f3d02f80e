//! WebSocket frames (RFC 6455, section 5) for the peer server, as lean as a peer can be: it must never be the slower end.

use std::io::{self, Read, Write};

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

const READ_BUFFER: usize = 256 * 1024;

/// The head of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub last: bool,
    pub opcode: u8,
    pub length: u64,
    pub mask: [u8; 4],
}

/// Reads frames through one buffer of fixed size.
pub struct FrameReader<R> {
    stream: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: Read> FrameReader<R> {
    pub fn new(stream: R) -> Self {
        Self { stream, buffer: vec![0; READ_BUFFER], start: 0, end: 0 }
    }

    /// The next frame's head; its payload must then be taken by [`Self::skip`] or [`Self::payload`].
    pub fn header(&mut self) -> io::Result<Header> {
        self.need(2)?;
        let (first, second) = (self.buffer[self.start], self.buffer[self.start + 1]);
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let masked = second & 0x80 != 0;
        let size = 2 + extended + if masked { 4 } else { 0 };
        self.need(size)?;
        let head = &self.buffer[self.start..self.start + size];
        let length = match extended {
            0 => u64::from(second & 0x7f),
            _ => head[2..2 + extended].iter().fold(0, |length, byte| (length << 8) | u64::from(*byte)),
        };
        let mut mask = [0; 4];
        if masked {
            mask.copy_from_slice(&head[size - 4..]);
        }
        self.start += size;
        Ok(Header { last: first & 0x80 != 0, opcode: first & 0x0f, length, mask })
    }

    /// Drops a payload unread and unmasked.
    pub fn skip(&mut self, header: &Header) -> io::Result<()> {
        let mut left = header.length;
        loop {
            let here = left.min((self.end - self.start) as u64);
            self.start += here as usize;
            left -= here;
            if left == 0 {
                return Ok(());
            }
            self.need(1)?;
        }
    }

    /// Puts an unmasked payload into `target`.
    pub fn payload(&mut self, header: &Header, target: &mut Vec<u8>) -> io::Result<()> {
        target.clear();
        let length = header.length as usize;
        while target.len() < length {
            self.need(1)?;
            let here = (length - target.len()).min(self.end - self.start);
            target.extend_from_slice(&self.buffer[self.start..self.start + here]);
            self.start += here;
        }
        for (byte, key) in target.iter_mut().zip(header.mask.iter().cycle()) {
            *byte ^= key;
        }
        Ok(())
    }

    /// Reads until `count` bytes stand in the buffer; `count` is never more than a frame's head.
    fn need(&mut self, count: usize) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.buffer.len() - self.start < count {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        while self.end - self.start < count {
            match self.stream.read(&mut self.buffer[self.end..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                taken => self.end += taken,
            }
        }
        Ok(())
    }
}

/// Appends one unmasked frame to `target`.
pub fn push_frame(target: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    target.push(0x80 | opcode);
    match payload.len() {
        length @ 0..=125 => target.push(length as u8),
        length @ 126..=0xffff => {
            target.push(126);
            target.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            target.push(127);
            target.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    target.extend_from_slice(payload);
}

/// Writes `count` binary messages of `size` bytes, many a system call.
pub fn write_messages(stream: &mut impl Write, size: usize, count: u64) -> io::Result<()> {
    let mut frame = Vec::new();
    push_frame(&mut frame, BINARY, &vec![b'x'; size]);
    let together = ((READ_BUFFER / frame.len()).max(1) as u64).min(count.max(1));
    let block = frame.repeat(together as usize);
    let mut left = count;
    while left > 0 {
        let here = left.min(together);
        stream.write_all(&block[..frame.len() * here as usize])?;
        left -= here;
    }
    Ok(())
}
