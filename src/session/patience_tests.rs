//! Calls that say themselves how long they wait (unity_mcp).

use super::config::SessionConfig;
use super::event::{EventKind, Reason};
use super::fixture::{Rig, SECOND, config};
use super::input::Input;
use crate::protocol::{Hello, ProfileKind};

/// A registered link, whose own times are longer than those of any call.
fn rig() -> Rig {
    let hello = Hello::parse(ProfileKind::UnityMcp, Some(r#"{"project_hash":"0a1b"}"#)).unwrap();
    let config = SessionConfig {
        profile: ProfileKind::UnityMcp,
        hello,
        hold: Some(1000 * SECOND),
        heartbeat_interval: None,
        heartbeat_timeout: None,
        ..config(ProfileKind::Raw)
    };
    let mut rig = Rig::new(config);
    rig.give(Input::Connect);
    rig.open(None);
    rig.receive(r#"{"type":"welcome"}"#);
    rig.receive(r#"{"type":"registered","session_id":"given"}"#);
    rig.take_all();
    rig.seen.clear();
    rig
}

/// The server calls `name`; the request's id on our side.
fn execute(rig: &mut Rig, name: &str, timeout: &str) -> u64 {
    rig.receive(&format!(r#"{{"type":"execute","id":"7","name":"{name}","params":{{}},"timeout":{timeout}}}"#));
    rig.events_of(EventKind::Request).remove(0).id
}

#[test]
fn a_call_is_refused_shortly_before_its_caller_gives_up_and_is_not_handed_out_any_more() {
    for (timeout, seconds) in [("30.0", 29), ("600.0", 599)] {
        let mut rig = rig();
        let id = execute(&mut rig, "bake", timeout);
        rig.pass(seconds * SECOND - 1);
        assert!(rig.sent().is_empty());
        rig.pass(1);
        let sent = rig.sent();
        assert_eq!((sent.len(), &sent[0]["id"], &sent[0]["result"]["hint"]), (1, &"7".into(), &"retry".into()));
        assert!(!rig.slots.hand_out(id), "it never runs");
        assert_eq!(rig.session.counters().refused_busy, 1);
    }
}

#[test]
fn a_fast_call_is_dropped_without_a_word() {
    for name in ["ping", "read_console", "get_editor_state"] {
        let mut rig = rig();
        let id = execute(&mut rig, name, "2.0");
        rig.pass(10 * SECOND);
        assert!(rig.texts().is_empty(), "{name}: the server words the retry itself");
        assert!(!rig.slots.hand_out(id));
        assert_eq!((rig.session.counters().refused_busy, rig.session.counters().dropped_unseen), (0, 1));
    }
}

#[test]
fn a_call_that_was_handed_out_is_never_refused_as_unseen() {
    let mut rig = rig();
    let id = execute(&mut rig, "bake", "30.0");
    rig.pass(28 * SECOND);
    assert!(rig.slots.hand_out(id));
    rig.pass(SECOND * 3 / 2 - 1);
    assert!(rig.texts().is_empty());
    rig.pass(1);
    let ended = rig.seen.iter().any(|seen| {
        matches!(seen, super::fixture::Seen::Event(event) if event.kind == EventKind::RequestEnded && event.reason == Reason::Expired)
    });
    assert!(ended, "{:?}", rig.seen);
    let sent = rig.sent();
    assert_eq!((sent.len(), &sent[0]["result"]["code"]), (1, &"no_answer_in_time".into()));
    assert!(sent[0]["result"].get("hint").is_none(), "it may have run");
}

#[test]
fn without_a_time_of_its_own_the_links_time_counts() {
    let mut rig = rig();
    execute(&mut rig, "bake", "null");
    rig.pass(299 * SECOND);
    assert!(rig.texts().is_empty());
    rig.pass(SECOND);
    assert_eq!(rig.sent().len(), 1, "the deadline of 300 s comes before the hold of 1000 s");
}
