//! What a failure inside the I/O thread costs: the connection, never the link.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Config, Inbox, Link, ProfileKind, Refusal};
use crate::session::event::{EventKind, Reason};
use crate::session::input::{Input, Send, What};
use crate::session::phase::Phase;

const BOMB: &[u8] = b"forced by a test";

/// A panic's message that panics once more when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "forced by a test, again");
    }
}

/// Makes the thread fail at a send that says so.
pub(super) fn strike(input: &Input) {
    if let Input::Send(Send { what: What::Binary(data) | What::Call { buffer: data, .. }, .. }) = input
        && data == BOMB
    {
        std::panic::panic_any(Bomb);
    }
    if matches!(input, Input::Log { text, .. } if text.as_bytes() == BOMB) {
        std::panic::panic_any(Bomb);
    }
}

#[test]
fn a_failure_inside_costs_one_connection_and_gives_all_room_back() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut last = None;
        for _ in 0..2 {
            let mut peer = tungstenite::accept(listener.accept().unwrap().0).unwrap();
            while let Ok(message) = peer.read() {
                last = Some(message).filter(tungstenite::Message::is_binary).or(last);
            }
        }
        last
    });
    let mut config = Config::new("recover", url);
    // Not before it is asked to.
    config.reconnect_delays_ms = vec![600_000];
    // The bombs would use the outbox up if their room did not come back.
    config.outbound_count = 4;
    let (link, mut inbox) = Link::open(config).unwrap();
    let mut seen = Vec::new();
    let mut until = |wanted: EventKind| {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut found = false;
            inbox.poll(64, |_, event| {
                found |= event.kind == wanted;
                seen.push((event.kind, event.reason, event.first, event.last, event.generation));
            });
            inbox.release();
            if found {
                return seen.clone();
            }
            assert!(Instant::now() < deadline, "in vain: {wanted:?} in {seen:?}");
            link.wait(Duration::from_millis(20));
        }
    };
    until(EventKind::Opened);
    let mut taken = Vec::new();
    for _ in 0..4 {
        match link.send_binary(BOMB) {
            Ok(sent) => taken.push(sent.number),
            Err(refusal) => assert_eq!(refusal, Refusal::NotOpen),
        }
    }
    let seen = until(EventKind::Closed);
    let told: Vec<u64> = seen
        .iter()
        .filter(|seen| seen.0 == EventKind::SendDropped)
        .flat_map(|&(.., first, last, _)| first..=last)
        .collect();
    let of_first: Vec<_> = seen.iter().filter(|seen| seen.4 == 1).collect();
    assert_eq!(of_first.last().map(|seen| (seen.0, seen.1)), Some((EventKind::Closed, Reason::Internal)), "{seen:?}");
    assert!(!told.is_empty() && told == taken, "{told:?} of {taken:?}");
    link.connect().unwrap();
    until(EventKind::Opened);
    assert_eq!(link.state().outbound_bytes, 0);
    for _ in 0..4 {
        let deadline = Instant::now() + Duration::from_secs(30);
        while link.send_binary(b"good").is_err() {
            assert!(Instant::now() < deadline, "the room did not come back");
        }
    }
    link.close(Duration::from_secs(5)).unwrap();
    assert_eq!(server.join().unwrap(), Some(tungstenite::Message::binary(b"good".to_vec())));
}

#[test]
fn a_failure_inside_ends_every_call_with_a_response() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = Config::new("recover-calls", format!("ws://{}", listener.local_addr().unwrap()));
    let server = std::thread::spawn(move || {
        let mut peer = tungstenite::accept(listener.accept().unwrap().0).unwrap();
        while peer.read().is_ok() {}
    });
    config.profile = ProfileKind::JsonRpc;
    config.reconnect_delays_ms = vec![600_000];
    let (link, mut inbox) = Link::open(config).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut taken = Vec::new();
    let (mut told, mut settled) = (Vec::new(), None);
    while settled.is_none() {
        // Two are sent, the bomb is in hand, what comes behind it waits.
        if taken.len() < 6 {
            let method = if taken.len() == 2 { std::str::from_utf8(BOMB).unwrap() } else { "m" };
            taken.extend(link.request(method, b"", 0));
        }
        inbox.poll(64, |_, event| match event.kind {
            EventKind::Response => told.push((event.id, event.reason)),
            EventKind::Closed => settled = Some(event.settled),
            _ => {}
        });
        inbox.release();
        assert!(Instant::now() < deadline, "in vain: {told:?} of {taken:?}");
    }
    told.sort_unstable_by_key(|&(id, _)| taken.iter().position(|&taken| taken == id));
    assert_eq!(told, taken.iter().map(|&id| (id, Reason::Internal)).collect::<Vec<_>>());
    assert_eq!((settled, link.state().calls_open), (Some(taken.len() as u64), 0));
    assert!(taken.len() > 2);
    link.close(Duration::from_secs(5)).unwrap();
    server.join().unwrap();
}

/// Polls until a line of the log says `words`.
fn until_logged(link: &Link, inbox: &mut Inbox, words: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut found = false;
    while !found {
        inbox.poll(64, |_, event| {
            found |= event.buffer.windows(words.len()).any(|part| part == words.as_bytes());
        });
        inbox.release();
        assert!(Instant::now() < deadline, "in vain: {words}");
        link.wait(Duration::from_millis(20));
    }
}

#[test]
fn a_failure_inside_does_not_dial_where_the_host_wants_no_connection() {
    let mut config = Config::new("recover-disconnected", "ws://127.0.0.1:1/");
    config.start_disconnected = true;
    let (link, mut inbox) = Link::open(config).unwrap();
    let phase = link.state().phase;
    link.log(1, std::str::from_utf8(BOMB).unwrap());
    until_logged(&link, &mut inbox, "failed inside");
    link.log(1, "behind it");
    until_logged(&link, &mut inbox, "behind it");
    assert_eq!((link.state().phase, link.state().attempt), (phase, 0));
    link.close(Duration::from_secs(5)).unwrap();
}

#[test]
fn an_owner_at_the_last_moment_gets_a_link_that_lives() {
    let mut config = Config::new("heir", "ws://127.0.0.1:1/");
    config.start_disconnected = true;
    config.orphan_ms = 4000;
    let (link, mut inbox) = Link::open(config.clone()).unwrap();
    let shared = Arc::clone(&link.shared);
    shared.succession.enter(|_| {
        // The thread comes to its end, and to the lock that is held here.
        let deadline = Instant::now() + Duration::from_secs(30);
        while link.state().phase != Phase::Closed as u32 {
            assert!(Instant::now() < deadline, "it never ends");
            std::thread::sleep(Duration::from_millis(1));
        }
        shared.handovers.fetch_add(1, Ordering::SeqCst);
        true
    });
    until_logged(&link, &mut inbox, "connection attempt 1 failed");
    assert!(!link.has_ended());

    // Without one it ends, and nobody can attach any more.
    let deadline = Instant::now() + Duration::from_secs(30);
    while !link.has_ended() {
        assert!(Instant::now() < deadline, "it never ends");
        std::thread::sleep(Duration::from_millis(1));
    }
    let handover = link.may_attach(&config).unwrap();
    assert!(!link.attach(&config, handover, || Some(&mut inbox)));
    assert!(link.close(Duration::ZERO).is_ok());
}
