//! The table of our own calls that the host's threads and the I/O thread share.
//!
//! One atomic word a call says where it stands, and one compare-exchange on it ends the call. A host thread takes a
//! place and may take the call back; every other end is the I/O thread's. A call that was taken back keeps its place
//! until its RESPONSE was raised, so nobody can make more of them than there are places.

use crate::sync::{AtomicBool, AtomicU32, AtomicU64, Ordering, next_serial};

/// Most calls under way at a time: a reply is never dropped, so this bounds what replies may cost.
pub const MAX_CALLS: usize = 256;

const INDEX_BITS: u32 = 16;
const STATE_MASK: u64 = 0xffff;

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum CallState {
    /// The place holds no call.
    Free = 0,
    /// Under way.
    Open = 1,
    /// Taken back by the host, which is yet to be told so by a RESPONSE.
    Cancelled = 2,
    /// Taken back by the host, and told.
    Told = 3,
    /// Ended by the peer's reply, or because it could not be sent.
    Answered = 4,
    /// Ran out of time.
    Expired = 5,
    /// Its connection ended.
    Lost = 6,
}

impl CallState {
    fn of(word: u64) -> Self {
        match word & STATE_MASK {
            1 => Self::Open,
            2 => Self::Cancelled,
            3 => Self::Told,
            4 => Self::Answered,
            5 => Self::Expired,
            6 => Self::Lost,
            _ => Self::Free,
        }
    }

    /// Whether a RESPONSE is still due.
    fn is_due(self) -> bool {
        matches!(self, Self::Open | Self::Cancelled)
    }
}

/// Fixed table of calls.
#[derive(Debug)]
pub struct CallTable {
    words: Box<[AtomicU64]>,
    /// Where the next search for a place begins: ids stay recognisable for as long as can be.
    next: AtomicU32,
    /// A call was taken back since the I/O thread last looked.
    cancelled: AtomicBool,
}

impl CallTable {
    /// A table of `count` free places; `count` is brought into 1 to [`MAX_CALLS`].
    pub fn new(count: usize) -> Self {
        Self {
            words: (0..count.clamp(1, MAX_CALLS)).map(|_| AtomicU64::new(0)).collect(),
            next: AtomicU32::new(0),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Whether a place is free at this moment. Any thread.
    pub fn has_place(&self) -> bool {
        self.words.iter().any(|word| !CallState::of(word.load(Ordering::Acquire)).is_due())
    }

    /// Takes a place for a new call, open at once; returns the call's id, `None` if every place is taken. Any thread.
    pub fn claim(&self) -> Option<u64> {
        let count = self.words.len();
        let start = self.next.fetch_add(1, Ordering::Relaxed) as usize % count;
        let mut serial = None;
        for (index, word) in self.words.iter().enumerate().cycle().skip(start).take(count) {
            let seen = word.load(Ordering::Acquire);
            if CallState::of(seen).is_due() {
                continue;
            }
            let head = *serial.get_or_insert_with(next_serial) << INDEX_BITS;
            let open = head | CallState::Open as u64;
            if word.compare_exchange(seen, open, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return Some(head | index as u64);
            }
        }
        None
    }

    /// Takes call `id` back; false if it is not under way any more. Any thread.
    pub fn cancel(&self, id: u64) -> bool {
        let won = self.settle(id, CallState::Open, CallState::Cancelled);
        if won {
            self.cancelled.store(true, Ordering::SeqCst);
        }
        won
    }

    /// Where call `id` stands; `None` if the table does not know it, or no longer.
    pub fn state(&self, id: u64) -> Option<CallState> {
        let word = self.word(id)?.load(Ordering::Acquire);
        (word >> INDEX_BITS == id >> INDEX_BITS && id >> INDEX_BITS != 0).then(|| CallState::of(word))
    }

    /// Calls under way.
    pub fn open_count(&self) -> u32 {
        let states = self.words.iter().map(|word| CallState::of(word.load(Ordering::Relaxed)));
        states.map(|state| u32::from(state == CallState::Open)).sum()
    }

    /// Ends call `id` as `state`; false if the host took it back first, and is to be told that; `None` if it was ended
    /// before, and is told. I/O thread only.
    pub fn end(&self, id: u64, state: CallState) -> Option<bool> {
        if self.settle(id, CallState::Open, state) {
            return Some(true);
        }
        self.settle(id, CallState::Cancelled, CallState::Told).then_some(false)
    }

    /// Ends every call as lost: the ids, and which of them were (false: the host had taken it back). I/O thread only.
    pub fn end_all(&self) -> Vec<(u64, bool)> {
        let words = self.words.iter().enumerate().map(|(index, word)| (index as u64, word.load(Ordering::Acquire)));
        let due = words.filter(|&(_, word)| CallState::of(word).is_due());
        let ids: Vec<u64> = due.map(|(index, word)| (word & !STATE_MASK) | index).collect();
        ids.into_iter().filter_map(|id| Some((id, self.end(id, CallState::Lost)?))).collect()
    }

    /// Whether a call was taken back since [`CallTable::take_cancelled`].
    pub fn has_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Asks the same, once. What is taken back from now on asks for another look.
    pub fn take_cancelled(&self) -> bool {
        self.cancelled.swap(false, Ordering::SeqCst)
    }

    fn word(&self, id: u64) -> Option<&AtomicU64> {
        self.words.get((id & STATE_MASK) as usize)
    }

    fn settle(&self, id: u64, from: CallState, to: CallState) -> bool {
        let head = id & !STATE_MASK;
        let exchange = |word: &AtomicU64| {
            word.compare_exchange(head | from as u64, head | to as u64, Ordering::AcqRel, Ordering::Acquire)
        };
        self.word(id).is_some_and(|word| exchange(word).is_ok())
    }
}

#[cfg(test)]
#[path = "call_table_tests.rs"]
mod tests;
