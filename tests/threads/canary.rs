//! What shows that ThreadSanitizer is on, and that it sees into the standard library. Run by name only.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};
use std::thread;

struct Word(std::cell::UnsafeCell<u64>);

// SAFETY: it is not: that is what must be found.
unsafe impl Sync for Word {}

/// Must be reported.
#[test]
#[ignore = "races on purpose"]
fn race() {
    static WORD: Word = Word(std::cell::UnsafeCell::new(0));
    // Neither may be over before the other begins; this order puts nothing in order.
    static BEGUN: AtomicU32 = AtomicU32::new(0);
    let write = || {
        BEGUN.fetch_add(1, Ordering::Relaxed);
        while BEGUN.load(Ordering::Relaxed) < 2 {
            thread::yield_now();
        }
        (0..1000).for_each(|_| unsafe { *WORD.0.get() += 1 });
    };
    thread::scope(|scope| {
        scope.spawn(write);
        scope.spawn(write);
    });
}

/// Must not be reported: everything is ordered by the standard library alone, on its slow paths too.
#[test]
#[ignore = "says nothing of the library"]
fn order() {
    let shared = Arc::new((Mutex::new(0_u64), Condvar::new(), RwLock::new(vec![0_u64; 8]), OnceLock::new()));
    let is_over = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = sync_channel::<Box<u64>>(1);
    let threads: Vec<_> = (0..4_u64)
        .map(|number| {
            let (shared, sender, is_over) = (Arc::clone(&shared), sender.clone(), Arc::clone(&is_over));
            thread::spawn(move || {
                let (count, changed, row, once) = &*shared;
                for round in 0..200 {
                    *count.lock().unwrap() += 1;
                    changed.notify_all();
                    row.write().unwrap()[number as usize] += round;
                    assert!(row.read().unwrap().iter().sum::<u64>() >= round);
                    once.get_or_init(|| Box::new(number));
                    sender.send(Box::new(round)).unwrap();
                }
                let mut held = count.lock().unwrap();
                while *held < 800 && !is_over.load(Ordering::Relaxed) {
                    held = changed.wait(held).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    assert_eq!(receiver.iter().count(), 800);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(*shared.0.lock().unwrap(), 800);
}
