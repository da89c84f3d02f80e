//! P6, first half: a blocked frame loop never costs the connection, and the server hears of it.

use std::collections::HashMap;

use framewire::link::Hold;
use framewire::session::event::EventKind;

use crate::support::peer::{BINARY, PING, PONG, serve};
use crate::support::{Host, godot, raw};

#[test]
fn p6_alive_while_the_frame_loop_is_blocked() {
    const SLOTS: usize = 16;
    const MORE: usize = 100;
    const PINGS: u32 = 500;
    let (blocked, wait_blocked) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        peer.greet();
        let mut answers: HashMap<String, serde_json::Value> = HashMap::new();
        let mut keep = |payload: &[u8]| {
            let answer: serde_json::Value = serde_json::from_slice(payload).unwrap();
            if let Some(id) = answer["request_id"].as_str() {
                assert!(answers.insert(id.to_owned(), answer.clone()).is_none(), "one answer each: {answer}");
            }
            answers.len()
        };
        for number in 0..SLOTS + MORE {
            peer.command(&number.to_string());
        }
        // Pings are answered, and those who cannot wait are told, while nobody polls.
        for number in 0..PINGS {
            peer.send(PING, &number.to_be_bytes());
            loop {
                match peer.read().expect("the connection lives") {
                    (PONG, payload) => {
                        assert_eq!(payload, number.to_be_bytes());
                        break;
                    }
                    (1, payload) => drop(keep(&payload)),
                    _ => {}
                }
            }
        }
        assert_eq!(keep(br#"{"event":"none"}"#), MORE, "everything beyond the slots is answered busy at once");
        blocked.send(()).unwrap();
        while keep(&peer.read_of(1).expect("the rest")) < SLOTS + MORE {}
        let busy = answers.values().filter(|answer| answer["error"]["code"] == "EDITOR_NOT_READY").count();
        let done = answers.values().filter(|answer| answer["status"] == "ok").count();
        assert_eq!((busy, done), (MORE, SLOTS), "none is unanswered");
        peer.close(1000, "");
    });
    let mut config = godot(&url);
    config.request_slots = SLOTS;
    config.hold_ms = Hold::Never;
    let mut host = Host::open(config);
    host.next(EventKind::Acknowledged);
    wait_blocked.recv().unwrap();
    let mut next = 0;
    host.until("the end", |host| {
        for seen in &host.seen[next..] {
            if seen.kind == EventKind::Request {
                host.link.respond(seen.id, &seen.data).unwrap();
            }
        }
        next = host.seen.len();
        host.count(EventKind::Closed) == 1
    });
    let stats = host.link.stats();
    assert_eq!((stats.refused_busy, stats.answered, stats.connections), (MORE as u64, SLOTS as u64, 1));
    peer.join().unwrap();
    host.close();
}

/// The inbox runs out before the slots do.
#[test]
fn p6_alive_with_a_full_inbox() {
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        for number in 0..50 {
            peer.command(&number.to_string());
        }
        let busy = (0..46).filter(|_| peer.json().unwrap()["error"]["code"] == "EDITOR_NOT_READY").count();
        assert_eq!(busy, 46);
        peer.send(PING, b"");
        assert_eq!(peer.read_of(PONG).as_deref(), Some(&[][..]));
        peer.close(1000, "");
    });
    let mut config = godot(&url);
    config.inbound_count = 4;
    config.hold_ms = Hold::Never;
    let host = Host::open(config);
    peer.join().unwrap();
    assert_eq!(host.link.stats().refused_busy, 46);
    host.close();
}

/// Own answers wait for a peer that does not read; what the host sends is no reason to stop listening.
#[test]
fn p6_alive_reading_goes_on_while_large_sends_wait() {
    const SIZE: usize = 16 << 20;
    let (heard, wait_heard) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        for number in 0..1000 {
            peer.text(&number.to_string());
        }
        wait_heard.recv().expect("the host heard all of it");
        assert_eq!(peer.read_of(BINARY).map(|payload| payload.len()), Some(SIZE));
        peer.close(1000, "");
    });
    let mut config = raw(&url);
    config.inbound_count = 8;
    let mut host = Host::open(config);
    host.next(EventKind::Opened);
    host.link.send_binary(&vec![1; SIZE]).unwrap();
    host.until("all messages", |host| host.count(EventKind::Text) == 1000);
    heard.send(()).unwrap();
    assert_eq!(host.next(EventKind::Closed).flags & 1, 1);
    host.close();
    peer.join().unwrap();
}
