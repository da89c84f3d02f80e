//! The hello: its deadline, its refusals by this side, its steps in protocol 2.

use super::config::SessionConfig;
use super::event::{EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, Seen, config, kinds};
use super::input::Input;
use super::phase::Phase;
use crate::protocol::{Capability, Hello, ProfileKind};

fn capability() -> Capability {
    Capability::new("0123456789abcdef".repeat(4), "the config").unwrap()
}

#[test]
fn a_mute_server_is_left_after_the_hello_deadline() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    rig.pass(10 * SECOND - 1);
    assert_eq!(rig.session.phase(), Phase::Greeting);
    rig.seen.clear();
    rig.pass(1);
    let seen = rig.drain();
    assert!(matches!(seen.first(), Some(Seen::DropSocket)), "{seen:?}");
    rig.seen = seen;
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::Log, EventKind::ConnectFailed, EventKind::Closed]);
    assert_eq!((events[1].reason, events[2].reason), (Reason::Timeout, Reason::Timeout));
    assert_eq!(rig.session.counters().connect_failures, 1);
}

#[test]
fn an_acknowledgement_in_time_ends_the_deadline() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    rig.pass(10 * SECOND - 1);
    rig.receive(ACK);
    let acknowledged = rig.events_of(EventKind::Acknowledged).remove(0);
    assert_eq!(&acknowledged.buffer[acknowledged.name.clone()], b"2.4.2");
    assert_eq!((rig.session.server_version(), rig.session.protocol()), ("2.4.2", 1));
    rig.pass(20 * SECOND);
    assert_eq!(rig.session.phase(), Phase::Active);
}

#[test]
fn nothing_is_told_to_a_server_that_does_not_prove_itself() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(Some(capability()));
    assert_eq!(rig.sent()[0]["type"], "auth_hello");
    // It speaks protocol 1, which a capability rules out.
    rig.receive(ACK);
    let seen = rig.drain();
    assert!(matches!(seen.as_slice(), [Seen::Close(4002)]), "{seen:?}");
    rig.receive(ACK);
    rig.take_all();
    rig.give(Input::PeerClose { code: 4002, reason: String::new() });
    rig.take_all();
    let seen = rig.drain();
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Text(_))), "{seen:?}");
    rig.seen = seen;
    let failed = rig.events_of(EventKind::ConnectFailed).remove(0);
    assert_eq!((failed.reason, failed.delay_ms), (Reason::ProtocolMismatch, 60_000));
}

#[test]
fn protocol_2_without_a_capability_is_refused_with_an_ordinary_close() {
    let mut rig = Rig::new(SessionConfig { protocol: 2, ..config(ProfileKind::GodotAi) });
    rig.give(Input::Connect);
    rig.open(None);
    let seen = rig.drain();
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Text(_))), "{seen:?}");
    assert!(seen.iter().any(|seen| matches!(seen, Seen::Close(1000))), "{seen:?}");
    rig.cut();
    let failed = rig.events_of(EventKind::ConnectFailed).remove(0);
    assert_eq!((failed.reason, failed.delay_ms), (Reason::Capability, 1000), "the record may come any moment");
}

#[test]
fn a_loss_in_the_hello_is_a_failure_to_connect() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    rig.seen.clear();
    rig.cut();
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::Log, EventKind::ConnectFailed, EventKind::Closed]);
    assert_eq!((events[1].reason, events[2].code), (Reason::Hello, 1006));
}

#[test]
fn tools_are_told_after_the_registration_and_at_once_when_they_change() {
    let hello = |tools: &str| {
        let text = format!(r#"{{"project_hash":"0a1b","tools":{tools}}}"#);
        Hello::parse(ProfileKind::UnityMcp, Some(&text)).unwrap()
    };
    let first = hello(r#"[{"name":"bake"}]"#);
    let mut rig = Rig::new(SessionConfig { profile: ProfileKind::UnityMcp, hello: first, ..config(ProfileKind::Raw) });
    for connection in 1..3 {
        rig.give(Input::Connect);
        rig.open(None);
        assert!(rig.sent().is_empty(), "the server speaks first");
        rig.receive(r#"{"type":"welcome"}"#);
        assert_eq!(rig.sent()[0]["type"], "register");
        rig.give(Input::SetHello(Box::new(hello(r#"[{"name":"too early"}]"#))));
        rig.give(Input::SetHello(Box::new(hello(r#"[{"name":"bake"}]"#))));
        assert!(rig.sent().is_empty());
        rig.receive(&format!(r#"{{"type":"registered","session_id":"given-{connection}"}}"#));
        let sent = rig.sent();
        assert_eq!(
            (sent.len(), &sent[0]["type"], &sent[0]["tools"][0]["name"]),
            (1, &"register_tools".into(), &"bake".into())
        );
        assert_eq!(
            (rig.session.phase(), rig.session.session_id()),
            (Phase::Active, format!("given-{connection}").as_str())
        );
        rig.give(Input::SetHello(Box::new(hello(r#"[{"name":"bake"}]"#))));
        assert!(rig.sent().is_empty(), "the server knows them");
        rig.give(Input::SetHello(Box::new(hello("[]"))));
        assert_eq!(rig.texts(), [r#"{"type":"register_tools","tools":[]}"#]);
        rig.give(Input::SetHello(Box::new(hello(r#"[{"name":"bake"}]"#))));
        rig.cut();
        rig.seen.clear();
    }
}
