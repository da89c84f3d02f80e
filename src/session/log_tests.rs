//! The log: how often it speaks, and what it never says.

use super::config::SessionConfig;
use super::event::{Event, EventKind, Reason};
use super::fixture::{ACK, Rig, SECOND, config, detail};
use super::input::{Input, What};
use crate::protocol::{Capability, ProfileKind};

#[test]
fn attempts_one_to_five_and_every_tenth_are_logged_with_their_reason() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    let mut logged = Vec::new();
    for attempt in 1..=40 {
        rig.seen.clear();
        rig.fail(Reason::Refused);
        for line in rig.events_of(EventKind::Log) {
            assert!(detail(&line).contains("as the test says"), "{}", detail(&line));
            assert!(detail(&line).contains(&format!("attempt {attempt} ")), "{}", detail(&line));
            assert_eq!((line.level, line.time_ns), (3, rig.now));
            logged.push(attempt);
        }
        rig.pass(60 * SECOND);
    }
    assert_eq!(logged, [1, 2, 3, 4, 5, 10, 20, 30, 40]);
}

#[test]
fn a_burst_of_malformed_messages_is_one_line() {
    let mut rig = Rig::active();
    for _ in 0..3 {
        for _ in 0..50 {
            rig.receive("{oops");
            rig.pass(SECOND / 2);
        }
        assert_eq!(rig.events_of(EventKind::Log).len(), 1);
        rig.pass(SECOND);
    }
    assert_eq!(rig.session.counters().malformed, 150);
    rig.receive(&format!("{{{}", "x".repeat(100_000)));
    let line = rig.events_of(EventKind::Log).remove(0);
    assert!(detail(&line).len() < 300, "the excerpt is bounded: {}", detail(&line).len());
}

#[test]
fn lines_less_severe_than_asked_for_are_left_out() {
    for (level, lines) in [(0, 0), (1, 1), (2, 2), (5, 5)] {
        let mut rig = Rig::active_with(SessionConfig { log_level: level, ..config(ProfileKind::GodotAi) });
        for level in 1..=5 {
            rig.give(Input::Log { level, text: format!("line {level}") });
        }
        assert_eq!(rig.events_of(EventKind::Log).len(), lines);
    }
}

/// Everything that may go wrong, with a secret in every place that could leak one.
#[test]
fn no_words_hold_a_token_or_a_payload() {
    const TOKEN: &str = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface";
    let mut events: Vec<Event> = Vec::new();
    let token = || Capability::new(TOKEN, "the config").unwrap();
    for (protocol, code) in [(1, 4003), (1, 1000), (2, 4003), (2, 4002), (2, 1000), (0, 4001)] {
        let mut rig = Rig::new(SessionConfig { protocol, ..config(ProfileKind::GodotAi) });
        rig.give(Input::Connect);
        rig.open(Some(token()));
        rig.receive(ACK);
        rig.give(Input::PeerClose { code, reason: String::new() });
        rig.take_all();
        events.extend(rig.events());
    }
    let mut rig = Rig::new(SessionConfig { protocol: 1, ..config(ProfileKind::GodotAi) });
    rig.give(Input::Connect);
    rig.open(Some(token()));
    rig.receive(ACK);
    for json in ["{\"hush-hush\":", "[\"hush-hush\"]", "{\"hush-hush\":\"\u{1}\"}"] {
        let id = rig.handed("a");
        rig.respond(id, json);
        rig.send(What::Notify { buffer: json.into(), name: 0 });
    }
    rig.handed("b");
    rig.command("c");
    rig.pass(400 * SECOND);
    events.extend(rig.events());
    let words: Vec<&str> = events.iter().map(detail_of).collect();
    assert!(words.iter().filter(|words| !words.is_empty()).count() > 10);
    for words in words {
        assert!(!words.contains("feedface") && !words.contains("hush"), "{words}");
    }
}

/// The words for a person; requests have none, and their payload is the host's.
fn detail_of(event: &Event) -> &str {
    if event.kind == EventKind::Request { "" } else { detail(event) }
}
