//! Tests of the helper thread. Each has a helper of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::link::clock::{NEVER, ms, now_ns};
use crate::link::wait::Wait;

const PATIENCE_MS: u32 = 60_000;

fn later() -> u64 {
    now_ns() + ms(PATIENCE_MS)
}

/// Sleeps until the job is over.
fn result<T>(wait: &mut Wait, ticket: &Ticket<T>) -> Polled<T> {
    loop {
        match ticket.poll(now_ns()) {
            Polled::Waiting => drop(wait.sleep(ticket.deadline_ns(), || false).unwrap()),
            other => return other,
        }
    }
}

/// A job that hangs until the sender is dropped.
fn hang(helper: &'static Helper, wait: &Wait, deadline_ns: u64) -> (Ticket<()>, mpsc::Sender<()>) {
    let (release, gate) = mpsc::channel();
    let (begun, started) = mpsc::channel();
    let ticket = helper
        .run_for(deadline_ns, wait.waking(), move || {
            begun.send(()).unwrap();
            let _ = gate.recv();
        })
        .unwrap();
    started.recv().unwrap();
    (ticket, release)
}

/// Waits for what another thread brings about.
fn until(condition: impl Fn() -> bool) {
    let deadline = later();
    while !condition() {
        assert!(now_ns() < deadline, "it never came about");
        thread::yield_now();
    }
}

#[test]
fn results_come_in_order_and_once_from_a_named_thread() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    let tickets: Vec<_> = (0..50)
        .map(|number| {
            let name = move || (number, thread::current().name().map(str::to_owned));
            HELPER.run_for(later(), wait.waking(), name).unwrap()
        })
        .collect();
    for (number, ticket) in tickets.iter().enumerate() {
        assert_eq!(result(&mut wait, ticket), Polled::Done((number, Some("fw:helper".into()))));
        assert_eq!(ticket.poll(now_ns()), Polled::Failed, "said once");
    }
    assert_eq!(HELPER.state.lock().alive, 1);
    HELPER.join_idle();
    assert_eq!(HELPER.state.lock().alive, 0);
}

#[test]
fn a_stuck_job_is_left_at_its_deadline_and_the_queue_goes_on() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    let (stuck, release) = hang(&HELPER, &wait, now_ns() + ms(30));
    let behind = HELPER.run_for(later(), wait.waking(), || 7).unwrap();
    assert_eq!(result(&mut wait, &stuck), Polled::Late);
    assert_eq!(result(&mut wait, &behind), Polled::Done(7));
    assert_eq!(HELPER.state.lock().alive, 2);
    assert!(!HELPER.join_all(), "one is stuck still");
    drop(release);
    until(|| HELPER.join_all());
}

#[test]
fn the_next_job_finds_a_stuck_one_by_itself() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    let (_stuck, _release) = hang(&HELPER, &wait, now_ns());
    let next = HELPER.run_for(later(), wait.waking(), || 7).unwrap();
    assert_eq!(result(&mut wait, &next), Polled::Done(7));
    HELPER.join_idle();
}

#[test]
fn a_job_nobody_waits_for_holds_nobody_up() {
    static HELPER: Helper = Helper::new(IDLE);
    static RAN: AtomicBool = AtomicBool::new(false);
    let mut wait = Wait::new().unwrap();
    let (stuck, _release) = hang(&HELPER, &wait, NEVER);
    let unwanted = HELPER.run_for(NEVER, wait.waking(), || RAN.store(true, Ordering::SeqCst)).unwrap();
    let wanted = HELPER.run_for(NEVER, wait.waking(), || 7).unwrap();
    drop(unwanted);
    drop(stuck);
    assert_eq!(result(&mut wait, &wanted), Polled::Done(7));
    assert!(!RAN.load(Ordering::SeqCst));
    HELPER.join_idle();
}

#[test]
fn stuck_threads_are_bounded() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    let hanging: Vec<_> = (0..=STUCK_THREADS).map(|_| hang(&HELPER, &wait, now_ns())).collect();
    let refused = HELPER.run_for(later(), wait.waking(), || 7).unwrap_err();
    assert!(refused.contains("name servers"), "{refused}");
    drop(hanging);
    until(|| HELPER.state.lock().alive <= STUCK_THREADS);
    let taken = HELPER.run_for(later(), wait.waking(), || 7).unwrap();
    assert_eq!(result(&mut wait, &taken), Polled::Done(7));
    HELPER.join_idle();
}

#[test]
fn a_panic_fails_its_job_alone() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    let bad = HELPER.run_for(later(), wait.waking(), || std::panic::resume_unwind(Box::new(()))).map(|t: Ticket<()>| t);
    assert_eq!(result(&mut wait, &bad.unwrap()), Polled::Failed);
    let good = HELPER.run_for(later(), wait.waking(), || 7).unwrap();
    assert_eq!(result(&mut wait, &good), Polled::Done(7));
    HELPER.join_idle();
}

#[test]
fn joining_waits_for_work_within_its_deadline_and_no_longer() {
    static HELPER: Helper = Helper::new(IDLE);
    let wait = Wait::new().unwrap();
    let (_stuck, release) = hang(&HELPER, &wait, now_ns() + ms(50));
    HELPER.join_idle();
    assert_eq!(HELPER.state.lock().alive, 1, "left in the system");
    drop(release);
    let (_busy, release) = hang(&HELPER, &wait, later());
    let ender = thread::spawn(move || drop(release));
    HELPER.join_idle();
    ender.join().unwrap();
    until(|| HELPER.state.lock().alive == 0);
    HELPER.join_idle();
}

#[test]
fn it_starts_again_after_it_was_joined() {
    static HELPER: Helper = Helper::new(IDLE);
    let mut wait = Wait::new().unwrap();
    for round in 0..20 {
        let ticket = HELPER.run_for(later(), wait.waking(), move || round).unwrap();
        assert_eq!(result(&mut wait, &ticket), Polled::Done(round));
        HELPER.join_idle();
        assert_eq!(HELPER.state.lock().alive, 0);
    }
}

#[test]
fn an_idle_thread_ends_and_the_next_job_starts_another() {
    static HELPER: Helper = Helper::new(Duration::from_millis(1));
    let mut wait = Wait::new().unwrap();
    for round in 0..3 {
        let ticket = HELPER.run_for(later(), wait.waking(), move || round).unwrap();
        assert_eq!(result(&mut wait, &ticket), Polled::Done(round));
        until(|| HELPER.state.lock().alive == 0);
        assert!(!HELPER.state.lock().running);
    }
    HELPER.join_idle();
}
