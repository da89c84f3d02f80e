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

/// The one moment that matters: the sleeper has looked for work and found none, and has not yet
/// gone to sleep.
#[test]
fn calls_between_the_last_look_and_the_sleep_send_one_wake_up() {
    let mut wait = Wait::new().unwrap();
    let waking = wait.waking();
    let caller = waking.clone();
    let look = move || {
        for _ in 0..100 {
            caller.wake();
        }
        false
    };
    let woken = wait.sleep(now_ns() + ms(20_000), look).unwrap();
    assert!(woken.called, "slept through a call");
    assert_eq!(waking.sent(), 1);
}

/// The sender publishes one piece of work and does nothing more until it was seen, so that a wake-up
/// that is lost has no later one to cover it.
#[test]
fn no_wake_up_is_lost() {
    const ROUNDS: u64 = 20_000;
    let mut wait = Wait::new().unwrap();
    let waking = wait.waking();
    let published = Arc::new(AtomicU64::new(0));
    let seen = Arc::new(AtomicU64::new(0));
    let sender = thread::spawn({
        let (published, seen) = (published.clone(), seen.clone());
        move || {
            for round in 1..=ROUNDS {
                // Move the call through all the sleeper's steps.
                for _ in 0..round % 257 {
                    std::hint::spin_loop();
                }
                published.store(round, Ordering::Relaxed);
                waking.wake();
                while seen.load(Ordering::Acquire) < round {
                    thread::yield_now();
                }
            }
        }
    });
    let mut done = 0;
    while done < ROUNDS {
        let deadline = now_ns() + ms(20_000);
        wait.sleep(deadline, || published.load(Ordering::Relaxed) != done).unwrap();
        assert!(now_ns() < deadline, "slept through round {}", done + 1);
        done = published.load(Ordering::Relaxed);
        seen.store(done, Ordering::Release);
    }
    sender.join().unwrap();
}
