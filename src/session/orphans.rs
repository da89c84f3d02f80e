//! The part of the session that outlives the host's scripting domain: a new owner gets what the old one left open, and
//! a link that nobody looks after ends.

use super::closing::Cause;
use super::event::{Event, EventKind, Reason};
use super::input::{Failure, Farewell};
use super::ledger::FLAG_PAYLOAD_GONE;
use super::phase::Phase;
use super::{Intent, Session};

/// The endpoint is going away (RFC 6455, 7.4.1).
const CODE_GOING_AWAY: u16 = 1001;

impl Session {
    /// A new owner took the link over: each request that the old one had and did not answer is told to it once, with
    /// what was kept of it.
    ///
    /// What came back from the old owner must have been given to [`Session::recycle`] before.
    ///
    /// One that comes while the link is ending for want of an owner gets the next connection.
    pub fn attached(&mut self, now: u64) {
        self.owner.shows_itself(now);
        if core::mem::take(&mut self.owner.is_given_up) && self.phase != Phase::Closed {
            self.intent = Intent::Run;
            self.dials_after_close = true;
        }
        for id in self.slots.announce_all() {
            self.announce(now, id);
        }
    }

    fn announce(&mut self, now: u64, id: u64) {
        let kept = self.ledger.take_event(id);
        let Some(request) = self.ledger.get_mut(id) else { return };
        request.deliveries = request.deliveries.saturating_add(1);
        let is_gone = kept.is_none();
        let mut event = kept.unwrap_or_else(|| {
            let name = 0..request.method.len();
            Box::new(Event {
                name,
                buffer: request.method.to_string().into(),
                ..Event::new(EventKind::RequestOrphaned)
            })
        });
        if let Some(note) = &request.note {
            event.set_note(note.bytes());
        }
        event.kind = EventKind::RequestOrphaned;
        event.id = id;
        event.generation = self.generation;
        event.time_ns = request.arrived;
        event.age_ns = now.saturating_sub(request.arrived);
        event.count = u64::from(request.deliveries);
        event.flags = if is_gone { FLAG_PAYLOAD_GONE } else { 0 };
        self.ledger.changed(id);
        self.counters.orphaned += 1;
        self.outputs.push_back(super::Output::Deliver(event));
    }

    /// Ends the link if its host has not shown itself for as long as it was configured to wait.
    pub(super) fn look_for_owner(&mut self, now: u64) {
        let is_gone = self.owner.deadline().is_some_and(|deadline| deadline <= now);
        if !is_gone || self.intent == Intent::Finish {
            return;
        }
        self.intent = Intent::Finish;
        self.owner.is_given_up = true;
        let detail = format!("nobody polled or attached for {} s: open the link anew", self.owner.silence_ms() / 1000);
        if matches!(self.phase, Phase::Greeting | Phase::Active) {
            let failure = Failure { reason: Reason::Orphaned, detail, ..Failure::default() };
            self.begin_close(now, CODE_GOING_AWAY, "the editor is gone", Cause::Ours(failure));
        } else {
            self.stop(now, Intent::Finish, &Farewell::default());
        }
    }
}
