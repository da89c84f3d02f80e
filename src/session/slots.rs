//! The table of open requests that the frame thread and the I/O thread share.
//!
//! One atomic word a slot decides every race over a request: whoever moves the word owns the
//! outcome. The word holds the request's serial, a count of deferrals and the state, so a
//! compare-exchange on it is exact even after the slot has been used again.

use crate::sync::{AtomicU32, AtomicU64, Ordering, next_serial};

/// Most slots a table may have: the index takes 16 bits of the id.
pub const MAX_SLOTS: usize = 1 << 16;

const INDEX_BITS: u32 = 16;
const STATE_MASK: u64 = 0xf;
const TOUCH_ONE: u64 = 0x10;
const TOUCH_MASK: u64 = 0xfff0;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum SlotState {
    /// The slot holds no request.
    Free = 0,
    /// In the inbox, not handed out.
    Waiting = 1,
    /// Handed out, not answered.
    Handed = 2,
    /// Answered by the host.
    Answered = 3,
    /// Ran out of time.
    Expired = 4,
    /// Lost with its connection after it was handed out.
    Lost = 5,
    /// Dropped, or refused, before it was handed out.
    Dropped = 6,
    /// Handed out to an owner that is gone; the I/O thread is to announce it.
    Orphaned = 7,
    /// As orphaned; its announcement is in the inbox.
    Announced = 8,
}

impl SlotState {
    fn of(word: u64) -> Self {
        match word & STATE_MASK {
            1 => Self::Waiting,
            2 => Self::Handed,
            3 => Self::Answered,
            4 => Self::Expired,
            5 => Self::Lost,
            6 => Self::Dropped,
            7 => Self::Orphaned,
            8 => Self::Announced,
            _ => Self::Free,
        }
    }

    /// Whether a host, this one or an earlier one, has the request and nobody has settled it.
    pub fn is_handed(self) -> bool {
        matches!(self, Self::Handed | Self::Orphaned | Self::Announced)
    }
}

/// Why a request could not be answered or deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// No request of this table has that id, or it was settled so long ago that its slot was reused.
    Unknown,
    /// The host has answered it.
    AlreadyAnswered,
    /// It ran out of time.
    Expired,
    /// Its connection ended.
    Lost,
}

/// Open requests of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the inbox.
    pub waiting: u32,
    /// Handed out to the present owner.
    pub handed: u32,
    /// Handed out to an earlier owner and not to the present one yet.
    pub orphaned: u32,
}

#[derive(Debug)]
struct Slot {
    word: AtomicU64,
    /// Bytes that the profile's envelope adds to an answer, readiness word aside.
    overhead: AtomicU32,
}

/// Fixed table of request slots.
#[derive(Debug)]
pub struct SlotTable {
    slots: Box<[Slot]>,
}

impl SlotTable {
    /// A table of `count` free slots; `count` is brought into 1 to [`MAX_SLOTS`].
    pub fn new(count: usize) -> Self {
        let slot = || Slot { word: AtomicU64::new(0), overhead: AtomicU32::new(0) };
        Self { slots: (0..count.clamp(1, MAX_SLOTS)).map(|_| slot()).collect() }
    }

    /// Number of slots.
    pub fn size(&self) -> usize {
        self.slots.len()
    }

    fn slot(&self, id: u64) -> Option<&Slot> {
        self.slots.get((id & (MAX_SLOTS as u64 - 1)) as usize)
    }

    /// Puts a new request, waiting, into the slot `index`; returns its id. I/O thread only, on a slot it knows settled.
    pub fn open(&self, index: u16, overhead: u32) -> Option<u64> {
        let slot = self.slots.get(usize::from(index))?;
        let serial = next_serial();
        slot.overhead.store(overhead, Ordering::Relaxed);
        slot.word.store((serial << INDEX_BITS) | SlotState::Waiting as u64, Ordering::Release);
        Some((serial << INDEX_BITS) | u64::from(index))
    }

    /// The state of request `id`; `None` if its slot has another request by now.
    pub fn state(&self, id: u64) -> Option<SlotState> {
        let word = self.slot(id)?.word.load(Ordering::Acquire);
        (word >> INDEX_BITS == id >> INDEX_BITS && id >> INDEX_BITS != 0).then(|| SlotState::of(word))
    }

    /// Moves request `id` from one state to another; false if it was not in `from`.
    pub fn settle(&self, id: u64, from: SlotState, to: SlotState) -> bool {
        self.settle_if(id, |state| state == from, to)
    }

    /// Moves request `id` to a state, if the one it is in may leave; false if not.
    fn settle_if(&self, id: u64, may_leave: impl Fn(SlotState) -> bool, to: SlotState) -> bool {
        let Some(slot) = self.slot(id) else {
            return false;
        };
        let mut word = slot.word.load(Ordering::Acquire);
        while word >> INDEX_BITS == id >> INDEX_BITS && may_leave(SlotState::of(word)) {
            let next = (word & !STATE_MASK) | to as u64;
            match slot.word.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// Hands request `id` out: waiting becomes handed. False if it was settled first; it is then never shown.
    pub fn hand_out(&self, id: u64) -> bool {
        self.settle(id, SlotState::Waiting, SlotState::Handed)
    }

    /// Hands request `id` out to a new owner: announced becomes handed. False if it was settled first.
    pub fn hand_out_again(&self, id: u64) -> bool {
        self.settle(id, SlotState::Announced, SlotState::Handed)
    }

    /// The owner is gone: everything handed out to it is orphaned. To be called while nobody polls.
    pub fn orphan_all(&self) {
        for id in self.ids() {
            self.settle(id, SlotState::Handed, SlotState::Orphaned);
        }
    }

    /// Takes the orphans that are to be announced: each becomes announced. I/O thread only.
    pub fn announce_all(&self) -> Vec<u64> {
        self.ids().filter(|&id| self.settle(id, SlotState::Orphaned, SlotState::Announced)).collect()
    }

    /// Answers request `id` for the host.
    ///
    /// # Errors
    /// What settled the request before this call; exact.
    pub fn answer(&self, id: u64) -> Result<(), Unanswerable> {
        if self.settle_if(id, SlotState::is_handed, SlotState::Answered) { Ok(()) } else { Err(self.fate(id)) }
    }

    /// Whether request `id` is open and handed out.
    ///
    /// # Errors
    /// What settled it.
    pub fn check(&self, id: u64) -> Result<(), Unanswerable> {
        if self.state(id).is_some_and(SlotState::is_handed) { Ok(()) } else { Err(self.fate(id)) }
    }

    /// Announces a new deadline for request `id`; the deadline itself goes to the I/O thread behind this. Until it is
    /// there, the old one expires nothing: either this or the expiry wins, never both.
    ///
    /// # Errors
    /// What settled the request before this call.
    pub fn defer(&self, id: u64) -> Result<(), Unanswerable> {
        let Some(slot) = self.slot(id) else { return Err(Unanswerable::Unknown) };
        let mut word = slot.word.load(Ordering::Acquire);
        while word >> INDEX_BITS == id >> INDEX_BITS && SlotState::of(word).is_handed() {
            let next = (word & !TOUCH_MASK) | (word.wrapping_add(TOUCH_ONE) & TOUCH_MASK);
            match slot.word.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => word = now,
            }
        }
        Err(self.fate(id))
    }

    /// Whether request `id` is open and no deferral is on its way but the `deferrals` that have arrived.
    pub fn may_expire(&self, id: u64, deferrals: u16) -> bool {
        self.slot(id).is_some_and(|slot| expirable(slot.word.load(Ordering::Acquire), id, deferrals))
    }

    /// Expires request `id`, unless it is settled or a deferral is on its way; says from which state it was taken.
    pub fn expire(&self, id: u64, deferrals: u16) -> Option<SlotState> {
        let slot = self.slot(id)?;
        let mut word = slot.word.load(Ordering::Acquire);
        while expirable(word, id, deferrals) {
            let next = (word & !STATE_MASK) | SlotState::Expired as u64;
            match slot.word.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(SlotState::of(word)),
                Err(now) => word = now,
            }
        }
        None
    }

    /// Bytes that the envelope adds to an answer of `id`.
    pub fn overhead(&self, id: u64) -> usize {
        self.slot(id).map_or(0, |slot| slot.overhead.load(Ordering::Relaxed) as usize)
    }

    /// Settles every open request: unseen ones as dropped, handed out ones as lost; says which became what.
    pub fn settle_all(&self) -> Vec<(u64, SlotState)> {
        let settle = |id| {
            if self.settle(id, SlotState::Waiting, SlotState::Dropped) {
                Some((id, SlotState::Dropped))
            } else {
                self.settle_if(id, SlotState::is_handed, SlotState::Lost).then_some((id, SlotState::Lost))
            }
        };
        self.ids().filter_map(settle).collect()
    }

    /// The id of whatever each slot holds.
    fn ids(&self) -> impl Iterator<Item = u64> {
        let serials = self.slots.iter().map(|slot| slot.word.load(Ordering::Acquire) >> INDEX_BITS << INDEX_BITS);
        serials.enumerate().map(|(index, serial)| serial | index as u64)
    }

    /// How many requests there are of each kind, each counted at its own moment.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for slot in &self.slots {
            match SlotState::of(slot.word.load(Ordering::Relaxed)) {
                SlotState::Waiting => counts.waiting += 1,
                SlotState::Handed => counts.handed += 1,
                SlotState::Orphaned | SlotState::Announced => counts.orphaned += 1,
                _ => {}
            }
        }
        counts
    }

    fn fate(&self, id: u64) -> Unanswerable {
        match self.state(id) {
            Some(SlotState::Answered) => Unanswerable::AlreadyAnswered,
            Some(SlotState::Expired) => Unanswerable::Expired,
            Some(SlotState::Lost) => Unanswerable::Lost,
            _ => Unanswerable::Unknown,
        }
    }
}

fn expirable(word: u64, id: u64, deferrals: u16) -> bool {
    let arrived = (u64::from(deferrals) << TOUCH_ONE.trailing_zeros()) & TOUCH_MASK;
    let state = SlotState::of(word);
    let open = state == SlotState::Waiting || state.is_handed();
    open && word >> INDEX_BITS == id >> INDEX_BITS && word & TOUCH_MASK == arrived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_out_of_a_slot_is_taken_once() {
        use SlotState::{Answered, Dropped, Expired, Handed, Lost, Waiting};
        for (from, to, fate) in [
            (Handed, Answered, Unanswerable::AlreadyAnswered),
            (Handed, Expired, Unanswerable::Expired),
            (Handed, Lost, Unanswerable::Lost),
            (Waiting, Dropped, Unanswerable::Unknown),
        ] {
            let table = SlotTable::new(4);
            let id = table.open(2, 0).unwrap();
            assert_eq!(table.answer(id), Err(Unanswerable::Unknown), "not handed out yet");
            if from == Handed {
                assert!(table.hand_out(id) && table.check(id).is_ok());
                assert!(!table.hand_out(id));
            }
            assert!(table.settle(id, from, to));
            assert!(!table.settle(id, from, to));
            assert_eq!((table.state(id), table.answer(id), table.check(id)), (Some(to), Err(fate), Err(fate)));
            assert_eq!(table.defer(id), Err(fate));
            assert_eq!(table.expire(id, 0), None);
            assert!(!table.hand_out(id));
        }
    }

    #[test]
    fn an_old_id_never_touches_the_new_request_of_its_slot() {
        let table = SlotTable::new(1);
        assert_eq!((table.size(), table.state(0)), (1, None), "no request yet");
        let old = table.open(0, 0).unwrap();
        assert!(table.hand_out(old));
        assert_eq!(table.answer(old), Ok(()));
        let new = table.open(0, 0).unwrap();
        assert_ne!(old, new);
        assert!(!table.hand_out(old));
        assert_eq!((table.state(old), table.answer(old)), (None, Err(Unanswerable::Unknown)));
        assert_eq!(table.state(new), Some(SlotState::Waiting));
        assert!(new < 1 << 63);
        for foreign in [0, 1, u64::MAX, new ^ (1 << 20), new + 1] {
            assert_eq!((table.state(foreign), table.answer(foreign)), (None, Err(Unanswerable::Unknown)));
        }
        assert_eq!(SlotTable::new(2).state(1), None, "no request had that slot");
    }

    #[test]
    fn a_deferral_and_an_expiry_never_both_win() {
        let table = SlotTable::new(1);
        let id = table.open(0, 0).unwrap();
        assert!(table.hand_out(id));
        assert_eq!(table.defer(id), Ok(()));
        assert!(!table.may_expire(id, 0), "the deferral is on its way");
        assert_eq!(table.expire(id, 0), None);
        assert!(table.may_expire(id, 1));
        assert_eq!(table.expire(id, 1), Some(SlotState::Handed));
        assert_eq!(table.defer(id), Err(Unanswerable::Expired));
        for count in 0..5000_u16 {
            let id = table.open(0, 0).unwrap();
            assert!(table.hand_out(id));
            (0..count % 3).for_each(|_| assert_eq!(table.defer(id), Ok(())));
            assert_eq!(table.expire(id, count % 3), Some(SlotState::Handed));
        }
    }

    #[test]
    fn an_orphan_is_announced_once_a_takeover_and_can_be_settled_at_any_point() {
        let table = SlotTable::new(2);
        let id = table.open(0, 0).unwrap();
        let unseen = table.open(1, 0).unwrap();
        assert!(table.hand_out(id));
        for _ in 0..3 {
            table.orphan_all();
            table.orphan_all();
            assert_eq!(table.counts(), Counts { waiting: 1, handed: 0, orphaned: 1 });
            assert!(!table.hand_out_again(id), "not announced yet");
            assert_eq!((table.announce_all(), table.announce_all()), (vec![id], vec![]));
            table.orphan_all();
            assert_eq!(table.announce_all(), [0; 0], "its announcement still waits for a poll");
            assert!(table.hand_out_again(id));
            assert!(!table.hand_out_again(id));
        }
        table.orphan_all();
        assert_eq!(table.answer(id), Ok(()), "a new owner may know the id by itself");
        assert_eq!(table.announce_all(), [0; 0]);
        assert!(table.hand_out(unseen));
        table.orphan_all();
        assert_eq!(table.announce_all(), [unseen]);
        assert_eq!(table.settle_all(), [(unseen, SlotState::Lost)]);
        assert!(!table.hand_out_again(unseen));
    }

    #[test]
    fn threads_race_and_exactly_one_settles() {
        let table = std::sync::Arc::new(SlotTable::new(1));
        for _ in 0..2_000 {
            let id = table.open(0, 0).unwrap();
            assert!(table.hand_out(id));
            let other = std::sync::Arc::clone(&table);
            let racer = std::thread::spawn(move || other.expire(id, 0).is_some());
            let answered = table.answer(id).is_ok();
            assert!(answered ^ racer.join().unwrap());
        }
    }
}
