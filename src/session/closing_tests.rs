//! The end of a connection: what is settled, in which order it is told, and how long it may take.

use super::config::{Overflow, SessionConfig};
use super::dialling::FLAG_FINAL;
use super::event::{Event, EventKind, Reason};
use super::fixture::{Rig, SECOND, Seen, config, failure, kinds};
use super::input::{Farewell, Input, What};
use super::phase::Phase;
use super::slots::Unanswerable;
use crate::protocol::ProfileKind;

const CLEAN: u32 = 1;
const BY_US: u32 = 2;

fn notify() -> What {
    What::Notify { buffer: b"{}event".to_vec(), name: 5 }
}

fn closed(events: &[Event]) -> &Event {
    let closed = events.last().expect("something was told");
    assert_eq!(closed.kind, EventKind::Closed, "CLOSED is the last event");
    assert_eq!(kinds(events).iter().filter(|&&kind| kind == EventKind::Closed).count(), 1);
    closed
}

#[test]
fn a_disconnect_says_what_it_is_told_to() {
    let mut rig = Rig::active();
    rig.give(Input::Disconnect(Farewell { code: 1013, reason: "later".into() }));
    assert!(rig.drain().iter().any(|seen| matches!(seen, Seen::Close(1013))));
}

#[test]
fn a_disconnect_answers_what_is_open_then_closes_behind_it() {
    let mut rig = Rig::active();
    let (handed, unseen) = (rig.handed("handed"), rig.command("unseen"));
    rig.send(notify());
    rig.seen.clear();
    rig.give(Input::Disconnect(Farewell::default()));
    let seen = rig.drain();
    let words: Vec<&str> = seen
        .iter()
        .map(|seen| match seen {
            Seen::Text(text) if text.contains("TRANSPORT_OUTCOME_UNKNOWN") && text.contains("handed") => "answer seen",
            // It did not run, and may be asked for again.
            Seen::Text(text) if text.contains("EDITOR_NOT_READY") && text.contains("unseen") => "answer unseen",
            Seen::Event(event) if event.kind == EventKind::RequestEnded && event.id == handed => "ended",
            Seen::Close(1000) => "close",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(words, ["answer seen", "ended", "answer unseen", "close"]);
    assert_eq!(rig.slots.answer(handed), Err(Unanswerable::Lost));
    assert!(!rig.slots.hand_out(unseen));
    rig.give(Input::Taken { offset: 1, is_all: false });
    assert!(rig.drain().is_empty(), "the system has not taken the close frame yet");
    rig.take_all();
    assert!(rig.drain().iter().any(|seen| matches!(seen, Seen::ShutdownWrite)));
    rig.give(Input::PeerClose { code: 1000, reason: String::new() });
    rig.take_all();
    let seen = rig.drain();
    assert!(matches!(seen.first(), Some(Seen::DropSocket)), "{seen:?}");
    rig.seen = seen;
    let events = rig.events();
    let closed = closed(&events);
    assert_eq!((closed.code, closed.reason), (1000, Reason::ClosedByHost));
    assert_eq!(closed.flags, CLEAN | BY_US | FLAG_FINAL);
    assert_eq!((closed.count, closed.settled, closed.unconfirmed), (1, 1, 0));
    assert_eq!(rig.session.phase(), Phase::Disconnected);
    let end = *rig.session.last_end();
    assert_eq!((end.code, end.clean, end.unsent, end.unconfirmed, end.unanswered), (1000, true, 0, 0, 2));
}

#[test]
fn each_step_of_a_close_has_its_bound() {
    // The system takes nothing: the drain is bounded.
    let mut rig = Rig::active();
    let number = rig.send(notify());
    rig.give(Input::Disconnect(Farewell::default()));
    rig.pass(5 * SECOND - 1);
    assert_eq!(rig.session.phase(), Phase::Closing);
    rig.seen.clear();
    rig.pass(1);
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::SendDropped, EventKind::Closed]);
    assert_eq!((events[0].first, events[0].last), (number, number));
    assert_eq!((closed(&events).flags, closed(&events).code), (BY_US | FLAG_FINAL, 1006));
    assert_eq!(rig.session.phase(), Phase::Disconnected);
    // The peer says nothing: the profile's close timeout is the bound, from the moment all was taken.
    let mut rig = Rig::active();
    rig.send(notify());
    rig.give(Input::Close);
    rig.pass(3 * SECOND);
    rig.take_all();
    rig.pass(SECOND / 4 - 1);
    assert_eq!(rig.session.phase(), Phase::Closing);
    rig.seen.clear();
    rig.pass(1);
    let events = rig.events();
    assert_eq!(closed(&events).flags, BY_US | FLAG_FINAL);
    assert_eq!(closed(&events).unconfirmed, 1, "nothing shows that the peer has read it");
    // The peer began and takes no reply.
    let mut rig = Rig::active();
    rig.give(Input::PeerClose { code: 1001, reason: "bye".into() });
    rig.seen.clear();
    rig.pass(SECOND / 4);
    let events = rig.events();
    assert_eq!((closed(&events).flags, closed(&events).code), (0, 1001), "half a close is not a clean one");
}

#[test]
fn the_peers_close_settles_without_answers() {
    let mut rig = Rig::active();
    let handed = rig.handed("a");
    rig.command("b");
    let answered = rig.handed("c");
    assert_eq!(rig.slots.answer(answered), Ok(()));
    rig.seen.clear();
    rig.give(Input::PeerClose { code: 1001, reason: "bye".into() });
    let late = rig.send(What::Respond { id: answered, json: b"{}".to_vec() });
    rig.take_all();
    assert!(!rig.seen.iter().any(|seen| matches!(seen, Seen::Text(_) | Seen::Close(_))));
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::RequestEnded, EventKind::SendDropped, EventKind::Closed]);
    assert_eq!((events[0].id, events[0].reason), (handed, Reason::Lost));
    assert_eq!((events[1].first, events[1].last, events[1].reason), (late, late, Reason::ConnectionLost));
    let closed = closed(&events);
    assert_eq!((closed.code, closed.reason, closed.flags), (1001, Reason::ClosedByPeer, CLEAN));
    assert_eq!((closed.count, closed.settled), (1, 1));
    assert_eq!(super::fixture::detail(closed), "the peer closed with 1001: bye");
    let counters = rig.session.counters();
    assert_eq!((counters.lost, counters.dropped_unseen, counters.send_dropped, counters.answered), (1, 1, 1, 0));
}

#[test]
fn a_loss_reports_what_was_not_sent_in_runs_and_counts_what_may_not_have_arrived() {
    let mut rig = Rig::active();
    let first = rig.send(notify());
    rig.take_all();
    let answered = rig.handed("a");
    assert_eq!(rig.slots.answer(answered), Ok(()));
    let second = rig.send(notify());
    rig.send(What::Notify { buffer: b"{bad".to_vec(), name: 0 });
    let third = rig.send(notify());
    rig.seen.clear();
    let mut events = Vec::new();
    rig.give(Input::Lost(failure(Reason::ConnectionLost)));
    events.extend(rig.events());
    assert_eq!(kinds(&events), [EventKind::SendDropped, EventKind::SendDropped, EventKind::Closed]);
    let runs: Vec<_> = events.iter().map(|event| (event.first, event.last)).collect();
    assert_eq!(runs, [(second, second), (third, third), (0, 0)]);
    assert_eq!((closed(&events).unconfirmed, closed(&events).flags, closed(&events).code), (1, 0, 1006));
    assert_eq!(first + 1, second);
    // Its answer comes after the end of the connection: reported, and never sent on the next one.
    let late = rig.send(What::Respond { id: answered, json: b"{}".to_vec() });
    let events = rig.events();
    assert_eq!((kinds(&events), events[0].first), (vec![EventKind::SendDropped], late));
}

#[test]
fn a_pong_confirms_what_the_peer_has_read() {
    let mut rig = Rig::active();
    rig.send(notify());
    rig.send(notify());
    rig.take_all();
    rig.seen.clear();
    rig.pass(20 * SECOND);
    let ping = rig.drain().into_iter().find_map(|seen| if let Seen::Ping(ping) = seen { Some(ping) } else { None });
    rig.send(notify());
    rig.take_all();
    rig.give(Input::Pong(ping.unwrap().to_vec().into()));
    rig.cut();
    assert_eq!(
        closed(&rig.events().into_iter().take_while(|e| e.kind != EventKind::Reconnecting).collect::<Vec<_>>())
            .unconfirmed,
        1
    );
}

#[test]
fn a_host_that_closes_early_ends_whatever_is_under_way() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Close);
    assert!(matches!(rig.drain().as_slice(), [Seen::Finished]));
    for (input, phase) in [(Input::Close, Phase::Closed), (Input::Disconnect(Farewell::default()), Phase::Disconnected)]
    {
        let mut rig = Rig::new(config(ProfileKind::GodotAi));
        rig.give(Input::Connect);
        rig.seen.clear();
        rig.give(input);
        assert!(matches!(rig.drain().first(), Some(Seen::AbortDial)));
        assert_eq!((rig.session.phase(), rig.session.next_timeout()), (phase, None));
    }
    let mut rig = Rig::active();
    rig.give(Input::Disconnect(Farewell::default()));
    rig.give(Input::Close);
    rig.give(Input::Connect);
    rig.cut();
    assert_eq!(rig.session.phase(), Phase::Closed, "a link that is closed stays closed");
}

#[test]
fn a_full_inbox_closes_a_raw_link_if_asked_to() {
    let mut rig = Rig::active_with(SessionConfig { overflow: Overflow::Close, ..config(ProfileKind::Raw) });
    rig.arrive("one", true);
    rig.arrive("two", false);
    assert!(rig.seen.iter().any(|seen| matches!(seen, Seen::Close(1008))));
    rig.take_all();
    rig.give(Input::PeerClose { code: 1008, reason: String::new() });
    rig.take_all();
    let events = rig.events();
    assert_eq!(kinds(&events), [EventKind::Text, EventKind::Dropped, EventKind::Closed]);
    assert_eq!((events[1].count, closed(&events).reason, closed(&events).code), (1, Reason::Overflow, 1008));
}

#[test]
fn dropped_messages_are_counted_before_the_next_and_before_the_end() {
    let mut rig = Rig::active_with(SessionConfig { overflow: Overflow::DropNewest, ..config(ProfileKind::Raw) });
    for (text, has_room) in [("1", true), ("2", false), ("3", false), ("4", true), ("5", false)] {
        rig.arrive(text, has_room);
    }
    rig.cut();
    let events = rig.events();
    let expected = [EventKind::Text, EventKind::Dropped, EventKind::Text, EventKind::Dropped, EventKind::Closed];
    assert_eq!(kinds(&events), expected);
    assert_eq!((events[1].count, events[3].count, rig.session.counters().dropped_full), (2, 1, 3));
}

#[test]
fn a_gap_is_told_with_the_next_heartbeat_if_nothing_comes_before() {
    let mut rig = Rig::active_with(SessionConfig { overflow: Overflow::DropNewest, ..config(ProfileKind::Raw) });
    rig.arrive("1", false);
    rig.arrive("2", false);
    rig.pass(25 * SECOND);
    let told: Vec<_> = rig.events().iter().map(|event| (event.kind, event.count)).collect();
    assert_eq!(told, [(EventKind::Dropped, 2)]);
}
