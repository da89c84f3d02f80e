//! The requests of one connection that are not settled yet, as the I/O thread knows them.

use std::collections::VecDeque;
use std::sync::Arc;

use super::note::Note;
use super::slots::{SlotState, SlotTable};

/// Deadline of a request that has none.
pub const NO_DEADLINE: u64 = u64::MAX;

/// What the session keeps of an open request.
#[derive(Debug)]
pub struct OpenRequest {
    /// Our id.
    pub id: u64,
    /// The peer's id, to be echoed.
    pub wire_id: Box<str>,
    /// Method, for the texts of errors.
    pub method: Box<str>,
    /// Arrival, ns.
    pub arrived: u64,
    /// When it runs out of time, ns.
    pub deadline: u64,
    /// When the deadline was last set, ns: its length is what the peer is told.
    pub armed: u64,
    /// Deferrals that have arrived, as the slot's word counts them.
    deferrals: u16,
    /// What the handler left with `defer`.
    pub note: Option<Note>,
}

/// Open requests by slot. The slots' words decide who settles; the ledger keeps the rest.
#[derive(Debug)]
pub struct Ledger {
    slots: Arc<SlotTable>,
    entries: Vec<Option<OpenRequest>>,
    /// Slots free for use, the longest settled first: ids stay recognisable for as long as can be.
    free: VecDeque<u16>,
}

impl Ledger {
    /// An empty ledger over `slots`.
    pub fn new(slots: Arc<SlotTable>) -> Self {
        Self { slots, entries: Vec::new(), free: VecDeque::new() }
    }

    /// Whether every slot is taken.
    pub fn is_full(&self) -> bool {
        self.free.is_empty() && self.entries.len() >= self.slots.len()
    }

    /// Opens a request; `None` if every slot is taken.
    pub fn open(
        &mut self,
        wire_id: Box<str>,
        method: Box<str>,
        now: u64,
        timeout: Option<u64>,
        overhead: usize,
    ) -> Option<u64> {
        let index = self.take_slot()?;
        let deadline = timeout.map_or(NO_DEADLINE, |timeout| now.saturating_add(timeout));
        let id = self.slots.open(index, u32::try_from(overhead).unwrap_or(u32::MAX))?;
        let entry = self.entries.get_mut(usize::from(index))?;
        *entry =
            Some(OpenRequest { id, wire_id, method, arrived: now, deadline, armed: now, deferrals: 0, note: None });
        Some(id)
    }

    /// A free slot: one that was used before once enough ids are remembered, so that a quiet link touches few.
    fn take_slot(&mut self) -> Option<u16> {
        const REMEMBERED: usize = 256;
        let untouched = self.entries.len();
        if untouched < self.slots.len() && self.free.len() < REMEMBERED {
            self.entries.push(None);
            return u16::try_from(untouched).ok();
        }
        self.free.pop_front()
    }

    fn get_mut(&mut self, id: u64) -> Option<&mut OpenRequest> {
        self.entries.get_mut(index_of(id))?.as_mut().filter(|entry| entry.id == id)
    }

    /// Takes request `id` out; its slot may be used again.
    pub fn close(&mut self, id: u64) -> Option<OpenRequest> {
        let slot = self.entries.get_mut(index_of(id))?;
        if slot.as_ref()?.id != id {
            return None;
        }
        self.free.push_back(u16::try_from(index_of(id)).ok()?);
        slot.take()
    }

    /// Gives request `id` the deadline that a deferral brought.
    pub fn defer(&mut self, id: u64, now: u64, deadline: u64, note: Note) {
        if let Some(request) = self.get_mut(id) {
            request.deferrals = request.deferrals.wrapping_add(1);
            request.deadline = deadline;
            request.armed = now;
            if !note.is_empty() {
                request.note = Some(note);
            }
        }
    }

    /// Takes out what has passed its deadline, with the state it was in.
    pub fn expire(&mut self, now: u64) -> Vec<(OpenRequest, SlotState)> {
        let due = self.entries.iter().flatten().filter(|entry| entry.deadline <= now);
        let due: Vec<_> = due.map(|entry| (entry.id, entry.deferrals)).collect();
        due.into_iter()
            .filter_map(|(id, deferrals)| {
                let state = self.slots.expire(id, deferrals)?;
                Some((self.close(id)?, state))
            })
            .collect()
    }

    /// The least deadline of an open request, if any has one. One that is answered or deferred has none: what makes it
    /// so is still on its way, and a deadline in the past would be due for ever.
    pub fn next_deadline(&self) -> Option<u64> {
        let open = self.entries.iter().flatten().filter(|entry| self.slots.may_expire(entry.id, entry.deferrals));
        open.map(|entry| entry.deadline).min().filter(|&deadline| deadline != NO_DEADLINE)
    }

    /// Settles every request that nobody answered and takes it out: unseen ones as dropped, handed out ones as lost.
    ///
    /// Answered ones stay: their answer is on its way to the session.
    pub fn settle_all(&mut self) -> Vec<(OpenRequest, SlotState)> {
        let settled = self.slots.settle_all();
        settled.into_iter().filter_map(|(id, state)| Some((self.close(id)?, state))).collect()
    }
}

fn index_of(id: u64) -> usize {
    (id & 0xffff) as usize
}

#[cfg(test)]
mod tests {
    use super::super::note::Notes;
    use super::*;

    fn ledger(count: usize) -> (Ledger, Arc<SlotTable>) {
        let slots = Arc::new(SlotTable::new(count));
        (Ledger::new(Arc::clone(&slots)), slots)
    }

    fn open(ledger: &mut Ledger, now: u64, timeout: Option<u64>) -> u64 {
        ledger.open("w".into(), "m".into(), now, timeout, 0).unwrap()
    }

    #[test]
    fn slots_run_out_and_come_back_oldest_first() {
        let (mut ledger, slots) = ledger(2);
        let first = open(&mut ledger, 0, None);
        let second = open(&mut ledger, 0, None);
        assert!(ledger.is_full());
        assert_eq!(ledger.open("w".into(), "m".into(), 0, None, 0), None);
        assert!(slots.hand_out(second));
        assert_eq!(slots.answer(second), Ok(()));
        assert!(ledger.close(second).is_some());
        assert!(ledger.close(second).is_none());
        assert!(ledger.close(first).is_some());
        assert_eq!(open(&mut ledger, 0, None) & 0xffff, second & 0xffff);
        assert!(ledger.is_full() || ledger.open("w".into(), "m".into(), 0, None, 0).is_some());
    }

    #[test]
    fn expiry_tells_seen_from_unseen_and_respects_deferral() {
        let (mut ledger, slots) = ledger(4);
        let unseen = open(&mut ledger, 0, Some(10));
        let seen = open(&mut ledger, 0, Some(10));
        let deferred = open(&mut ledger, 0, Some(10));
        open(&mut ledger, 0, None);
        assert!(slots.hand_out(seen) && slots.hand_out(deferred));
        assert_eq!(slots.defer(deferred), Ok(()));
        assert_eq!(ledger.next_deadline(), Some(10));
        ledger.defer(deferred, 1, 100, Notes::default().keep(b"").unwrap());
        assert_eq!(ledger.next_deadline(), Some(10));
        let ended: Vec<_> = ledger.expire(10).into_iter().map(|(entry, state)| (entry.id, state)).collect();
        assert_eq!(ended, [(unseen, SlotState::Waiting), (seen, SlotState::Handed)]);
        assert_eq!(ledger.next_deadline(), Some(100));
    }

    #[test]
    fn the_end_of_a_connection_settles_all_but_the_answered() {
        let (mut ledger, slots) = ledger(4);
        let unseen = open(&mut ledger, 0, None);
        let seen = open(&mut ledger, 0, None);
        let answered = open(&mut ledger, 0, None);
        assert!(slots.hand_out(seen) && slots.hand_out(answered));
        assert_eq!(slots.answer(answered), Ok(()));
        assert_eq!(slots.counts(), (1, 1));
        let ended: Vec<_> = ledger.settle_all().into_iter().map(|(entry, state)| (entry.id, state)).collect();
        assert_eq!(ended, [(unseen, SlotState::Dropped), (seen, SlotState::Lost)]);
        assert!(ledger.close(answered).is_some());
    }
}
