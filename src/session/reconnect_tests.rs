//! When a link dials again, and what it says about it.

use super::backoff::Reconnect;
use super::config::SessionConfig;
use super::dialling::FLAG_FINAL;
use super::event::{Event, EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, Seen, config, failure, kinds};
use super::input::{Farewell, Input};
use super::phase::Phase;
use crate::protocol::{Capability, Hello, ProfileKind};

const MILLISECOND: u64 = SECOND / 1000;

/// Lets the wait end and checks that it ends then and not before.
fn wait(rig: &mut Rig, delay_ms: u32) {
    let delay = u64::from(delay_ms) * MILLISECOND;
    rig.seen.clear();
    if delay > 0 {
        rig.pass(delay - 1);
        assert!(!rig.drain().iter().any(|seen| matches!(seen, Seen::Dial)), "dialled before {delay_ms} ms");
        rig.pass(1);
    } else {
        rig.pass(0);
    }
    let seen = rig.drain();
    assert!(seen.iter().any(|seen| matches!(seen, Seen::Dial)), "no dial after {delay_ms} ms: {seen:?}");
}

fn failed(rig: &mut Rig, reason: Reason) -> Event {
    rig.seen.clear();
    rig.fail(reason);
    rig.events_of(EventKind::ConnectFailed).remove(0)
}

fn capability() -> Capability {
    Capability::new("0123456789abcdef".repeat(4), "the config").unwrap()
}

#[test]
fn waits_grow_along_the_schedule_and_each_attempt_is_told() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    let schedule = [1000, 2000, 4000, 8000, 16_000, 30_000, 60_000, 60_000, 60_000];
    for (attempt, expected) in (1..).zip(schedule) {
        let event = failed(&mut rig, Reason::Unreachable);
        assert_eq!((event.attempt, event.delay_ms, event.flags), (attempt, expected, 0));
        rig.pass(u64::from(expected) * MILLISECOND);
        let [again] = rig.events_of(EventKind::Reconnecting).try_into().unwrap();
        assert_eq!((again.attempt, again.delay_ms), (attempt + 1, expected));
    }
    assert_eq!(rig.session.attempt(), 10);
}

#[test]
fn reasons_change_the_wait() {
    let godot = || config(ProfileKind::GodotAi);
    let raw = || config(ProfileKind::Raw);
    let remote = || SessionConfig { is_loopback: false, ..raw() };
    let sixth = [1000, 2000, 4000, 8000, 16_000, 30_000];
    let capped = [1000, 2000, 4000, 5000, 5000, 5000];
    let minute = [60_000; 6];
    let with_protocol = || SessionConfig { protocol: 1, ..godot() };
    for (name, config, reason, expected) in [
        ("raw, refused on loopback", raw(), Reason::Refused, capped),
        ("raw, refused elsewhere", remote(), Reason::Refused, sixth),
        ("raw, loopback, other failure", raw(), Reason::Timeout, sixth),
        ("godot_ai, refused on loopback", godot(), Reason::Refused, sixth),
        ("credentials", godot(), Reason::Authentication, minute),
        ("protocol as configured", with_protocol(), Reason::ProtocolMismatch, minute),
        ("protocol, no capability yet", godot(), Reason::ProtocolMismatch, sixth),
    ] {
        let mut rig = Rig::new(config);
        rig.give(Input::Connect);
        for delay in expected {
            assert_eq!(failed(&mut rig, reason).delay_ms, delay, "{name}");
            wait(&mut rig, delay);
        }
    }
}

#[test]
fn only_ten_acknowledged_seconds_reset_the_counter_and_make_the_next_dial_immediate() {
    for (acknowledged, expected) in [(10 * SECOND - 1, 4000), (10 * SECOND, 0)] {
        let mut rig = Rig::new(config(ProfileKind::GodotAi));
        rig.give(Input::Connect);
        for delay in [1000, 2000] {
            failed(&mut rig, Reason::Refused);
            wait(&mut rig, delay);
        }
        rig.open(None);
        // Time before the acknowledgement does not count.
        rig.pass(9 * SECOND);
        rig.receive(ACK);
        rig.pass(acknowledged);
        rig.cut();
        wait(&mut rig, expected);
        let after = if expected == 0 { 2000 } else { 8000 };
        assert_eq!(failed(&mut rig, Reason::Refused).delay_ms, after, "only the first redial is immediate");
    }
}

#[test]
fn policies_end_the_dialling_with_the_final_flag() {
    for (policy, dials) in [(Reconnect::None, 1), (Reconnect::Limited(2), 3)] {
        let mut rig = Rig::new(SessionConfig { reconnect: policy, ..config(ProfileKind::GodotAi) });
        rig.give(Input::Connect);
        for dial in 1..=dials {
            let event = failed(&mut rig, Reason::Refused);
            assert_eq!((event.flags & FLAG_FINAL != 0, event.delay_ms == 0), (dial == dials, dial == dials));
            rig.pass(120 * SECOND);
        }
        assert_eq!((rig.session.phase(), rig.session.next_timeout()), (Phase::Disconnected, None));
        rig.give(Input::Connect);
        assert_eq!(rig.session.phase(), Phase::Resolving, "the host may always ask");
    }
    let mut rig = Rig::active_with(SessionConfig { reconnect: Reconnect::None, ..config(ProfileKind::GodotAi) });
    rig.cut();
    let closed = rig.events_of(EventKind::Closed).remove(0);
    assert_eq!((closed.flags & FLAG_FINAL, rig.session.phase()), (FLAG_FINAL, Phase::Disconnected));
}

#[test]
fn better_credentials_or_the_host_end_a_wait_for_them() {
    let endpoint = || Input::EndpointChanged { is_loopback: true };
    let inputs: [fn() -> Input; 2] = [endpoint, || Input::Connect];
    for input in inputs {
        let mut rig = Rig::new(config(ProfileKind::GodotAi));
        rig.give(Input::Connect);
        failed(&mut rig, Reason::Authentication);
        rig.give(input());
        assert!(rig.drain().iter().any(|seen| matches!(seen, Seen::Dial)));
    }
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    failed(&mut rig, Reason::Refused);
    rig.give(endpoint());
    assert!(rig.drain().is_empty(), "an ordinary wait goes on");
}

#[test]
fn a_refusal_in_the_hello_waits_by_its_meaning() {
    for (code, with_capability, reason, delay) in [
        (4001, false, Reason::SessionTaken, 1000),
        (4002, false, Reason::ProtocolMismatch, 1000),
        (4002, true, Reason::ProtocolMismatch, 60_000),
        (1000, true, Reason::ProtocolMismatch, 60_000),
        (4003, true, Reason::Authentication, 60_000),
        (4003, false, Reason::Authentication, 60_000),
        (1008, false, Reason::Hello, 1000),
        (1000, false, Reason::Hello, 1000),
    ] {
        let mut rig = Rig::new(config(ProfileKind::GodotAi));
        rig.give(Input::Connect);
        rig.open(with_capability.then(capability));
        rig.seen.clear();
        rig.give(Input::PeerClose { code, reason: String::new() });
        rig.take_all();
        let events = rig.events();
        assert_eq!(kinds(&events), [EventKind::Log, EventKind::ConnectFailed, EventKind::Closed], "{code}");
        let (told, closed) = (&events[1], &events[2]);
        assert_eq!((told.reason, told.delay_ms, told.code), (reason, delay, u32::from(code)), "{code}");
        assert_eq!((closed.reason, closed.code, closed.flags & FLAG_FINAL), (reason, u32::from(code), 0));
        wait(&mut rig, delay);
    }
}

/// Reads the session id out of the hello of protocol 1.
fn told_session(rig: &mut Rig) -> String {
    let hello = rig.sent().into_iter().find(|sent| sent["type"] == "handshake").unwrap();
    hello["session_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_session_id_lives_until_it_is_taken_or_renewed() {
    let fixed = Hello::parse(ProfileKind::GodotAi, Some(r#"{"session_id":"mine@1"}"#)).unwrap();
    for (hello, fixed) in [(config(ProfileKind::GodotAi).hello, None), (fixed, Some("mine@1"))] {
        let mut rig = Rig::new(SessionConfig { hello, ..config(ProfileKind::GodotAi) });
        rig.give(Input::Connect);
        rig.open(None);
        let first = told_session(&mut rig);
        assert!(fixed.is_none_or(|fixed| fixed == first));
        rig.receive(ACK);
        rig.cut();
        rig.pass(SECOND);
        rig.open(None);
        assert_eq!(told_session(&mut rig), first, "kept over a reconnect");
        rig.give(Input::PeerClose { code: 4001, reason: String::new() });
        rig.take_all();
        rig.pass(2 * SECOND);
        rig.open(None);
        let second = told_session(&mut rig);
        assert_ne!(second, first);
        assert_eq!(rig.session.session_id(), second);
        rig.receive(ACK);
        rig.cut();
        rig.pass(4 * SECOND);
        rig.open(None);
        assert_eq!(told_session(&mut rig), second, "the new one is kept as well");
        rig.receive(ACK);
        rig.give(Input::RenewSession);
        assert_eq!(rig.session.session_id(), "", "told at the next connection");
        rig.cut();
        rig.pass(8 * SECOND);
        rig.open(None);
        assert_ne!(told_session(&mut rig), second);
    }
}

#[test]
fn only_another_fixed_session_id_takes_the_place_of_the_present_one() {
    let hello = |text| Hello::parse(ProfileKind::GodotAi, Some(text)).unwrap();
    let fixed = hello(r#"{"session_id":"mine@1"}"#);
    for (changed, expected) in
        [(fixed.clone(), None), (hello("{}"), None), (hello(r#"{"session_id":"mine@2"}"#), Some("mine@2"))]
    {
        let mut rig = Rig::new(SessionConfig { hello: fixed.clone(), ..config(ProfileKind::GodotAi) });
        rig.give(Input::Connect);
        rig.open(None);
        // The fixed one is taken, so there is another one now.
        rig.give(Input::PeerClose { code: 4001, reason: String::new() });
        rig.take_all();
        rig.pass(2 * SECOND);
        rig.seen.clear();
        rig.open(None);
        let present = told_session(&mut rig);
        rig.give(Input::SetHello(Box::new(changed)));
        rig.receive(ACK);
        rig.cut();
        rig.pass(4 * SECOND);
        rig.open(None);
        assert_eq!(told_session(&mut rig), expected.unwrap_or(&present));
    }
}

#[test]
fn the_first_dial_is_no_reconnect() {
    let mut rig = Rig::new(config(ProfileKind::Raw));
    rig.give(Input::Connect);
    assert!(matches!(rig.seen.as_slice(), [Seen::Dial]), "{:?}", rig.seen);
}

#[test]
fn a_dial_asked_for_during_a_close_follows_it_at_once() {
    for policy in [Reconnect::Forever, Reconnect::None] {
        let mut rig = Rig::active_with(SessionConfig { reconnect: policy, ..config(ProfileKind::GodotAi) });
        rig.give(Input::Disconnect(Farewell::default()));
        rig.give(Input::Connect);
        rig.give(Input::Lost(failure(Reason::ConnectionLost)));
        let closed = rig.events_of(EventKind::Closed).remove(0);
        assert_eq!(closed.flags & FLAG_FINAL, 0);
        wait(&mut rig, 0);
    }
    let mut rig = Rig::active();
    for input in [Input::Disconnect(Farewell::default()), Input::Connect, Input::Disconnect(Farewell::default())] {
        rig.give(input);
    }
    rig.cut();
    assert_eq!(rig.session.phase(), Phase::Disconnected, "the last word counts");
}
