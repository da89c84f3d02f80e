//! Tests of sleeping and waking.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::*;
use crate::link::clock::{ms, now_ns};

#[test]
fn the_deadline_ends_a_sleep() {
    let mut wait = Wait::new().unwrap();
    let deadline = now_ns() + ms(20);
    while now_ns() < deadline {
        assert_eq!(wait.sleep(deadline, || false).unwrap(), Woken::default());
    }
}

#[test]
fn work_at_hand_ends_a_sleep_at_once() {
    let mut wait = Wait::new().unwrap();
    let woken = wait.sleep(clock::NEVER, || true).unwrap();
    assert_eq!(woken, Woken::default());
}

#[test]
fn a_thread_that_is_awake_costs_no_system_call() {
    let wait = Wait::new().unwrap();
    let waking = wait.waking();
    for _ in 0..1000 {
        waking.wake();
    }
    assert_eq!(waking.sent(), 0);
}

#[test]
fn many_calls_during_one_sleep_send_one_wake_up() {
    let mut wait = Wait::new().unwrap();
    let waking = wait.waking();
    let caller = waking.clone();
    let woken = wait
        .sleep(clock::NEVER, move || {
            for _ in 0..100 {
                caller.wake();
            }
            false
        })
        .unwrap();
    assert!(woken.called);
    assert_eq!(waking.sent(), 1);
}

/// Each round the sender publishes one piece of work and the sleeper, which has no deadline, must
/// come to see it: a lost wake-up would hang here for ever.
#[test]
fn no_wake_up_is_lost() {
    const ROUNDS: u64 = 50_000;
    let mut wait = Wait::new().unwrap();
    let waking = wait.waking();
    let published = Arc::new(AtomicU64::new(0));
    let seen = Arc::new(AtomicU64::new(0));
    let sender = thread::spawn({
        let (published, seen) = (published.clone(), seen.clone());
        move || {
            for round in 1..=ROUNDS {
                // Shift the moment of the call through the sleeper's steps.
                for _ in 0..round % 97 {
                    std::hint::spin_loop();
                }
                published.store(round, Ordering::Relaxed);
                waking.wake();
                if round % 3 == 0 {
                    while seen.load(Ordering::Acquire) < round {
                        thread::yield_now();
                    }
                }
            }
        }
    });
    let mut done = 0;
    while done < ROUNDS {
        wait.sleep(clock::NEVER, || published.load(Ordering::Relaxed) != done).unwrap();
        done = published.load(Ordering::Relaxed);
        seen.store(done, Ordering::Release);
    }
    sender.join().unwrap();
}
