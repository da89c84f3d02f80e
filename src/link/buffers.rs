//! Spare buffers for the payloads of sends: the I/O thread gives back what is written, host threads fill it again.

use crossbeam_channel::{Receiver, Sender, bounded};

/// Buffers are kept by class of capacity, that many of each, so that a small send never takes a large buffer's place.
const CLASSES: [(usize, usize); 4] = [(128, 1024), (4 << 10, 128), (64 << 10, 2), (usize::MAX, 1)];

type Spare = (Sender<Vec<u8>>, Receiver<Vec<u8>>);

/// The spare buffers of one link. Neither side waits for the other.
#[derive(Debug)]
pub struct Buffers([Spare; CLASSES.len()]);

impl Default for Buffers {
    fn default() -> Self {
        Self(CLASSES.map(|(_, count)| bounded(count)))
    }
}

impl Buffers {
    /// An empty buffer with room for `len` bytes: a recycled one where there is one. `sends` wait at that time.
    pub fn take(&self, len: usize, sends: u64) -> Vec<u8> {
        let Some(at) = CLASSES.iter().position(|&(capacity, _)| len <= capacity) else {
            return Vec::with_capacity(len);
        };
        let recycled = self.0.get(at).and_then(|(_, spare)| spare.try_recv().ok());
        if let Some(buffer) = recycled.filter(|buffer| buffer.capacity() >= len) {
            return buffer;
        }
        // Only as many are made larger than asked as can come back: a thousand small sends take what they need.
        let class = CLASSES.get(at).filter(|&&(capacity, count)| capacity < usize::MAX && sends <= count as u64);
        Vec::with_capacity(class.map_or(len, |class| class.0))
    }

    /// Keeps a buffer for the next send, if its class has a place.
    pub fn give_back(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let class = CLASSES.iter().position(|&(capacity, _)| buffer.capacity() <= capacity);
        // One of a smaller size would take the place of one that fits every send of its class.
        let class = class.filter(|&at| CLASSES.get(at).is_some_and(|&(capacity, _)| is_kept(&buffer, capacity)));
        if let Some((sender, _)) = class.and_then(|class| self.0.get(class))
            && buffer.capacity() > 0
        {
            // A full class means enough spares: this one is freed here, on the I/O thread.
            let _ = sender.try_send(buffer);
        }
    }

    /// Frees most of the spare buffers: an idle link holds few, and no large one.
    pub fn trim(&self) {
        const KEPT_BYTES: usize = 16 << 10;
        for ((capacity, _), (_, spare)) in CLASSES.iter().zip(&self.0) {
            while spare.len() > KEPT_BYTES / capacity && spare.try_recv().is_ok() {}
        }
    }
}

fn is_kept(buffer: &Vec<u8>, class: usize) -> bool {
    class == usize::MAX || buffer.capacity() == class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_by_class() {
        let buffers = Buffers::default();
        let small = buffers.take(1000, 1);
        let large = buffers.take(100 << 10, 1);
        let (at_small, at_large) = (small.as_ptr(), large.as_ptr());
        buffers.give_back(large);
        buffers.give_back(small);
        let (small, large) = (buffers.take(4000, 1), buffers.take(90 << 10, 1));
        assert_eq!((small.as_ptr(), large.as_ptr()), (at_small, at_large));
        buffers.give_back(Vec::with_capacity(1 << 20));
        buffers.trim();
        assert_eq!(buffers.take(1 << 20, 1).capacity(), 1 << 20);
    }
}
