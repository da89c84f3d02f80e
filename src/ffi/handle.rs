//! Handles: numbers that lead to links, and never to the wrong one.
//!
//! A handle is the place of its link in a table and the generation of that place. Places are reused,
//! generations never; they start at a random number, so that the handles of another copy of this library in
//! the same process are foreign here. The table grows by chunks that stay where they are for the life of the
//! process, so looking a handle up takes no lock and can meet no freed memory.
//! What happens at one place is decided by its [`Entry`](super::entry::Entry).
#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::time::Duration;

use parking_lot::Mutex;

use super::config::offset;
use super::entry::{Barred, DETACHED, Lender, NONE};
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

// Of another name than what it stands for: cbindgen tells them apart by name alone.
type LinkEntry = entry::Entry<Link, Inbox>;

/// The table behind every handle that this library hands out.
pub(super) static TABLE: Table = Table::new();

pub(super) struct Table {
    chunks: [OnceLock<Box<[LinkEntry; CHUNK]>>; LINKS / CHUNK],
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

impl Lender for Inbox {
    fn loan_open(&self) -> bool {
        Inbox::loan_open(self)
    }

    fn release(&mut self) {
        Inbox::release(self);
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
    fn entry(&self, handle: framewire_link) -> Option<&LinkEntry> {
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
        let called = entry.with_link(handle, |link| {
            panic_log::deliver(link);
            call(link)
        });
        called.unwrap_or(Err(FRAMEWIRE_STALE))
    }

    /// Runs `call` on the inbox of `handle`. Never waits: a second thread is told that it is one.
    #[inline]
    pub(super) fn with_inbox<T>(
        &self,
        handle: framewire_link,
        call: impl FnOnce(&mut Inbox) -> Result<T, framewire_status>,
    ) -> Result<T, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        entry.with_inbox(handle, call).unwrap_or_else(|barred| {
            Err(match barred {
                Barred::Stale => FRAMEWIRE_STALE,
                Barred::Busy => FRAMEWIRE_BUSY,
            })
        })
    }

    /// Ends the loan of `handle`, whether its link still lives or not.
    ///
    /// Takes the lock of the polling side, which nobody holds for long: a poll that finds a loan open leaves
    /// at once.
    pub(super) fn release(&self, handle: framewire_link) -> Result<(), framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        if entry.release(handle, |handle| self.free(handle)) { Ok(()) } else { Err(FRAMEWIRE_STALE) }
    }

    /// Gives the handle up and keeps the link. Lent events stay.
    pub(super) fn detach(&self, handle: framewire_link, readiness: Readiness) -> Result<(), framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        if entry.detach(handle, |link| link.detach(readiness)) { Ok(()) } else { Err(FRAMEWIRE_STALE) }
    }

    /// Takes the living link of that name over, if there is one: it gets a new handle, and the old one is stale.
    /// Loans of the old one end.
    pub(super) fn attach(&self, config: &Config) -> Result<Option<framewire_link>, Fault> {
        for entry in self.entries() {
            let link = entry.link();
            let Some(link) = link.as_ref().filter(|link| link.name() == config.name && !link.has_ended()) else {
                continue;
            };
            let handover = link.may_attach(config)?;
            let mut place = entry.handover();
            let generation = self.places.lock().next_generation();
            let handle = (generation << INDEX_BITS) | (place.old() % LINKS as u64);
            let is_attached = link.attach(config, handover, || place.take(handle));
            if !is_attached {
                let text = "the link of this name is being opened or closed: try again when that is done";
                return Err(Fault::new(FRAMEWIRE_NAME_IN_USE, offset!(name), text));
            }
            return Ok(Some(handle));
        }
        Ok(None)
    }

    /// Closes the links that have ended by themselves, as far as nobody will: no host has a handle to them, or the one that
    /// opens a link with `config` takes their place.
    pub(super) fn reap(&self, config: &Config) {
        for entry in self.entries() {
            let current = entry.current();
            if current == NONE {
                continue;
            }
            let link = entry.link();
            let is_left = |link: &Link| link.has_ended() && (current == DETACHED || link.is_of(config));
            // Begun before the link can be taken out: by then the place may belong to another one.
            let closing = link.as_ref().filter(|&link| is_left(link)).and_then(|_| self.begin_close(entry, current));
            drop(link);
            if let Some(closing) = closing {
                let _ = finish_close(closing, Duration::ZERO);
            }
        }
    }

    /// Closes the link of `handle`: one caller gets the report, every later one STALE.
    ///
    /// Blocks for `linger` at most. Lent events stay.
    pub(super) fn close(&self, handle: framewire_link, linger: Duration) -> Result<CloseReport, framewire_status> {
        let entry = self.entry(handle).ok_or(FRAMEWIRE_STALE)?;
        finish_close(self.begin_close(entry, handle).ok_or(FRAMEWIRE_STALE)?, linger)
    }

    fn begin_close<'a>(
        &'a self,
        entry: &'a LinkEntry,
        current: framewire_link,
    ) -> Option<Closing<'a, impl FnMut(u64)>> {
        entry.begin_close(current, |handle| self.free(handle))
    }

    /// Closes every link, `linger` in all, and ends every loan.
    pub(super) fn close_all(&self, linger: Duration) {
        let deadline = crate::link::now_ns().saturating_add(linger.as_nanos() as u64);
        let living = || {
            let all = self.entries().map(|entry| (entry, entry.current()));
            all.filter(|(_, current)| *current != NONE)
        };
        // All goodbyes begin before the first is waited for.
        for (entry, _) in living() {
            if let Some(link) = entry.link().as_ref() {
                let _ = link.disconnect();
            }
        }
        for (entry, current) in living() {
            let left = Duration::from_nanos(deadline.saturating_sub(crate::link::now_ns()));
            let _ = self.begin_close(entry, current).map(|closing| finish_close(closing, left));
        }
        for entry in self.entries() {
            let handle = entry.owner();
            if handle != NONE && entry.current() != handle {
                let _ = self.release(handle);
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = &LinkEntry> {
        self.chunks.iter().filter_map(OnceLock::get).flat_map(|chunk| chunk.iter())
    }

    /// The place of `handle` may be used again.
    fn free(&self, handle: framewire_link) {
        self.places.lock().freed.push_back(handle as usize % LINKS);
    }
}

type Closing<'a, F> = entry::Closing<'a, Link, Inbox, F>;

fn finish_close(mut closing: Closing<'_, impl FnMut(u64)>, linger: Duration) -> Result<CloseReport, framewire_status> {
    closing.take().ok_or(FRAMEWIRE_STALE)?.close(linger).map_err(of_refusal)
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
        let new_chunk = || Box::new(core::array::from_fn(|_| LinkEntry::default()));
        let chunk = self.table.chunks.get(self.index / CHUNK).map(|chunk| chunk.get_or_init(new_chunk));
        let Some(entry) = chunk.and_then(|chunk| chunk.get(self.index % CHUNK)) else {
            return NONE;
        };
        entry.fill(self.handle, link, inbox);
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

#[cfg(test)]
#[path = "handle_tests.rs"]
mod tests;
