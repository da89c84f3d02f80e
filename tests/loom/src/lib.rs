//! The tables of the session, over loom's atomics in place of the real ones.

/// Stands in for `src/session/sync.rs`.
pub mod sync {
    pub use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

    /// Serials need no model: that they differ is all that counts.
    pub fn next_serial() -> u64 {
        use std::sync::atomic::AtomicU64;
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

#[path = "../../../src/session/call_table.rs"]
pub mod call_table;
#[path = "../../../src/session/slots.rs"]
pub mod slots;
