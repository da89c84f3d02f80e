//! Clocks that jump by hours, as after a sleep that the clock counts: all that fell due meanwhile comes to its end once.

use super::config::SessionConfig;
use super::event::{Event, EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, Seen, config};
use super::input::{Input, What};
use super::phase::Phase;
use super::slots::Unanswerable;
use crate::protocol::{Hello, ProfileKind};

const HOUR: u64 = 3600 * SECOND;
const JUMPS: [u64; 4] = [600 * SECOND, HOUR, 10 * HOUR, 10 * 365 * 24 * HOUR];

fn dials(seen: &[Seen]) -> usize {
    seen.iter().filter(|seen| matches!(seen, Seen::Dial)).count()
}

fn ends(events: &[Event], kind: EventKind) -> Vec<Reason> {
    events.iter().filter(|event| event.kind == kind).map(|event| event.reason).collect()
}

#[test]
fn p3_settled_requests_that_slept_through_their_time_end_once() {
    for jump in JUMPS {
        let mut rig = Rig::calm();
        let (handed, unseen) = (rig.handed("a"), rig.command("b"));
        rig.seen.clear();
        rig.freeze(jump);
        rig.freeze(jump);
        let answers = rig.seen.iter().filter(|seen| matches!(seen, Seen::Text(_))).count();
        assert_eq!(answers, 2, "the peer is told of each, once");
        assert_eq!(ends(&rig.events(), EventKind::RequestEnded), [Reason::Expired]);
        assert_eq!(rig.slots.answer(handed), Err(Unanswerable::Expired));
        assert!(!rig.slots.hand_out(unseen), "what nobody saw never runs later");
        assert_eq!(rig.session.phase(), Phase::Active);
        let counters = rig.session.counters();
        assert_eq!((counters.expired, counters.dropped_unseen, counters.answered), (1, 1, 0));
    }
}

#[test]
fn calls_that_slept_through_their_time_end_once() {
    let hello = Hello::parse(ProfileKind::JsonRpc, None).unwrap();
    for jump in JUMPS {
        let config = SessionConfig { hello: hello.clone(), ..config(ProfileKind::JsonRpc) };
        let mut rig = Rig::active_with(config);
        let id = rig.calls.claim().unwrap();
        rig.send(What::Call { id, buffer: b"m".into(), method: 1, timeout_ms: 1000 });
        rig.seen.clear();
        rig.freeze(jump);
        rig.freeze(jump);
        assert_eq!(ends(&rig.events(), EventKind::Response), [Reason::Timeout]);
    }
}

#[test]
fn a_wait_that_was_slept_through_is_over_at_once_and_dials_once() {
    for jump in JUMPS {
        let mut rig = Rig::active();
        rig.cut();
        assert_eq!(rig.session.phase(), Phase::Waiting);
        rig.seen.clear();
        rig.freeze(jump);
        assert_eq!((dials(&rig.drain()), rig.session.phase()), (1, Phase::Resolving));
        rig.freeze(jump);
        assert_eq!(dials(&rig.drain()), 0);
    }
}

#[test]
fn a_hello_that_was_slept_through_is_given_up_and_the_next_one_counts() {
    for jump in JUMPS {
        let mut rig = Rig::new(config(ProfileKind::GodotAi));
        rig.give(Input::Connect);
        rig.open(None);
        rig.seen.clear();
        rig.freeze(jump);
        // The close frame was sent; that it is not answered is found by its own deadline.
        rig.pass(SECOND);
        let events = rig.events();
        assert_eq!(ends(&events, EventKind::Closed).len(), 1, "{events:?}");
        rig.pass(SECOND);
        rig.open(None);
        rig.receive(ACK);
        assert_eq!(rig.session.phase(), Phase::Active);
    }
}

#[test]
fn a_peer_that_answers_after_each_of_a_thousand_sleeps_keeps_the_connection() {
    let mut rig = Rig::active();
    for _ in 0..1000 {
        rig.freeze(HOUR);
        rig.pass(SECOND);
        let id = rig.handed("a");
        rig.respond(id, "{}");
        rig.take_all();
    }
    let counters = rig.session.counters();
    assert_eq!((rig.session.phase(), counters.connections, counters.answered), (Phase::Active, 1, 1000));
}

#[test]
fn a_clock_that_stood_still_leaves_the_peer_its_usual_time() {
    let mut rig = Rig::active();
    rig.pass(30 * SECOND);
    // A suspend that the clock does not count: no time went by, and the peer is gone.
    rig.freeze(0);
    rig.pass(10 * SECOND - 1);
    assert_eq!(rig.session.phase(), Phase::Active);
    rig.pass(1);
    assert_eq!(ends(&rig.events(), EventKind::Closed), [Reason::Heartbeat]);
}
