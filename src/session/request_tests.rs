//! Requests: their deadlines, deferral, busy answers, and what each way out tells the peer and the host.

use serde_json::json;

use super::event::{EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, SLOTS, Seen, command, config};
use super::input::{Input, What};
use super::ledger::NO_DEADLINE;
use super::note::Notes;
use super::outgoing::Released;
use super::slots::{SlotState, Unanswerable};
use crate::protocol::ProfileKind;

impl Rig {
    /// The host defers a request it has polled.
    fn defer(&mut self, id: u64, deadline: u64) {
        assert_eq!(self.slots.defer(id), Ok(()));
        self.send(What::Defer { id, deadline, note: Notes::default().keep(b"half done").unwrap() });
    }
}

#[test]
fn a_request_that_runs_out_of_time_is_answered_and_ended_once() {
    let mut rig = Rig::calm();
    let id = rig.handed("a");
    rig.seen.clear();
    rig.pass(5 * SECOND - 1);
    assert!(rig.drain().is_empty());
    rig.pass(1);
    let seen = rig.drain();
    let [Seen::Text(text), Seen::Event(ended)] = seen.as_slice() else { panic!("{seen:?}") };
    let answer: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!((&answer["request_id"], &answer["readiness"]), (&"a".into(), &"ready".into()));
    assert_eq!(answer["error"]["code"], "DEFERRED_TIMEOUT");
    assert_eq!(answer["error"]["data"], json!({ "command": "do_it", "elapsed_ms": 5000, "timeout_ms": 5000 }));
    assert_eq!((ended.kind, ended.id, ended.reason), (EventKind::RequestEnded, id, Reason::Expired));
    assert_eq!(rig.slots.answer(id), Err(Unanswerable::Expired));
    rig.pass(60 * SECOND);
    assert!(rig.drain().is_empty());
    let counters = rig.session.counters();
    assert_eq!((counters.expired, counters.answered, counters.lost, counters.dropped_unseen), (1, 0, 0, 0));
}

#[test]
fn what_the_envelope_adds_to_an_answer_is_known() {
    let mut rig = Rig::calm();
    let id = rig.handed("a");
    rig.seen.clear();
    rig.respond(id, "{}");
    let added = rig.texts()[0].len() - "{}".len();
    assert_eq!(rig.slots.overhead(id), added - "ready".len(), "but for the word of readiness");
}

#[test]
fn a_request_that_nobody_polled_in_time_is_answered_and_never_seen() {
    let mut rig = Rig::calm();
    let id = rig.command("a");
    rig.seen.clear();
    rig.pass(5 * SECOND);
    assert_eq!(rig.sent()[0]["error"]["code"], "DEFERRED_TIMEOUT");
    assert!(!rig.slots.hand_out(id));
    assert_eq!(rig.session.counters().dropped_unseen, 1);
}

#[test]
fn deferral_moves_the_deadline_either_way_or_takes_it_off() {
    for (deadline, lives) in [(2, 2), (50, 50)] {
        let mut rig = Rig::calm();
        let id = rig.handed("a");
        let arrived = rig.now;
        rig.defer(id, arrived + deadline * SECOND);
        rig.seen.clear();
        rig.pass(lives * SECOND - 1);
        assert!(rig.drain().is_empty());
        rig.pass(1);
        let answer = rig.sent().remove(0);
        assert_eq!(answer["error"]["data"]["timeout_ms"], deadline * 1000);
    }
    let mut rig = Rig::calm();
    let id = rig.handed("a");
    rig.defer(id, NO_DEADLINE);
    rig.seen.clear();
    rig.pass(86_400 * SECOND);
    assert!(rig.drain().is_empty());
    rig.respond(id, "{}");
    assert_eq!(rig.sent()[0]["status"], "ok");
}

/// A note takes room in the outbox while it is on its way, and gives it back.
#[test]
fn the_room_of_a_deferral_comes_back() {
    let mut rig = Rig::calm();
    let id = rig.handed("a");
    rig.seen.clear();
    rig.defer(id, rig.now + SECOND);
    let released = Released { reserved: 10, sends: 1, ..Released::default() };
    let seen = rig.drain();
    assert!(matches!(seen.as_slice(), [Seen::Release(all)] if *all == released), "{seen:?}");
}

/// The host answered in time and its answer has not reached the session when the deadline passes.
#[test]
fn an_answer_on_its_way_outlives_the_deadline() {
    let mut rig = Rig::calm();
    let id = rig.handed("a");
    let other = rig.handed("b");
    assert_eq!(rig.slots.answer(id), Ok(()));
    rig.seen.clear();
    rig.pass(6 * SECOND);
    assert_eq!(rig.slots.state(other), Some(SlotState::Expired));
    assert_eq!(rig.sent().len(), 1, "only the other one is answered by the session");
    assert_eq!(rig.session.next_timeout().filter(|&at| at <= rig.now), None, "nothing is due for ever");
    rig.send(What::Respond { id, json: b"{}".to_vec() });
    let sent = rig.sent();
    assert_eq!((sent.len(), &sent[0]["request_id"]), (1, &"a".into()));
}

#[test]
fn a_peer_is_told_busy_when_the_slots_are_out_or_the_inbox_is_full() {
    let mut rig = Rig::active();
    rig.arrive(&command("full"), false);
    let ids: Vec<u64> = (0..SLOTS).map(|number| rig.command(&number.to_string())).collect();
    rig.receive(&command("out"));
    let sent = rig.sent();
    assert_eq!(sent.len(), 2);
    for (answer, wire_id) in sent.iter().zip(["full", "out"]) {
        assert_eq!(answer["request_id"], wire_id);
        assert_eq!(answer["error"]["code"], "EDITOR_NOT_READY");
        assert_eq!(answer["error"]["data"]["retryable"], true);
        assert_eq!(answer["error"]["data"]["stall_ms"], 7);
        assert_eq!(answer["readiness"], "ready");
    }
    assert_eq!((rig.session.counters().refused_busy, rig.session.counters().requests), (2, 2 + SLOTS as u64));
    assert!(rig.slots.hand_out(ids[0]));
    rig.respond(ids[0], "{}");
    assert_eq!(rig.command("again") & 0xffff, ids[0] & 0xffff, "its slot is free again");
}

/// A server of protocol 1 knows the session before it acknowledges it, so a command may come first.
#[test]
fn a_command_before_the_acknowledgement_is_answered() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    let id = rig.handed("early");
    rig.seen.clear();
    rig.respond(id, r#"{"at":"once"}"#);
    let sent = rig.sent();
    assert_eq!((sent.len(), &sent[0]["request_id"], &sent[0]["data"]["at"]), (1, &"early".into(), &"once".into()));
    rig.send(What::Notify { buffer: b"{}e".to_vec(), name: 1 });
    let dropped = rig.events_of(EventKind::SendDropped);
    assert_eq!(dropped.len(), 1, "nothing but answers goes before the acknowledgement");
    rig.receive(ACK);
    assert_eq!(rig.events_of(EventKind::Acknowledged).len(), 1);
}
