//! What becomes of what a failed session held, and what the one after it knows.

use super::super::config::SessionConfig;
use super::super::event::EventKind;
use super::super::fixture::{Rig, SECOND, Seen, command, config};
use super::super::input::{Arrival, Farewell, Input, Send, What};
use super::super::phase::Phase;
use crate::protocol::ProfileKind;

fn notification(generation: u64, number: u64) -> Input {
    Input::Send(Send { number, generation, reserved: 10, what: What::Notify { buffer: b"{}event".to_vec(), name: 5 } })
}

#[test]
fn what_was_under_way_is_named_and_what_was_to_be_told_is_kept() {
    let mut rig = Rig::calm();
    let generation = rig.session.generation();
    rig.give(notification(generation, 5));
    rig.seen.clear();
    // These never reach the I/O thread: a send, a refusal that the session words itself, and a line of the log.
    rig.session.handle(rig.now, notification(generation, 7));
    let payload = command("refused").into();
    rig.session
        .handle(rig.now, Input::Message(Arrival { is_text: true, payload, has_room: false, places: 0, reply_room: 0 }));
    rig.session.handle(rig.now, Input::Log { level: 1, text: "words".into() });
    let (numbers, events) = rig.session.abandon();
    assert_eq!(numbers, [5, 7]);
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Log]);
    assert!(rig.session.abandon().0.is_empty(), "told once");
}

#[test]
fn a_send_that_waits_for_the_end_of_its_connection_is_named_too() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    rig.give(Input::Disconnect(Farewell::default()));
    let number = rig.send(What::Binary(vec![7]));
    assert_eq!(rig.session.abandon().0, [number]);
}

#[test]
fn the_next_session_goes_on_with_identity_and_totals() {
    let mut rig = Rig::active();
    rig.receive("{oops");
    let id = rig.session.session_id().to_owned();
    let (generation, counters) = (rig.session.generation(), *rig.session.counters());
    assert!(!id.is_empty() && counters.malformed == 1);
    rig.session.succeed(config(ProfileKind::GodotAi));
    assert_eq!(rig.session.phase(), Phase::Disconnected);
    assert_eq!((rig.session.session_id(), rig.session.generation()), (id.as_str(), generation));
    assert_eq!(*rig.session.counters(), counters);
}

#[test]
fn a_session_in_the_place_of_a_failed_one_knows_where_it_dials() {
    let mut rig = Rig::new(SessionConfig { is_loopback: false, ..config(ProfileKind::Raw) });
    rig.session.succeed(config(ProfileKind::Raw));
    assert!(!rig.session.config.is_loopback, "that of the endpoint dialled last, not that of the configuration");
}

#[test]
fn a_connection_is_wanted_until_the_host_wants_none() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    assert!(rig.session.wants_connection());
    rig.give(Input::Disconnect(Farewell::default()));
    assert!(!rig.session.wants_connection());
}

#[test]
fn the_next_session_waits_before_it_dials() {
    let mut rig = Rig::active_with(config(ProfileKind::Raw));
    rig.session.succeed(config(ProfileKind::Raw));
    rig.session.wait_then_dial(rig.now);
    assert_eq!(rig.session.phase(), Phase::Waiting);
    rig.pass(SECOND);
    assert!(matches!(rig.seen.as_slice(), [Seen::Event(_), Seen::Dial]), "{:?}", rig.seen);
}
