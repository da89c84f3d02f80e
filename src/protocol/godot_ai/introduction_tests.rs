use serde_json::{Value, json};

use super::capability::Capability;
use super::fixture::{SECRET, SESSION, acknowledged, capability, open, receive};
use crate::protocol::Inbound;

#[test]
fn protocol_1_says_everything_at_once() {
    let (mut conversation, first) = open(0, None);
    let mut expected = json!({
        "type": "handshake", "session_id": SESSION, "godot_version": "4.7.1-stable (official)",
        "project_path": "D:/zoë/my game/", "plugin_version": "4.3.1", "protocol_version": 1, "readiness": "no_scene",
        "editor_pid": 4242, "server_launch_mode": "uvx"
    });
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap(), expected);
    assert_eq!((conversation.protocol(), conversation.readiness_told()), (1, Some("no_scene")));

    // The session is registered before it is acknowledged: a command may come first.
    let early = receive(&mut conversation, r#"{"request_id":"1","command":"ping","params":{}}"#);
    assert!(matches!(early, Inbound::Request { .. }));
    assert!(!conversation.is_acknowledged());
    let ack = receive(&mut conversation, r#"{"type":"handshake_ack","server_version":"2.4.2"}"#);
    assert_eq!(ack, Inbound::Acknowledged { server_version: "2.4.2".into() });
    assert_eq!(receive(&mut conversation, r#"{"type":"handshake_ack","server_version":"9"}"#), Inbound::Ignored);

    let token = Capability::new("per-launch", "the config").unwrap();
    let (_, first) = open(1, Some(&token));
    expected["auth_token"] = "per-launch".into();
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap(), expected);
}

#[test]
fn versions_in_the_acknowledgement_of_protocol_1_are_text() {
    for (version, expected) in [
        ("", "".to_owned()),
        (",\"server_version\":null", "".into()),
        (",\"server_version\":3", "3".into()),
        (",\"server_version\":\"3.\\u0032\"", "3.2".into()),
        (&format!(",\"server_version\":\"{}\"", "ë".repeat(900)), "ë".repeat(64)),
    ] {
        let (mut conversation, _) = open(1, None);
        let inbound = receive(&mut conversation, &format!("{{\"type\":\"handshake_ack\"{version}}}"));
        assert_eq!(inbound, Inbound::Acknowledged { server_version: expected });
    }
}

#[test]
fn a_conversation_shows_no_secret() {
    for conversation in [open(2, Some(&capability())).0, acknowledged(2), open(1, Some(&capability())).0] {
        assert!(!format!("{conversation:?}").contains(SECRET));
    }
}
