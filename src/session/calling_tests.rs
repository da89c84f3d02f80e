//! Our own calls: each ends with one RESPONSE, which says what came of it.

use serde_json::{Value, json};

use super::call_table::CallState;
use super::config::SessionConfig;
use super::event::{Event, EventKind, Reason};
use super::fixture::{CALLS, Rig, SECOND, Seen, config, detail, kinds};
use super::input::{Arrival, Input, What};
use crate::protocol::ProfileKind;

const MILLISECOND: u64 = SECOND / 1000;

/// A json_rpc link's configuration, without heartbeat; calls get 5 s.
pub(super) fn calm() -> SessionConfig {
    SessionConfig {
        heartbeat_interval: None,
        heartbeat_timeout: None,
        request_timeout: Some(5 * SECOND),
        ..config(ProfileKind::JsonRpc)
    }
}

pub(super) fn rig() -> Rig {
    Rig::active_with(calm())
}

impl Rig {
    /// A call that the host makes: its id.
    pub(super) fn request(&mut self, method: &str, params: &str, timeout_ms: u32) -> u64 {
        let id = self.calls.claim().expect("a place is free");
        let buffer = [params, method].concat().into_bytes();
        self.send(What::Call { id, buffer, method: method.len() as u32, timeout_ms });
        id
    }

    /// The id on the wire of the call that was made last and is open.
    pub(super) fn wire_id(&self) -> String {
        self.session.open_calls().last().expect("a call is open").wire_id.to_string()
    }

    pub(super) fn result(&mut self, wire_id: &str, result: &Value) {
        self.receive(&json!({ "jsonrpc": "2.0", "id": wire_id, "result": result }).to_string());
    }

    /// The only event since the last call, a RESPONSE; forgets everything else.
    pub(super) fn response(&mut self) -> Event {
        let mut events = self.events();
        assert_eq!(kinds(&events), [EventKind::Response]);
        events.remove(0)
    }

    pub(super) fn cancel(&mut self, id: u64) {
        assert!(self.calls.cancel(id));
        self.give(Input::CallsCancelled);
    }

    pub(super) fn late(&self) -> u64 {
        self.session.counters().late_replies
    }
}

fn data(event: &Event) -> &str {
    std::str::from_utf8(&event.buffer[event.data.clone()]).unwrap()
}

#[test]
fn a_call_goes_out_and_its_result_comes_back_byte_for_byte() {
    let mut rig = rig();
    let id = rig.request("scene/open", r#"{"path":"a b","n":1.0}"#, 0);
    let texts = rig.texts();
    let wire_id = rig.wire_id();
    let expected =
        json!({ "jsonrpc": "2.0", "id": wire_id, "method": "scene/open", "params": { "path": "a b", "n": 1.0 } });
    assert_eq!(serde_json::from_str::<Value>(&texts[0]).unwrap(), expected);
    assert!(texts[0].contains(r#"{"path":"a b","n":1.0}"#) && texts.len() == 1);
    rig.pass(300 * MILLISECOND);
    rig.receive(&format!(r#"{{"jsonrpc":"2.0","result": {{"b":9007199254740993,"a":1e-7}} ,"id":"{wire_id}"}}"#));
    let event = rig.response();
    assert_eq!((event.id, event.name(), event.reason), (id, b"scene/open".as_slice(), Reason::None));
    assert_eq!(data(&event), r#"{"b":9007199254740993,"a":1e-7}"#);
    assert_eq!((event.age_ns, event.generation), (300 * MILLISECOND, 1));
    assert_eq!(rig.calls.state(id), Some(CallState::Answered));
    assert_eq!((rig.session.counters().calls, rig.late(), rig.session.open_calls().count()), (1, 0, 0));
    rig.request("ping", "", 0);
    assert_eq!(rig.sent()[0], json!({ "jsonrpc": "2.0", "id": rig.wire_id(), "method": "ping" }));
}

#[test]
fn the_peers_errors_and_bad_replies_are_told_apart() {
    let cases = [
        (
            r#""error":{"code":-32001,"message":"no \"way\"","data":[1.0]}"#,
            Reason::PeerError,
            -32001,
            "no \"way\"",
            "[1.0]",
        ),
        (r#""error":{"code":7,"message":"plain"}"#, Reason::PeerError, 7, "plain", ""),
        (r#""error":{"code":7}"#, Reason::PeerError, 7, "", ""),
        (r#""error":"broken""#, Reason::BadReply, 0, "no object", ""),
        (r#""jsonrpc":"2.0""#, Reason::BadReply, 0, "neither a result nor an error", ""),
    ];
    for (members, reason, code, words, more) in cases {
        let mut rig = rig();
        let id = rig.request("m", "[]", 0);
        rig.seen.clear();
        rig.receive(&format!(r#"{{"id":"{}",{members}}}"#, rig.wire_id()));
        let event = rig.response();
        assert_eq!((event.id, event.reason, event.error_code, event.name()), (id, reason, code, b"m".as_slice()));
        let is_exact = reason == Reason::PeerError;
        assert!(detail(&event) == words || !is_exact && detail(&event).contains(words), "{}", detail(&event));
        assert_eq!(data(&event), more);
        assert_eq!(rig.calls.state(id), Some(CallState::Answered));
    }
}

#[test]
fn replies_to_nobody_are_counted_and_change_nothing() {
    let mut rig = rig();
    let id = rig.request("m", "", 0);
    let wire_id = rig.wire_id();
    rig.seen.clear();
    let bare = wire_id.replace('-', "");
    for strange in [json!("x"), json!(1), json!([wire_id]), json!(wire_id.to_uppercase()), json!(bare), json!("")] {
        rig.receive(&json!({ "jsonrpc": "2.0", "id": strange, "result": 1 }).to_string());
    }
    assert!(rig.drain().is_empty());
    assert_eq!((rig.late(), rig.calls.state(id)), (6, Some(CallState::Open)));
    rig.result(&wire_id, &json!(2));
    assert_eq!(data(&rig.response()), "2");
    rig.result(&wire_id, &json!(3));
    assert!(rig.drain().is_empty(), "a duplicate");
    assert_eq!(rig.late(), 7);
}

#[test]
fn the_peers_own_ids_are_another_matter() {
    let mut rig = rig();
    let id = rig.request("m", "", 0);
    let wire_id = rig.wire_id();
    rig.seen.clear();
    rig.receive(&json!({ "jsonrpc": "2.0", "id": wire_id, "method": "back" }).to_string());
    let asked = rig.events_of(EventKind::Request).remove(0);
    assert!(rig.slots.hand_out(asked.id));
    rig.respond(asked.id, "1");
    assert_eq!(rig.sent()[0], json!({ "jsonrpc": "2.0", "id": wire_id, "result": 1 }));
    rig.result(&wire_id, &json!("ours"));
    assert_eq!(rig.response().id, id);
}

#[test]
fn calls_run_out_of_time_and_their_late_replies_are_ignored() {
    for (timeout_ms, limit) in [(0, 5 * SECOND), (1, MILLISECOND), (60_000, 60 * SECOND)] {
        let mut rig = rig();
        rig.request("forgotten", "", 1_000_000);
        let id = rig.request("m", "", timeout_ms);
        let wire_id = rig.wire_id();
        rig.seen.clear();
        rig.pass(limit - 1);
        assert!(rig.drain().is_empty());
        rig.pass(1);
        let event = rig.response();
        assert_eq!((event.id, event.reason, event.age_ns), (id, Reason::Timeout, limit));
        assert!(detail(&event).contains(&format!("{} ms", limit / MILLISECOND)), "{}", detail(&event));
        assert_eq!(rig.calls.state(id), Some(CallState::Expired));
        rig.result(&wire_id, &json!(1));
        assert!(rig.drain().is_empty());
        assert_eq!(rig.late(), 1);
    }
    let mut rig = Rig::active_with(SessionConfig { request_timeout: None, ..calm() });
    rig.request("m", "", 0);
    assert_eq!(rig.session.next_timeout(), None, "it waits for ever");
}

#[test]
fn an_answered_call_leaves_no_timer_behind() {
    let mut rig = rig();
    rig.request("m", "", 0);
    assert!(rig.session.next_timeout().is_some());
    rig.result(&rig.wire_id(), &json!(1));
    let cancelled = rig.request("m", "", 0);
    rig.cancel(cancelled);
    assert_eq!(rig.session.next_timeout(), None);
}

#[test]
fn a_quiet_peer_fails_the_call_and_lives_on() {
    let quiet_timeout = Some(2 * SECOND);
    let mut rig = Rig::active_with(SessionConfig { quiet_timeout, request_timeout: Some(60 * SECOND), ..calm() });
    rig.pass(30 * SECOND);
    let id = rig.request("m", "", 0);
    for _ in 0..3 {
        rig.pass(2 * SECOND - 1);
        rig.receive(r#"{"jsonrpc":"2.0","method":"update"}"#);
        rig.give(Input::Pong("x".into()));
    }
    let later = rig.request("n", "", 1000);
    rig.seen.clear();
    rig.pass(SECOND);
    let event = rig.response();
    assert_eq!((event.id, event.reason), (later, Reason::Timeout), "its own deadline came first");
    rig.give(Input::Pong("x".into()));
    rig.give(Input::Ping);
    rig.pass(SECOND - 1);
    assert!(rig.drain().is_empty());
    rig.pass(1);
    let event = rig.response();
    assert_eq!((event.id, event.reason), (id, Reason::Timeout));
    assert!(detail(&event).contains("2000 ms, the quiet limit"), "{}", detail(&event));
    assert!(rig.session.phase().is_open() && rig.session.next_timeout().is_none());
}

#[test]
fn parameters_that_cannot_go_out_end_the_call_at_once() {
    let huge = format!("[\"{}\"]", "x".repeat(100));
    let cases: [(&[u8], Reason, u32); 4] = [
        (b"{\"a\":}", Reason::BadJson, 5),
        (b"7", Reason::BadJson, 0),
        (b"[\"\xff\"]", Reason::BadUtf8, 2),
        (huge.as_bytes(), Reason::MessageTooLarge, 0),
    ];
    for (params, reason, offset) in cases {
        let mut rig = Rig::active_with(SessionConfig { peer_max_message: 150, ..calm() });
        let id = rig.calls.claim().unwrap();
        let number = rig.send(What::Call { id, buffer: [params, b"m"].concat(), method: 1, timeout_ms: 0 });
        assert!(!rig.seen.iter().any(|seen| matches!(seen, Seen::Text(_))), "nothing goes on the wire");
        let events = rig.events();
        assert_eq!(kinds(&events), [EventKind::Response, EventKind::SendDropped], "{reason:?}");
        assert_eq!((events[0].id, events[0].reason, events[0].code, events[0].name()), (id, reason, offset, &b"m"[..]));
        assert_eq!((events[1].first, events[1].reason, events[1].code), (number, reason, offset));
        assert_eq!(detail(&events[0]), detail(&events[1]));
        assert_eq!((rig.session.open_calls().count(), rig.session.next_timeout()), (0, None));
    }
}

#[test]
fn no_reply_is_dropped_for_want_of_room() {
    let mut rig = rig();
    let ids: Vec<u64> = (0..CALLS).map(|_| rig.request("m", "", 0)).collect();
    assert_eq!(rig.calls.claim(), None);
    let wire_ids: Vec<String> = rig.session.open_calls().map(|call| call.wire_id.to_string()).collect();
    rig.seen.clear();
    for wire_id in wire_ids.iter().rev() {
        rig.arrive(&json!({ "jsonrpc": "2.0", "id": wire_id, "result": wire_id }).to_string(), false);
    }
    let answered: Vec<u64> = rig.events_of(EventKind::Response).iter().map(|event| event.id).collect();
    assert_eq!(answered, ids.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(rig.session.counters().dropped_full, 0);
}

#[test]
fn a_reply_beyond_what_a_full_inbox_takes_ends_its_call_without_data() {
    let mut rig = rig();
    for (lacking, expected) in [(0, Reason::None), (1, Reason::Overflow)] {
        let id = rig.request("m", "", 0);
        let text = json!({ "jsonrpc": "2.0", "id": rig.wire_id(), "result": "x".repeat(100) }).to_string();
        rig.arrive(r#"{"jsonrpc":"2.0","method":"noise"}"#, false);
        rig.seen.clear();
        let (reply_room, payload, places) = (text.len() - lacking, bytes::Bytes::from(text), 0);
        rig.give(Input::Message(Arrival { is_text: true, payload, has_room: false, places, reply_room }));
        let events = rig.events();
        assert_eq!(kinds(&events), [EventKind::Dropped, EventKind::Response], "no reply overtakes a gap");
        assert_eq!((events[0].count, events[0].reason), (1, Reason::Overflow));
        assert_eq!((events[1].id, events[1].reason), (id, expected));
        assert_eq!(events[1].data.is_empty(), expected == Reason::Overflow);
        assert_eq!(detail(&events[1]).is_empty(), expected == Reason::None);
        assert_eq!(rig.calls.state(id), Some(CallState::Answered));
    }
    assert_eq!(rig.late(), 0);
}
