//! Our own calls: each ends with one RESPONSE, which says what came of it.

use serde_json::{Value, json};

use super::call_table::CallState;
use super::config::{KeepAlive, SessionConfig};
use super::event::{Event, EventKind, Reason};
use super::fixture::{CALLS, Rig, SECOND, Seen, config, detail, failure, kinds};
use super::input::{Input, What};
use crate::protocol::{Hello, ProfileKind};

const MILLISECOND: u64 = SECOND / 1000;

/// A json_rpc link's configuration, without heartbeat; calls get 5 s.
fn calm() -> SessionConfig {
    SessionConfig {
        heartbeat_interval: None,
        heartbeat_timeout: None,
        request_timeout: Some(5 * SECOND),
        ..config(ProfileKind::JsonRpc)
    }
}

fn rig() -> Rig {
    Rig::active_with(calm())
}

impl Rig {
    /// A call that the host makes: its id.
    fn request(&mut self, method: &str, params: &str, timeout_ms: u32) -> u64 {
        let id = self.calls.claim().expect("a place is free");
        let buffer = [params, method].concat().into_bytes();
        self.send(What::Call { id, buffer, method: method.len() as u32, timeout_ms });
        id
    }

    /// The id on the wire of the call that was made last and is open.
    fn wire_id(&self) -> String {
        self.session.open_calls().last().expect("a call is open").wire_id.to_string()
    }

    fn result(&mut self, wire_id: &str, result: &Value) {
        self.receive(&json!({ "jsonrpc": "2.0", "id": wire_id, "result": result }).to_string());
    }

    /// The only event since the last call, a RESPONSE; forgets everything else.
    fn response(&mut self) -> Event {
        let mut events = self.events();
        assert_eq!(kinds(&events), [EventKind::Response]);
        events.remove(0)
    }

    fn cancel(&mut self, id: u64) {
        assert!(self.calls.cancel(id));
        self.give(Input::CallsCancelled);
    }

    fn late(&self) -> u64 {
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
fn a_call_taken_back_ends_so_and_the_peer_hears_of_it_where_it_wants() {
    let hello = Hello::parse(ProfileKind::JsonRpc, Some(r#"{"cancel_method":"$/cancelRequest"}"#)).unwrap();
    for (hello, is_told) in [(hello, true), (calm().hello, false)] {
        let mut rig = Rig::active_with(SessionConfig { hello, ..calm() });
        let other = rig.request("other", "", 0);
        let id = rig.request("m", "", 0);
        let wire_id = rig.wire_id();
        rig.seen.clear();
        rig.cancel(id);
        let told: Vec<Value> = rig.seen.iter().filter_map(Seen::json).collect();
        let notification = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": wire_id } });
        assert_eq!(told, if is_told { vec![notification] } else { vec![] });
        let event = rig.response();
        assert_eq!((event.id, event.reason, event.name()), (id, Reason::Cancelled, b"m".as_slice()));
        assert!(!rig.calls.cancel(id));
        rig.give(Input::CallsCancelled);
        rig.result(&wire_id, &json!(1));
        assert!(rig.drain().is_empty());
        assert_eq!((rig.late(), rig.calls.state(other)), (1, Some(CallState::Open)));
    }
}

#[test]
fn a_call_taken_back_before_it_was_sent_never_is() {
    let mut rig = rig();
    let id = rig.calls.claim().unwrap();
    assert!(rig.calls.cancel(id));
    let number = rig.send(What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 0 });
    let texts: Vec<_> = rig.seen.iter().filter_map(Seen::json).collect();
    assert_eq!(texts, Vec::<Value>::new());
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::Response, EventKind::SendDropped]);
    assert_eq!((events[0].id, events[0].reason, events[0].name()), (id, Reason::Cancelled, b"m".as_slice()));
    assert_eq!((events[1].first, events[1].reason), (number, Reason::Cancelled));
    rig.give(Input::CallsCancelled);
    assert!(rig.drain().is_empty());
}

#[test]
fn the_host_that_takes_a_call_back_wins_over_all_that_follows() {
    type End = fn(&mut Rig, &str);
    let ends: [(&str, End); 4] = [
        ("reply", |rig, wire_id| rig.result(wire_id, &json!(1))),
        ("deadline", |rig, _| rig.pass(6 * SECOND)),
        ("loss", |rig, _| rig.cut()),
        ("disconnect", |rig, _| rig.give(Input::Disconnect)),
    ];
    for (name, end) in ends {
        let mut rig = rig();
        let id = rig.request("m", "", 0);
        let wire_id = rig.wire_id();
        rig.seen.clear();
        // The I/O thread has not looked yet.
        assert!(rig.calls.cancel(id));
        end(&mut rig, &wire_id);
        rig.give(Input::CallsCancelled);
        let events = rig.events();
        let responses: Vec<_> = events.iter().filter(|event| event.kind == EventKind::Response).collect();
        assert_eq!(responses.len(), 1, "{name}");
        assert_eq!((responses[0].id, responses[0].reason), (id, Reason::Cancelled), "{name}");
        assert!(events.iter().all(|event| event.settled == 0), "{name}: it was not lost");
        assert_eq!(rig.late(), u64::from(name == "reply"));
    }
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
fn the_end_of_a_connection_loses_every_call_and_counts_it() {
    type End = fn(&mut Rig);
    let ends: [End; 4] = [
        |rig| rig.cut(),
        |rig| rig.give(Input::PeerClose { code: 1001, reason: String::new() }),
        |rig| rig.give(Input::Disconnect),
        |rig| rig.give(Input::Close),
    ];
    for end in ends {
        let mut rig = rig();
        let mut ids: Vec<u64> = (0..37).map(|_| rig.request("m", "", 0)).collect();
        rig.take_all();
        rig.result(&rig.wire_id(), &json!(1));
        ids.pop();
        rig.seen.clear();
        end(&mut rig);
        rig.cut();
        let events = rig.events();
        let (closed, calls) = events.split_last().unwrap();
        assert_eq!((closed.kind, closed.settled, closed.count), (EventKind::Closed, 36, 0));
        assert!(calls.iter().all(|event| (event.kind, event.reason) == (EventKind::Response, Reason::Lost)));
        assert_eq!(calls.iter().map(|event| event.id).collect::<Vec<_>>(), ids, "in the order of the calls");
        assert!(ids.iter().all(|&id| rig.calls.state(id) == Some(CallState::Lost)));
        assert_eq!(rig.session.last_end().unanswered, 0, "no request was open");
    }
}

#[test]
fn a_call_for_a_connection_that_ended_is_lost_and_its_send_dropped() {
    let mut rig = rig();
    rig.give(Input::Disconnect);
    rig.seen.clear();
    let id = rig.request("m", "", 0);
    let event = rig.response();
    assert_eq!((event.id, event.reason, event.generation), (id, Reason::Lost, 1));
    rig.cut();
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::SendDropped, EventKind::Closed]);
    assert_eq!(events[1].settled, 1);
    // One that comes even later is told of all the same.
    let id = rig.calls.claim().unwrap();
    rig.send_of(1, What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 0 });
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::Response, EventKind::SendDropped]);
    assert_eq!((events[0].reason, events[1].reason), (Reason::Lost, Reason::ConnectionLost));
}

#[test]
fn the_next_connection_knows_nothing_of_the_calls_of_the_last() {
    let mut rig = rig();
    rig.request("m", "", 0);
    let old = rig.wire_id();
    rig.give(Input::Lost(failure(Reason::ConnectionLost)));
    rig.pass(SECOND);
    rig.open(None);
    let id = rig.request("m", "", 0);
    rig.seen.clear();
    rig.result(&old, &json!("of the first connection"));
    assert!(rig.drain().is_empty());
    assert_eq!((rig.late(), rig.calls.state(id)), (1, Some(CallState::Open)));
    assert_ne!(rig.wire_id(), old);
    rig.result(&rig.wire_id(), &json!(1));
    assert_eq!((rig.response().generation, rig.calls.open_count()), (2, 0));
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

/// A host thread takes calls back while the replies come in.
#[test]
fn what_cancel_returns_is_what_the_response_says() {
    let mut rig = rig();
    let (ids, made) = std::sync::mpsc::channel();
    let calls = rig.calls.clone();
    let host = std::thread::spawn(move || made.iter().map(|id| (id, calls.cancel(id))).collect::<Vec<_>>());
    let mut told = Vec::new();
    for _ in 0..2000 {
        let id = rig.request("m", "", 0);
        let wire_id = rig.session.open_calls().last().map(|call| call.wire_id.to_string());
        ids.send(id).unwrap();
        rig.give(Input::CallsCancelled);
        rig.result(&wire_id.unwrap(), &json!(1));
        told.extend(
            rig.events_of(EventKind::Response).iter().map(|event| (event.id, event.reason == Reason::Cancelled)),
        );
    }
    drop(ids);
    let mut cancelled = host.join().unwrap();
    cancelled.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, cancelled);
}

#[test]
fn the_keep_alive_goes_out_while_the_link_is_active() {
    let keepalive = Some(KeepAlive { message: r#"{"method":"alive"}"#.into(), interval: 10 * SECOND });
    let mut rig = Rig::active_with(SessionConfig { keepalive, ..calm() });
    rig.pass(10 * SECOND - 1);
    assert!(rig.drain().is_empty());
    for _ in 0..3 {
        rig.pass(SECOND);
        assert_eq!(rig.sent(), [json!({ "method": "alive" })]);
        rig.take_all();
        rig.pass(9 * SECOND);
    }
    rig.request("m", "", 60_000);
    rig.seen.clear();
    rig.pass(20 * SECOND);
    assert!(rig.drain().is_empty(), "the peer has yet to take what went before");
    rig.take_all();
    rig.pass(10 * SECOND);
    assert_eq!(rig.sent().len(), 1);
    rig.give(Input::Disconnect);
    rig.seen.clear();
    rig.pass(60 * SECOND);
    assert_eq!(rig.texts(), Vec::<String>::new());
}

impl Seen {
    /// A text message, as JSON.
    fn json(&self) -> Option<Value> {
        if let Self::Text(text) = self { Some(serde_json::from_str(text).unwrap()) } else { None }
    }
}
