//! Who comes after the owner of a link: decided under one lock, so that nobody is given a link that has come to its end.

use crate::sync::{AtomicBool, AtomicU64, Mutex, Ordering};

/// Where new owners enter, each with what it brings along.
#[derive(Debug)]
pub struct Succession<T> {
    heir: Mutex<Heir<T>>,
    /// Times that a new owner came.
    attaches: AtomicU64,
}

#[derive(Debug)]
struct Heir<T> {
    /// What the new owner brought along, until the I/O thread takes it.
    handover: Option<T>,
    /// The link has come to its end by itself; nobody can attach any more.
    is_over: bool,
}

impl<T> Default for Succession<T> {
    fn default() -> Self {
        Self { heir: Mutex::new(Heir { handover: None, is_over: false }), attaches: AtomicU64::new(0) }
    }
}

impl<T> Succession<T> {
    /// Lets a new owner in, unless the link is over or `take_over` says no. That one is given what the owner before left
    /// here, if the I/O thread has not taken it, and leaves its own.
    pub fn enter(&self, take_over: impl FnOnce(&mut Option<T>) -> bool) -> bool {
        let mut heir = self.heir.lock();
        if heir.is_over || !take_over(&mut heir.handover) {
            return false;
        }
        self.attaches.fetch_add(1, Ordering::SeqCst);
        true
    }

    /// Ends the link, unless it is not being closed and an owner came whom the I/O thread, which knows of `seen`, has
    /// not seen: true if it is over.
    pub fn end_without_heir(&self, closing: &AtomicBool, seen: u64) -> bool {
        let mut heir = self.heir.lock();
        heir.is_over = closing.load(Ordering::SeqCst) || self.attaches.load(Ordering::SeqCst) == seen;
        heir.is_over
    }

    /// Ends the link, whoever came.
    pub fn end(&self) {
        self.heir.lock().is_over = true;
    }

    /// What the last new owner brought along, once.
    pub fn take(&self) -> Option<T> {
        self.heir.lock().handover.take()
    }

    /// Times that a new owner came.
    pub fn attaches(&self) -> u64 {
        self.attaches.load(Ordering::SeqCst)
    }
}
