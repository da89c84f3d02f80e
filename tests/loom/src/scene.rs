//! What several models share: a waker, and stand-ins for link and inbox that notice what must not happen.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::ffi::entry::{Entry, Lender, NONE};
use crate::link::sleep_flag::SleepFlag;
use crate::sync::{Condvar, Mutex};

/// Runs `scene` in every interleaving that takes the processor from a thread at most that often, where all would be too
/// many: what is wrong shows with two or three.
pub fn explore(preemptions: usize, scene: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.check(scene);
}

/// The waker of the system: it remembers a call until the next sleep. A sleep that nobody ends is a deadlock, which
/// loom reports.
#[derive(Debug, Default)]
pub struct Bell {
    pub flag: SleepFlag,
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    /// Wakes the sleeper, if it is asleep.
    pub fn wake(&self) {
        if self.flag.rouse() {
            *self.rung.lock() = true;
            self.changed.notify_all();
        }
    }

    /// Sleeps until somebody calls, unless there is work.
    pub fn sleep(&self, has_work: impl FnOnce() -> bool) {
        self.flag.lie_down();
        if !has_work() {
            let mut rung = self.rung.lock();
            while !*rung {
                self.changed.wait_for(&mut rung, std::time::Duration::MAX);
            }
        }
        *self.rung.lock() = false;
        self.flag.rise();
    }
}

/// Stands in for the link. loom reports a call on it that is not over, or begins, when it is taken out.
#[derive(Debug)]
pub struct Link {
    life: UnsafeCell<bool>,
    pub is_detached: AtomicBool,
}

impl Default for Link {
    fn default() -> Self {
        Self { life: UnsafeCell::new(true), is_detached: AtomicBool::new(false) }
    }
}

impl Link {
    pub fn is_alive(&self) -> bool {
        // SAFETY: loom checks that nobody writes it at the same time.
        self.life.with(|life| unsafe { *life })
    }

    pub fn close(self) {
        // SAFETY: loom checks that nobody has it at the same time.
        self.life.with_mut(|life| unsafe { *life = false });
    }
}

/// Lent memory. loom reports a reader that comes beside the one who frees it, or behind.
#[derive(Debug)]
pub struct Lent(UnsafeCell<bool>);

impl Lent {
    /// Whether it is still there.
    pub fn read(&self) -> bool {
        // SAFETY: loom checks that nobody writes it at the same time.
        self.0.with(|is_there| unsafe { *is_there })
    }
}

/// Stands in for the inbox: it has that many events, and lends one a poll.
#[derive(Debug)]
pub struct Inbox {
    pub events: u32,
    lent: Option<Arc<Lent>>,
}

impl Inbox {
    /// A poll: `None` if a loan is open, or there is no event.
    pub fn poll(&mut self) -> Option<Arc<Lent>> {
        if self.lent.is_some() || self.events == 0 {
            return None;
        }
        self.events -= 1;
        let lent = Arc::new(Lent(UnsafeCell::new(true)));
        self.lent = Some(Arc::clone(&lent));
        Some(lent)
    }
}

impl Lender for Inbox {
    fn loan_open(&self) -> bool {
        self.lent.is_some()
    }

    fn release(&mut self) {
        let lent = self.lent.take().expect("a loan is open");
        // SAFETY: loom checks that nobody reads it at the same time.
        lent.0.with_mut(|is_there| unsafe { *is_there = false });
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        assert!(self.lent.is_none() || std::thread::panicking(), "freed while it is lent");
    }
}

/// The handle that a [`Place`] begins with, and the one that its next owner gets.
pub const OLD: u64 = 1 << 12;
pub const NEW: u64 = 2 << 12;

/// One place of the table of handles, and how often it was freed.
#[derive(Debug)]
pub struct Place {
    pub entry: Entry<Link, Inbox>,
    freed: AtomicU32,
}

impl Place {
    /// A place with a link whose inbox has that many events.
    pub fn new(events: u32) -> Arc<Self> {
        let place = Self { entry: Entry::default(), freed: AtomicU32::new(0) };
        place.entry.fill(OLD, Link::default(), Inbox { events, lent: None });
        Arc::new(place)
    }

    pub fn poll(&self, handle: u64) -> Option<Arc<Lent>> {
        let poll = |inbox: &mut Inbox| {
            let current = self.entry.current();
            assert!(
                [handle, NONE].contains(&current),
                "another owner came, and nobody but a close goes on beside a poll"
            );
            inbox.poll()
        };
        self.entry.with_inbox(handle, poll).ok().flatten()
    }

    pub fn release(&self, handle: u64) -> bool {
        self.entry.release(handle, |_| self.free())
    }

    /// Whether this call closed the link.
    pub fn close(&self, handle: u64) -> bool {
        let Some(mut closing) = self.entry.begin_close(handle, |_| self.free()) else { return false };
        closing.take().expect("whoever begins finds it").close();
        true
    }

    pub fn detach(&self, handle: u64) -> bool {
        self.entry.detach(handle, |link| {
            assert!(link.is_alive());
            link.is_detached.store(true, Ordering::SeqCst);
        })
    }

    /// What an open with the name of the link does; whether it got the link.
    pub fn attach(&self, handle: u64) -> bool {
        let link = self.entry.link();
        let Some(link) = link.as_ref() else { return false };
        let mut handover = self.entry.handover();
        let Some(inbox) = handover.take(handle) else { return false };
        if inbox.loan_open() {
            inbox.release();
        }
        link.is_detached.store(false, Ordering::SeqCst);
        true
    }

    fn free(&self) {
        assert_eq!(self.freed.fetch_add(1, Ordering::Relaxed), 0, "freed twice");
    }

    /// Whether the place is free. To be asked when the threads have ended.
    pub fn is_free(&self) -> bool {
        self.freed.load(Ordering::SeqCst) == 1
    }
}

/// Runs `other` on a second thread.
pub fn beside<S: 'static, T: 'static>(
    shared: &Arc<S>,
    other: impl FnOnce(&S) -> T + 'static,
) -> loom::thread::JoinHandle<T> {
    let shared = Arc::clone(shared);
    loom::thread::spawn(move || other(&shared))
}
