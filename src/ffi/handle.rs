//! Handles: numbers that lead to links, and never to the wrong one.
//!
//! A handle is the place of its link in a table and the generation of that place. Places are reused,
//! generations never; they start at a random number, so that the handles of another copy of this library in
//! the same process are foreign here. The table grows by chunks that stay where they are for the life of the
//! process, so looking a handle up takes no lock and can meet no freed memory.
//!
//! A place is reused only when its link is closed *and* no events of it are lent.
#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use try_lock::{Locked, TryLock};

use super::status::of_refusal;
use super::*;
use crate::link::{CloseReport, Inbox, Link};

const INDEX_BITS: u32 = 12;
/// Links a process can have open at a time.
pub(super) const LINKS: usize = 1 << INDEX_BITS;
const CHUNK: usize = 64;
/// Handles stay below 2^63, for hosts whose integers are signed; half of that is left to count up in.
const FIRST_GENERATIONS: u64 = 1 << (62 - INDEX_BITS);

/// The handle that no link has.
const NONE: framewire_link = 0;

/// The table behind every handle that this library hands out.
pub(super) static TABLE: Table = Table::new();

pub(super) struct Table {
    chunks: [OnceLock<Box<[Entry; CHUNK]>>; LINKS / CHUNK],
    places: Mutex<Places>,
}

/// Which places are free.
struct Places {
    freed: VecDeque<usize>,
    untouched: usize,
    generation: u64,
}

#[repr(align(64))]
struct Entry {
    /// The handle that is valid here; [`NONE`] from the moment a close begins.
    current: AtomicU64,
    /// Written by open and close alone; a reader that finds it taken has met one of them.
    link: RwLock<Option<Link>>,
    /// A lock that can only be tried: it is given back by a plain store, which an idle poll can tell.
    poll: TryLock<PollSide>,
}

/// What polls and loans need; outlives the link while events are lent.
#[derive(Default)]
struct PollSide {
    handle: framewire_link,
    inbox: Option<Inbox>,
    /// The close is done; the release of the loan frees the place.
    closed: bool,
}

impl Entry {
    fn new() -> Self {
        Self { current: AtomicU64::new(NONE), link: RwLock::new(None), poll: TryLock::new(PollSide::default()) }
    }

    /// The polling side, after whatever poll is under way: at most one is, and none lasts.
    fn polling_side(&self) -> Locked<'_, PollSide> {
        loop {
            if let Some(side) = self.poll.try_lock() {
                return side;
            }
            std::thread::yield_now();
        }
    }
}

impl Table {
    const fn new() -> Self {
        Self {
            chunks: [const { OnceLock::new() }; LINKS / CHUNK],
            places: Mutex::new(Places { freed: VecDeque::new(), untouched: 0, generation: 0 }),
        }
    }

    /// Takes a free place, or says that there is none.
    pub(super) fn reserve(&self) -> Result<Place<'_>, framewire_status> {
        let mut places = self.places.lock();
        if places.generation == 0 {
            places.generation = RandomState::new().hash_one(0) % FIRST_GENERATIONS;
        }
        places.generation += 1;
        let index = match places.freed.pop_front() {
            Some(index) => index,
            None if places.untouched < LINKS => {
                places.untouched += 1;
                places.untouched - 1
            }
            None => return Err(FRAMEWIRE_LIMIT),
        };
        let handle = places.generation << INDEX_BITS | index as u64;
        Ok(Place { table: self, index, handle })
    }

    #[inline]
    fn entry(&self, handle: framewire_link) -> Option<&Entry> {
        // A generation of zero is never handed out, so [`NONE`] cannot match a free place.
        if handle >> INDEX_BITS == 0 {
            return None;
        }
        let index = handle as usize % LINKS;
        self.chunks.get(index / CHUNK)?.get()?.get(index % CHUNK)
    }

    /// Runs `call` on the link of `handle`. Never waits: a link that is being closed is stale already.
    pub(super) fn with_link<T>(
        &self,
        handle: framewire_link,
        call: impl FnOnce(&Link) -> Result<T, framewire_status>,
    ) -> Result<T, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        let link = entry.link.try_read().ok_or(FRAMEWIRE_STALE)?;
        if entry.current.load(Ordering::Acquire) != handle {
            return Err(FRAMEWIRE_STALE);
        }
        let link = link.as_ref().ok_or(FRAMEWIRE_STALE)?;
        panic_log::deliver(link);
        call(link)
    }

    /// Runs `call` on the inbox of `handle`. Never waits: a second thread is told that it is one.
    #[inline]
    pub(super) fn with_inbox<T>(
        &self,
        handle: framewire_link,
        call: impl FnOnce(&mut Inbox) -> Result<T, framewire_status>,
    ) -> Result<T, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        let side = entry.poll.try_lock();
        if entry.current.load(Ordering::Acquire) != handle {
            return Err(FRAMEWIRE_STALE);
        }
        call(side.ok_or(FRAMEWIRE_BUSY)?.inbox.as_mut().ok_or(FRAMEWIRE_STALE)?)
    }

    /// Ends the loan of `handle`, whether its link still lives or not.
    ///
    /// Takes the lock of the polling side, which nobody holds for long: a poll that finds a loan open leaves
    /// at once.
    pub(super) fn release(&self, handle: framewire_link) -> Result<(), framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        let mut side = entry.polling_side();
        let lives = entry.current.load(Ordering::Acquire) == handle;
        if side.handle != handle {
            return Err(FRAMEWIRE_STALE);
        }
        let inbox = side.inbox.as_mut().ok_or(FRAMEWIRE_STALE)?;
        let lent = inbox.loan_open();
        if lent {
            inbox.release();
        }
        if side.closed {
            let spent = self.retire(&mut side, handle);
            drop(side);
            drop(spent);
        }
        if lent || lives { Ok(()) } else { Err(FRAMEWIRE_STALE) }
    }

    /// Closes the link of `handle`: one caller gets the report, every later one STALE.
    ///
    /// Blocks for `linger` at most. Lent events stay.
    pub(super) fn close(&self, handle: framewire_link, linger: Duration) -> Result<CloseReport, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        entry
            .current
            .compare_exchange(handle, NONE, Ordering::AcqRel, Ordering::Acquire)
            .map_err(|_| FRAMEWIRE_STALE)?;
        let _closing = Closing { table: self, entry, handle };
        let link = entry.link.write().take().ok_or(FRAMEWIRE_STALE)?;
        link.close(linger).map_err(of_refusal)
    }

    /// Closes every link, `linger` in all, and ends every loan.
    pub(super) fn close_all(&self, linger: Duration) {
        let deadline = crate::link::now_ns().saturating_add(linger.as_nanos() as u64);
        let living = || self.entries().map(|entry| entry.current.load(Ordering::Acquire)).filter(|&it| it != NONE);
        // All goodbyes begin before the first is waited for.
        for handle in living() {
            let _ = self.with_link(handle, |link| link.disconnect().map_err(of_refusal));
        }
        for handle in living() {
            let left = deadline.saturating_sub(crate::link::now_ns());
            let _ = self.close(handle, Duration::from_nanos(left));
        }
        for entry in self.entries() {
            let handle = entry.polling_side().handle;
            if handle != NONE && entry.current.load(Ordering::Acquire) != handle {
                let _ = self.release(handle);
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.chunks.iter().filter_map(OnceLock::get).flat_map(|chunk| chunk.iter())
    }

    /// Frees the place of a closed link without a loan. What is left of it is for the caller to drop, unlocked.
    fn retire(&self, side: &mut PollSide, handle: framewire_link) -> Option<Inbox> {
        let spent = core::mem::take(side);
        self.places.lock().freed.push_back(handle as usize % LINKS);
        spent.inbox
    }
}

/// A free place, taken for a link that is about to be opened. Dropped unfilled, it is free again.
pub(super) struct Place<'a> {
    table: &'a Table,
    index: usize,
    handle: framewire_link,
}

impl Place<'_> {
    /// Puts the link in; its handle is valid from here on.
    pub(super) fn fill(self, link: Link, inbox: Inbox) -> framewire_link {
        let new_chunk = || Box::new(core::array::from_fn(|_| Entry::new()));
        let chunk = self.table.chunks.get(self.index / CHUNK).map(|chunk| chunk.get_or_init(new_chunk));
        let Some(entry) = chunk.and_then(|chunk| chunk.get(self.index % CHUNK)) else {
            return NONE;
        };
        *entry.polling_side() = PollSide { handle: self.handle, inbox: Some(inbox), closed: false };
        *entry.link.write() = Some(link);
        entry.current.store(self.handle, Ordering::Release);
        let handle = self.handle;
        core::mem::forget(self);
        handle
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.table.places.lock().freed.push_back(self.index);
    }
}

/// Runs at the end of a close, even one that panics: frees the place, unless events are lent.
struct Closing<'a> {
    table: &'a Table,
    entry: &'a Entry,
    handle: framewire_link,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut side = self.entry.polling_side();
        if side.inbox.as_ref().is_some_and(Inbox::loan_open) {
            side.closed = true;
            return;
        }
        let spent = self.table.retire(&mut side, self.handle);
        drop(side);
        drop(spent);
    }
}

#[cfg(test)]
#[path = "handle_tests.rs"]
mod tests;
