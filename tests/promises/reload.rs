//! P4: over a domain reload the socket stays open, pings are answered, requests wait, the ledger is handed on.

use std::sync::mpsc::channel;

use framewire::ffi::*;
use serde_json::json;

use crate::domain::{Domain, Settings, away, session_id, state_of};
use crate::steps::{Server, Step};
use crate::support::peer::{CLOSE, Peer, TEXT, listen, serve};
use crate::support::until;

/// How a domain goes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Going {
    /// By `framewire_detach`.
    Detached,
    /// Without a word, in the midst of a frame, with events lent.
    Dead,
}

/// Every call by a handle that another domain has replaced, or that was given up.
#[track_caller]
fn expect_stale(old: framewire_link, id: u64) {
    let mut ghost = Domain { link: old, seen: Vec::new() };
    assert_eq!(ghost.poll(1).0, FRAMEWIRE_STALE);
    assert_eq!(ghost.respond(id, "{}"), FRAMEWIRE_STALE);
    assert_eq!(ghost.defer(id, 1, ""), FRAMEWIRE_STALE);
    assert_eq!(state_of(old).err(), Some(FRAMEWIRE_STALE));
    assert_eq!(framewire_wait(old, 1), FRAMEWIRE_STALE);
    assert_eq!(framewire_detach(old, FRAMEWIRE_READINESS_READY), FRAMEWIRE_STALE);
    // SAFETY: no report is wanted.
    assert_eq!(unsafe { framewire_close(old, 0, core::ptr::null_mut(), 0) }, FRAMEWIRE_STALE);
}

#[test]
fn p4_reload_over_a_detach() {
    reload(Going::Detached);
}

#[test]
fn p4_reload_over_a_death_without_a_detach() {
    reload(Going::Dead);
}

fn reload(going: Going) {
    let server = Server::start();
    let settings = Settings::new(&server.url);
    let mut first = Domain::first(&settings);
    first.until("the hello", |domain| domain.count(FRAMEWIRE_EVENT_ACKNOWLEDGED) == 1);
    let before = first.state();
    server.send(&["answered", "noted", "unnoted"]);
    first.until("three calls", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 3);
    let ids: Vec<u64> = first.all(FRAMEWIRE_EVENT_REQUEST).map(|seen| seen.id).collect();
    assert_eq!(first.respond(ids[0], r#"{"by":1}"#), FRAMEWIRE_OK);
    assert_eq!(first.defer(ids[1], 0, "half done"), FRAMEWIRE_OK);
    assert_eq!(server.answers(1), [("answered".to_owned(), json!({"by": 1}))]);

    // In the inbox, never polled by the first domain; or polled and lent, by a domain that dies there.
    server.send(&["unseen-1", "unseen-2"]);
    until("they wait", || first.state().requests_waiting == 2);
    let mut expected_orphans = vec!["noted", "unnoted"];
    let mut expected_requests = vec!["unseen-1", "unseen-2"];
    let old = match going {
        Going::Detached => first.detach(),
        Going::Dead => {
            assert_eq!(first.poll(1).0, FRAMEWIRE_OK);
            expected_orphans.push(expected_requests.remove(0));
            first.link
        }
    };
    if going == Going::Detached {
        expect_stale(old, ids[1]);
    }
    server.step(Step::Ping);
    server.send(&["away-1", "away-2"]);
    server.step(Step::Ping);
    expected_requests.extend(["away-1", "away-2"]);

    let mut second = Domain::next(&settings);
    assert_ne!(second.link, old);
    expect_stale(old, ids[1]);
    assert_eq!(framewire_release(old), FRAMEWIRE_STALE, "the loan ended with the attach");
    let state = second.state();
    assert_eq!((state.phase, state.generation), (FRAMEWIRE_PHASE_ACTIVE, before.generation));
    assert_eq!((state.attaches, state.detached), (1, 0));
    assert_eq!(session_id(&state), session_id(&before));
    assert_eq!(state.requests_orphaned as usize, expected_orphans.len());

    // The ledger, before any of it was polled.
    // For a moment after the attach its I/O thread is about to announce them.
    until("each was handed out once", || second.outstanding().iter().all(|call| call.deliveries == 1));
    let open = second.outstanding();
    assert_eq!(open.len(), expected_orphans.len());
    for call in &open {
        assert_eq!(call.kind, FRAMEWIRE_OUTSTANDING_ORPHAN, "{call:?}");
        assert_eq!(call.note_len, if call.id == ids[1] { 9 } else { 0 }, "{call:?}");
        let method: Vec<u8> = call.method[..call.method_len as usize].iter().map(|&byte| byte as u8).collect();
        assert_eq!(method, b"work");
    }

    let expected = expected_orphans.len() + expected_requests.len();
    let calls =
        |domain: &Domain| domain.count(FRAMEWIRE_EVENT_REQUEST) + domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED);
    second.until("all of it", |domain| calls(domain) >= expected);
    assert_eq!(
        second.keys(FRAMEWIRE_EVENT_REQUEST),
        expected_requests,
        "in their order, none of them handed out before"
    );
    let mut orphans = second.keys(FRAMEWIRE_EVENT_REQUEST_ORPHANED);
    orphans.sort_unstable();
    assert_eq!(orphans, expected_orphans);
    for orphan in second.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED) {
        assert_eq!((orphan.count, orphan.flags, orphan.name.as_str()), (2, 0, "work"), "{orphan:?}");
        assert_eq!(orphan.note, if orphan.id == ids[1] { "half done" } else { "" });
        assert!(orphan.age_ns > 0 && orphan.age_ns < u64::MAX / 2, "{orphan:?}");
    }
    for kind in [FRAMEWIRE_EVENT_OPENED, FRAMEWIRE_EVENT_ACKNOWLEDGED, FRAMEWIRE_EVENT_CLOSED] {
        assert_eq!(second.count(kind), 0, "event {kind} is not repeated");
    }
    assert_eq!(second.state().requests_orphaned, 0);
    assert!(second.outstanding().iter().all(|call| call.kind == FRAMEWIRE_OUTSTANDING_REQUEST));

    // The second domain answers all but one, which is a third one's.
    let left = second.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED).find(|seen| seen.key() == "noted").expect("seen").id;
    for seen in second.seen.clone() {
        if seen.id != left {
            assert_eq!(second.respond(seen.id, r#"{"by":2}"#), FRAMEWIRE_OK, "{seen:?}");
        }
    }
    let answers = server.answers(expected - 1);
    assert!(answers.iter().all(|(id, data)| id != "noted" && data == &json!({"by": 2})), "{answers:?}");
    second.detach();
    let mut third = Domain::next(&settings);
    third.until("the last", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED) == 1);
    assert_eq!(third.count(FRAMEWIRE_EVENT_REQUEST), 0);
    let orphan = third.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED).next().expect("seen").clone();
    assert_eq!((orphan.id, orphan.count, orphan.note.as_str()), (left, 3, "half done"));
    assert_eq!(third.respond(left, r#"{"by":3}"#), FRAMEWIRE_OK);
    assert_eq!(third.respond(left, "{}"), FRAMEWIRE_ALREADY_ANSWERED);
    assert_eq!(third.respond(ids[0], "{}"), FRAMEWIRE_ALREADY_ANSWERED, "answered by the first");
    assert_eq!(server.answers(1), [("noted".to_owned(), json!({"by": 3}))]);
    let stats = third.stats();
    assert_eq!((stats.connections, stats.attaches, stats.lost, stats.refused_busy), (1, 2, 0, 0));
    until("all are counted", || third.stats().answered == 1 + expected as u64);
    server.end();
    third.close();
}

/// Texts of a raw link: those that nobody had polled follow in their order, and none comes twice.
#[test]
fn p4_reload_undelivered_events_follow_in_order() {
    let (go, wait) = channel();
    let (url, peer) = serve(move |mut peer| {
        for number in 0..30 {
            if number % 10 == 0 {
                wait.recv().expect("the test goes on");
            }
            assert!(peer.text(&number.to_string()));
        }
        assert_eq!(peer.read_of(TEXT).as_deref(), Some(&b"thirty"[..]), "sent by the last domain");
        peer.close(1000, "");
    });
    let mut settings = Settings::new(&url);
    settings.profile = FRAMEWIRE_PROFILE_RAW;
    let texts = |domain: &Domain| domain.all(FRAMEWIRE_EVENT_TEXT).map(|seen| seen.data.clone()).collect::<Vec<_>>();
    let numbers = |range: std::ops::Range<u32>| range.map(|number| number.to_string()).collect::<Vec<_>>();

    go.send(()).expect("the peer waits");
    let mut first = Domain::first(&settings);
    first.until("the first ten", |domain| domain.count(FRAMEWIRE_EVENT_TEXT) == 10);
    go.send(()).expect("the peer waits");
    until("ten more", || first.stats().messages_in == 20);
    first.detach();
    go.send(()).expect("the peer waits");
    away(50);
    let mut second = Domain::next(&settings);
    second.until("the rest", |domain| domain.count(FRAMEWIRE_EVENT_TEXT) == 20);
    assert_eq!(texts(&second), numbers(10..30));
    assert_eq!(second.count(FRAMEWIRE_EVENT_OPENED), 0, "not repeated");
    // SAFETY: the text outlives the call.
    let sent = unsafe {
        let text = framewire_str { ptr: c"thirty".as_ptr(), len: 6 };
        framewire_send_text(second.link, text, core::ptr::null_mut())
    };
    assert_eq!(sent, FRAMEWIRE_OK);
    second.until("the end", |domain| domain.count(FRAMEWIRE_EVENT_CLOSED) == 1);
    peer.join().expect("the peer saw what it should");
    second.close();
}

/// What ended while nobody was there is no orphan: its end is told, and its answer comes too late.
#[test]
fn p4_reload_requests_that_end_meanwhile_are_told_once() {
    for loses in [false, true] {
        let server = Server::start();
        let mut settings = Settings::new(&server.url);
        settings.request_timeout_ms = if loses { 0 } else { 2000 };
        let mut first = Domain::first(&settings);
        server.send(&["ends"]);
        first.until("the call", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
        let id = first.all(FRAMEWIRE_EVENT_REQUEST).next().expect("seen").id;
        first.detach();
        if loses {
            server.lose();
        } else {
            assert_eq!(server.answers(1).first().map(|answer| answer.0.as_str()), Some("ends"), "the time-out error");
        }
        let mut second = Domain::next(&settings);
        second.until("its end", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST_ENDED) == 1);
        let ended = second.all(FRAMEWIRE_EVENT_REQUEST_ENDED).next().expect("seen").clone();
        let (reason, status) = match loses {
            true => (FRAMEWIRE_REASON_LOST, FRAMEWIRE_LOST),
            false => (FRAMEWIRE_REASON_EXPIRED, FRAMEWIRE_EXPIRED),
        };
        assert_eq!((ended.id, ended.reason), (id, reason));
        assert_eq!(second.respond(id, "{}"), status);
        assert!(second.outstanding().is_empty());
        if loses {
            second.until("the close", |domain| domain.count(FRAMEWIRE_EVENT_CLOSED) == 1);
        }
        assert_eq!(second.count(FRAMEWIRE_EVENT_REQUEST_ENDED), 1);
        assert_eq!(second.count(FRAMEWIRE_EVENT_REQUEST), 0);
        server.end();
        second.close();
    }
}

/// What a domain does in its last moment counts: a note is with the orphan, an answer leaves none.
#[test]
fn p4_reload_the_last_words_of_a_domain_are_kept() {
    let server = Server::start();
    let settings = Settings::new(&server.url);
    let mut domain = Domain::first(&settings);
    for _ in 0..100 {
        server.send(&["noted", "answered"]);
        domain.until("both", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 2);
        let ids: Vec<u64> = domain.all(FRAMEWIRE_EVENT_REQUEST).map(|seen| seen.id).collect();
        assert_eq!(domain.defer(ids[0], 0, "last words"), FRAMEWIRE_OK);
        assert_eq!(domain.respond(ids[1], "{}"), FRAMEWIRE_OK);
        domain = Domain::next(&settings);
        domain.until("the orphan", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED) == 1);
        let orphan = domain.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED).next().expect("seen").clone();
        assert_eq!((orphan.id, orphan.note.as_str()), (ids[0], "last words"));
        assert_eq!(domain.respond(orphan.id, "{}"), FRAMEWIRE_OK);
        server.answers(2);
        assert_eq!(domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED), 1);
        domain.seen.clear();
    }
    server.end();
    domain.close();
}

/// Domains that come and go without a poll take nothing with them: the next one is told once, with the true count.
#[test]
fn p4_reload_an_orphan_that_nobody_polled_is_told_once() {
    let server = Server::start();
    let settings = Settings::new(&server.url);
    let mut domain = Domain::first(&settings);
    server.send(&["open"]);
    domain.until("the call", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
    for pause in [0, 30, 0, 30] {
        domain.detach();
        domain = Domain::next(&settings);
        // Announced, or about to be.
        away(pause);
    }
    domain.until("the orphan", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED) >= 1);
    // Whatever else there is would come before the next command.
    server.send(&["next"]);
    domain.until("the next call", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
    assert_eq!(domain.keys(FRAMEWIRE_EVENT_REQUEST_ORPHANED), ["open"]);
    let orphan = domain.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED).next().expect("seen").clone();
    assert_eq!(orphan.count, 2, "handed out once before");
    for event in domain.seen.clone() {
        if event.id != 0 {
            assert_eq!(domain.respond(event.id, "{}"), FRAMEWIRE_OK);
        }
    }
    server.answers(2);
    server.end();
    domain.close();
}

/// Parameters over the ledger's bound are not kept; the request, its method and its note are.
#[test]
fn p4_reload_a_payload_over_the_ledger_is_flagged() {
    let server = Server::start();
    let mut settings = Settings::new(&server.url);
    settings.ledger_bytes = 64;
    let mut first = Domain::first(&settings);
    let fill = "x".repeat(1000);
    let long = format!(r#"{{"request_id":"long","command":"work","params":{{"id":"long","fill":"{fill}"}}}}"#);
    server.step(Step::Text(long));
    server.send(&["short"]);
    first.until("both", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 2);
    let ids: Vec<u64> = first.all(FRAMEWIRE_EVENT_REQUEST).map(|seen| seen.id).collect();
    assert_eq!(first.defer(ids[0], 0, "begun"), FRAMEWIRE_OK);
    // The note is an order behind the others; an answer in between shows that it was taken.
    until("the note", || first.outstanding().iter().any(|call| call.note_len == 5));
    first.detach();
    let mut second = Domain::next(&settings);
    second.until("both", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED) == 2);
    for orphan in second.all(FRAMEWIRE_EVENT_REQUEST_ORPHANED) {
        let gone = orphan.id == ids[0];
        assert_eq!(orphan.flags & FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE != 0, gone, "{orphan:?}");
        assert_eq!((orphan.data.is_empty(), orphan.note.as_str()), (gone, if gone { "begun" } else { "" }));
        assert_eq!(orphan.name, "work");
        assert_eq!(second.respond(orphan.id, "{}"), FRAMEWIRE_OK);
    }
    server.answers(2);
    server.end();
    second.close();
}

/// A link that nobody wants any more answers what is open, says goodbye, and gives its name back.
#[test]
fn p4_reload_a_link_that_nobody_attaches_to_ends() {
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        let mut peer = Peer::accept(&listener);
        peer.greet();
        peer.command("handed out");
        let answer = peer.json().expect("an answer before the goodbye");
        assert_eq!((&answer["request_id"], &answer["status"]), (&json!("handed out"), &json!("error")), "{answer}");
        let close = peer.read_of(CLOSE).expect("a goodbye");
        assert_eq!(close.first_chunk().map(|code| u16::from_be_bytes(*code)), Some(1001));
        peer.send(CLOSE, &close);
    });
    let mut settings = Settings::new(&url);
    settings.orphan_ms = 4000;
    let mut first = Domain::first(&settings);
    first.until("the call", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
    let old = first.detach();
    peer.join().expect("the peer saw what it should");
    expect_stale(old, 1);
    settings.orphan_ms = 0;
    let mut opened = settings.open();
    until("the name is free", || {
        // It may still be about to end: then the configuration differs.
        if opened.0 != FRAMEWIRE_OK {
            opened = settings.open();
        }
        opened.0 == FRAMEWIRE_OK
    });
    let fresh = Domain { link: opened.1, seen: Vec::new() };
    assert_eq!(fresh.state().attaches, 0);
    fresh.close();
}
