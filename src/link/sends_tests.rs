//! What the calls that send return, on a link whose I/O thread does not run.

use std::sync::Arc;

use super::super::outbox::Outbox;
use super::super::shared::{Parts, Shared};
use super::super::wait::Wait;
use super::*;
use crate::protocol::ProfileKind;
use crate::session::phase::Phase;
use crate::session::slots::SlotTable;

/// A link that is open for ever and never sends, with its place to wait.
fn still(profile: ProfileKind, bytes: usize, count: usize) -> (Link, Wait) {
    let wait = Wait::new().unwrap();
    let slots = Arc::new(SlotTable::new(8));
    let shared = Shared::new(Parts {
        name: "still".into(),
        profile,
        peer_max_message: 4 << 20,
        outbox: Outbox::new(bytes, count, slots.len()),
        slots,
        max_calls: 1,
        waking: wait.waking(),
    });
    shared.set_gate(1, Phase::Active);
    (Link { shared: Arc::new(shared), thread: Arc::default() }, wait)
}

fn handed(link: &Link, index: u16) -> u64 {
    let id = link.shared.slots.open(index, 100).unwrap();
    assert!(link.shared.slots.hand_out(id));
    id
}

#[test]
fn an_answer_waits_for_a_place_and_is_replaced_for_want_of_bytes() {
    let (link, _wait) = still(ProfileKind::GodotAi, 1000, 2);
    let (first, second) = (handed(&link, 0), handed(&link, 1));
    link.notify("one", b"{}").unwrap();
    link.notify("two", b"{}").unwrap();
    assert_eq!(link.respond(first, b"{}"), Err(Refusal::WouldBlock), "two messages are the most");
    assert_eq!(link.respond(first, &[b' '; 999]), Err(Refusal::WouldBlock), "the place is asked for first");
    assert_eq!(link.shared.slots.check(first), Ok(()), "it stays open");
    let freed = link.shared.outbox.pop().unwrap().reserved;
    let freed = crate::session::outgoing::Released { reserved: freed, sends: 1, ..Default::default() };
    link.shared.outbox.release(&freed);
    assert!(link.respond(first, &[b' '; 999]).unwrap().replaced, "there is a place, but too few bytes");
    assert!(!link.respond(second, b"{}").is_ok_and(|sent| sent.replaced));
    assert_eq!(link.respond(first, b"{}"), Err(Refusal::AlreadyAnswered));
}
