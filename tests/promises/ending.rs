//! How a link ends: its report, its backlog, its threads.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use framewire::link::{CloseReport, Refusal};
use framewire::session::event::EventKind;

use crate::support::peer::{BINARY, listen, reset, serve};
use crate::support::{Host, godot, process, raw, until};

#[test]
fn a_close_sends_a_large_backlog_to_a_slow_reader() {
    const COUNT: usize = 24;
    const SIZE: usize = 1 << 20;
    let (go, gone) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        // Reading begins only when the close is under way.
        gone.recv().unwrap();
        for number in 0..COUNT {
            std::thread::sleep(Duration::from_millis(5));
            let payload = peer.read_of(BINARY).expect("all of it");
            assert!(payload.len() == SIZE && payload.iter().all(|byte| usize::from(*byte) == number));
        }
        assert_eq!(peer.read_of(8), Some(1000_u16.to_be_bytes().to_vec()));
        peer.send(8, &1000_u16.to_be_bytes());
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    for number in 0..COUNT {
        host.link.send_binary(&vec![number as u8; SIZE]).unwrap();
    }
    let link = host.link.clone();
    let closer = std::thread::spawn(move || link.close(Duration::from_secs(30)).unwrap());
    until("the close began", || host.link.send_binary(b"") == Err(Refusal::Closed));
    go.send(()).unwrap();
    let report = closer.join().unwrap();
    let undelivered = report.undelivered;
    assert_eq!(report, CloseReport { code: 1000, clean: true, undelivered, ..CloseReport::default() });
    peer.join().unwrap();
}

/// The time that the host gives is the host's: no deadline of a connection cuts it short.
#[test]
fn a_close_waits_as_long_as_the_host_says() {
    const SIZE: usize = 16 << 20;
    let (url, peer) = serve(move |mut peer| {
        // Longer than a close without the host's word would wait for the backlog.
        std::thread::sleep(Duration::from_millis(5500));
        assert_eq!(peer.read_of(BINARY).map(|payload| payload.len()), Some(SIZE));
        assert_eq!(peer.close_code_answered(), Some(1000));
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    host.link.send_binary(&vec![1; SIZE]).unwrap();
    let report = host.link.close(Duration::from_secs(60)).unwrap();
    assert!(report.clean && report.unsent == 0, "{report:?}");
    peer.join().unwrap();
}

/// The peer's close frame alone makes no clean end: ours must have left as well.
#[test]
fn a_close_that_the_peer_does_not_wait_for_is_not_clean() {
    const COUNT: u64 = 40;
    let (go, gone) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        gone.recv().unwrap();
        peer.send(8, &1000_u16.to_be_bytes());
        reset(peer.stream);
    });
    let mut config = raw(&url);
    config.reconnect = framewire::link::Reconnect::None;
    let mut host = Host::open(config);
    host.next(EventKind::Opened);
    for _ in 0..COUNT {
        host.link.send_binary(&vec![0; 1 << 20]).unwrap();
    }
    until("the system takes no more", || {
        let before = host.link.state().outbound_bytes;
        std::thread::sleep(Duration::from_millis(50));
        before == host.link.state().outbound_bytes
    });
    go.send(()).unwrap();
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.code, closed.flags & 1), (1000, 0), "its code is told, and that it was not clean");
    assert_eq!(host.dropped().len() as u64 + closed.unconfirmed, COUNT);
    host.close();
    peer.join().unwrap();
}

#[test]
fn a_close_counts_what_a_mute_reader_never_took() {
    const COUNT: u64 = 40;
    let (done, wait_done) = std::sync::mpsc::channel::<()>();
    let (url, peer) = serve(move |peer| {
        let _ = wait_done.recv();
        drop(peer);
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    let numbers: Vec<u64> = (0..COUNT).map(|_| host.link.send_binary(&vec![0; 1 << 20]).unwrap().number).collect();
    let report = host.link.close(Duration::from_secs(2)).unwrap();
    assert!(!report.clean && report.code == 1006 && report.unsent > 0, "{report:?}");
    host.until("CLOSED", |host| host.count(EventKind::Closed) == 1);
    let closed = host.all(EventKind::Closed).next().unwrap();
    assert_eq!(report.unsent + report.unconfirmed, COUNT);
    assert_eq!(closed.unconfirmed, report.unconfirmed);
    assert_eq!(host.dropped(), numbers[report.unconfirmed as usize..], "the last ones, each by its number");
    done.send(()).unwrap();
    peer.join().unwrap();
}

#[test]
fn a_close_answers_open_requests_and_counts_them() {
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        for id in ["handed out", "not yet"] {
            peer.command(id);
        }
        let mut answers: Vec<serde_json::Value> = (0..2).map(|_| peer.json().expect("an answer")).collect();
        answers.sort_by_key(|answer| answer["request_id"].to_string());
        assert!(answers.iter().all(|answer| answer["status"] == "error"), "{answers:?}");
        assert_eq!((&answers[0]["request_id"], &answers[1]["request_id"]), (&"handed out".into(), &"not yet".into()));
        peer.send(8, &1000_u16.to_be_bytes());
        assert!(peer.read_of(8).is_some());
    });
    let mut config = godot(&url);
    config.close_timeout_ms = Some(20_000);
    let mut host = Host::open(config);
    until("two requests", || host.link.state().requests_waiting == 2);
    host.until("one", |host| host.count(EventKind::Request) > 0);
    let report = host.close();
    assert_eq!((report.unanswered, report.clean), (2, true), "{report:?}");
    peer.join().unwrap();
}

#[test]
fn one_of_eight_closers_gets_the_report() {
    for _ in 0..20 {
        let (listener, url) = listen();
        let mut host = Host::open(raw(&url));
        let _peer = crate::support::peer::Peer::accept(&listener);
        host.next(EventKind::Opened);
        let start = Arc::new(Barrier::new(8));
        let close = |_| {
            let (link, start) = (host.link.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                link.close(Duration::from_millis(20))
            })
        };
        let closers: Vec<_> = (0..8).map(close).collect();
        let outcomes: Vec<_> = closers.into_iter().map(|closer| closer.join().unwrap()).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refusal::Closed)).count(), 7);
    }
}

#[test]
fn a_closed_link_refuses_and_its_thread_is_gone() {
    let mut config = raw("ws://127.0.0.1:9/");
    config.name = "gone".into();
    config.start_disconnected = true;
    let host = Host::open(config.clone());
    let alive = || process::link_threads().contains(&"fw:gone".to_owned());
    until("the thread has its name", alive);
    let report = host.close();
    assert_eq!((report.code, report.clean, report.unsent), (0, false, 0), "there was no connection");
    assert!(!alive(), "the thread was joined");
    let link = &host.link;
    assert_eq!(link.send_text(b"x").err(), Some(Refusal::Closed));
    assert_eq!(link.connect().err(), Some(Refusal::Closed));
    assert_eq!(link.disconnect().err(), Some(Refusal::Closed));
    assert!(link.set_endpoint(Some("ws://127.0.0.1:1/"), None).is_err());
    assert!(link.wait(Duration::from_secs(30)), "a closed link keeps nobody waiting");
    assert_eq!(link.close(Duration::ZERO).err(), Some(Refusal::Closed));
    // The name is free again.
    Host::open(config).close();
}
