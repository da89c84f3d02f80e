//! Whether an I/O thread sleeps, so that a wake-up, which is a system call, is sent to a sleeper only.
//!
//! The order that loses none: the sender publishes its work, fences, then looks at the flag; the sleeper sets the flag,
//! fences, then looks for work. One of the two always sees the other.

use crate::sync::{AtomicBool, Ordering, fence};

/// The flag of one thread.
#[derive(Debug, Default)]
pub struct SleepFlag(AtomicBool);

impl SleepFlag {
    /// Whether the thread sleeps and is to be woken by the caller, who has published work: one caller is told so.
    pub fn rouse(&self) -> bool {
        fence(Ordering::SeqCst);
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::AcqRel)
    }

    /// The thread is about to sleep: it looks for work behind this, and sleeps if there is none.
    pub fn lie_down(&self) {
        // Not a plain store: what a caller took late from the sleep before is thereby ordered before this one.
        self.0.swap(true, Ordering::AcqRel);
        fence(Ordering::SeqCst);
    }

    /// The thread is awake.
    pub fn rise(&self) {
        self.0.store(false, Ordering::Release);
    }
}
