//! The part of the I/O thread that shows the other threads what became of its turn.

use std::sync::atomic::Ordering;

use super::worker::Worker;

impl Worker {
    /// Shows everybody else what this turn came to.
    pub(super) fn publish(&mut self) {
        self.free_spent();
        self.take_decoded();
        let shared = &self.shared;
        // Before the events: whoever has seen a connection open may send on it.
        shared.gate.set(self.session.generation(), self.session.phase());
        // Before the events: whoever has polled a request finds it among what is outstanding.
        shared.board.update(self.session.take_changes());
        if let Some(calls) = self.session.take_call_changes() {
            shared.board.update_calls(calls);
        }
        // Before the events: whoever has polled one finds it counted.
        shared.publish(self.session.counters());
        let moved = self.inbox.flush(self.parked.is_some());
        let session = &self.session;
        shared.attempt.store(session.attempt(), Ordering::Relaxed);
        shared.protocol.store(session.protocol(), Ordering::Relaxed);
        shared.inbound_bytes.store(self.inbox.bytes(), Ordering::Relaxed);
        shared.set_labels(session.session_id(), session.server_version());
        if moved {
            shared.waiters.notify();
        }
    }
}
