//! Whether the I/O thread waits for the frame loop to give events back.
//!
//! The I/O thread says so before it lies down, and looks at what came back after that; the frame loop gives back first
//! and asks second. So either the I/O thread finds what came back, or the frame loop finds that it has to wake it.

use crate::sync::{AtomicBool, Ordering, fence};

/// What the I/O thread says of itself.
#[derive(Debug, Default)]
pub struct Stall(AtomicBool);

impl Stall {
    /// Says whether events wait behind a full ring, or reading waits for room. I/O thread only.
    pub fn set(&self, is_stalled: bool) {
        self.0.store(is_stalled, Ordering::SeqCst);
    }

    /// What was last said, for a caller that gives nothing back.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks behind what the caller gave back.
    pub fn is_set_behind_a_release(&self) -> bool {
        fence(Ordering::SeqCst);
        self.0.load(Ordering::SeqCst)
    }
}
