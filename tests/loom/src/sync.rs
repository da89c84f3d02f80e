//! Stands in for `src/sync.rs`: the same names over loom's atomics and locks, which try every interleaving.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use loom::sync as model;

pub use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
pub use loom::sync::{Arc, RwLockReadGuard};
pub use loom::thread::yield_now;

const NO_PANIC: &str = "a model that panics has failed";

/// Serials need no model: that they differ is all that counts.
pub fn next_serial() -> u64 {
    use std::sync::atomic::AtomicU64;
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

#[derive(Debug)]
pub struct Mutex<T>(model::Mutex<T>);

/// Empty while a condition variable has the lock.
#[derive(Debug)]
pub struct MutexGuard<'a, T>(Option<model::MutexGuard<'a, T>>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(model::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(Some(self.0.lock().expect(NO_PANIC)))
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_ref().expect("the lock is held")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("the lock is held")
    }
}

#[derive(Debug, Default)]
pub struct Condvar(model::Condvar);

impl Condvar {
    /// Time stands still in a model: nobody is woken by it, so that a notification that is lost is a deadlock.
    pub fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, _: Duration) {
        let held = guard.0.take().expect("the lock is held");
        guard.0 = Some(self.0.wait(held).expect(NO_PANIC));
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

#[derive(Debug)]
pub struct RwLock<T>(model::RwLock<T>);

impl<T> RwLock<T> {
    pub fn new(value: T) -> Self {
        Self(model::RwLock::new(value))
    }

    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().expect(NO_PANIC)
    }

    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_read().ok()
    }

    pub fn write(&self) -> model::RwLockWriteGuard<'_, T> {
        self.0.write().expect(NO_PANIC)
    }
}

#[derive(Debug)]
pub struct TryLock<T>(model::Mutex<T>);

pub type Locked<'a, T> = model::MutexGuard<'a, T>;

impl<T> TryLock<T> {
    pub fn new(value: T) -> Self {
        Self(model::Mutex::new(value))
    }

    pub fn try_lock(&self) -> Option<Locked<'_, T>> {
        self.0.try_lock().ok()
    }
}

/// A bounded queue; the real one is trusted.
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let queue = Arc::new(Mutex::new(VecDeque::new()));
    (Sender { queue: Arc::clone(&queue), capacity }, Receiver { queue })
}

#[derive(Debug)]
pub struct Sender<T> {
    queue: Arc<Mutex<VecDeque<T>>>,
    capacity: usize,
}

impl<T> Sender<T> {
    pub fn try_send(&self, value: T) -> Result<(), T> {
        let mut queue = self.queue.lock();
        if queue.len() == self.capacity {
            return Err(value);
        }
        queue.push_back(value);
        Ok(())
    }
}

#[derive(Debug)]
pub struct Receiver<T> {
    queue: Arc<Mutex<VecDeque<T>>>,
}

impl<T> Receiver<T> {
    pub fn try_recv(&self) -> Result<T, ()> {
        self.queue.lock().pop_front().ok_or(())
    }

    pub fn len(&self) -> usize {
        self.queue.lock().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
