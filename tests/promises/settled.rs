//! P3: each request handed out ends once, and the status of an answer is exact.

use std::collections::HashSet;
use std::sync::{Arc, Barrier};

use framewire::link::Refusal;
use framewire::session::event::{EventKind, Reason};

use crate::support::peer::{Peer, listen, reset, serve};
use crate::support::{Host, godot};

#[test]
fn p3_settled_each_status_is_exact() {
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        peer.command("answered");
        assert_eq!(peer.json().unwrap()["request_id"], "answered");
        peer.command("late");
        let late = peer.json().unwrap();
        assert_eq!((&late["request_id"], &late["status"]), (&"late".into(), &"error".into()));
        peer.command("deferred");
        let noted = peer.json().unwrap();
        assert_eq!(noted["event"], "deferred", "{noted}");
        reset(peer.stream);
    });
    let mut config = godot(&url);
    config.request_timeout_ms = 3000;
    config.reconnect = framewire::link::Reconnect::None;
    let mut host = Host::open(config);
    let link = host.link.clone();
    let answered = host.next(EventKind::Request).id;
    for unknown in [0, 1, u64::MAX, answered + 1, answered + (1 << 16)] {
        assert_eq!(link.respond(unknown, b"{}"), Err(Refusal::Unknown));
    }
    assert!(link.respond(answered, b"{}").is_ok());
    assert_eq!(link.respond(answered, b"{}"), Err(Refusal::AlreadyAnswered));
    assert_eq!(link.respond_error(answered, "X", "", None), Err(Refusal::AlreadyAnswered));
    assert_eq!(link.defer(answered, 1, b""), Err(Refusal::AlreadyAnswered));

    let late = host.next(EventKind::Request).id;
    let ended = host.next(EventKind::RequestEnded);
    assert_eq!((ended.id, ended.reason), (late, Reason::Expired));
    assert_eq!(link.respond(late, b"{}"), Err(Refusal::Expired));
    assert_eq!(link.defer(late, 1, b""), Err(Refusal::Expired));

    let deferred = host.next(EventKind::Request).id;
    link.defer(deferred, 0, b"note").unwrap();
    link.notify("deferred", b"{}").unwrap();
    let closed = host.next(EventKind::Closed);
    let ended = host.all(EventKind::RequestEnded).last().unwrap();
    assert_eq!((ended.id, ended.reason), (deferred, Reason::Lost), "deferred for ever, it did not expire");
    assert_eq!((closed.settled, closed.count), (1, 0));
    assert_eq!(link.respond(deferred, b"{}"), Err(Refusal::Lost));
    assert_eq!(link.defer(deferred, 1, b""), Err(Refusal::Lost));
    assert_eq!(link.respond(answered, b"{}"), Err(Refusal::AlreadyAnswered), "still known");
    peer.join().unwrap();
    host.close();
    assert_eq!(link.respond(deferred, b"{}"), Err(Refusal::Closed));
}

#[test]
fn p3_settled_a_full_table_is_lost_before_the_close() {
    const SLOTS: usize = 1024;
    const MORE: usize = 200;
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        for number in 0..SLOTS + MORE {
            peer.command(&number.to_string());
        }
        let mut busy = HashSet::new();
        while busy.len() < MORE {
            let answer = peer.json().unwrap();
            assert_eq!(answer["error"]["code"], "EDITOR_NOT_READY", "{answer}");
            assert!(busy.insert(answer["request_id"].as_str().unwrap().to_owned()));
        }
        peer
    });
    let mut config = godot(&url);
    config.inbound_count = 2 * SLOTS;
    let mut host = Host::open(config);
    host.until("a full table", |host| host.count(EventKind::Request) == SLOTS);
    let handed: HashSet<u64> = host.all(EventKind::Request).map(|seen| seen.id).collect();
    drop(peer.join().unwrap());
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.settled, closed.count), (SLOTS as u64, 0));
    let at = host.seen.iter().position(|seen| seen.kind == EventKind::Closed).unwrap();
    let before = host.seen[..at].iter().filter(|seen| seen.kind == EventKind::RequestEnded);
    let ended: Vec<u64> = before.map(|seen| seen.id).collect();
    assert_eq!(ended.len(), SLOTS, "each before CLOSED");
    assert_eq!(ended.iter().copied().collect::<HashSet<_>>(), handed, "each once");
    for id in handed {
        assert_eq!(host.link.respond(id, b"{}"), Err(Refusal::Lost));
    }
    host.close();
}

/// Two threads answer what is handed out while the peer goes: each request ends in one way, and the statuses agree
/// with the events.
#[test]
fn p3_settled_an_answer_and_a_loss_never_both_win() {
    const ROUNDS: usize = 60;
    const EACH: usize = 40;
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        for round in 0..ROUNDS {
            let mut peer = Peer::accept(&listener);
            peer.greet();
            for number in 0..EACH {
                peer.command(&number.to_string());
            }
            for _ in 0..round % EACH {
                peer.json();
            }
            if round % 2 == 0 { drop(peer) } else { reset(peer.stream) }
        }
    });
    let mut config = godot(&url);
    config.reconnect_delays_ms = vec![0];
    let mut host = Host::open(config);
    let (mut answered, mut lost) = (HashSet::new(), HashSet::new());
    let mut next = 0;
    host.until("all rounds", |host| {
        let fresh: Vec<u64> =
            host.seen[next..].iter().filter(|seen| seen.kind == EventKind::Request).map(|seen| seen.id).collect();
        next = host.seen.len();
        for id in fresh {
            let start = Arc::new(Barrier::new(2));
            let (link, together) = (host.link.clone(), Arc::clone(&start));
            let rival = std::thread::spawn(move || {
                together.wait();
                link.respond_error(id, "NO", "", None).map(drop)
            });
            start.wait();
            let outcomes = [host.link.respond(id, b"{}").map(drop), rival.join().unwrap()];
            match outcomes {
                [Ok(()), Err(Refusal::AlreadyAnswered)] | [Err(Refusal::AlreadyAnswered), Ok(())] => {
                    assert!(answered.insert(id));
                }
                [Err(Refusal::Lost), Err(Refusal::Lost)] => assert!(lost.insert(id)),
                other => panic!("{other:?}"),
            }
        }
        host.ended() == ROUNDS
    });
    let ended: Vec<u64> = host.all(EventKind::RequestEnded).map(|seen| seen.id).collect();
    assert_eq!(ended.len(), lost.len(), "each once");
    assert_eq!(ended.into_iter().collect::<HashSet<_>>(), lost, "lost is exactly what was told to be");
    let stats = host.link.stats();
    assert_eq!((stats.lost, stats.expired), (lost.len() as u64, 0));
    peer.join().unwrap();
    host.close();
}

#[test]
fn p3_settled_a_command_before_the_acknowledgement_is_answered() {
    let (url, peer) = serve(|mut peer| {
        assert_eq!(peer.json().unwrap()["type"], "handshake");
        peer.command("early");
        assert_eq!(peer.json().unwrap()["request_id"], "early");
        peer.text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#);
        peer.close(1000, "");
    });
    let mut host = Host::open(godot(&url));
    let id = host.next(EventKind::Request).id;
    assert_eq!(host.count(EventKind::Acknowledged), 0);
    assert_eq!(host.link.defer(id, 0, b""), Ok(()), "a call that may be answered may be deferred");
    host.link.respond(id, b"{}").unwrap();
    host.next(EventKind::Closed);
    assert!(host.dropped().is_empty());
    peer.join().unwrap();
    host.close();
}

#[test]
fn p3_settled_an_answer_that_is_no_json_still_ends_the_call() {
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        peer.command("call");
        let answer = peer.json().unwrap();
        assert_eq!((&answer["request_id"], &answer["status"]), (&"call".into(), &"error".into()));
        peer.close(1000, "");
    });
    let mut host = Host::open(godot(&url));
    let id = host.next(EventKind::Request).id;
    let number = host.link.respond(id, b"{\"a\":nope}").unwrap().number;
    let dropped = host.next(EventKind::SendDropped);
    assert_eq!((dropped.first, dropped.last, dropped.reason, dropped.code), (number, number, Reason::BadJson, 6));
    host.next(EventKind::Closed);
    peer.join().unwrap();
    host.close();
}

#[test]
fn p3_settled_what_the_peer_has_seen_answered_is_counted() {
    const COMMANDS: u64 = 1_000;
    let (say_answered, answered) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        peer.greet();
        for number in 0..COMMANDS {
            peer.command(&number.to_string());
            peer.json().expect("an answer");
            say_answered.send(()).unwrap();
            wait.recv().unwrap();
        }
        assert_eq!(peer.close_code_answered(), Some(1000));
    });
    let mut host = Host::open(godot(&url));
    for number in 1..=COMMANDS {
        let id = host.next(EventKind::Request).id;
        assert_eq!(host.link.stats().requests, number, "the frame loop has seen it");
        host.link.respond(id, b"{}").unwrap();
        answered.recv().unwrap();
        assert_eq!(host.link.stats().answered, number, "the peer has seen it");
        host.seen.clear();
        host.given.clear();
        go_on.send(()).unwrap();
    }
    host.close();
    peer.join().unwrap();
}
