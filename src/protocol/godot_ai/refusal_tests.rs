use super::capability::Capability;
use super::fixture::{SESSION, capability, challenge, hello, open, receive};
use crate::protocol::{Conversation, Inbound, RefusalKind, choose_protocol};

#[test]
fn auto_is_protocol_2_exactly_when_there_is_a_capability() {
    let (hello, good) = (hello(), capability());
    let token = Capability::new("per-launch", "the config").unwrap();
    let choose = |configured, capability| choose_protocol(&hello, configured, capability, "the record /r");
    for (configured, capability, expected) in [
        (0, None, 1),
        (0, Some(&good), 2),
        (1, None, 1),
        (1, Some(&good), 1),
        (1, Some(&token), 1),
        (2, Some(&good), 2),
    ] {
        assert_eq!(choose(configured, capability), Ok(expected), "{configured} {capability:?}");
    }
    // A secret that is no capability is never sent in the clear by guess.
    for (configured, capability, text) in [
        (0, Some(&token), "set protocol = 1"),
        (2, Some(&token), "64 lowercase hex digits"),
        (2, None, "the record /r"),
        (3, Some(&good), "no protocol 3"),
    ] {
        let refusal = choose(configured, capability).expect_err(text);
        assert_eq!((refusal.kind, refusal.close_code), (RefusalKind::Capability, 0));
        assert!(refusal.detail.contains(text) && !refusal.detail.contains("per-launch"), "{}", refusal.detail);
    }
}

#[test]
fn closes_in_the_hello_say_what_to_do() {
    use RefusalKind::{Authentication, Hello, ProtocolMismatch, SessionTaken};
    let good = capability();
    let fresh = |protocol, capability| open(protocol, capability).0;
    let mut proven = fresh(2, Some(&good));
    assert!(matches!(receive(&mut proven, &challenge()), Inbound::Answer(_)));
    let two = &fresh(0, Some(&good));
    let rows: [(&Conversation, u16, RefusalKind, &[&str]); 17] = [
        (two, 4001, SessionTaken, &[SESSION, "renewed"]),
        (two, 4002, ProtocolMismatch, &["4.7.1-stable (official)", "godot_version"]),
        (two, 4003, Authentication, &["the record /r"]),
        (two, 1000, ProtocolMismatch, &["the record /r", "set protocol = 1", "2.x and 3.x"]),
        (two, 1008, Hello, &["field"]),
        (two, 1009, Hello, &["8192", "project_path"]),
        (two, 1006, Hello, &["the connection ended", "log"]),
        (two, 1011, Hello, &["1011"]),
        (&proven, 1000, Hello, &["1000"]),
        (&proven, 4001, SessionTaken, &[SESSION]),
        (&fresh(0, None), 4002, ProtocolMismatch, &["protocol 2", "GODOT_AI_WS_TOKEN", "no capability", "next dial"]),
        (&fresh(1, None), 4002, ProtocolMismatch, &["protocol = 0"]),
        (&fresh(1, None), 1000, Hello, &["does not say why", "hello"]),
        (&fresh(1, None), 4001, SessionTaken, &[SESSION]),
        (&fresh(1, None), 4003, Authentication, &["set `token`"]),
        (&fresh(1, Some(&good)), 4003, Authentication, &["the record /r"]),
        (&fresh(1, None), 1005, Hello, &["the connection ended", "log"]),
    ];
    for (conversation, code, kind, texts) in rows {
        let refusal = conversation.closed_in_hello(code, "");
        assert_eq!((refusal.kind, refusal.close_code), (kind, code), "{}", refusal.detail);
        for text in texts {
            assert!(refusal.detail.contains(text), "{code}: {} lacks {text}", refusal.detail);
        }
    }
    let refusal = two.closed_in_hello(4003, &format!("no\u{1b}[31m {}", "x".repeat(999)));
    assert!(refusal.detail.contains("no\\u{1b}[31m x"), "{}", refusal.detail);
    assert!(refusal.detail.len() < 400, "{}", refusal.detail);
}
