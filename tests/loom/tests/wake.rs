//! No wake-up is lost: a thread that sleeps over work would sleep for ever, and loom sees a deadlock.

use framewire_models::link::stall::Stall;
use framewire_models::link::waiters::Waiters;
use framewire_models::scene::{Bell, beside, explore};
use framewire_models::sync::{AtomicBool, AtomicU32};
use loom::sync::Arc;
use loom::sync::atomic::Ordering;
use std::time::Duration;

#[test]
fn a_sleeper_learns_of_all_work() {
    explore(2, || {
        let shared = Arc::new((Bell::default(), AtomicU32::new(0)));
        let publish = |(bell, work): &(Bell, AtomicU32)| {
            // The weakest of orders: the fences alone must do.
            work.fetch_add(1, Ordering::Relaxed);
            bell.wake();
        };
        let senders = [beside(&shared, publish), beside(&shared, publish)];
        let (bell, work) = &*shared;
        loop {
            let seen = work.load(Ordering::Relaxed);
            if seen == 2 {
                break;
            }
            bell.sleep(|| work.load(Ordering::Relaxed) != seen);
        }
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

#[test]
fn of_two_callers_at_most_one_pays_for_the_wake_up() {
    explore(3, || {
        let bell = Arc::new(Bell::default());
        bell.flag.lie_down();
        let other = beside(&bell, |bell| bell.flag.rouse());
        assert!(bell.flag.rouse() ^ other.join().unwrap());
    });
}

#[test]
fn events_that_come_back_wake_an_io_thread_that_waits_for_them() {
    explore(3, || {
        let shared = Arc::new((Bell::default(), Stall::default(), AtomicU32::new(0)));
        let frame_loop = beside(&shared, |(bell, stall, spent)| {
            spent.store(1, Ordering::Relaxed);
            if stall.is_set_behind_a_release() {
                bell.wake();
            }
        });
        let (bell, stall, spent) = &*shared;
        while spent.load(Ordering::Relaxed) == 0 {
            stall.set(true);
            bell.sleep(|| spent.load(Ordering::Relaxed) != 0);
        }
        stall.set(false);
        frame_loop.join().unwrap();
    });
}

#[test]
fn a_wait_ends_when_its_condition_comes_true() {
    explore(3, || {
        let shared = Arc::new((Waiters::default(), AtomicBool::new(false)));
        let teller = beside(&shared, |(waiters, is_true)| {
            is_true.store(true, Ordering::Relaxed);
            waiters.notify();
        });
        let (waiters, is_true) = &*shared;
        assert!(waiters.wait(Duration::MAX, || is_true.load(Ordering::Relaxed)));
        teller.join().unwrap();
    });
}
