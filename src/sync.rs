//! What the words that threads share are made of: atomics, locks, a bounded queue. The models in `tests/loom` put others
//! in their place, under which every interleaving of a few threads is tried.

pub use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};

pub use crossbeam_channel::{Receiver, Sender, bounded};
pub use parking_lot::{Condvar, Mutex};

/// For handles.
#[cfg(feature = "capi")]
pub use {
    parking_lot::{RwLock, RwLockReadGuard},
    std::thread::yield_now,
    try_lock::{Locked, TryLock},
};

/// A serial that is never given again in this process, over all links and both directions.
pub fn next_serial() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
