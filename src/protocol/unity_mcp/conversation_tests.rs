use serde_json::{Value, json};

use super::fixture::{SESSION, TOOLS, WELCOME, hello, open, receive, registered, registered_message};
use crate::protocol::{Hello, Inbound, ProfileKind, RefusalKind};

fn answer(inbound: Inbound) -> Value {
    match inbound {
        Inbound::Answer(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn the_editor_registers_once_a_connection() {
    let mut talk = open(&hello(Some(TOOLS)));
    assert!(!talk.is_acknowledged() && talk.given_session_id().is_none());
    assert_eq!(
        answer(receive(&mut talk, WELCOME)),
        json!({"type": "register", "project_hash": "0a1b2c3d4e5f6071", "project_name": "zoë's \"game\"",
               "unity_version": "6000.1.2f1", "project_path": "D:/zoë/game"})
    );
    assert_eq!(receive(&mut talk, WELCOME), Inbound::Ignored, "a second registration ends the connection");
    assert!(!talk.is_acknowledged());
    assert_eq!(receive(&mut talk, &registered_message()), Inbound::Acknowledged { server_version: String::new() });
    assert!(talk.is_acknowledged());
    assert_eq!((talk.given_session_id(), talk.protocol(), talk.readiness_told()), (Some(SESSION), 0, None));
    let other = r#"{"type":"registered","session_id":"another"}"#;
    assert_eq!(receive(&mut talk, other), Inbound::Ignored);
    assert_eq!(receive(&mut talk, WELCOME), Inbound::Ignored);
    assert_eq!(talk.given_session_id(), Some(SESSION));
}

#[test]
fn absent_fields_are_not_told() {
    let hello = Hello::parse(ProfileKind::UnityMcp, Some(r#"{"project_hash":"a"}"#)).unwrap();
    assert_eq!(answer(receive(&mut open(&hello), WELCOME)), json!({"type": "register", "project_hash": "a"}));
}

#[test]
fn nothing_counts_before_its_turn() {
    let mut talk = open(&hello(None));
    for early in [registered_message().as_str(), r#"{"type":"ping"}"#] {
        assert_eq!(receive(&mut talk, early), Inbound::Ignored);
    }
    assert!(!talk.is_acknowledged());
    assert!(matches!(receive(&mut talk, WELCOME), Inbound::Answer(_)));
    assert_eq!(receive(&mut talk, r#"{"type":"ping"}"#), Inbound::Ignored, "a pong counts only with a session id");
    let long = format!(r#"{{"type":"registered","session_id":"{}"}}"#, "s".repeat(129));
    for useless in [r#"{"type":"registered"}"#, r#"{"type":"registered","session_id":""}"#, long.as_str()] {
        assert!(matches!(receive(&mut talk, useless), Inbound::Malformed(_)), "{useless}");
    }
    assert!(!talk.is_acknowledged());
}

#[test]
fn the_sign_of_life_is_given_without_the_host() {
    let mut talk = registered();
    for _ in 0..2 {
        assert_eq!(answer(receive(&mut talk, r#"{"type":"ping"}"#)), json!({"type": "pong", "session_id": SESSION}));
    }
}

#[test]
fn tools_are_told_after_the_registration_and_when_they_change() {
    let first = hello(Some(TOOLS));
    let mut talk = open(&first);
    assert_eq!(talk.hello_changed(&first), None, "not before the server knows the editor");
    receive(&mut talk, WELCOME);
    assert_eq!(talk.hello_changed(&first), None);
    receive(&mut talk, &registered_message());
    assert_eq!(talk.hello_changed(&first).unwrap(), format!(r#"{{"type":"register_tools","tools":{TOOLS}}}"#));
    assert_eq!(talk.hello_changed(&first), None, "it knows them");
    assert_eq!(talk.hello_changed(&hello(None)), None, "an absent list says nothing");
    let fewer = hello(Some("[]"));
    assert_eq!(talk.hello_changed(&fewer).unwrap(), r#"{"type":"register_tools","tools":[]}"#);
    assert!(talk.hello_changed(&first).is_some());
    assert_eq!(talk.hello_changed(&Hello::Raw), None);
}

#[test]
fn a_close_in_the_hello_is_explained() {
    let talk = open(&hello(None));
    for (code, kind, text) in [
        (4400, RefusalKind::Hello, "project_hash"),
        (4401, RefusalKind::Authentication, "X-API-Key"),
        (4403, RefusalKind::Authentication, "X-API-Key"),
        (1013, RefusalKind::Hello, "dialled again"),
        (1006, RefusalKind::Hello, "the connection ended"),
        (1000, RefusalKind::Hello, "/hub/plugin"),
    ] {
        let refusal = talk.closed_in_hello(code, "");
        assert_eq!((refusal.kind, refusal.close_code), (kind, code));
        assert!(refusal.detail.contains(text) && !refusal.detail.contains("words"), "{}", refusal.detail);
    }
    assert!(talk.closed_in_hello(4403, "Invalid API key").detail.contains("Invalid API key"));
}
