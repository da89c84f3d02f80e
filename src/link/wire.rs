//! A transport with its backlog: what tungstenite reads from and writes to. Writes never block.

use std::io::{self, Read, Write};

use super::backlog::Backlog;
use super::transport::Transport;

/// Bytes of pongs that may wait to be written. A flood of pings beyond it is answered by one pong
/// for the newest, as RFC 6455, section 5.5.3 allows.
const PONG_BYTES: u64 = 16 << 10;
/// First byte of a whole pong frame.
const PONG: u8 = 0x8a;
/// First byte of a close frame.
const CLOSE: u8 = 0x88;

/// The transport and what waits to be written to it.
#[derive(Debug)]
pub struct Wire {
    /// Where bytes come from and go to.
    pub transport: Transport,
    /// What has yet to go.
    pub backlog: Backlog,
    reads_left: u32,
    blocked: bool,
    /// Writing failed: what is written from now on goes nowhere.
    failed: bool,
    /// Bytes of pongs queued since there was none in the backlog, and where the last one ends.
    pong_bytes: u64,
    pongs_end: u64,
    /// The pong for the newest ping, while too many are queued.
    late_pong: Option<Vec<u8>>,
}

impl Wire {
    /// A wire with nothing to write, good for that many reads.
    pub fn new(transport: Transport, reads: u32) -> Self {
        Self {
            transport,
            backlog: Backlog::default(),
            reads_left: reads,
            blocked: false,
            failed: false,
            pong_bytes: 0,
            pongs_end: 0,
            late_pong: None,
        }
    }

    /// Makes it good for that many reads; beyond them it says `WouldBlock`.
    pub fn allow_reads(&mut self, reads: u32) {
        self.reads_left = reads;
    }

    /// Whether the reads it was good for are used up.
    pub fn is_exhausted(&self) -> bool {
        self.reads_left == 0
    }

    /// Whether the last [`Wire::drain`] left something because the system takes no more.
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// Whether the last [`Wire::drain`] left something for its next turn, which the system would take now.
    pub fn has_more(&self) -> bool {
        !self.blocked && !self.failed && self.backlog.pending() > 0
    }

    /// Writes until the backlog is empty, the system takes no more, or a step of an attachment was encoded: reading and
    /// other work come between two steps. Returns the offset taken.
    ///
    /// # Errors
    /// The transport's end; never `WouldBlock`.
    pub fn drain(&mut self) -> io::Result<u64> {
        match self.drain_steps() {
            Ok(()) => self.blocked = false,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.blocked = true,
            Err(error) => {
                self.failed = true;
                return Err(error);
            }
        }
        Ok(self.backlog.taken())
    }

    fn drain_steps(&mut self) -> io::Result<()> {
        let steps = self.backlog.encoded_steps();
        let mut whole = false;
        loop {
            self.transport.push()?;
            if self.backlog.confirm() >= self.pongs_end {
                self.pong_bytes = 0;
                if let Some(pong) = self.late_pong.take() {
                    self.queue_pong(&pong);
                }
            }
            if whole && self.backlog.encoded_steps() > steps {
                return Ok(());
            }
            let bytes = self.backlog.next();
            if bytes.is_empty() {
                return Ok(());
            }
            let offered = bytes.len();
            let count = self.transport.write(bytes)?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.backlog.advance(count);
            whole = count == offered;
        }
    }

    fn queue_pong(&mut self, frame: &[u8]) {
        let length = frame.len() as u64;
        if self.pong_bytes + length > PONG_BYTES {
            self.late_pong = Some(frame.to_vec());
        } else {
            self.pong_bytes += length;
            self.pongs_end = self.backlog.queue_encoded(frame);
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(left) = self.reads_left.checked_sub(1) {
            self.reads_left = left;
            match self.transport.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// tungstenite writes one whole frame a call, as its own write buffer is set to hold none.
impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        if bytes.first() == Some(&PONG) {
            self.queue_pong(bytes);
        } else {
            if bytes.first() == Some(&CLOSE) {
                // Nothing may follow it.
                self.late_pong = None;
            }
            self.backlog.queue_encoded(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
