//! Which connection takes sends now: generation and phase in one word.
//!
//! A send takes its room, then looks here; the end of a connection closes the gate, then waits until nobody has room
//! without having put its send in. So each send that passed the gate is seen by the end of its connection.

use crate::session::phase::Phase;
use crate::sync::{AtomicU64, Ordering};

/// The gate of one link.
#[derive(Debug, Default)]
pub struct Gate(AtomicU64);

impl Gate {
    /// Publishes the phase; sends are accepted while it is [`Phase::Active`]. I/O thread only.
    pub fn set(&self, generation: u64, phase: Phase) {
        self.0.store((generation << 8) | phase as u64, Ordering::SeqCst);
    }

    /// Generation and number of the phase.
    pub fn get(&self) -> (u64, u32) {
        let gate = self.0.load(Ordering::SeqCst);
        (gate >> 8, (gate & 0xff) as u32)
    }

    /// The connection that takes sends now, if there is one.
    pub fn open_generation(&self) -> Option<u64> {
        let (generation, phase) = self.get();
        (phase == Phase::Active as u32).then_some(generation)
    }
}
