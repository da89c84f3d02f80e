//! Calls that end without a reply: taken back by the host, or lost with their connection.

use serde_json::{Value, json};

use super::call_table::CallState;
use super::calling_tests::{calm, rig};
use super::config::SessionConfig;
use super::event::{EventKind, Reason};
use super::fixture::{Rig, SECOND, Seen, failure, kinds};
use super::input::{Farewell, Input, What};
use crate::protocol::{Hello, ProfileKind};

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
        ("disconnect", |rig, _| rig.give(Input::Disconnect(Farewell::default()))),
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
fn a_call_that_did_not_go_gives_its_room_back_and_is_told_as_dropped() {
    let mut rig = rig();
    let id = rig.calls.claim().unwrap();
    let number = rig.send(What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 0 });
    rig.seen.clear();
    rig.cut();
    let given = |seen: &Seen| if let Seen::Release(given) = seen { Some((given.sends, given.reserved)) } else { None };
    assert_eq!(rig.seen.iter().filter_map(given).collect::<Vec<_>>(), [(1, 10)]);
    let dropped = rig.events_of(EventKind::SendDropped);
    assert_eq!(dropped.iter().map(|event| (event.first, event.last)).collect::<Vec<_>>(), [(number, number)]);
}

#[test]
fn the_end_of_a_connection_loses_every_call_and_counts_it() {
    type End = fn(&mut Rig);
    let ends: [End; 4] = [
        |rig| rig.cut(),
        |rig| rig.give(Input::PeerClose { code: 1001, reason: String::new() }),
        |rig| rig.give(Input::Disconnect(Farewell::default())),
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
    rig.give(Input::Disconnect(Farewell::default()));
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
fn a_call_of_an_older_connection_is_told_with_its_number() {
    let mut rig = rig();
    rig.cut();
    rig.pass(SECOND);
    rig.open(None);
    rig.seen.clear();
    for (is_taken_back, reason) in [(false, Reason::Lost), (true, Reason::Cancelled)] {
        let id = rig.calls.claim().unwrap();
        assert!(!is_taken_back || rig.calls.cancel(id));
        rig.send_of(1, What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 0 });
        let events = rig.events();
        assert_eq!(kinds(&events), [EventKind::Response, EventKind::SendDropped]);
        assert_eq!((events[0].id, events[0].reason, events[0].generation), (id, reason, 1));
    }
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

impl Seen {
    /// A text message, as JSON.
    fn json(&self) -> Option<Value> {
        if let Self::Text(text) = self { Some(serde_json::from_str(text).unwrap()) } else { None }
    }
}
