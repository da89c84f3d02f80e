//! What host threads put in for the I/O thread: sends, bounded by bytes and count.
//!
//! A send first takes its room, then looks whether the connection is open, then copies, then goes
//! into the queue. The room taken tells the I/O thread that a send is still on its way, so that the
//! end of a connection can wait for it ([`Outbox::is_quiet`]).

use crate::session::input::Send;
use crate::session::outgoing::Released;
use crate::sync::{AtomicU64, Ordering, Receiver, Sender, bounded};

/// Why a send got no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// Enough messages wait already.
    FullOfMessages,
    /// Too few of its bytes are free.
    FullOfBytes,
    /// It would not fit an empty outbox.
    TooLarge,
}

/// The count of messages stands above that many bits of bytes.
const BYTE_BITS: u32 = 41;
const MOST_BYTES: u64 = 1 << (BYTE_BITS - 1);
/// Stand-ins come on top of it.
const MOST_SENDS: u64 = 1 << 20;

/// The queue of sends. Any thread puts in; the I/O thread takes out.
#[derive(Debug)]
pub struct Outbox {
    sender: Sender<Send>,
    receiver: Receiver<Send>,
    /// Messages and bytes accepted and not yet taken by the system or dropped. They stand in one word, so that a send
    /// is refused for what is there, never for what another one took for a moment before it was refused itself.
    room: AtomicU64,
    max_bytes: u64,
    max_sends: u64,
    /// Sends that took room and are neither in the queue nor given up yet.
    entering: AtomicU64,
    next_number: AtomicU64,
}

impl Outbox {
    /// An outbox of `max_bytes` and `max_sends`, which also holds one native stand-in for each of `slots` answers.
    pub fn new(max_bytes: usize, max_sends: usize, slots: usize) -> Self {
        let (sender, receiver) = bounded(max_sends.saturating_add(slots));
        Self {
            sender,
            receiver,
            room: AtomicU64::new(0),
            max_bytes: (max_bytes as u64).min(MOST_BYTES),
            max_sends: (max_sends as u64).min(MOST_SENDS),
            entering: AtomicU64::new(0),
            next_number: AtomicU64::new(1),
        }
    }

    /// Takes room for a send of `bytes`. What comes of it is either [`Entry::push`] or the drop of the entry.
    ///
    /// # Errors
    /// There is no room; nothing was taken.
    pub fn enter(&self, bytes: usize) -> Result<Entry<'_>, NoRoom> {
        let bytes = bytes as u64;
        if bytes > self.max_bytes {
            return Err(NoRoom::TooLarge);
        }
        let reason = |room| {
            let (sends, held) = unpack(room);
            if sends >= self.max_sends {
                Some(NoRoom::FullOfMessages)
            } else if held.saturating_add(bytes) > self.max_bytes {
                Some(NoRoom::FullOfBytes)
            } else {
                None
            }
        };
        let take = |room| reason(room).is_none().then(|| room + pack(1, bytes));
        if let Err(room) = self.room.fetch_update(Ordering::AcqRel, Ordering::Acquire, take) {
            return Err(reason(room).unwrap_or(NoRoom::FullOfMessages));
        }
        self.entering.fetch_add(1, Ordering::SeqCst);
        Ok(Entry { outbox: self, bytes, sends: 1 })
    }

    /// An entry beyond the bounds: for the stand-in of an answer, at most one a slot. It holds no bytes; it counts as
    /// a message, since the session gives one back for each send.
    pub fn enter_reserve(&self) -> Entry<'_> {
        self.room.fetch_add(pack(1, 0), Ordering::AcqRel);
        self.entering.fetch_add(1, Ordering::SeqCst);
        Entry { outbox: self, bytes: 0, sends: 1 }
    }

    /// Takes the next send out.
    pub fn pop(&self) -> Option<Send> {
        self.receiver.try_recv().ok()
    }

    /// Sends that wait in the queue.
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether nothing waits in the queue.
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }

    /// Whether no send is on its way into the queue and none is in it.
    ///
    /// Whoever enters behind this sees what the caller wrote before it, a closed gate above all: that is why it writes.
    pub fn is_quiet(&self) -> bool {
        self.entering.fetch_add(0, Ordering::SeqCst) == 0 && self.receiver.is_empty()
    }

    /// Gives room back.
    pub fn release(&self, released: &Released) {
        self.room.fetch_sub(pack(released.sends, released.reserved), Ordering::AcqRel);
    }

    /// Messages accepted and not yet taken by the system.
    pub fn sends(&self) -> u64 {
        unpack(self.room.load(Ordering::Relaxed)).0
    }

    /// Bytes accepted and not yet taken by the system.
    pub fn bytes(&self) -> u64 {
        unpack(self.room.load(Ordering::Acquire)).1
    }
}

fn pack(sends: u64, bytes: u64) -> u64 {
    (sends << BYTE_BITS) + bytes
}

fn unpack(room: u64) -> (u64, u64) {
    (room >> BYTE_BITS, room & ((1 << BYTE_BITS) - 1))
}

/// Room taken in the outbox. Dropped unused, it gives the room back.
#[derive(Debug)]
pub struct Entry<'a> {
    outbox: &'a Outbox,
    bytes: u64,
    sends: u64,
}

impl Entry<'_> {
    /// Bytes held.
    pub fn reserved(&self) -> u64 {
        self.bytes
    }

    /// A number for the send: each is used once, in order of the calls of one thread.
    pub fn number(&self) -> u64 {
        self.outbox.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Puts the send into the queue, which always has a place for one that has room.
    pub fn push(mut self, send: Send) {
        let lost = self.outbox.sender.try_send(send).is_err();
        debug_assert!(!lost, "a send with room always has a place");
        if !lost {
            // The room goes with the send: whoever takes it out gives it back.
            self.bytes = 0;
            self.sends = 0;
        }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.outbox.release(&Released { reserved: self.bytes, sends: self.sends, ..Released::default() });
        self.outbox.entering.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::input::What;

    fn send(number: u64, bytes: usize) -> Send {
        Send { number, generation: 1, reserved: bytes as u64, what: What::Binary(vec![0; bytes]) }
    }

    #[test]
    fn room_is_bounded_by_bytes_and_by_count_and_comes_back() {
        let outbox = Outbox::new(10, 2, 1);
        assert_eq!(outbox.enter(11).err(), Some(NoRoom::TooLarge));
        let first = outbox.enter(4).unwrap();
        assert!(!outbox.is_quiet());
        let number = first.number();
        first.push(send(number, 4));
        assert_eq!(outbox.enter(7).err(), Some(NoRoom::FullOfBytes));
        let second = outbox.enter(6).unwrap();
        assert_eq!(outbox.enter(0).err(), Some(NoRoom::FullOfMessages), "two messages are the most");
        drop(second);
        assert_eq!(outbox.bytes(), 4);
        assert!(!outbox.is_quiet() && !outbox.is_empty());
        outbox.enter_reserve().push(send(9, 0));
        for number in [1, 9] {
            let taken = outbox.pop().unwrap();
            assert_eq!(taken.number, number);
            outbox.release(&Released { reserved: taken.reserved, sends: 1, ..Released::default() });
        }
        assert!(outbox.pop().is_none() && outbox.is_quiet());
        assert_eq!(outbox.bytes(), 0);
        let all = [outbox.enter(5), outbox.enter(5)];
        assert!(all.iter().all(Result::is_ok) && outbox.enter(0).is_err(), "as much room as at first");
    }

    #[test]
    fn a_stand_in_always_has_a_place() {
        let outbox = Outbox::new(10, 1, 2);
        outbox.enter(10).unwrap().push(send(1, 10));
        outbox.enter_reserve().push(send(2, 0));
        outbox.enter_reserve().push(send(3, 0));
        assert_eq!(outbox.enter(0).err(), Some(NoRoom::FullOfMessages));
        assert_eq!(std::iter::from_fn(|| outbox.pop()).count(), 3);
    }

    #[test]
    fn the_largest_outbox_counts_right() {
        let outbox = Outbox::new(1 << 40, 1 << 20, 1);
        let all = outbox.enter(1 << 40).unwrap();
        assert_eq!((outbox.sends(), outbox.bytes()), (1, 1 << 40));
        assert_eq!(outbox.enter(1).err(), Some(NoRoom::FullOfBytes));
        drop(outbox.enter_reserve());
        drop(all);
        assert_eq!((outbox.sends(), outbox.bytes()), (0, 0));
    }

    #[test]
    fn a_refused_send_takes_no_room_even_for_a_moment() {
        let outbox = Outbox::new(10, 2, 1);
        let _held = outbox.enter(1).unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    assert!(outbox.enter(10).is_err());
                }
            });
            for turn in 0..200_000 {
                // There is room for one more at any time.
                let entered = outbox.enter(0).map(drop);
                if entered.is_err() {
                    done.store(true, Ordering::Relaxed);
                }
                assert_eq!(entered, Ok(()), "turn {turn}");
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
