//! Batches: each part is taken as a message that came by itself, in its order.

use bytes::Bytes;
use serde_json::{Value, json};

use super::config::SessionConfig;
use super::event::{Buffer, EventKind, Reason};
use super::fixture::{PLACES, Rig, config, kinds};
use super::input::{Arrival, Input, What};
use crate::protocol::ProfileKind;

fn rig() -> Rig {
    Rig::active_with(SessionConfig {
        heartbeat_interval: None,
        heartbeat_timeout: None,
        ..config(ProfileKind::JsonRpc)
    })
}

fn call(rig: &mut Rig) -> (u64, String) {
    let id = rig.calls.claim().unwrap();
    rig.send(What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 0 });
    (id, rig.session.open_calls().last().unwrap().wire_id.to_string())
}

#[test]
fn the_parts_come_in_their_order_with_their_own_bytes() {
    let mut rig = rig();
    let (id, wire_id) = call(&mut rig);
    rig.seen.clear();
    rig.receive(&format!(
        r#" [{{"jsonrpc":"2.0","method":"n","params":[1]}}, 5 ,
            {{"jsonrpc":"2.0","id":"{wire_id}","result":{{"a":2}}}},
            {{"jsonrpc":"2.0","id":"r","method":"r\u0065q","params":{{"b":3}}}}]"#
    ));
    let events: Vec<_> = rig.events().into_iter().filter(|event| event.kind != EventKind::Log).collect();
    assert_eq!(kinds(&events), [EventKind::Notification, EventKind::Response, EventKind::Request]);
    let told = |event: &super::event::Event| {
        let data = &event.buffer[event.data.clone()];
        (String::from_utf8_lossy(event.name()).into_owned(), String::from_utf8_lossy(data).into_owned())
    };
    let expected = [("n", "[1]"), ("m", r#"{"a":2}"#), ("req", r#"{"b":3}"#)];
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), expected.map(|(name, data)| (name.into(), data.into())));
    assert_eq!((events[1].id, rig.session.counters().malformed, rig.session.counters().messages_in), (id, 1, 1));
}

#[test]
fn a_batch_takes_no_more_places_than_the_inbox_has() {
    for has_room in [true, false] {
        let mut rig = rig();
        let (_, wire_id) = call(&mut rig);
        let taken = if has_room { PLACES } else { 0 };
        let notification = || json!({ "jsonrpc": "2.0", "method": "n" });
        let mut parts: Vec<Value> = (0..PLACES).map(|_| notification()).collect();
        parts.push(notification());
        parts.push(json!({ "jsonrpc": "2.0", "id": 1, "method": "r" }));
        parts.push(json!({ "jsonrpc": "2.0", "id": wire_id, "result": 1 }));
        rig.seen.clear();
        rig.arrive(&Value::from(parts).to_string(), has_room);
        let texts: Vec<_> = rig.seen.iter().filter(|seen| matches!(seen, super::fixture::Seen::Text(_))).collect();
        assert_eq!(texts.len(), 1, "the request is refused: {texts:?}");
        let events = rig.events();
        let (notifications, [gap, last]) = events.split_last_chunk().unwrap();
        assert_eq!(kinds(notifications), vec![EventKind::Notification; taken]);
        assert_eq!(
            (gap.kind, gap.count),
            (EventKind::Dropped, (PLACES + 1 - taken) as u64),
            "no reply overtakes a gap"
        );
        assert_eq!((last.kind, last.reason), (EventKind::Response, Reason::None), "a reply is kept");
        let counters = rig.session.counters();
        assert_eq!((counters.dropped_full, counters.refused_busy), ((PLACES + 1 - taken) as u64, 1));
    }
}

#[test]
fn what_stands_before_a_reply_takes_of_the_room_for_it() {
    for (lacking, expected) in [(0, Reason::None), (1, Reason::Overflow)] {
        let mut rig = rig();
        let (_, wire_id) = call(&mut rig);
        let text = json!([{ "jsonrpc": "2.0", "method": "n" }, { "jsonrpc": "2.0", "id": wire_id, "result": 1 }]);
        let payload = Bytes::from(text.to_string());
        // All but the bracket behind it.
        let reply_room = payload.len() - 1 - lacking;
        rig.give(Input::Message(Arrival { is_text: true, payload, has_room: false, places: 0, reply_room }));
        assert_eq!(rig.events_of(EventKind::Response).remove(0).reason, expected);
    }
}

#[test]
fn a_large_part_does_not_keep_a_much_larger_batch() {
    const LARGE: usize = 100 << 10;
    for (others, is_shared) in [(1, false), (0, true)] {
        let mut rig = rig();
        let (_, wire_id) = call(&mut rig);
        let mut parts = vec![json!({ "jsonrpc": "2.0", "id": wire_id, "result": "x".repeat(LARGE) })];
        parts.extend((0..others).map(|_| json!({ "jsonrpc": "2.0", "id": "none", "result": "y".repeat(4 * LARGE) })));
        let text = Value::from(parts).to_string();
        rig.seen.clear();
        let payload = Bytes::from(text);
        let kept = payload.clone();
        rig.give(Input::Message(Arrival {
            is_text: true,
            payload,
            has_room: true,
            places: PLACES,
            reply_room: usize::MAX,
        }));
        let event = rig.events_of(EventKind::Response).remove(0);
        assert!(matches!(event.buffer, Buffer::Shared(_)) && event.data.len() == LARGE + 2);
        assert_eq!(!kept.is_unique(), is_shared, "{others} others");
    }
}
