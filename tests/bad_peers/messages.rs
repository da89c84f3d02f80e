//! Peers whose frames are right and whose messages are not.

use std::net::TcpListener;

use framewire::link::{Config, Overflow, ProfileKind};
use framewire::session::event::{EventKind, Reason};

use crate::case::bad_peer;
use crate::support::Host;
use crate::support::peer::{FIN, Peer, TEXT, frame};

fn godot(config: &mut Config) {
    config.profile = ProfileKind::GodotAi;
    config.protocol = 1;
}

/// Sends bad messages, then one good command, whose answer shows that the link lives.
fn then_good(bad: Vec<Vec<u8>>) -> impl FnOnce(&TcpListener) + Send + 'static {
    move |listener| {
        let mut peer = Peer::accept(listener);
        peer.greet();
        for message in bad {
            peer.send(TEXT, &message);
        }
        peer.command("after");
        loop {
            let answer = peer.json().expect("the link lives");
            if answer["request_id"] == "after" {
                assert_eq!(answer["status"], "ok");
                break;
            }
        }
        peer.close(1000, "");
    }
}

/// Answers commands until the close; how many messages were counted as malformed, and how many commands came.
fn answer_all(host: &mut Host) -> (u64, usize) {
    let mut next = 0;
    host.until("the close", |host| {
        for seen in host.seen[next..].iter().filter(|seen| seen.kind == EventKind::Request) {
            host.link.respond(seen.id, b"{}").expect("it is open");
        }
        next = host.seen.len();
        host.count(EventKind::Closed) == 1
    });
    (host.link.stats().malformed, host.count(EventKind::Request))
}

#[test]
fn messages_that_are_no_json_of_this_profile() {
    let deep = [b"{\"request_id\":\"d\",\"command\":\"c\",\"params\":".to_vec(), b"[".repeat(100_000)].concat();
    let deep_whole = [deep.clone(), b"]".repeat(100_000), b"}".to_vec()].concat();
    let deep_objects =
        [b"{\"request_id\":\"d\",\"command\":\"c\",\"params\":".to_vec(), b"{\"a\":".repeat(100_000)].concat();
    let malformed: Vec<Vec<u8>> = vec![
        b"".into(),
        b"{".into(),
        b"{\"request_id\":\"a\",\"command\":\"c\",\"params\":{\"n\":NaN}}".into(),
        b"{\"request_id\":\"a\",\"command\":\"c\",\"params\":{\"n\":Infinity}}".into(),
        b"{\"request_id\":\"a\",\"request_id\":\"b\",\"command\":\"c\"}".into(),
        b"{\"request_id\":\"\\ud800\",\"command\":\"c\"}".into(),
        b"\xef\xbb\xbf{\"request_id\":\"a\",\"command\":\"c\"}".into(),
        b"{\"request_id\":\"a\",\"command\":\"c\"} trailing".into(),
        b"{\"request_id\":7,\"command\":\"c\"}".into(),
        format!("{{\"request_id\":\"{}\",\"command\":\"c\"}}", "x".repeat(257)).into(),
        deep,
        deep_whole,
        deep_objects,
    ];
    let count = malformed.len() as u64;
    bad_peer(godot, then_good(malformed), move |host| {
        assert_eq!(answer_all(host), (count, 1), "each is counted, none is handed out");
        let lines: Vec<_> = host.all(EventKind::Log).map(|seen| seen.detail.clone()).collect();
        let told: Vec<_> = lines.iter().filter(|line| line.contains("skipped")).collect();
        assert!((1..=3).contains(&told.len()), "one line a burst: {lines:?}");
        assert!(told.iter().all(|line| line.len() < 400), "bounded: {lines:?}");
    });
}

#[test]
fn commands_that_are_answered_with_an_error_at_once() {
    let wrong = [
        r#"{"request_id":"w","command":7}"#.to_owned(),
        r#"{"request_id":"w","command":"c","params":[1]}"#.to_owned(),
        format!(r#"{{"request_id":"w","command":"{}"}}"#, "c".repeat(1025)),
    ];
    for message in wrong {
        let refused = move |listener: &TcpListener| {
            let mut peer = Peer::accept(listener);
            peer.greet();
            peer.text(&message);
            let answer = peer.json().expect("an answer");
            assert_eq!((&answer["request_id"], &answer["status"]), (&"w".into(), &"error".into()));
            peer.close(1000, "");
        };
        bad_peer(godot, refused, |host| {
            host.next(EventKind::Closed);
            assert_eq!(host.count(EventKind::Request), 0);
        });
    }
}

#[test]
fn odd_messages_that_are_right() {
    let odd: Vec<Vec<u8>> = vec![
        br#"{"request_id":"1","command":"c","params":{"a":1,"a":2,"big":1e999}}"#.into(),
        br#"{"request_id":"2","command":"\u0063","params":{"lone":"\ud800"}}"#.into(),
        br#"{"request_id":"3","command":"c","unknown":[[[]]]}"#.into(),
    ];
    bad_peer(godot, then_good(odd), |host| {
        assert_eq!(answer_all(host), (0, 4));
        let data: Vec<_> =
            host.all(EventKind::Request).map(|seen| String::from_utf8_lossy(&seen.data).into_owned()).collect();
        assert_eq!(data[..2], [r#"{"a":1,"a":2,"big":1e999}"#, r#"{"lone":"\ud800"}"#], "payloads are left alone");
    });
}

#[test]
fn a_million_tiny_messages() {
    const COUNT: usize = 1_000_000;
    let drops = |config: &mut Config| config.overflow = Overflow::DropNewest;
    let flood = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        let frames = frame(FIN | TEXT, b"x").repeat(COUNT / 100);
        for _ in 0..100 {
            peer.raw(&frames);
        }
        peer.close(1000, "");
    };
    bad_peer(drops, flood, |host| {
        host.next(EventKind::Closed);
        let dropped: u64 = host.all(EventKind::Dropped).map(|seen| seen.count).sum();
        assert_eq!(host.count(EventKind::Text) as u64 + dropped, COUNT as u64);
    });
}

#[test]
fn an_inbox_that_closes_when_it_is_full() {
    let closes = |config: &mut Config| {
        config.overflow = Overflow::Close;
        config.inbound_count = 10;
    };
    let flood = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        peer.raw(&frame(FIN | TEXT, b"x").repeat(1000));
        assert_eq!(peer.close_code_answered(), Some(1008));
    };
    bad_peer(closes, flood, |host| {
        crate::support::until("the close", || host.link.state().phase == 0);
        let closed = host.next(EventKind::Closed);
        assert_eq!((closed.reason, closed.flags & 1), (Reason::Overflow, 1), "{}", closed.detail);
        assert_eq!(host.count(EventKind::Text), 10, "what was taken is delivered");
    });
}

#[test]
fn a_hello_that_never_ends() {
    let impatient = |config: &mut Config| {
        godot(config);
        config.hello_timeout_ms = 5000;
    };
    let mute = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        assert_eq!(peer.json().expect("a handshake")["type"], "handshake");
        while peer.read().is_some() {}
    };
    bad_peer(impatient, mute, |host| {
        let failed = host.next(EventKind::ConnectFailed);
        assert_eq!(failed.reason, Reason::Timeout, "{}", failed.detail);
        host.next(EventKind::Closed);
    });
}
