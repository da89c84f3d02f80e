//! Threads that block until something happens to a link; never the frame thread.

use std::time::Duration;

use super::clock;
use crate::sync::{AtomicU32, Condvar, Mutex, Ordering, fence};

/// Those who wait. Whoever makes their condition true calls [`Waiters::notify`] afterwards.
#[derive(Debug, Default)]
pub struct Waiters {
    count: AtomicU32,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Waiters {
    /// Blocks until `ready` (true), at most for `timeout` (what it says then).
    pub fn wait(&self, timeout: Duration, ready: impl Fn() -> bool) -> bool {
        let length = u64::try_from(timeout.as_nanos()).unwrap_or(clock::NEVER);
        let deadline = clock::now_ns().saturating_add(length);
        // Counted first, asked second: whoever makes it true asks for the count second.
        self.count.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let mut guard = self.lock.lock();
        let outcome = loop {
            if ready() {
                break true;
            }
            let left = deadline.saturating_sub(clock::now_ns());
            if left == 0 {
                break false;
            }
            self.changed.wait_for(&mut guard, Duration::from_nanos(left));
        };
        self.count.fetch_sub(1, Ordering::Relaxed);
        outcome
    }

    /// Makes those who wait ask again. Costs a fence and a load while nobody waits.
    pub fn notify(&self) {
        fence(Ordering::SeqCst);
        if self.count.load(Ordering::Relaxed) > 0 {
            drop(self.lock.lock());
            self.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn a_wait_ends_by_its_condition_or_its_time() {
        let waiters = Arc::new(Waiters::default());
        assert!(!waiters.wait(Duration::from_millis(1), || false));
        assert!(waiters.wait(Duration::ZERO, || true));
        let (done, teller) = (Arc::new(AtomicBool::new(false)), Arc::clone(&waiters));
        let told = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            told.store(true, Ordering::SeqCst);
            teller.notify();
        });
        assert!(waiters.wait(Duration::MAX, || done.load(Ordering::SeqCst)));
        thread.join().unwrap();
    }
}
