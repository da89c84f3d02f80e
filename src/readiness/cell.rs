//! The readiness as any thread may set it and any thread may read it.

use super::Readiness;
use crate::sync::{AtomicU64, Ordering};

/// Bits of one readiness, and how many are kept: the present one and those before it.
const BITS: u32 = 4;
const KEPT: u32 = 4;
const MASK: u64 = (1 << BITS) - 1;
/// Above the kept ones: whether the present one was restored, then the number of the change.
const RESTORED: u64 = 1 << (BITS * KEPT);
const SERIAL: u32 = BITS * KEPT + 1;

/// What a cell says at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The readiness.
    pub readiness: Readiness,
    /// Number of the change that made it so; 0 before the first.
    pub serial: u64,
    /// It is what was before an operation, and came back with that operation's end.
    pub is_restored: bool,
}

/// Holds the readiness last set and, for those who end an operation, the ones before it. One word: no lock, no clock.
#[derive(Debug, Default)]
pub struct ReadinessCell(AtomicU64);

impl ReadinessCell {
    /// Stores `readiness`; returns whether it differs from what was stored before.
    pub fn set(&self, readiness: Readiness) -> bool {
        self.change(|kept| {
            let new = u64::from(readiness as u32);
            (kept & MASK != new).then(|| (without(kept, new) << BITS) | new)
        })
    }

    /// Ends `readiness`: what was before it counts again. Where something else was set meanwhile that stays; but
    /// `readiness` is not what it will be restored to. Returns whether the present readiness changed.
    pub fn restore(&self, readiness: Readiness) -> bool {
        let ended = u64::from(readiness as u32);
        let mut is_present = false;
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| {
                let kept = packed & (RESTORED - 1);
                is_present = kept & MASK == ended;
                let rest = without(kept, ended);
                if is_present { Some(with_next_serial(packed, rest, true)) } else { Some((packed ^ kept) | rest) }
            })
            .is_ok()
            && is_present
    }

    /// The readiness last set.
    pub fn get(&self) -> Readiness {
        self.word().readiness
    }

    /// The readiness last set, and which change that was.
    pub fn word(&self) -> Word {
        let packed = self.0.load(Ordering::Acquire);
        Word {
            readiness: u32::try_from(packed & MASK).ok().and_then(Readiness::from_number).unwrap_or_default(),
            serial: packed >> SERIAL,
            is_restored: packed & RESTORED != 0,
        }
    }

    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        let step = |packed| next(packed & (RESTORED - 1)).map(|kept| with_next_serial(packed, kept, false));
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, step).is_ok()
    }
}

fn with_next_serial(packed: u64, kept: u64, is_restored: bool) -> u64 {
    let serial = (packed >> SERIAL).wrapping_add(1) << SERIAL;
    serial | (kept & (RESTORED - 1)) | if is_restored { RESTORED } else { 0 }
}

/// The kept ones without the first `gone`; what was before moves up, and the oldest stands in for those beyond memory.
fn without(kept: u64, gone: u64) -> u64 {
    for place in 0..KEPT {
        let shift = place * BITS;
        if (kept >> shift) & MASK == gone {
            let newer = kept & ((1 << shift) - 1);
            let rest = newer | ((kept >> (shift + BITS)) << shift);
            let last = if place + 1 == KEPT { (rest >> (shift - BITS)) & MASK } else { kept >> (BITS * (KEPT - 1)) };
            return rest | (last << (BITS * (KEPT - 1)));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn word(readiness: Readiness, serial: u64, is_restored: bool) -> Word {
        Word { readiness, serial, is_restored }
    }

    #[test]
    fn only_a_change_counts() {
        let cell = ReadinessCell::default();
        assert_eq!(cell.word(), Word::default());
        assert!(!cell.set(Readiness::Starting));
        assert!(cell.set(Readiness::Ready));
        assert!(!cell.set(Readiness::Ready));
        assert_eq!(cell.word(), word(Readiness::Ready, 1, false));
        for readiness in Readiness::ALL {
            cell.set(readiness);
            assert_eq!(cell.get(), readiness);
        }
    }

    #[test]
    fn an_operation_that_ends_brings_back_what_was() {
        let cell = ReadinessCell::default();
        cell.set(Readiness::Playing);
        cell.set(Readiness::Compiling);
        assert!(cell.restore(Readiness::Compiling));
        assert_eq!(cell.word(), word(Readiness::Playing, 3, true));
        assert!(!cell.restore(Readiness::Compiling), "it has ended");
        assert_eq!(cell.word(), word(Readiness::Playing, 3, true));
        cell.set(Readiness::Ready);
        assert_eq!(cell.word(), word(Readiness::Ready, 4, false));
    }

    #[test]
    fn what_was_set_meanwhile_stays() {
        let cell = ReadinessCell::default();
        cell.set(Readiness::Ready);
        cell.set(Readiness::Compiling);
        cell.set(Readiness::Reloading);
        assert!(!cell.restore(Readiness::Compiling));
        assert_eq!(cell.word(), word(Readiness::Reloading, 3, false));
        assert!(cell.restore(Readiness::Reloading), "nested in an operation that ended first");
        assert_eq!(cell.get(), Readiness::Ready);
    }

    #[test]
    fn operations_end_in_any_order() {
        use Readiness::{Compiling, Importing, Ready, Starting};
        for order in [[Compiling, Importing], [Importing, Compiling]] {
            let cell = ReadinessCell::default();
            cell.set(Ready);
            cell.set(Compiling);
            cell.set(Importing);
            for ended in order {
                cell.restore(ended);
            }
            assert_eq!(cell.get(), Ready, "{order:?}");
        }
        let cell = ReadinessCell::default();
        cell.set(Compiling);
        cell.restore(Compiling);
        assert_eq!(cell.get(), Starting);
    }

    /// The cell without its bits: the present readiness first, then those before it.
    struct Plain([Readiness; 4]);

    impl Plain {
        fn without(&self, gone: Readiness) -> Vec<Readiness> {
            let mut kept = self.0.to_vec();
            if let Some(place) = kept.iter().position(|&one| one == gone) {
                kept.remove(place);
                kept.push(kept[2]);
            }
            kept
        }

        fn set(&mut self, readiness: Readiness) {
            if self.0[0] != readiness {
                let rest = self.without(readiness);
                self.0 = [readiness, rest[0], rest[1], rest[2]];
            }
        }

        fn restore(&mut self, readiness: Readiness) {
            self.0 = self.without(readiness).try_into().unwrap();
        }
    }

    proptest::proptest! {
        #[test]
        fn any_operations_nest_as_in_a_plain_list(steps in proptest::collection::vec((proptest::bool::ANY, 0_usize..6), 0..40)) {
            let (cell, mut plain) = (ReadinessCell::default(), Plain([Readiness::default(); 4]));
            for (is_set, number) in steps {
                let (readiness, before) = (Readiness::ALL[number], cell.word());
                let changed = if is_set { cell.set(readiness) } else { cell.restore(readiness) };
                let was = plain.0[0];
                if is_set { plain.set(readiness) } else { plain.restore(readiness) }
                assert_eq!(cell.get(), plain.0[0]);
                // The end of the present one counts, even where it was that before, too.
                let counts = if is_set { was != readiness } else { was == readiness };
                assert_eq!((changed, cell.word().serial), (counts, before.serial + u64::from(counts)));
                assert_eq!(cell.word().is_restored, if counts { !is_set } else { before.is_restored });
            }
        }
    }

    #[test]
    fn changes_of_many_threads_are_counted_exactly() {
        let cell = Arc::new(ReadinessCell::default());
        let threads: Vec<_> = Readiness::ALL[1..5]
            .iter()
            .map(|&own| {
                let cell = Arc::clone(&cell);
                std::thread::spawn(move || (0..1000).filter(|_| cell.set(own) | cell.restore(own)).count() as u64)
            })
            .collect();
        let changed: u64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert!(cell.word().serial >= changed, "each round that changed something has its number");
    }
}
