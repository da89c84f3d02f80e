//! The frame loop's end of the inbox: polls take events out, many at a time or one by one, and releases give them back.

use std::sync::atomic::Ordering;

use super::{HEAVY, Inbox, add, give_back};
use crate::session::event::{Event, EventKind};

impl Inbox {
    /// Hands out at most `capacity` events to `sink`, with their position in this poll, and opens a loan if there
    /// was one.
    ///
    /// Stops after the byte budget, but hands out at least one event if there is one. Events stay where they are in
    /// memory until [`Inbox::release`]. Does not block, allocate (beyond the first time a larger capacity is asked
    /// for) or call the system, but for one wake-up when the I/O thread was held up by a full inbox. The caller makes
    /// sure that no loan is open.
    #[inline]
    pub fn poll(&mut self, capacity: usize, sink: impl FnMut(usize, &Event)) -> usize {
        self.count_poll();
        if self.ring.is_empty() { self.idle() } else { self.hand_out(capacity, sink) }
    }

    #[inline]
    fn count_poll(&self) {
        // The caller holds this end alone: a plain store is enough, and a quarter of the price.
        add(&self.shared.polls, 1);
    }

    #[inline]
    fn idle(&self) -> usize {
        if self.shared.inbox_stall.is_set() {
            self.shared.waking.wake();
        }
        0
    }

    fn hand_out(&mut self, capacity: usize, mut sink: impl FnMut(usize, &Event)) -> usize {
        if self.shared.pause_depth.load(Ordering::Acquire) > 0 {
            return 0;
        }
        let mut bytes = 0;
        while self.lent.len() < capacity && (self.lent.is_empty() || bytes < self.budget) {
            let Some(event) = self.pop() else { break };
            bytes += event.buffer.len();
            sink(self.lent.len(), &event);
            self.lent.push(event);
        }
        let shared = &self.shared;
        add(&shared.events, self.lent.len() as u64);
        if bytes >= self.budget && !self.ring.is_empty() {
            add(&shared.budget_stops, 1);
        }
        self.lent.len()
    }

    /// Begins a turn: one poll, whose events [`Inbox::next`] takes one by one, for hosts whose handlers run in between: what a
    /// handler leaves untaken, for it closed the link or threw, was not handed out. False if there is nothing to take.
    ///
    /// Does what [`Inbox::poll`] does, and at the same price. The caller makes sure that no loan is open.
    #[inline]
    pub fn begin_turn(&mut self) -> bool {
        self.count_poll();
        self.turn_bytes = 0;
        if self.ring.is_empty() {
            self.idle();
            return false;
        }
        true
    }

    /// Lends the next event of the turn to `take`, having given back the one before it; `None` if none is left, or the byte
    /// budget is used up. It stays lent until the next call, or until [`Inbox::release`], which ends the turn.
    ///
    /// The I/O thread is not told of what is given back before the turn ends: one wake-up a turn at most.
    pub fn next<T>(&mut self, take: impl FnOnce(&Event) -> T) -> Option<T> {
        self.give_back_lent();
        if self.turn_bytes >= self.budget || self.shared.pause_depth.load(Ordering::Acquire) > 0 {
            return None;
        }
        let event = self.pop()?;
        self.turn_bytes += event.buffer.len();
        add(&self.shared.events, 1);
        if self.turn_bytes >= self.budget && !self.ring.is_empty() {
            add(&self.shared.budget_stops, 1);
        }
        self.lent.push(event);
        self.lent.last().map(|event| take(event))
    }

    /// Takes the next event that is not settled out of the ring.
    #[inline]
    fn pop(&mut self) -> Option<Box<Event>> {
        while let Ok(event) = self.ring.pop() {
            let popped = &self.shared.inbox_popped;
            popped.store(popped.load(Ordering::Relaxed) + 1, Ordering::Release);
            let is_settled = match event.kind {
                EventKind::Request => !self.shared.slots.hand_out(event.id),
                EventKind::RequestOrphaned => !self.shared.slots.hand_out_again(event.id),
                _ => false,
            };
            if !is_settled {
                return Some(event);
            }
            give_back(&mut self.spent, event);
        }
        None
    }

    /// Whether events are lent.
    #[inline]
    pub fn loan_open(&self) -> bool {
        !self.lent.is_empty()
    }

    /// Ends the loan; the I/O thread frees the payloads, the decode worker the decoded values.
    pub fn release(&mut self) {
        self.give_back_lent();
        let weight = std::mem::take(&mut self.untold);
        if self.shared.inbox_stall.is_set_behind_a_release() || weight >= HEAVY {
            self.shared.waking.wake();
        }
    }

    #[inline]
    fn give_back_lent(&mut self) {
        for event in self.lent.drain(..) {
            self.untold = self.untold.saturating_add(event.decoded.weight);
            give_back(&mut self.spent, event);
        }
    }
}
