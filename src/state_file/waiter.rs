//! Waiting for a state file to say something.

use std::path::Path;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::reader::{Reading, Verdict, read};

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_millis(50);
/// How long a file may be unreadable before that ends the wait: it may be in the middle of a repair.
const UNREADABLE_NS: u64 = 1_000_000_000;

/// What is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The editor is ready. Ends also where it will not be: stopped, stale, failed, unreadable.
    #[default]
    Ready,
    /// The editor is gone: stopped, stale, or there is no file.
    Stopped,
}

/// What ends a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// What is waited for.
    pub target: Target,
    /// A failure ends the wait even if the link alone is the cause, which mends by itself.
    pub fail_fast: bool,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// What was found last.
    pub reading: Reading,
    /// The time was over.
    pub is_timed_out: bool,
}

/// Waits until the state file at `place`, or of the project in the directory `place`, says what `until` asks for.
/// Blocks for `timeout` at most, and as long as one reading takes; notices a change within 100 ms. `now_ns` is a clock
/// that never goes back, such as [`crate::link::now_ns`].
pub fn wait(place: &Path, timeout: Duration, until: Until, now_ns: impl Fn() -> u64) -> Waited {
    let length = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
    let deadline = now_ns().saturating_add(length);
    let mut unreadable_since = None;
    loop {
        let reading = read(place);
        let now = now_ns();
        if reading.verdict == Verdict::Unreadable {
            unreadable_since = unreadable_since.or(Some(now));
        } else {
            unreadable_since = None;
        }
        let is_lasting = unreadable_since.is_some_and(|since| now.saturating_sub(since) >= UNREADABLE_NS);
        if until.is_met_by(&reading) || (is_lasting && until.target == Target::Ready) {
            return Waited { reading, is_timed_out: false };
        }
        if now >= deadline {
            return Waited { reading, is_timed_out: true };
        }
        pause(INTERVAL.min(Duration::from_nanos(deadline - now)));
    }
}

impl Until {
    fn is_met_by(self, reading: &Reading) -> bool {
        match (self.target, reading.verdict) {
            (_, Verdict::Stopped | Verdict::Stale) | (Target::Ready, Verdict::Ready) => true,
            (Target::Ready, Verdict::Failed) => self.fail_fast || !reading.is_failed_by_link,
            (Target::Stopped, Verdict::Missing) => true,
            _ => false,
        }
    }
}

/// Lets time pass. Nobody else knows the lock, so nothing ends it early.
pub(super) fn pause(length: Duration) {
    let lock = Mutex::new(());
    Condvar::new().wait_for(&mut lock.lock(), length);
}

#[cfg(test)]
#[path = "waiter_tests.rs"]
mod tests;
