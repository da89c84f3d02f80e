//! The calls of ours that wait for the peer's reply on the present connection.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use uuid::Builder;

use super::call_table::{CallState, CallTable};
use super::ledger::NO_DEADLINE;

/// A call on its way to the peer, or there.
#[derive(Clone, Debug)]
pub struct Call {
    /// Our id.
    pub id: u64,
    /// Its id on the wire.
    pub wire_id: Box<str>,
    /// What is called.
    pub method: Arc<str>,
    /// When it was made, ns.
    pub started: u64,
    /// When it runs out of time, ns; [`NO_DEADLINE`].
    pub deadline: u64,
}

impl Call {
    /// When it fails unless the peer sends something, if the last message came at `last_message`.
    fn due(&self, last_message: u64, quiet: Option<u64>) -> u64 {
        let from = self.started.max(last_message);
        self.deadline.min(quiet.map_or(NO_DEADLINE, |quiet| from.saturating_add(quiet)))
    }
}

/// The open calls, the oldest first. The table's words decide who ends each; this list keeps the rest.
#[derive(Debug)]
pub(super) struct Calls {
    pub table: Arc<CallTable>,
    open: Vec<Call>,
    /// Random bytes of the connection, from which ids on the wire are made.
    secret: [u8; 16],
    /// The list is another than when it was last looked at.
    has_changed: bool,
}

impl Calls {
    /// An empty list over `table`.
    pub fn new(table: Arc<CallTable>) -> Self {
        Self { table, open: Vec::new(), secret: [0; 16], has_changed: true }
    }

    /// Begins another connection. `secret`: random bytes.
    pub fn begin(&mut self, secret: [u8; 16]) {
        self.secret = secret;
    }

    /// The id on the wire of call `id`: a random UUID to whoever does not know the secret, and another for each call.
    pub fn wire_id(&self, id: u64) -> Box<str> {
        let digest = Sha256::new().chain_update(self.secret).chain_update(id.to_be_bytes()).finalize();
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest).for_each(|(byte, random)| *byte = random);
        Builder::from_random_bytes(bytes).into_uuid().to_string().into()
    }

    /// Notes a call that was sent.
    pub fn open(&mut self, call: Call) {
        self.has_changed = true;
        self.open.push(call);
    }

    /// Takes out the call that the peer knows by `wire_id`.
    pub fn take(&mut self, wire_id: &str) -> Option<Call> {
        let position = self.open.iter().position(|call| *call.wire_id == *wire_id)?;
        self.has_changed = true;
        Some(self.open.remove(position))
    }

    /// Takes out what the host has taken back.
    pub fn take_cancelled(&mut self) -> Vec<Call> {
        let table = Arc::clone(&self.table);
        self.extract(|call| table.state(call.id) != Some(CallState::Open))
    }

    /// Takes out what fails at `now`.
    pub fn take_due(&mut self, now: u64, last_message: u64, quiet: Option<u64>) -> Vec<Call> {
        self.extract(|call| call.due(last_message, quiet) <= now)
    }

    /// When the next call fails if nothing comes, if any ever does.
    pub fn next_due(&self, last_message: u64, quiet: Option<u64>) -> Option<u64> {
        let due = self.open.iter().map(|call| call.due(last_message, quiet)).min();
        due.filter(|&due| due != NO_DEADLINE)
    }

    /// Takes out every call.
    pub fn take_all(&mut self) -> Vec<Call> {
        self.extract(|_| true)
    }

    fn extract(&mut self, is_over: impl Fn(&Call) -> bool) -> Vec<Call> {
        let over: Vec<Call> = self.open.extract_if(.., |call| is_over(call)).collect();
        self.has_changed |= !over.is_empty();
        over
    }

    /// Whether the list has changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        core::mem::take(&mut self.has_changed)
    }

    /// The open calls, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.open.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn calls(count: usize) -> (Calls, Vec<Call>) {
        let mut calls = Calls::new(Arc::new(CallTable::new(count)));
        let made = (1..=count as u64).map(|number| {
            let id = calls.table.claim().unwrap();
            let wire_id = calls.wire_id(id);
            Call { id, wire_id, method: "m".into(), started: number, deadline: 100 * number }
        });
        let made: Vec<Call> = made.collect();
        made.iter().cloned().for_each(|call| calls.open(call));
        (calls, made)
    }

    fn ids(calls: &[Call]) -> Vec<u64> {
        calls.iter().map(|call| call.id).collect()
    }

    #[test]
    fn wire_ids_are_random_uuids_of_the_connection() {
        let mut calls = Calls::new(Arc::new(CallTable::new(1)));
        let mut seen = HashSet::new();
        for secret in 0..4 {
            calls.begin([secret; 16]);
            for id in 0..1000 {
                let wire_id = calls.wire_id(id);
                let uuid = uuid::Uuid::parse_str(&wire_id).unwrap();
                assert_eq!((uuid.get_version_num(), uuid.get_variant()), (4, uuid::Variant::RFC4122));
                assert_eq!(uuid.hyphenated().to_string(), *wire_id);
                assert_eq!(calls.wire_id(id), wire_id, "it depends on nothing else");
                assert!(seen.insert(wire_id));
            }
        }
    }

    #[test]
    fn calls_are_found_by_their_exact_wire_id_and_once() {
        let (mut calls, made) = calls(3);
        assert!(calls.take(&made[1].wire_id.to_uppercase()).is_none() && calls.take("").is_none());
        assert_eq!(calls.take(&made[1].wire_id).map(|call| call.id), Some(made[1].id));
        assert!(calls.take(&made[1].wire_id).is_none());
        assert_eq!(ids(&calls.take_all()), [made[0].id, made[2].id]);
        assert_eq!(calls.iter().count(), 0);
    }

    #[test]
    fn calls_fail_by_their_deadline_or_by_silence_since_they_were_made() {
        let (mut calls, made) = calls(3);
        assert_eq!((calls.next_due(0, None), calls.next_due(0, Some(50))), (Some(100), Some(51)));
        assert_eq!(calls.next_due(80, Some(50)), Some(100), "the deadline comes first");
        assert_eq!(ids(&calls.take_due(52, 0, Some(50))), ids(&made[..2]));
        assert!(calls.take_due(299, 299, Some(50)).is_empty());
        assert_eq!(ids(&calls.take_due(300, 299, Some(50))), ids(&made[2..]));
        assert_eq!(calls.next_due(0, Some(50)), None);
    }

    #[test]
    fn what_was_taken_back_is_found() {
        let (mut calls, made) = calls(3);
        assert!(calls.table.cancel(made[2].id));
        assert_eq!(ids(&calls.take_cancelled()), [made[2].id]);
        assert!(calls.take_cancelled().is_empty());
    }
}
