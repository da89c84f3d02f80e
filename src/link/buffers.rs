//! Spare buffers for the payloads of sends: the I/O thread gives back what is written, host threads fill it again.

use crossbeam_channel::{Receiver, Sender, bounded};

/// Buffers are kept by class of capacity, that many of each, so that a small send never takes a large buffer's place.
const CLASSES: [(usize, usize); 4] = [(128, 1024), (4 << 10, 128), (64 << 10, 2), (usize::MAX, 1)];

/// Places of each class for buffers that a host thread took out and puts back: as many may do so at the same time.
const PUT_BACK: usize = 32;

type Spare = (Sender<Vec<u8>>, Receiver<Vec<u8>>);

/// The spare buffers of one link. Neither side waits for the other.
#[derive(Debug)]
pub struct Buffers([Spare; CLASSES.len()]);

impl Default for Buffers {
    fn default() -> Self {
        Self(CLASSES.map(|(_, count)| bounded(count + PUT_BACK)))
    }
}

impl Buffers {
    /// An empty buffer with room for `len` bytes: a recycled one where there is one. `sends` wait at that time. `None` if
    /// there is no memory for it.
    pub fn take(&self, len: usize, sends: u64) -> Option<Vec<u8>> {
        let Some(at) = CLASSES.iter().position(|&(capacity, _)| len <= capacity) else {
            return with_room(len);
        };
        if let Some((sender, receiver)) = self.0.get(at)
            && let Ok(buffer) = receiver.try_recv()
        {
            if buffer.capacity() >= len {
                return Some(buffer);
            }
            // Too small: only the I/O thread frees. The queue has places for it beyond those that thread fills.
            let _ = sender.try_send(buffer);
        }
        // Only as many are made larger than asked as can come back: a thousand small sends take what they need.
        let class = CLASSES.get(at).filter(|&&(capacity, count)| capacity < usize::MAX && sends <= count as u64);
        with_room(class.map_or(len, |class| class.0))
    }

    /// Keeps a buffer for the next send, if its class has a place, or a smaller one that makes room. By the I/O thread what
    /// is written; by a host thread what it took for a request or a call that another ended or began in the same moment.
    pub fn give_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let class = CLASSES.iter().position(|&(capacity, _)| buffer.capacity() <= capacity);
        let Some((&(size, count), (sender, receiver))) = class.and_then(|at| CLASSES.get(at).zip(self.0.get(at)))
        else {
            return;
        };
        // One of a smaller size would take the place of one that fits every send of its class.
        if buffer.capacity() == 0 || !(size == usize::MAX || buffer.capacity() == size) {
            return;
        }
        while receiver.len() >= count {
            let Ok(other) = receiver.try_recv() else { break };
            if other.capacity() > buffer.capacity() {
                buffer = other;
            }
        }
        // What finds no place is freed here.
        let _ = sender.try_send(buffer);
    }

    /// Frees most of the spare buffers: an idle link holds few, and no large one.
    pub fn trim(&self) {
        const KEPT_BYTES: usize = 16 << 10;
        for ((capacity, _), (_, spare)) in CLASSES.iter().zip(&self.0) {
            while spare.len() > KEPT_BYTES / capacity && spare.try_recv().is_ok() {}
        }
    }
}

/// An empty buffer with room for `len` bytes, if there is memory for it: how much that is decides the host's caller, whose
/// process must not end for it.
fn with_room(len: usize) -> Option<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(len).ok().map(|()| buffer)
}

#[cfg(test)]
impl Buffers {
    /// How many are kept of the class of `len` bytes.
    pub fn spares(&self, len: usize) -> usize {
        CLASSES.iter().zip(&self.0).find(|((capacity, _), _)| len <= *capacity).map_or(0, |(_, spare)| spare.1.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spares_of_growing_and_of_odd_sizes_stay_within_the_limits() {
        let buffers = Buffers::default();
        for step in 1..=33 {
            buffers.give_back(Vec::with_capacity(step * (100 << 10)));
            buffers.give_back(Vec::with_capacity(5000));
        }
        assert_eq!((buffers.spares(1 << 20), buffers.spares(5000)), (1, 0), "one of the largest, none of an odd size");
    }

    #[test]
    fn buffers_come_back_by_class() {
        let buffers = Buffers::default();
        let small = buffers.take(1000, 1).unwrap();
        let large = buffers.take(100 << 10, 1).unwrap();
        let (at_small, at_large) = (small.as_ptr(), large.as_ptr());
        buffers.give_back(large);
        buffers.give_back(small);
        let (small, large) = (buffers.take(4000, 1).unwrap(), buffers.take(90 << 10, 1).unwrap());
        assert_eq!((small.as_ptr(), large.as_ptr()), (at_small, at_large));
        buffers.give_back(Vec::with_capacity(1 << 20));
        buffers.trim();
        assert_eq!(buffers.take(1 << 20, 1).unwrap().capacity(), 1 << 20);
    }

    #[test]
    fn a_spare_too_small_stays_until_a_larger_one_comes_back() {
        let buffers = Buffers::default();
        let spare = Vec::with_capacity(1 << 20);
        let at_spare = spare.as_ptr();
        buffers.give_back(spare);
        let larger = buffers.take(2 << 20, 1).unwrap();
        assert_eq!(larger.capacity(), 2 << 20);
        let again = buffers.take(1 << 20, 1).unwrap();
        assert_eq!(again.as_ptr(), at_spare, "the host's thread has not freed it");
        let at_larger = larger.as_ptr();
        buffers.give_back(again);
        buffers.give_back(larger);
        buffers.give_back(Vec::with_capacity(1 << 20));
        let (kept, fresh) = (buffers.take(1 << 20, 1).unwrap(), buffers.take(1 << 20, 1).unwrap());
        assert_eq!((kept.as_ptr(), kept.capacity()), (at_larger, 2 << 20), "one is kept, the largest");
        assert_eq!(fresh.capacity(), 1 << 20);
    }
}
