//! What the host is told of an end: reason, code, words. And the moments at which one thing becomes another.

use super::config::{Overflow, SessionConfig};
use super::event::{Event, EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, Seen, config, detail, failure};
use super::input::{Failure, Input, What};
use super::phase::Phase;
use crate::protocol::ProfileKind;

/// A godot_ai link whose hello is on its way.
fn greeting() -> Rig {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    assert_eq!(rig.session.phase(), Phase::Greeting);
    rig.seen.clear();
    rig
}

fn the(kind: EventKind, events: &[Event]) -> &Event {
    events.iter().find(|event| event.kind == kind).expect("it was told")
}

#[test]
fn a_close_in_the_hello_is_told_by_its_code() {
    let mut rig = greeting();
    rig.give(Input::PeerClose { code: 1013, reason: "full".into() });
    rig.take_all();
    let events = rig.events();
    assert_eq!(the(EventKind::ConnectFailed, &events).code, 1013);
}

#[test]
fn a_loss_in_the_hello_keeps_the_number_of_the_system() {
    let mut rig = greeting();
    rig.give(Input::Lost(Failure { os_error: 104, ..failure(Reason::ConnectionLost) }));
    let events = rig.events();
    assert_eq!(the(EventKind::ConnectFailed, &events).os_error, 104);
}

#[test]
fn a_loss_keeps_the_number_of_the_system_and_gives_back_the_room_of_what_did_not_go() {
    for sends in [0, 2] {
        let mut rig = Rig::active_with(config(ProfileKind::Raw));
        for _ in 0..sends {
            rig.send(What::Binary(vec![7]));
        }
        rig.seen.clear();
        rig.give(Input::Lost(Failure { os_error: 104, ..failure(Reason::ConnectionLost) }));
        let given =
            |seen: &Seen| if let Seen::Release(given) = seen { Some((given.sends, given.reserved)) } else { None };
        let given: Vec<_> = rig.seen.iter().filter_map(given).collect();
        assert_eq!(given, if sends == 0 { vec![] } else { vec![(2, 20)] });
        assert_eq!(the(EventKind::Closed, &rig.events()).os_error, 104);
    }
}

#[test]
fn a_hello_that_takes_too_long_is_told_in_words() {
    let mut rig = greeting();
    rig.pass(10 * SECOND);
    let events = rig.events();
    assert!(detail(the(EventKind::ConnectFailed, &events)).contains("hello"), "{events:?}");
}

#[test]
fn a_message_without_a_profile_comes_whole_and_is_counted() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    rig.receive("four");
    rig.receive("fifteen");
    let told: Vec<_> = rig.events().iter().map(|event| event.buffer[event.data.clone()].to_vec()).collect();
    assert_eq!(told, [b"four".to_vec(), b"fifteen".to_vec()]);
    let counters = rig.session.counters();
    assert_eq!((counters.messages_in, counters.bytes_in), (2, 11));
}

#[test]
fn a_full_inbox_that_closes_is_told_in_words_though_the_peer_says_nothing() {
    let mut rig = Rig::active_with(SessionConfig { overflow: Overflow::Close, ..config(ProfileKind::Raw) });
    rig.arrive("one", false);
    rig.cut();
    let events = rig.events();
    let closed = the(EventKind::Closed, &events);
    assert_eq!((closed.reason, closed.code), (Reason::Overflow, 1006));
    assert!(detail(closed).contains("poll more often"), "{}", detail(closed));
}

#[test]
fn a_send_of_an_older_connection_is_told_at_once_while_another_ends() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    let before = rig.session.generation();
    rig.cut();
    rig.pass(SECOND);
    rig.open(None);
    rig.give(Input::PeerClose { code: 1000, reason: String::new() });
    rig.seen.clear();
    let number = rig.send_of(before, What::Binary(vec![7]));
    let dropped = rig.seen.iter().any(
        |seen| matches!(seen, Seen::Event(event) if event.kind == EventKind::SendDropped && event.first == number),
    );
    assert!(dropped, "{:?}", rig.seen);
}

#[test]
fn a_burst_of_malformed_messages_ends_after_more_than_a_second() {
    let mut rig = Rig::active();
    rig.receive("{oops");
    rig.seen.clear();
    rig.pass(SECOND);
    rig.receive("{oops");
    assert_eq!(rig.events_of(EventKind::Log).len(), 0, "the burst goes on");
    rig.pass(SECOND + 1);
    rig.receive("{oops");
    assert_eq!(rig.events_of(EventKind::Log).len(), 1);
}

#[test]
fn a_timer_that_is_late_by_a_second_still_proves_the_silence() {
    let mut rig = Rig::active();
    rig.receive(ACK);
    rig.pass(39 * SECOND);
    rig.seen.clear();
    rig.freeze(2 * SECOND);
    let events = rig.events();
    assert_eq!(the(EventKind::Closed, &events).reason, Reason::Heartbeat);
}
