//! The readiness as any thread may set it and any thread may read it.

use core::sync::atomic::{AtomicU32, Ordering};

use super::Readiness;

/// Holds the readiness last set. No lock, no clock.
#[derive(Debug, Default)]
pub struct ReadinessCell(AtomicU32);

impl ReadinessCell {
    /// Stores `readiness`; returns whether it differs from what was stored before.
    pub fn set(&self, readiness: Readiness) -> bool {
        self.0.swap(readiness as u32, Ordering::AcqRel) != readiness as u32
    }

    /// The readiness last set.
    pub fn get(&self) -> Readiness {
        Readiness::from_number(self.0.load(Ordering::Acquire)).unwrap_or_default()
    }
}
