//! Sends: what leaves, what is dropped and why, and that no room of the outbox is lost.

use serde_json::json;

use super::config::SessionConfig;
use super::event::{EventKind, Reason};
use super::fixture::{Rig, Seen, config, detail};
use super::input::What;
use super::outgoing::Released;
use crate::protocol::ProfileKind;

fn notify(json: &str, name: &str) -> What {
    What::Notify { buffer: [json, name].concat().into_bytes(), name: u32::try_from(name.len()).unwrap() }
}

fn error(id: u64, data: &str) -> What {
    What::RespondError { id, buffer: format!("{data}CODEwords").into_bytes(), code: 4, message: 5 }
}

fn released(seen: &[Seen]) -> (u64, u64) {
    seen.iter().fold((0, 0), |(reserved, sends), seen| match seen {
        Seen::Release(Released { reserved: more, sends: one, .. }) => (reserved + more, sends + one),
        _ => (reserved, sends),
    })
}

#[test]
fn malformed_json_becomes_an_error_answer_and_a_dropped_send() {
    let bad = [
        (r#"{"a":}"#, Reason::BadJson, 5),
        ("[1]", Reason::BadJson, 0),
        (r#"{"a":1"#, Reason::BadJson, 6),
        ("", Reason::BadJson, 0),
        ("{\"a\":NaN}", Reason::BadJson, 5),
    ];
    for (json, reason, offset) in bad {
        let mut rig = Rig::active();
        let id = rig.handed("a");
        rig.seen.clear();
        let number = rig.respond(id, json);
        let seen = rig.drain();
        assert_eq!(released(&seen), (10, 1));
        let [Seen::Text(text), Seen::Release(_), Seen::Event(dropped)] = seen.as_slice() else { panic!("{seen:?}") };
        let answer: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!((&answer["request_id"], &answer["status"]), (&"a".into(), &"error".into()));
        assert_eq!((&answer["error"]["code"], &answer["readiness"]), (&"INTERNAL_ERROR".into(), &"ready".into()));
        assert_eq!((dropped.kind, dropped.first, dropped.last), (EventKind::SendDropped, number, number));
        assert_eq!((dropped.reason, dropped.code), (reason, offset), "{json}: {}", detail(dropped));
        assert_eq!(rig.session.counters().send_dropped, 1);
        assert_eq!(rig.session.counters().answered, 1, "the host has answered");
    }
}

#[test]
fn whatever_does_not_go_gives_its_room_back_and_is_told_as_dropped() {
    let raw = [What::Text(b"a".to_vec()), What::Binary(vec![7])].map(|what| (ProfileKind::Raw, what));
    // The id is that of the only request.
    let answers: [fn(u64) -> What; 4] = [
        |id| What::Respond { id, json: b"{}".to_vec() },
        |id| What::RespondEnvelope { id, json: b"{}".to_vec() },
        |id| error(id, ""),
        |id| What::Replace { id, buffered: 1, message: 2 },
    ];
    let mut rigs: Vec<(Rig, What)> = raw.map(|(profile, what)| (Rig::active_with(config(profile)), what)).into();
    rigs.push((Rig::active(), notify("{}", "scene_changed")));
    for answer in answers {
        let mut rig = Rig::active();
        let id = rig.handed("a");
        assert_eq!(rig.slots.answer(id), Ok(()));
        rigs.push((rig, answer(id)));
    }
    for (mut rig, what) in rigs {
        let name = format!("{what:?}");
        let number = rig.send(what);
        assert!(rig.seen.iter().any(|seen| matches!(seen, Seen::Text(_) | Seen::Binary(_))), "{name}");
        rig.seen.clear();
        rig.cut();
        assert_eq!(released(&rig.seen), (10, 1), "{name}");
        let dropped = rig.events_of(EventKind::SendDropped);
        assert_eq!(
            dropped.iter().map(|event| (event.first, event.last)).collect::<Vec<_>>(),
            [(number, number)],
            "{name}"
        );
    }
}

#[test]
fn a_notification_has_parameters_only_where_the_host_gave_some() {
    let mut rig = Rig::active_with(config(ProfileKind::JsonRpc));
    rig.send(notify("", "n"));
    rig.send(notify("[1]", "n"));
    let expected =
        [json!({ "jsonrpc": "2.0", "method": "n" }), json!({ "jsonrpc": "2.0", "method": "n", "params": [1] })];
    assert_eq!(rig.sent(), expected);
}

#[test]
fn an_envelope_of_the_hosts_words_gets_the_id_and_goes_out_as_it_is() {
    let rows = [
        (
            r#"{"status":"ok","data":{},"readiness":"playing"}"#,
            r#"{"request_id":"a","status":"ok","data":{},"readiness":"playing"}"#,
        ),
        ("\n { \"status\" : \"ok\"}", "{\"request_id\":\"a\"\n , \"status\" : \"ok\"}"),
        ("{ }", "{\"request_id\":\"a\"  }"),
    ];
    for (json, sent) in rows {
        let mut rig = Rig::active();
        let id = rig.handed("a");
        assert_eq!(rig.slots.answer(id), Ok(()));
        rig.seen.clear();
        rig.send(What::RespondEnvelope { id, json: json.as_bytes().to_vec() });
        assert!(matches!(rig.drain().as_slice(), [Seen::Text(text)] if text == sent), "{json}");
    }
    for bad in ["[]", "{", "", "{\"a\":NaN}"] {
        let mut rig = Rig::active();
        let id = rig.handed("a");
        assert_eq!(rig.slots.answer(id), Ok(()));
        rig.seen.clear();
        rig.send(What::RespondEnvelope { id, json: bad.as_bytes().to_vec() });
        assert_eq!(rig.events_of(EventKind::SendDropped).len(), 1, "{bad}");
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_place() {
    let mut rig = Rig::active();
    let id = rig.handed("a");
    assert_eq!(rig.slots.answer(id), Ok(()));
    rig.send(What::Respond { id, json: b"{\"a\":\"\xff\"}".to_vec() });
    let dropped = rig.events_of(EventKind::SendDropped);
    assert_eq!((dropped.len(), dropped[0].reason, dropped[0].code), (1, Reason::BadUtf8, 6));
    let mut raw = Rig::active_with(config(ProfileKind::Raw));
    raw.send(What::Text(b"zo\xff".to_vec()));
    let dropped = raw.events_of(EventKind::SendDropped);
    assert_eq!((dropped.len(), dropped[0].reason, dropped[0].code), (1, Reason::BadUtf8, 2));
}

#[test]
fn a_notification_with_bad_json_never_reaches_the_wire() {
    let mut rig = Rig::active();
    rig.send(notify("{oops", "scene_changed"));
    let seen = rig.drain();
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Text(_))));
    assert_eq!(released(&seen), (10, 1));
    rig.send(notify(r#"{"n":1}"#, "scene_changed"));
    assert_eq!(rig.texts(), [r#"{"type":"event","event":"scene_changed","data":{"n":1}}"#]);
}

#[test]
fn an_error_answer_keeps_its_code_when_its_data_is_bad() {
    let mut rig = Rig::active();
    let (good, bad) = (rig.handed("good"), rig.handed("bad"));
    rig.seen.clear();
    for (id, data) in [(good, r#"{"k":1}"#), (bad, "{oops")] {
        assert_eq!(rig.slots.answer(id), Ok(()));
        rig.send(error(id, data));
    }
    let seen = rig.drain();
    let events: Vec<_> = seen.iter().filter(|seen| matches!(seen, Seen::Event(_))).collect();
    assert!(matches!(events.as_slice(), [Seen::Event(dropped)] if dropped.reason == Reason::BadJson));
    rig.seen = seen;
    let sent = rig.sent();
    assert_eq!(sent.len(), 2);
    for answer in &sent {
        assert_eq!((&answer["error"]["code"], &answer["error"]["message"]), (&"CODE".into(), &"words".into()));
    }
    assert_eq!((&sent[0]["error"]["data"]["k"], &sent[1]["error"]["data"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!(rig.session.counters().answered, 2);
}

#[test]
fn an_answer_over_the_peers_cap_becomes_the_compact_error() {
    let mut rig = Rig::active_with(SessionConfig { peer_max_message: 500, ..config(ProfileKind::GodotAi) });
    let (fits, over) = (rig.handed("fits"), rig.handed("over"));
    rig.seen.clear();
    let frame = r#"{"request_id":"fits","status":"ok","data":,"readiness":"ready"}"#.len();
    let json = |room: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(room - r#"{"a":""}"#.len()));
    rig.respond(fits, &json(500 - frame));
    assert_eq!(rig.texts()[0].len(), 500, "the cap is inclusive");
    let number = rig.respond(over, &json(501 - frame));
    let seen = rig.drain();
    assert_eq!(released(&seen), (10, 1));
    let [Seen::Text(text), Seen::Release(_), Seen::Event(dropped)] = seen.as_slice() else { panic!("{seen:?}") };
    let answer: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!((&answer["request_id"], &answer["error"]["code"]), (&"over".into(), &"INTERNAL_ERROR".into()));
    assert_eq!(answer["error"]["data"]["message_bytes"], 501);
    assert_eq!((dropped.first, dropped.reason), (number, Reason::MessageTooLarge));
}

#[test]
fn a_replaced_answer_is_a_send_like_any_other() {
    let mut rig = Rig::active();
    let id = rig.handed("a");
    rig.seen.clear();
    assert_eq!(rig.slots.answer(id), Ok(()));
    rig.send(What::Replace { id, buffered: 17, message: 99 });
    let answer = rig.sent().remove(0);
    assert_eq!(answer["error"]["data"]["buffered_bytes"], 17);
    rig.take_all();
    assert_eq!(released(&rig.drain()), (10, 1), "its room comes back once the system has it");
    // A send for a request that is not there is dropped with a word, whatever it is.
    for what in
        [What::Replace { id, buffered: 0, message: 0 }, What::Respond { id, json: b"{}".to_vec() }, error(id, "")]
    {
        let number = rig.send(what);
        let seen = rig.drain();
        assert_eq!(released(&seen), (10, 1));
        assert!(matches!(seen.last(), Some(Seen::Event(dropped)) if dropped.first == number), "{seen:?}");
    }
}

#[test]
fn messages_keep_their_order_and_their_room_until_the_system_has_them() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    rig.send(What::Text(b"one".to_vec()));
    rig.send(What::Binary(vec![2]));
    rig.send(What::Text(Vec::new()));
    let seen = rig.drain();
    assert!(
        matches!(seen.as_slice(), [Seen::Text(one), Seen::Binary(two), Seen::Text(three)]
            if one == "one" && *two == [2] && three.is_empty()),
        "{seen:?}"
    );
    rig.take_all();
    assert_eq!(released(&rig.drain()), (30, 3));
    assert_eq!((rig.session.counters().messages_out, rig.session.counters().bytes_out), (3, 4));
}

#[test]
fn a_send_of_an_earlier_connection_never_leaves_on_the_next() {
    let mut rig = Rig::active();
    let earlier = rig.session.generation();
    rig.cut();
    rig.pass(super::fixture::SECOND);
    rig.open(None);
    rig.receive(super::fixture::ACK);
    rig.seen.clear();
    let number = rig.send_of(earlier, notify("{}", "late"));
    let seen = rig.drain();
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Text(_))), "{seen:?}");
    let dropped = seen.iter().find_map(|seen| if let Seen::Event(event) = seen { Some(event) } else { None }).unwrap();
    assert_eq!((dropped.first, dropped.reason, dropped.generation), (number, Reason::ConnectionLost, earlier));
}

fn attachment(id: u64, json: &str, pointer: &str, bytes: &[u8]) -> What {
    let buffer = [json.as_bytes(), bytes, pointer.as_bytes()].concat();
    What::RespondAttachment { id, buffer, json: json.len(), pointer: pointer.len() }
}

#[test]
fn an_attachment_stands_in_the_answer_as_base64() {
    let mut rig = Rig::active();
    let id = rig.handed("a");
    rig.seen.clear();
    assert_eq!(rig.slots.answer(id), Ok(()));
    rig.send(attachment(id, r#"{"image":{"png":null},"n":1}"#, "/image/png", b"\x89PNG"));
    assert_eq!(
        rig.texts(),
        [r#"{"request_id":"a","status":"ok","data":{"image":{"png":"iVBORw=="},"n":1},"readiness":"ready"}"#]
    );
    rig.take_all();
    assert_eq!(released(&rig.drain()), (10, 1));
    assert_eq!(rig.session.counters().answered, 1);
}

#[test]
fn an_attachment_that_finds_no_place_becomes_an_error_answer_and_a_dropped_send() {
    let bad = [
        (r#"{"a":}"#, "/a", Reason::BadJson, 5),
        (r#"{"a":null}"#, "/b", Reason::BadJson, 10),
        ("{\"a\":null}", "", Reason::BadJson, 0),
        ("[null]", "/0", Reason::BadJson, 0),
        ("", "/a", Reason::BadJson, 0),
    ];
    for (json, pointer, reason, offset) in bad {
        let mut rig = Rig::active();
        let id = rig.handed("a");
        rig.seen.clear();
        assert_eq!(rig.slots.answer(id), Ok(()));
        let number = rig.send(attachment(id, json, pointer, b"bytes"));
        let seen = rig.drain();
        assert_eq!(released(&seen), (10, 1));
        let [Seen::Text(text), Seen::Release(_), Seen::Event(dropped)] = seen.as_slice() else { panic!("{seen:?}") };
        let answer: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!((&answer["request_id"], &answer["error"]["code"]), (&"a".into(), &"INTERNAL_ERROR".into()));
        assert_eq!((dropped.kind, dropped.first), (EventKind::SendDropped, number));
        assert_eq!((dropped.reason, dropped.code), (reason, offset), "{json} {pointer}: {}", detail(dropped));
    }
    let mut rig = Rig::active();
    let number = rig.send(attachment(99, "{}", "", b""));
    let seen = rig.drain();
    assert!(matches!(seen.last(), Some(Seen::Event(dropped)) if dropped.first == number), "{seen:?}");
}

#[test]
fn an_attachment_is_measured_as_it_is_on_the_wire() {
    let frame = r#"{"request_id":"abcd","status":"ok","data":,"readiness":"ready"}"#.len();
    let bytes = [7; 300];
    let message = frame + r#"{"a":""}"#.len() + 400;
    for (cap, fits) in [(message, true), (message - 1, false)] {
        let mut rig = Rig::active_with(SessionConfig { peer_max_message: cap, ..config(ProfileKind::GodotAi) });
        let id = rig.handed("abcd");
        rig.seen.clear();
        assert_eq!(rig.slots.answer(id), Ok(()));
        // What the bytes replace does not count.
        rig.send(attachment(id, r#"{"a":"a long value that gives way"}"#, "/a", &bytes));
        let seen = rig.drain();
        let dropped =
            seen.iter().any(|seen| matches!(seen, Seen::Event(dropped) if dropped.reason == Reason::MessageTooLarge));
        assert_eq!(dropped, !fits);
        rig.seen = seen;
        let sent = rig.sent().remove(0);
        assert_eq!(sent["status"] == "ok", fits, "{sent}");
    }
}
