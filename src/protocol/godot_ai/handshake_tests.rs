use serde_json::{Value, json};

use super::capability::Capability;
use super::fixture::{
    ACK, CLIENT_PROOF, SECRET, SERVER_PROOF, SESSION, capability, challenge, open, proven_challenge, receive,
};
use crate::protocol::{Inbound, Limits, RefusalKind};

const ANY_SECRET: [&str; 2] = [SECRET, "my-game"];

#[test]
fn protocol_2_speaks_the_test_vector() {
    let (mut conversation, first) = open(0, Some(&capability()));
    assert_eq!(first, format!(r#"{{"type":"auth_hello","protocol_version":2,"client_nonce":"{}"}}"#, "a".repeat(64)));
    assert_eq!((conversation.protocol(), conversation.readiness_told()), (2, None));

    let Inbound::Answer(answer) = receive(&mut conversation, &challenge()) else { panic!("no answer") };
    assert_eq!(
        serde_json::from_str::<Value>(&answer).unwrap(),
        json!({
            "type": "auth_response", "protocol_version": 2, "client_nonce": "a".repeat(64), "server_nonce": "b".repeat(64),
            "client_proof": CLIENT_PROOF, "session_id": SESSION, "godot_version": "4.7.1-stable (official)",
            "project_path": "D:/zoë/my game/", "plugin_version": "4.3.1", "readiness": "no_scene", "editor_pid": 4242,
            "server_launch_mode": "uvx"
        })
    );
    assert_eq!(conversation.readiness_told(), Some("no_scene"));
    assert!(!conversation.is_acknowledged());
    assert_eq!(conversation.readiness_changed("ready"), None);

    assert_eq!(receive(&mut conversation, ACK), Inbound::Acknowledged { server_version: "4.3.1".into() });
    assert!(conversation.is_acknowledged());
}

#[test]
fn the_response_tells_the_readiness_of_the_moment_not_of_the_opening() {
    let (mut conversation, _) = open(2, Some(&capability()));
    let Inbound::Answer(answer) = conversation.receive(challenge().as_bytes(), true, "playing", &Limits::default())
    else {
        panic!("no answer")
    };
    assert!(answer.contains(r#""readiness":"playing""#) && !answer.contains(CLIENT_PROOF), "{answer}");
    assert_eq!(conversation.readiness_told(), Some("playing"));
}

#[test]
fn nothing_but_a_nonce_is_told_to_a_server_that_has_not_proven_itself() {
    let mut wrong = SERVER_PROOF.to_owned();
    for place in [0, 31, 63] {
        let digit = if &SERVER_PROOF[place..=place] == "0" { "1" } else { "0" };
        wrong.replace_range(place..=place, digit);
        refused(&challenge().replace(SERVER_PROOF, &wrong), 4003, RefusalKind::Authentication);
        SERVER_PROOF.clone_into(&mut wrong);
    }
    let other = Capability::new(SECRET.replace('0', "1"), "the config").unwrap();
    let (mut conversation, first) = open(2, Some(&other));
    assert!(ANY_SECRET.iter().all(|secret| !first.contains(secret)), "{first}");
    let Inbound::Refused(refusal) = receive(&mut conversation, &challenge()) else { panic!("not refused") };
    assert_eq!((refusal.close_code, refusal.kind), (4003, RefusalKind::Authentication));
    assert!(refusal.detail.contains("the config") && !refusal.detail.contains(other.token()), "{}", refusal.detail);
}

#[test]
fn every_broken_challenge_is_refused_with_the_right_code() {
    let good = challenge();
    let with = |from: &str, to: &str| {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        changed
    };
    let (client, server) = ("a".repeat(64), "b".repeat(64));
    let (mismatch, unproven) = (RefusalKind::ProtocolMismatch, RefusalKind::Authentication);
    for (text, code, kind) in [
        // The version, whatever its type.
        (with("\"protocol_version\":2", "\"protocol_version\":3"), 4002, mismatch),
        (with("\"protocol_version\":2", "\"protocol_version\":1"), 4002, mismatch),
        (with("\"protocol_version\":2", "\"protocol_version\":2.0"), 4002, mismatch),
        (with("\"protocol_version\":2", "\"protocol_version\":\"2\""), 4002, mismatch),
        (with("\"protocol_version\":2,", ""), 4002, mismatch),
        (with("\"protocol_version\":2", "\"protocol_version\":3,\"more\":1"), 4002, mismatch),
        // Another frame.
        (with("auth_challenge", "auth_hello"), 4002, mismatch),
        (ACK.into(), 4002, mismatch),
        (r#"{"type":"handshake_ack","server_version":"2.4.2"}"#.into(), 4002, mismatch),
        (r#"{"request_id":"1","command":"ping","params":{}}"#.into(), 4002, mismatch),
        ("{}".into(), 4002, mismatch),
        ("[]".into(), 4002, mismatch),
        (format!("[{good}]"), 4002, mismatch),
        ("garbage".into(), 4002, mismatch),
        (String::new(), 4002, mismatch),
        (good[..good.len() - 1].into(), 4002, mismatch),
        (format!("{good}{good}"), 4002, mismatch),
        (format!("\u{feff}{good}"), 4002, mismatch),
        (with("\"protocol_version\":2", "\"protocol_version\":NaN"), 4002, mismatch),
        (format!("{good}{}", " ".repeat(8193 - good.len())), 4002, mismatch),
        // The key set.
        (with("\"protocol_version\":2", "\"protocol_version\":2,\"more\":1"), 4003, unproven),
        (with("\"protocol_version\":2", "\"protocol_version\":2,\"protocol_version\":2"), 4003, unproven),
        (
            with("\"server_version\":\"4.3.1\"", "\"server_version\":\"4.3.1\",\"server_version\":\"4.3.1\""),
            4003,
            unproven,
        ),
        (with(",\"server_version\":\"4.3.1\"", ""), 4003, unproven),
        (good.replace(&format!(",\"server_proof\":\"{SERVER_PROOF}\""), ""), 4003, unproven),
        // The values.
        (with(&client, &"c".repeat(64)), 4003, unproven),
        (with(&client, &"A".repeat(64)), 4003, unproven),
        (with(&server, &"B".repeat(64)), 4003, unproven),
        (with(&server, &"b".repeat(63)), 4003, unproven),
        (with(&server, &"c".repeat(64)), 4003, unproven),
        (with("4.3.1", "4.3.2"), 4003, unproven),
        (with("\"4.3.1\"", "\"\""), 4003, unproven),
        (with("4.3.1", &"4".repeat(65)), 4003, unproven),
        (with("\"4.3.1\"", "431"), 4003, unproven),
        (with(SERVER_PROOF, &SERVER_PROOF.to_uppercase()), 4003, unproven),
        (with(SERVER_PROOF, &SERVER_PROOF[..63]), 4003, unproven),
        (with(SERVER_PROOF, ""), 4003, unproven),
        (with(SERVER_PROOF, CLIENT_PROOF), 4003, unproven),
    ] {
        refused(&text, code, kind);
    }
    // Exactly at the limit, and with white space where JSON allows it.
    let (mut conversation, _) = open(2, Some(&capability()));
    let padded = format!("{good}{}", " ".repeat(8192 - good.len()));
    assert!(matches!(receive(&mut conversation, &padded), Inbound::Answer(_)));
}

fn refused(text: &str, code: u16, kind: RefusalKind) {
    let (mut conversation, _) = open(2, Some(&capability()));
    let Inbound::Refused(refusal) = receive(&mut conversation, text) else { panic!("took {text}") };
    assert_eq!((refusal.close_code, refusal.kind), (code, kind), "{text}: {}", refusal.detail);
    assert!(!refusal.detail.contains(SECRET) && !refusal.detail.contains(SERVER_PROOF), "{}", refusal.detail);
    // Nothing that comes later revives it.
    for late in [challenge(), ACK.into(), r#"{"request_id":"1","command":"ping"}"#.into()] {
        assert_eq!(receive(&mut conversation, &late), Inbound::Ignored);
    }
    assert!(!conversation.is_acknowledged());
}

#[test]
fn every_broken_acknowledgement_is_refused_with_the_right_code() {
    let (mismatch, unproven) = (RefusalKind::ProtocolMismatch, RefusalKind::Authentication);
    for (text, code, kind) in [
        (challenge(), 4002, mismatch),
        (ACK.replace(":2", ":1"), 4002, mismatch),
        (ACK.replace("\"protocol_version\":2,", ""), 4002, mismatch),
        (r#"{"request_id":"1","command":"ping","params":{}}"#.into(), 4002, mismatch),
        ("{".into(), 4002, mismatch),
        (ACK.replace("4.3.1", "4.3.2"), 4003, unproven),
        (ACK.replace("\"4.3.1\"", "4"), 4003, unproven),
        (ACK.replace(",\"server_version\":\"4.3.1\"", ""), 4003, unproven),
        (ACK.replace(":2", ":2,\"more\":null"), 4003, unproven),
    ] {
        let (mut conversation, _) = open(2, Some(&capability()));
        assert!(matches!(receive(&mut conversation, &challenge()), Inbound::Answer(_)));
        let Inbound::Refused(refusal) = receive(&mut conversation, &text) else { panic!("took {text}") };
        assert_eq!((refusal.close_code, refusal.kind), (code, kind), "{text}: {}", refusal.detail);
        assert_eq!(receive(&mut conversation, ACK), Inbound::Ignored);
    }
}

#[test]
fn a_right_proof_does_not_excuse_malformed_values() {
    let nonce = "b".repeat(64);
    for (nonce, version) in [
        ("B".repeat(64), "4.3.1".to_owned()),
        ("b".repeat(63), "4.3.1".into()),
        ("g".repeat(64), "4.3.1".into()),
        (nonce.clone(), String::new()),
        (nonce.clone(), "4".repeat(65)),
    ] {
        let text = proven_challenge(&nonce, &version);
        refused(&text, 4003, RefusalKind::Authentication);
    }
    for version in ["4.3.1".to_owned(), "ë".repeat(64)] {
        let (mut conversation, _) = open(2, Some(&capability()));
        let inbound = receive(&mut conversation, &proven_challenge(&nonce, &version));
        assert!(matches!(inbound, Inbound::Answer(_)), "{version}");
    }
}

#[test]
fn the_hello_of_protocol_2_takes_text_frames_only() {
    let (mut conversation, _) = open(2, Some(&capability()));
    let inbound = conversation.receive(challenge().as_bytes(), false, "ready", &Limits::default());
    assert!(matches!(inbound, Inbound::Refused(refusal) if refusal.close_code == 4002));
    let (mut conversation, _) = open(2, Some(&capability()));
    let inbound = conversation.receive(b"{\"type\":\"\xff\"}", true, "ready", &Limits::default());
    assert!(matches!(inbound, Inbound::Refused(refusal) if refusal.close_code == 4002));
}
