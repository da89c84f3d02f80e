//! The account of what was sent on one connection: what the system took, what the peer is known to have read.

use std::collections::VecDeque;

/// One message on its way to the system.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Offset in the stream at which the message ends.
    end: u64,
    /// Send number; 0 for the messages the session makes by itself.
    number: u64,
    /// Outbox bytes to give back once it is gone.
    reserved: u64,
    /// Payload bytes, for the counters.
    size: u64,
}

/// Outbox room that became free, and what left through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Bytes to give back to the outbox.
    pub reserved: u64,
    /// Host messages to give back to the outbox.
    pub sends: u64,
    /// Messages of any origin that the system took.
    pub messages: u64,
    /// Payload bytes that the system took.
    pub bytes: u64,
}

/// What was sent on one connection.
#[derive(Debug, Default)]
pub struct Outgoing {
    entries: VecDeque<Entry>,
    /// Bytes of the messages among `entries` that hold room in the outbox, and how far the system took the stream.
    host_bytes: u64,
    offset: u64,
    /// Host sends queued, taken and known to have reached the peer on this connection.
    queued: u64,
    taken: u64,
    confirmed: u64,
    /// The last ping's payload and how many sends were queued before it.
    ping: Option<(u64, u64)>,
    pings: u64,
}

impl Outgoing {
    /// Notes a message that now lies in the stream up to offset `end`.
    pub fn queue(&mut self, end: u64, number: u64, reserved: u64, size: u64) {
        if number != 0 {
            self.queued += 1;
        }
        self.host_bytes += if reserved > 0 { size } else { 0 };
        self.entries.push_back(Entry { end, number, reserved, size });
    }

    /// Notes that the system has taken the stream up to `offset`.
    pub fn take(&mut self, offset: u64) -> Released {
        let mut released = Released::default();
        self.offset = offset;
        while let Some(entry) = self.entries.front().copied().filter(|entry| entry.end <= offset) {
            self.entries.pop_front();
            released.messages += 1;
            released.bytes += entry.size;
            self.host_bytes -= if entry.reserved > 0 { entry.size } else { 0 };
            if entry.number != 0 {
                self.taken += 1;
                released.reserved += entry.reserved;
                released.sends += 1;
            }
        }
        released
    }

    /// Whether the system took everything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of messages that hold room in the outbox and wait for the system, exact for one that it took in part. The
    /// rest, stand-ins for answers included, is bounded by reading no more from a peer that does not read.
    pub fn host_pending(&self) -> u64 {
        let front = self.entries.front().filter(|entry| entry.reserved > 0);
        let gone = front.map_or(0, |entry| entry.size.saturating_sub(entry.end.saturating_sub(self.offset)));
        self.host_bytes.saturating_sub(gone)
    }

    /// Starts a ping; its payload tells which pong proves that the peer has read all that was queued before.
    pub fn ping(&mut self) -> [u8; 8] {
        self.pings += 1;
        self.ping = Some((self.pings, self.queued));
        self.pings.to_be_bytes()
    }

    /// Notes a pong.
    pub fn pong(&mut self, payload: &[u8]) {
        if let Some((_, queued)) = self.ping.filter(|(ping, _)| payload == ping.to_be_bytes()) {
            self.confirmed = self.confirmed.max(queued);
            self.ping = None;
        }
    }

    /// Host sends that the system took and no pong has proved read.
    pub fn unconfirmed(&self) -> u64 {
        self.taken.saturating_sub(self.confirmed)
    }

    /// Ends the account: the numbers of the sends not wholly taken, and the room they held.
    pub fn end(&mut self) -> (Vec<u64>, Released) {
        let mut released = Released::default();
        let mut numbers = Vec::new();
        for entry in self.entries.drain(..).filter(|entry| entry.number != 0) {
            released.reserved += entry.reserved;
            released.sends += 1;
            numbers.push(entry.number);
        }
        *self = Self { pings: self.pings, ..Self::default() };
        (numbers, released)
    }
}

/// Brings numbers, in any order, into runs of consecutive ones: `(first, last)`.
pub fn runs(mut numbers: Vec<u64>) -> Vec<(u64, u64)> {
    numbers.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if number <= last.saturating_add(1) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_send_is_taken_only_when_its_last_byte_is() {
        let mut outgoing = Outgoing::default();
        outgoing.queue(10, 1, 8, 6);
        outgoing.queue(15, 0, 0, 3);
        outgoing.queue(30, 2, 12, 9);
        assert_eq!(outgoing.host_pending(), 15);
        assert_eq!(outgoing.take(9), Released::default());
        assert_eq!(outgoing.take(29), Released { reserved: 8, sends: 1, messages: 2, bytes: 9 });
        assert_eq!(outgoing.unconfirmed(), 1);
        assert_eq!(outgoing.host_pending(), 1, "one byte of the last message is left");
        assert_eq!(outgoing.end(), (vec![2], Released { reserved: 12, sends: 1, messages: 0, bytes: 0 }));
        assert!(outgoing.is_empty());
    }

    #[test]
    fn only_what_holds_room_counts_as_the_hosts() {
        let mut outgoing = Outgoing::default();
        outgoing.queue(10, 1, 8, 6);
        outgoing.queue(20, 2, 0, 7);
        assert_eq!(outgoing.host_pending(), 6, "a stand-in holds none");
        assert_eq!(outgoing.take(20).sends, 2);
        assert_eq!(outgoing.host_pending(), 0);
        outgoing.queue(30, 3, 0, 7);
        outgoing.queue(40, 4, 8, 6);
        outgoing.take(25);
        assert_eq!(outgoing.host_pending(), 6, "half of the stand-in is none of it");
    }

    #[test]
    fn only_the_pong_of_the_last_ping_confirms_what_came_before_it() {
        let mut outgoing = Outgoing::default();
        outgoing.queue(10, 1, 8, 6);
        let first = outgoing.ping();
        outgoing.queue(20, 2, 8, 6);
        outgoing.take(20);
        outgoing.pong(b"strange");
        assert_eq!(outgoing.unconfirmed(), 2);
        outgoing.pong(&first);
        assert_eq!(outgoing.unconfirmed(), 1);
        let stale = outgoing.ping();
        let second = outgoing.ping();
        outgoing.pong(&stale);
        assert_eq!(outgoing.unconfirmed(), 1);
        outgoing.pong(&second);
        assert_eq!(outgoing.unconfirmed(), 0);
    }

    #[test]
    fn a_pong_of_the_connection_before_proves_nothing() {
        let mut outgoing = Outgoing::default();
        let old = outgoing.ping();
        outgoing.end();
        outgoing.queue(10, 1, 8, 6);
        outgoing.take(10);
        assert_ne!(outgoing.ping(), old);
        outgoing.pong(&old);
        assert_eq!(outgoing.unconfirmed(), 1);
    }

    #[test]
    fn numbers_become_runs() {
        assert_eq!(runs(vec![]), []);
        assert_eq!(runs(vec![5, 3, 4, 9, 1]), [(1, 1), (3, 5), (9, 9)]);
    }
}
