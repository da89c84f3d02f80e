//! One place of the table of handles: which handle is valid there, the link, and the side that polls it.
//!
//! The handle is one atomic word, and whoever moves it owns what follows: a close, a detach, an attach. What polls and
//! loans need lies behind a lock that is only tried, so that a poll never waits; a release, a detach, an attach and the
//! end of a close wait for the poll under way. The place is free again when its link is closed and no events are lent.
#![forbid(unsafe_code)]

use crate::sync::{AtomicU64, Locked, Ordering, RwLock, RwLockReadGuard, TryLock, yield_now};

/// The handle that no link has.
/// cbindgen:ignore
pub const NONE: u64 = 0;
/// In the place of the handle of a link that is detached: no handle either, since its generation is zero.
/// cbindgen:ignore
pub const DETACHED: u64 = 1;

/// What lends events.
pub trait Lender {
    /// Whether events are lent.
    fn loan_open(&self) -> bool;
    /// Ends the loan.
    fn release(&mut self);
}

/// Why a caller gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The handle leads nowhere.
    Stale,
    /// Another thread polls.
    Busy,
}

/// See the module's page.
#[derive(Debug)]
#[repr(align(64))]
pub struct Entry<L, I> {
    /// The handle that is valid here; [`DETACHED`] while no host has one; [`NONE`] from the moment a close begins.
    current: AtomicU64,
    /// Written by open and close alone; a reader that finds it taken has met one of them.
    link: RwLock<Option<L>>,
    /// A lock that can only be tried: it is given back by a plain store, which an idle poll can tell.
    poll: TryLock<PollSide<I>>,
}

/// What polls and loans need; outlives the link while events are lent.
#[derive(Debug)]
struct PollSide<I> {
    handle: u64,
    inbox: Option<I>,
    /// The close is done; the release of the loan frees the place.
    closed: bool,
}

impl<I> Default for PollSide<I> {
    fn default() -> Self {
        Self { handle: NONE, inbox: None, closed: false }
    }
}

impl<L, I: Lender> Default for Entry<L, I> {
    fn default() -> Self {
        Self { current: AtomicU64::new(NONE), link: RwLock::new(None), poll: TryLock::new(PollSide::default()) }
    }
}

impl<L, I: Lender> Entry<L, I> {
    /// Puts a link in; `handle` is valid from here on.
    pub fn fill(&self, handle: u64, link: L, inbox: I) {
        *self.polling_side() = PollSide { handle, inbox: Some(inbox), closed: false };
        *self.link.write() = Some(link);
        self.current.store(handle, Ordering::Release);
    }

    /// The handle that is valid here, [`DETACHED`] or [`NONE`].
    pub fn current(&self) -> u64 {
        self.current.load(Ordering::Acquire)
    }

    /// The handle that the polling side was last given, valid or not.
    pub fn owner(&self) -> u64 {
        self.polling_side().handle
    }

    /// The link, whoever owns it; no close takes it out meanwhile.
    pub fn link(&self) -> RwLockReadGuard<'_, Option<L>> {
        self.link.read()
    }

    /// Runs `call` on the link of `handle`; `None` if that is stale. Never waits: a link that is being closed is stale
    /// already.
    pub fn with_link<T>(&self, handle: u64, call: impl FnOnce(&L) -> T) -> Option<T> {
        let link = self.link.try_read()?;
        if self.current() != handle {
            return None;
        }
        link.as_ref().map(call)
    }

    /// Runs `call` on the inbox of `handle`. Never waits.
    #[inline]
    pub fn with_inbox<T>(&self, handle: u64, call: impl FnOnce(&mut I) -> T) -> Result<T, Barred> {
        let side = self.poll.try_lock();
        if self.current() != handle {
            return Err(Barred::Stale);
        }
        Ok(call(side.ok_or(Barred::Busy)?.inbox.as_mut().ok_or(Barred::Stale)?))
    }

    /// Ends the loan of `handle`; false if that is stale and has none. Frees the place, by `retire`, if a close has left
    /// that to this.
    pub fn release(&self, handle: u64, retire: impl FnOnce(u64)) -> bool {
        let mut side = self.polling_side();
        let lives = self.current() == handle;
        if side.handle != handle {
            return false;
        }
        let Some(inbox) = side.inbox.as_mut() else { return false };
        let lent = inbox.loan_open();
        if lent {
            inbox.release();
        }
        if side.closed {
            retire_place(side, retire);
        }
        lent || lives
    }

    /// Gives the handle up and keeps the link, which is told by `tell`; false if the handle is stale. Lent events stay.
    pub fn detach(&self, handle: u64, tell: impl FnOnce(&L)) -> bool {
        // Held until it is told, so that no close takes the link away in between,
        let Some(link) = self.link.try_read() else { return false };
        // and no attach comes in between: what is said of the old owner must not stay said of the new one.
        let _side = self.polling_side();
        if self.current.compare_exchange(handle, DETACHED, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return false;
        }
        link.as_ref().map(tell).is_some()
    }

    /// Keeps polls out, for a new owner that is about to take over.
    pub fn handover(&self) -> Handover<'_, L, I> {
        Handover { side: self.polling_side(), entry: self }
    }

    /// Takes `current`, a handle or [`DETACHED`], out of an entry whose link is to be closed; `None` if it is not there.
    /// `retire` frees the place.
    pub fn begin_close<F: FnMut(u64)>(&self, current: u64, retire: F) -> Option<Closing<'_, L, I, F>> {
        self.current.compare_exchange(current, NONE, Ordering::AcqRel, Ordering::Acquire).ok()?;
        Some(Closing { entry: self, retire })
    }

    /// The polling side, after whatever poll is under way: at most one is, and none lasts.
    fn polling_side(&self) -> Locked<'_, PollSide<I>> {
        loop {
            if let Some(side) = self.poll.try_lock() {
                return side;
            }
            yield_now();
        }
    }
}

/// Frees the place of a closed link without a loan. What is left of it is dropped unlocked.
fn retire_place<I>(mut side: Locked<'_, PollSide<I>>, retire: impl FnOnce(u64)) {
    let spent = core::mem::take(&mut *side);
    retire(spent.handle);
    drop(side);
    drop(spent);
}

/// A link between two owners: see [`Entry::handover`].
#[derive(Debug)]
pub struct Handover<'a, L, I> {
    entry: &'a Entry<L, I>,
    side: Locked<'a, PollSide<I>>,
}

impl<L, I: Lender> Handover<'_, L, I> {
    /// The handle of the old owner.
    pub fn old(&self) -> u64 {
        self.side.handle
    }

    /// Makes `handle` the valid one, unless the link is being opened or closed; what the old owner has lent is for the
    /// caller to end.
    pub fn take(&mut self, handle: u64) -> Option<&mut I> {
        let new = |current| (current != NONE).then_some(handle);
        self.entry.current.fetch_update(Ordering::AcqRel, Ordering::Acquire, new).ok()?;
        self.side.handle = handle;
        self.side.inbox.as_mut()
    }
}

/// A close under way. Its end, even by a panic, frees the place, unless events are lent.
#[derive(Debug)]
pub struct Closing<'a, L, I: Lender, F: FnMut(u64)> {
    entry: &'a Entry<L, I>,
    retire: F,
}

impl<L, I: Lender, F: FnMut(u64)> Closing<'_, L, I, F> {
    /// Takes the link out, after whatever call on it is under way.
    pub fn take(&mut self) -> Option<L> {
        self.entry.link.write().take()
    }
}

impl<L, I: Lender, F: FnMut(u64)> Drop for Closing<'_, L, I, F> {
    fn drop(&mut self) {
        let mut side = self.entry.polling_side();
        if side.inbox.as_ref().is_some_and(Lender::loan_open) {
            side.closed = true;
            return;
        }
        retire_place(side, &mut self.retire);
    }
}
