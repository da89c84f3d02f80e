//! The counters are published before the bytes that they count leave.

use std::io::Write;

use super::super::check::check;
use super::super::config::Config;
use super::super::inbox::{Inbox, inbox};
use super::super::outbox::Outbox;
use super::super::shared::Parts;
use super::super::test_wire::{PATIENCE_MS, serve};
use super::*;
use crate::protocol::ProfileKind;
use crate::session::call_table::CallTable;
use crate::session::slots::SlotTable;

/// A worker that is connected to `url` and has published nothing.
fn connected(url: String) -> (Worker, Inbox) {
    let config = Config { profile: ProfileKind::Raw, ..Config::new("counted", url) };
    let checked = check(&config).unwrap();
    let wait = Wait::new().unwrap();
    let (slots, calls) = (Arc::new(SlotTable::new(1)), Arc::new(CallTable::new(1)));
    let shared = Arc::new(Shared::new(Parts {
        config: config.clone(),
        peer_max_message: checked.session.peer_max_message,
        outbox: Outbox::new(checked.outbound_bytes, config.outbound_count, slots.size()),
        slots: Arc::clone(&slots),
        calls: Arc::clone(&calls),
        waking: wait.waking(),
    }));
    let (sender, receiver) = inbox(&shared, config.inbound_count, config.inbound_bytes, config.budget_bytes, 0);
    let session = Session::new(checked.session, slots, calls, Arc::clone(&shared.readiness));
    let mut worker = Worker::new(shared, wait, sender, session, checked.target, config.overflow);
    worker.give(clock::now_ns(), Input::Connect);
    turn_until(&mut worker, Worker::advance_dial, |worker| worker.socket.is_some());
    assert_eq!(worker.shared.stats().connections, 0);
    (worker, receiver)
}

fn turn_until(worker: &mut Worker, mut turn: impl FnMut(&mut Worker, u64), is_done: impl Fn(&Worker) -> bool) {
    let deadline = clock::now_ns() + clock::ms(PATIENCE_MS);
    loop {
        turn(worker, clock::now_ns());
        if is_done(worker) {
            return;
        }
        assert!(clock::now_ns() < deadline, "it never came");
        let woken = worker.wait.sleep(deadline, || false).unwrap();
        worker.readable |= woken.readable;
    }
}

#[test]
fn they_are_published_before_the_last_write_for_a_fault_of_the_peer() {
    let (address, server) = serve(|mut server| {
        // A frame of an opcode that nobody knows.
        server.get_mut().write_all(&[0x83, 0]).unwrap();
        server
    });
    let (mut worker, _inbox) = connected(format!("ws://{address}"));
    turn_until(&mut worker, Worker::read, |worker| {
        worker.session.counters().connections > 0 && worker.socket.is_none()
    });
    assert_eq!(worker.shared.stats().connections, 1);
    drop(server.join().unwrap());
}
