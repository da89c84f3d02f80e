//! Readers that look without pause while a writer works, and check what may never be seen.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use framewire::state_file::{Reading, Verdict, read};

/// Readers of one file. The writer counts up in the id of its records.
pub struct Watch {
    stop: Arc<AtomicBool>,
    newest: Arc<AtomicU64>,
    readers: Vec<JoinHandle<u64>>,
}

impl Watch {
    /// Starts `count` readers of `file`.
    pub fn start(file: PathBuf, count: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let newest = Arc::new(AtomicU64::new(0));
        let start = |_| {
            let (file, stop, newest) = (file.clone(), Arc::clone(&stop), Arc::clone(&newest));
            std::thread::spawn(move || {
                let (mut last, mut looks) = (0, 0);
                while !stop.load(Ordering::Acquire) {
                    // What any reader has seen before this one looks is the least it may see.
                    let least = newest.load(Ordering::SeqCst).max(last);
                    let reading = read(&file);
                    last = number_of(&reading, least);
                    newest.fetch_max(last, Ordering::SeqCst);
                    looks += 1;
                }
                looks
            })
        };
        let readers = (0..count).map(start).collect();
        Self { stop, newest, readers }
    }

    /// The newest number that a reader has seen.
    pub fn newest(&self) -> u64 {
        self.newest.load(Ordering::SeqCst)
    }

    /// Whether a reader has found fault and ended.
    pub fn has_failed(&self) -> bool {
        self.readers.iter().any(JoinHandle::is_finished)
    }

    /// Ends the readers; how often they looked.
    pub fn end(self) -> u64 {
        self.stop.store(true, Ordering::Release);
        self.readers.into_iter().map(|reader| reader.join().expect("the reader found no fault")).sum()
    }
}

/// The number that a reading carries; it must not be lower than `least`.
fn number_of(reading: &Reading, least: u64) -> u64 {
    if reading.verdict == Verdict::Missing {
        assert_eq!(least, 0, "missing after it was there");
        return 0;
    }
    assert_ne!(reading.verdict, Verdict::Unreadable, "{reading:?}");
    let record = reading.record.as_ref().expect("it was read");
    let number = record.generation_id.parse().expect("a number");
    assert!(number >= least, "{number} was read after {least}");
    number
}
