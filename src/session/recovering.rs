//! The part of the session that survives a failure inside: what the failed one held, and who comes after it.

use std::sync::Arc;

use super::config::SessionConfig;
use super::event::Event;
use super::failure::Failure;
use super::input::Output;
use super::{Intent, Session};

impl Session {
    /// Gives up everything that was on its way, after a failure inside: the numbers of the sends, the events not yet
    /// handed on.
    pub fn abandon(&mut self) -> (Vec<u64>, Vec<Box<Event>>) {
        let (mut numbers, _) = self.outgoing.end();
        numbers.extend(self.take_unsent());
        let mut events = Vec::new();
        for output in self.outputs.drain(..) {
            match output {
                Output::Transmit(frame) if frame.number != 0 => numbers.push(frame.number),
                Output::Deliver(event) => events.push(event),
                _ => {}
            }
        }
        (numbers, events)
    }

    /// Puts a new session in the place of this one, which failed inside; identity and totals go on.
    pub fn succeed(&mut self, config: SessionConfig) {
        // What the host has asked for since the link was opened goes on, too.
        let config = SessionConfig { is_loopback: self.config.is_loopback, ..config };
        let (slots, calls) = (Arc::clone(&self.slots), Arc::clone(&self.calls.table));
        let fresh = Self::new(config, slots, calls, Arc::clone(&self.readiness));
        let old = std::mem::replace(self, fresh);
        self.hello = old.hello;
        self.generation = old.generation;
        self.session_id = old.session_id;
        self.counters = old.counters;
    }

    /// Whether the host has not asked for none.
    pub fn wants_connection(&self) -> bool {
        self.intent != Intent::Stay
    }

    /// Begins to wait for a dial, as after a lost connection.
    pub fn wait_then_dial(&mut self, now: u64) {
        self.intent = Intent::Run;
        self.give_up_attempt(now, &Failure::default());
    }
}

#[cfg(test)]
#[path = "recovering_tests.rs"]
mod tests;
