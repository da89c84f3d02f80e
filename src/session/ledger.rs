//! The requests of one connection that are not settled yet, as the I/O thread knows them.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::Event;
use super::note::Note;
use super::slots::{SlotState, SlotTable};

/// PAYLOAD_GONE of `framewire_event.flags`.
pub(super) const FLAG_PAYLOAD_GONE: u32 = 8;
/// Deadline of a request that has none.
pub const NO_DEADLINE: u64 = u64::MAX;

/// A request that is about to be opened.
#[derive(Debug)]
pub struct NewRequest {
    /// The peer's id, to be echoed.
    pub wire_id: Box<str>,
    /// Method.
    pub method: Arc<str>,
    /// When it is refused if it was not handed out, ns; [`NO_DEADLINE`] = never.
    pub hold_until: u64,
    /// When it runs out of time, ns; [`NO_DEADLINE`] = never.
    pub deadline: u64,
    /// The peer wants no refusal.
    pub is_silent: bool,
    /// Bytes that the profile's envelope adds to an answer.
    pub overhead: usize,
}

/// What the session keeps of an open request.
#[derive(Debug)]
pub struct OpenRequest {
    /// Our id.
    pub id: u64,
    /// The peer's id, to be echoed.
    pub wire_id: Box<str>,
    /// Method, for the texts of errors and for whoever asks what is open.
    pub method: Arc<str>,
    /// Arrival, ns.
    pub arrived: u64,
    /// When it is refused if it was not handed out, ns.
    pub hold_until: u64,
    /// When it runs out of time, ns.
    pub deadline: u64,
    /// When the deadline was last set, ns: its length is what the peer is told.
    pub armed: u64,
    /// The peer wants no refusal.
    pub is_silent: bool,
    /// Times that it was handed out, the first and each announced one included.
    pub deliveries: u32,
    /// Deferrals that have arrived, as the slot's word counts them.
    deferrals: u16,
    /// What the handler left with `defer`.
    pub note: Option<Note>,
    /// The event that it was handed out with, kept for the next owner.
    pub event: Option<Box<Event>>,
}

/// How a request ran out of time.
#[derive(Debug)]
pub struct Overdue {
    /// The request.
    pub request: OpenRequest,
    /// It waited in vain to be handed out and will never be.
    pub is_unseen: bool,
    /// The time was that of the answer, not that of the hand-out.
    pub is_expired: bool,
}

/// Open requests by slot. The slots' words decide who settles; the ledger keeps the rest.
#[derive(Debug)]
pub struct Ledger {
    slots: Arc<SlotTable>,
    entries: Vec<Option<OpenRequest>>,
    /// Slots free for use, the longest settled first: ids stay recognisable for as long as can be.
    free: VecDeque<u16>,
    /// Slots whose request changed since [`Ledger::take_changes`].
    changes: Vec<u16>,
    /// Payload bytes of the events kept, and their bound.
    kept: usize,
    max_kept: usize,
}

impl Ledger {
    /// An empty ledger over `slots`, which keeps payloads of `max_kept` bytes together.
    pub fn new(slots: Arc<SlotTable>, max_kept: usize) -> Self {
        Self { slots, entries: Vec::new(), free: VecDeque::new(), changes: Vec::new(), kept: 0, max_kept }
    }

    /// Whether every slot is taken.
    pub fn is_full(&self) -> bool {
        self.free.is_empty() && self.entries.len() >= self.slots.size()
    }

    /// Whether no request is open.
    pub fn is_empty(&self) -> bool {
        self.free.len() == self.entries.len()
    }

    /// Opens a request; `None` if every slot is taken.
    pub fn open(&mut self, now: u64, new: NewRequest) -> Option<u64> {
        let index = self.take_slot()?;
        let id = self.slots.open(index, u32::try_from(new.overhead).unwrap_or(u32::MAX))?;
        let entry = self.entries.get_mut(usize::from(index))?;
        *entry = Some(OpenRequest {
            id,
            wire_id: new.wire_id,
            method: new.method,
            arrived: now,
            hold_until: new.hold_until,
            deadline: new.deadline,
            armed: now,
            is_silent: new.is_silent,
            deliveries: 1,
            deferrals: 0,
            note: None,
            event: None,
        });
        self.changes.push(index);
        Some(id)
    }

    /// A free slot: one that was used before once enough ids are remembered, so that a quiet link touches few.
    fn take_slot(&mut self) -> Option<u16> {
        const REMEMBERED: usize = 256;
        let untouched = self.entries.len();
        if untouched < self.slots.size() && self.free.len() < REMEMBERED {
            self.entries.push(None);
            return u16::try_from(untouched).ok();
        }
        self.free.pop_front()
    }

    /// The request `id`, if it is open.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut OpenRequest> {
        self.entries.get_mut(index_of(id))?.as_mut().filter(|entry| entry.id == id)
    }

    /// Takes request `id` out; its slot may be used again.
    pub fn close(&mut self, id: u64) -> Option<OpenRequest> {
        let index = index_of(id);
        let slot = self.entries.get_mut(index)?;
        if slot.as_ref()?.id != id {
            return None;
        }
        let index = u16::try_from(index).ok()?;
        self.free.push_back(index);
        self.changes.push(index);
        let request = slot.take();
        let event = request.as_ref().and_then(|request| request.event.as_ref());
        self.kept -= event.map_or(0, |event| event.buffer.len());
        request
    }

    /// Keeps the event that a request was handed out with, which came back from the host, for the next owner; gives
    /// it back where the request is settled, or its payload has no room.
    pub fn keep(&mut self, event: Box<Event>) -> Option<Box<Event>> {
        let (id, length) = (event.id, event.buffer.len());
        let is_open = self.slots.state(id).is_some_and(SlotState::is_handed);
        // One that stands for a payload that is gone must not pass for it.
        let is_whole = event.flags & FLAG_PAYLOAD_GONE == 0;
        if !is_open || !is_whole || self.kept.saturating_add(length) > self.max_kept {
            return Some(event);
        }
        let Some(request) = self.get_mut(id).filter(|request| request.event.is_none()) else { return Some(event) };
        request.event = Some(event);
        self.kept += length;
        None
    }

    /// Takes the event kept for request `id`.
    pub fn take_event(&mut self, id: u64) -> Option<Box<Event>> {
        let event = self.get_mut(id)?.event.take()?;
        self.kept -= event.buffer.len();
        Some(event)
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
            self.changed(id);
        }
    }

    /// Notes that what is known of request `id` changed.
    pub fn changed(&mut self, id: u64) {
        self.changes.extend(u16::try_from(index_of(id)));
    }

    /// The slots whose request changed since the last call, with what they hold now.
    pub fn take_changes(&mut self) -> impl Iterator<Item = (u16, Option<&OpenRequest>)> {
        let entries = &self.entries;
        self.changes.drain(..).map(|index| (index, entries.get(usize::from(index)).and_then(Option::as_ref)))
    }

    /// Takes out what has passed its time: unseen requests that were held too long, and requests of any state whose
    /// answer is overdue.
    pub fn expire(&mut self, now: u64) -> Vec<Overdue> {
        let due = self.entries.iter().flatten().filter(|entry| entry.deadline.min(entry.hold_until) <= now);
        let due: Vec<_> = due.map(|entry| (entry.id, entry.deferrals, entry.deadline <= now)).collect();
        due.into_iter()
            .filter_map(|(id, deferrals, is_expired)| {
                let is_unseen = if is_expired {
                    self.slots.expire(id, deferrals)? == SlotState::Waiting
                } else {
                    // The same word that a poll moves: it is refused here or handed out there, never both.
                    self.slots.settle(id, SlotState::Waiting, SlotState::Dropped).then_some(true)?
                };
                Some(Overdue { request: self.close(id)?, is_unseen, is_expired })
            })
            .collect()
    }

    /// The next moment at which [`Ledger::expire`] may find something. A request that is answered or deferred has none:
    /// what makes it so is still on its way, and a deadline in the past would be due for ever.
    pub fn next_deadline(&self) -> Option<u64> {
        let times = self.entries.iter().flatten().map(|entry| match self.slots.state(entry.id) {
            Some(SlotState::Waiting) => entry.deadline.min(entry.hold_until),
            _ if self.slots.may_expire(entry.id, entry.deferrals) => entry.deadline,
            _ => NO_DEADLINE,
        });
        times.min().filter(|&deadline| deadline != NO_DEADLINE)
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
#[path = "ledger_tests.rs"]
mod tests;
