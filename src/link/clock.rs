//! The clock of all links: the one place that asks the system for the time.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

static EPOCH: OnceLock<Instant> = OnceLock::new();

/// A deadline that never comes.
pub const NEVER: u64 = u64::MAX;

#[expect(clippy::disallowed_methods, reason = "everyone else asks here")]
/// Nanoseconds since the first call in this process. Monotonic, any thread, never blocks.
pub fn now_ns() -> u64 {
    let epoch = EPOCH.get_or_init(Instant::now);
    u64::try_from(epoch.elapsed().as_nanos()).unwrap_or(NEVER)
}

#[expect(clippy::disallowed_methods, reason = "everyone else asks here")]
/// Nanoseconds since 1970 UTC, for files that other programs read; it may go back. Any thread, never blocks.
pub fn utc_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(NEVER)
}

/// Milliseconds as nanoseconds, without overflow.
pub fn ms(milliseconds: u32) -> u64 {
    u64::from(milliseconds) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_does_not_go_back() {
        let mut before = now_ns();
        for _ in 0..1000 {
            let now = now_ns();
            assert!(now >= before);
            before = now;
        }
    }
}
