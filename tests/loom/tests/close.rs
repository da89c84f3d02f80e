//! A close has one author, ends every wait, and finds every send that was accepted.

use framewire_models::link::gate::Gate;
use framewire_models::link::outbox::Outbox;
use framewire_models::link::waiters::Waiters;
use framewire_models::scene::{Bell, OLD, Place, beside, explore};
use framewire_models::session::input::Send;
use framewire_models::session::outgoing::Released;
use framewire_models::session::phase::Phase;
use framewire_models::sync::{AtomicBool, Mutex, bounded};
use loom::sync::Arc;
use loom::sync::atomic::Ordering;
use loom::thread;
use std::time::Duration;

#[test]
fn of_two_closers_one_gets_the_link() {
    explore(3, || {
        let place = Place::new(0);
        let other = beside(&place, |place| place.close(OLD));
        assert!(place.close(OLD) ^ other.join().unwrap());
        assert!(place.is_free());
    });
}

#[test]
fn a_call_beside_a_close_has_a_living_link_or_a_stale_handle() {
    explore(3, || {
        let place = Place::new(0);
        let closer = beside(&place, |place| place.close(OLD));
        let seen = place.entry.with_link(OLD, |link| link.is_alive());
        let is_detached = place.detach(OLD);
        assert_ne!(seen, Some(false));
        assert!(closer.join().unwrap() ^ is_detached);
    });
}

struct Link {
    closing: AtomicBool,
    report: Mutex<Option<u32>>,
    waiters: Waiters,
    bell: Bell,
}

/// The host closes, a thread waits, the I/O thread sleeps: each learns of what it waits for, or loom sees a deadlock.
#[test]
fn a_close_wakes_the_io_thread_and_all_who_wait() {
    explore(2, || {
        let link = Arc::new(Link {
            closing: AtomicBool::new(false),
            report: Mutex::default(),
            waiters: Waiters::default(),
            bell: Bell::default(),
        });
        let (orders, taken) = bounded(1);
        let waiter = beside(&link, |link| {
            link.waiters.wait(Duration::MAX, || link.closing.load(Ordering::Relaxed));
        });
        let io_thread = beside(&link, move |link| {
            while taken.is_empty() {
                link.bell.sleep(|| !taken.is_empty());
            }
            *link.report.lock() = taken.try_recv().ok();
            link.waiters.notify();
        });
        link.closing.store(true, Ordering::Relaxed);
        link.waiters.notify();
        orders.try_send(7).unwrap();
        link.bell.wake();
        assert!(link.waiters.wait(Duration::MAX, || link.report.lock().is_some()));
        assert_eq!(*link.report.lock(), Some(7));
        waiter.join().unwrap();
        io_thread.join().unwrap();
    });
}

#[test]
fn the_end_of_a_connection_finds_every_send_that_passed_the_gate() {
    explore(3, || {
        let shared = Arc::new((Gate::default(), Outbox::new(10, 2, 0)));
        shared.0.set(1, Phase::Active);
        let host = beside(&shared, |(gate, outbox)| {
            let entry = outbox.enter(4).unwrap();
            let Some(generation) = gate.open_generation() else { return false };
            let (number, reserved) = (entry.number(), entry.reserved());
            entry.push(Send { number, generation, reserved });
            true
        });
        let (gate, outbox) = &*shared;
        gate.set(1, Phase::Closing);
        let mut found = 0;
        loop {
            while let Some(send) = outbox.pop() {
                found += 1;
                outbox.release(&Released { reserved: send.reserved, sends: 1, ..Released::default() });
            }
            if outbox.is_quiet() {
                break;
            }
            thread::yield_now();
        }
        assert_eq!(host.join().unwrap(), found == 1);
        assert_eq!((outbox.sends(), outbox.bytes(), outbox.pop().is_none()), (0, 0, true));
    });
}

#[test]
fn two_senders_never_take_more_room_than_there_is_nor_refuse_each_other_for_nothing() {
    explore(3, || {
        let outbox = Arc::new(Outbox::new(10, 2, 0));
        // Too large beside the other one, which fits in any case.
        let other = beside(&outbox, |outbox| outbox.enter(8).is_ok_and(|entry| entry.reserved() == 8));
        let small = outbox.enter(2).expect("there is room for it at any time");
        let third = outbox.enter(9).is_err();
        assert!(third, "eleven bytes of ten");
        drop(small);
        assert!(other.join().unwrap());
        assert_eq!((outbox.sends(), outbox.bytes()), (0, 0));
    });
}
