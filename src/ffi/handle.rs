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

use super::config::offset;
use super::error::Fault;
use super::status::of_refusal;
use super::*;
use crate::link::{CloseReport, Config, Inbox, Link};
use crate::readiness::Readiness;

const INDEX_BITS: u32 = 12;
/// Links a process can have open at a time.
pub(super) const LINKS: usize = 1 << INDEX_BITS;
const CHUNK: usize = 64;
/// Handles stay below 2^63, for hosts whose integers are signed; half of that is left to count up in.
const FIRST_GENERATIONS: u64 = 1 << (62 - INDEX_BITS);

/// The handle that no link has.
const NONE: framewire_link = 0;
/// In the place of the handle of a link that is detached: no handle either, since its generation is zero.
const DETACHED: framewire_link = 1;

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

impl Places {
    fn next_generation(&mut self) -> u64 {
        if self.generation == 0 {
            self.generation = RandomState::new().hash_one(0) % FIRST_GENERATIONS;
        }
        self.generation += 1;
        self.generation
    }
}

#[repr(align(64))]
struct Entry {
    /// The handle that is valid here; [`DETACHED`] while no host has one; [`NONE`] from the moment a close begins.
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
        let generation = places.next_generation();
        let index = match places.freed.pop_front() {
            Some(index) => index,
            None if places.untouched < LINKS => {
                places.untouched += 1;
                places.untouched - 1
            }
            None => return Err(FRAMEWIRE_LIMIT),
        };
        let handle = generation << INDEX_BITS | index as u64;
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

    /// Gives the handle up and keeps the link. Lent events stay.
    pub(super) fn detach(&self, handle: framewire_link, readiness: Readiness) -> Result<(), framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        // Held until it is told, so that no close takes the link away in between,
        let link = entry.link.try_read().ok_or(FRAMEWIRE_STALE)?;
        // and no attach comes in between: what is said of the old owner must not stay said of the new one.
        let _side = entry.polling_side();
        entry
            .current
            .compare_exchange(handle, DETACHED, Ordering::AcqRel, Ordering::Acquire)
            .map_err(|_| FRAMEWIRE_STALE)?;
        link.as_ref().ok_or(FRAMEWIRE_STALE)?.detach(readiness);
        Ok(())
    }

    /// Takes the living link of that name over, if there is one: it gets a new handle, and the old one is stale.
    /// Loans of the old one end.
    pub(super) fn attach(&self, config: &Config) -> Result<Option<framewire_link>, Fault> {
        for entry in self.entries() {
            let link = entry.link.read();
            let Some(link) = link.as_ref().filter(|link| link.name() == config.name && !link.has_ended()) else {
                continue;
            };
            let handover = link.may_attach(config)?;
            let mut side = entry.polling_side();
            let generation = self.places.lock().next_generation();
            let handle = (generation << INDEX_BITS) | (side.handle % LINKS as u64);
            let is_held = |current| current != NONE;
            let new = |current| is_held(current).then_some(handle);
            let is_attached = link.attach(config, handover, || {
                let taken = entry.current.fetch_update(Ordering::AcqRel, Ordering::Acquire, new);
                side.inbox.as_mut().filter(|_| taken.is_ok())
            });
            if !is_attached {
                let text = "the link of this name is being opened or closed: try again when that is done";
                return Err(Fault::new(FRAMEWIRE_NAME_IN_USE, offset!(name), text));
            }
            side.handle = handle;
            return Ok(Some(handle));
        }
        Ok(None)
    }

    /// Closes the links that have ended by themselves, as far as nobody will: no host has a handle to them, or the one that
    /// opens a link with `config` takes their place.
    pub(super) fn reap(&self, config: &Config) {
        for entry in self.entries() {
            let current = entry.current.load(Ordering::Acquire);
            if current == NONE {
                continue;
            }
            let link = entry.link.read();
            let is_left = |link: &Link| link.has_ended() && (current == DETACHED || link.is_of(config));
            // Begun before the link can be taken out: by then the place may belong to another one.
            let closing = link.as_ref().filter(|&link| is_left(link)).and_then(|_| self.begin_close(entry, current));
            drop(link);
            if let Some(closing) = closing {
                let _ = closing.finish(Duration::ZERO);
            }
        }
    }

    /// Closes the link of `handle`: one caller gets the report, every later one STALE.
    ///
    /// Blocks for `linger` at most. Lent events stay.
    pub(super) fn close(&self, handle: framewire_link, linger: Duration) -> Result<CloseReport, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        self.begin_close(entry, handle).ok_or(FRAMEWIRE_STALE)?.finish(linger)
    }

    /// Takes `current`, a handle or [`DETACHED`], out of an entry whose link is to be closed; `None` if it is not there.
    fn begin_close<'a>(&'a self, entry: &'a Entry, current: framewire_link) -> Option<Closing<'a>> {
        entry.current.compare_exchange(current, NONE, Ordering::AcqRel, Ordering::Acquire).ok()?;
        Some(Closing { table: self, entry })
    }

    /// Closes every link, `linger` in all, and ends every loan.
    pub(super) fn close_all(&self, linger: Duration) {
        let deadline = crate::link::now_ns().saturating_add(linger.as_nanos() as u64);
        let living = || {
            let all = self.entries().map(|entry| (entry, entry.current.load(Ordering::Acquire)));
            all.filter(|(_, current)| *current != NONE)
        };
        // All goodbyes begin before the first is waited for.
        for (entry, _) in living() {
            if let Some(link) = entry.link.read().as_ref() {
                let _ = link.disconnect();
            }
        }
        for (entry, current) in living() {
            let left = Duration::from_nanos(deadline.saturating_sub(crate::link::now_ns()));
            let _ = self.begin_close(entry, current).map(|closing| closing.finish(left));
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
}

impl Closing<'_> {
    fn finish(self, linger: Duration) -> Result<CloseReport, framewire_status> {
        let link = self.entry.link.write().take().ok_or(FRAMEWIRE_STALE)?;
        link.close(linger).map_err(of_refusal)
    }
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut side = self.entry.polling_side();
        if side.inbox.as_ref().is_some_and(Inbox::loan_open) {
            side.closed = true;
            return;
        }
        let handle = side.handle;
        let spent = self.table.retire(&mut side, handle);
        drop(side);
        drop(spent);
    }
}

#[cfg(test)]
#[path = "handle_tests.rs"]
mod tests;
