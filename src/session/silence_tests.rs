//! The heartbeat: pings, silence, and clocks that jump because the process was stopped.

use super::config::SessionConfig;
use super::event::{EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, Seen, config, detail};
use super::input::{Input, What};
use super::phase::Phase;
use crate::protocol::ProfileKind;

fn pings(seen: &[Seen]) -> Vec<[u8; 8]> {
    seen.iter().filter_map(|seen| if let Seen::Ping(payload) = seen { Some(*payload) } else { None }).collect()
}

#[test]
fn a_ping_goes_every_twenty_seconds_and_each_is_new() {
    let mut rig = Rig::active();
    let mut all = Vec::new();
    for _ in 0..10 {
        rig.pass(20 * SECOND - 1);
        assert!(pings(&rig.drain()).is_empty());
        rig.pass(1);
        let now = pings(&rig.drain());
        assert_eq!(now.len(), 1);
        rig.give(Input::Pong(now[0].to_vec().into()));
        all.extend(now);
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10);
    assert_eq!(rig.session.phase(), Phase::Active);
}

#[test]
fn forty_seconds_of_silence_are_a_loss_and_any_sign_of_life_is_none() {
    let signs: [fn(&mut Rig); 4] = [
        |rig| rig.give(Input::Ping),
        |rig| rig.give(Input::Pong(b"any".as_slice().into())),
        |rig| rig.receive(r#"{"whatever":1}"#),
        |rig| rig.session.received(rig.now),
    ];
    for sign in signs {
        let mut rig = Rig::active();
        rig.pass(40 * SECOND - 1);
        sign(&mut rig);
        rig.pass(40 * SECOND - 1);
        assert_eq!(rig.session.phase(), Phase::Active);
        rig.seen.clear();
        rig.pass(1);
        let closed = rig.events_of(EventKind::Closed).remove(0);
        assert_eq!((closed.reason, closed.code), (Reason::Heartbeat, 1006));
        assert!(detail(&closed).contains("for 40 s"), "{}", detail(&closed));
        assert_eq!(rig.session.phase(), Phase::Resolving, "it was stable, so the redial is immediate");
    }
}

#[test]
fn a_stopped_process_gives_its_peer_a_moment() {
    let mut rig = Rig::active();
    rig.pass(30 * SECOND);
    rig.seen.clear();
    rig.freeze(3600 * SECOND);
    assert_eq!(rig.session.phase(), Phase::Active, "an hour of sleep proves nothing about the peer");
    assert!(!pings(&rig.drain()).is_empty(), "it is asked at once");
    rig.pass(10 * SECOND - 1);
    assert_eq!(rig.session.phase(), Phase::Active);
    rig.pass(1);
    assert_eq!(rig.events_of(EventKind::Closed).remove(0).reason, Reason::Heartbeat);
    // A peer that answers in that moment keeps the connection.
    let mut rig = Rig::active();
    rig.freeze(3600 * SECOND);
    rig.pass(9 * SECOND);
    rig.give(Input::Ping);
    rig.pass(39 * SECOND);
    assert_eq!(rig.session.phase(), Phase::Active);
}

#[test]
fn zero_turns_each_half_off() {
    let without = |interval, timeout| {
        let config = config(ProfileKind::Raw);
        Rig::active_with(SessionConfig { heartbeat_interval: interval, heartbeat_timeout: timeout, ..config })
    };
    let mut rig = without(None, None);
    rig.pass(86_400 * SECOND);
    assert!(rig.drain().is_empty());
    let mut rig = without(Some(SECOND), None);
    rig.pass(100 * SECOND);
    assert_eq!((pings(&rig.drain()).len(), rig.session.phase()), (100, Phase::Active));
    let mut rig = without(None, Some(SECOND));
    rig.pass(SECOND);
    assert_eq!((pings(&rig.drain()).len(), rig.session.phase()), (0, Phase::Waiting));
}

#[test]
fn what_is_said_in_the_moment_of_a_loss_is_not_counted_to_the_next_connection() {
    let config = config(ProfileKind::GodotAi);
    let mut rig = Rig::active_with(SessionConfig {
        heartbeat_interval: None,
        heartbeat_timeout: Some(5 * SECOND),
        request_timeout: Some(5 * SECOND),
        ..config
    });
    rig.handed("a");
    rig.take_all();
    // The time of the request and the silence are over at once: the peer is told, and the connection is lost.
    rig.freeze(5 * SECOND);
    assert_eq!(rig.events_of(EventKind::Closed).remove(0).reason, Reason::Heartbeat);
    rig.pass(SECOND);
    rig.open(None);
    rig.receive(ACK);
    rig.take_all();
    rig.seen.clear();
    rig.send(What::Notify { buffer: b"{}n".to_vec(), name: 1 });
    rig.take_all();
    let released = |seen: &Seen| matches!(seen, Seen::Release(released) if released.sends == 1);
    assert!(rig.drain().iter().any(released), "the room of what the system took comes back");
    rig.cut();
    assert!(rig.events_of(EventKind::SendDropped).is_empty(), "P1 once: it was taken whole");
}
