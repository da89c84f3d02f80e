//! What the calls that send return, on a link whose I/O thread does not run.

use std::sync::Arc;

use super::super::config::Config;
use super::super::outbox::Outbox;
use super::super::shared::{Parts, Shared};
use super::super::wait::Wait;
use super::*;
use crate::protocol::ProfileKind;
use crate::session::call_table::CallTable;
use crate::session::phase::Phase;
use crate::session::slots::SlotTable;

/// A link that is open for ever and never sends, with its place to wait.
fn still(profile: ProfileKind, bytes: usize, count: usize) -> (Link, Wait) {
    let wait = Wait::new().unwrap();
    let slots = Arc::new(SlotTable::new(8));
    let shared = Shared::new(Parts {
        config: Config { profile, ..Config::new("still", "ws://127.0.0.1:1/") },
        peer_max_message: 4 << 20,
        outbox: Outbox::new(bytes, count, slots.size()),
        slots,
        calls: Arc::new(CallTable::new(1)),
        waking: wait.waking(),
    });
    shared.gate.set(1, Phase::Active);
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

#[test]
fn an_attachment_over_the_peers_cap_is_refused_before_it_is_encoded() {
    let (link, _wait) = still(ProfileKind::GodotAi, 8 << 20, 8);
    let json = br#"{"png":null}"#;
    // The envelope (100 bytes in this slot), the word for the readiness, quotes; four characters for three bytes.
    let word = link.shared.readiness.get().godot_ai().len();
    let fits = ((4 << 20) - 100 - word - json.len() - 2) / 4 * 3;
    let (first, second) = (handed(&link, 0), handed(&link, 1));
    let sent = link.respond_attachment(first, json, "/png", &vec![1; fits]).unwrap();
    assert!(!sent.replaced);
    assert_eq!(link.shared.outbox.bytes(), (json.len() + 4 + fits) as u64, "the bytes count as they are");
    let What::RespondAttachment { buffer, json: json_length, pointer, .. } = link.shared.outbox.pop().unwrap().what
    else {
        panic!("another send");
    };
    assert_eq!((json_length, pointer), (json.len(), 4));
    assert!(buffer.starts_with(json) && buffer.ends_with(b"\x01/png"));
    assert!(link.respond_attachment(second, json, "/png", &vec![1; fits + 1]).unwrap().replaced);
    let What::Replace { message, .. } = link.shared.outbox.pop().unwrap().what else { panic!("another send") };
    assert!(message > 4 << 20, "{message}");
    assert_eq!(link.respond_attachment(second, json, "/png", b""), Err(Refusal::AlreadyAnswered));
}

#[test]
fn an_envelope_fits_to_the_byte_and_only_where_the_profile_takes_one() {
    let (link, _wait) = still(ProfileKind::GodotAi, 8 << 20, 8);
    // Of the 100 bytes around a worded answer, those of its id are left.
    let fits = (4 << 20) - (100 - WORDED_ENVELOPE);
    let (first, second) = (handed(&link, 0), handed(&link, 1));
    assert!(!link.respond_envelope(first, &vec![b' '; fits]).unwrap().replaced);
    assert!(link.respond_envelope(second, &vec![b' '; fits + 1]).unwrap().replaced);
    let (other, _wait) = still(ProfileKind::JsonRpc, 1 << 20, 1);
    assert_eq!(other.respond_envelope(handed(&other, 0), b"{}"), Err(Refusal::Unsupported));
}

#[test]
fn a_farewell_is_checked() {
    let (link, _wait) = still(ProfileKind::GodotAi, 1 << 20, 1);
    for (code, reason, is_taken) in [
        (1000, "bye", true),
        (1013, "", true),
        (4999, "", true),
        (1005, "", false),
        (999, "", false),
        (5000, "", false),
    ] {
        assert_eq!(link.disconnect_with(code, reason).is_ok(), is_taken, "{code}");
    }
    assert_eq!(link.disconnect_with(1000, &"x".repeat(124)), Err(Refusal::Invalid));
}

#[test]
fn an_attachment_is_checked_before_its_request_is_settled() {
    let (link, _wait) = still(ProfileKind::GodotAi, 1 << 20, 1);
    let id = handed(&link, 0);
    for pointer in ["png", "/a~", "/~2"] {
        assert_eq!(link.respond_attachment(id, b"{}", pointer, b""), Err(Refusal::Invalid), "{pointer}");
    }
    link.notify("full", b"").unwrap();
    assert_eq!(link.respond_attachment(id, b"{}", "/png", b"bytes"), Err(Refusal::WouldBlock));
    assert_eq!(link.shared.slots.check(id), Ok(()));
    assert_eq!(link.respond_attachment(id ^ (1 << 20), b"{}", "", b""), Err(Refusal::Unknown));
    let (raw, _wait) = still(ProfileKind::Raw, 1 << 20, 1);
    assert_eq!(raw.respond_attachment(id, b"{}", "", b""), Err(Refusal::Unsupported));
    link.shared.closing.store(true, Ordering::Release);
    assert_eq!(link.respond_attachment(id, b"{}", "", b""), Err(Refusal::Closed));
}

#[test]
fn late_answers_keep_no_buffers() {
    let (link, _wait) = still(ProfileKind::GodotAi, 8 << 20, 8);
    let id = handed(&link, 0);
    link.respond(id, b"{}").unwrap();
    link.shared.gate.set(1, Phase::Disconnected);
    for step in 1..=33 {
        assert_eq!(link.respond(id, &vec![b' '; step * (100 << 10)]), Err(Refusal::AlreadyAnswered));
    }
    assert_eq!(link.shared.buffers.spares(1 << 20), 0, "it was known before that there is nothing to copy");
}

#[test]
fn calls_over_the_most_keep_no_buffers() {
    let (link, _wait) = still(ProfileKind::JsonRpc, 8 << 20, 8);
    link.request("first", b"", 0).unwrap();
    for step in 1..=33 {
        assert_eq!(link.request("more", &vec![b' '; step * (100 << 10)], 0), Err(Refusal::WouldBlock));
    }
    assert_eq!(link.shared.buffers.spares(1 << 20), 0);
}
