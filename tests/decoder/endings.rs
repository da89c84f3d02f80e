//! Requests, calls, connections and links that end while a decode is under way.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use framewire::link::{Hold, Refusal};
use framewire::session::event::{EventKind, Reason};

use crate::scripted::{Frames, Record, decoding, notification, request};
use crate::support::peer::{CLOSE, PING, PONG, Peer, close_payload, serve};
use crate::support::until;

const GATE: &str = r#"{"do":"gate"}"#;

#[test]
fn requests_that_run_out_of_time_while_they_wait_are_answered_and_never_seen() {
    let (answered, is_answered) = mpsc::channel();
    let (url, peer) = serve(move |mut peer: Peer| {
        for id in 0..3 {
            peer.text(&request(id, GATE));
        }
        let ids: Vec<_> = (0..3).map(|_| peer.json().expect("an answer")).map(|answer| answer["id"].clone()).collect();
        answered.send(()).unwrap();
        peer.text(&notification(r#"{"after":1}"#));
        while peer.read().is_some() {}
        ids
    });
    let (mut config, record) = decoding(&url);
    config.hold_ms = Hold::Ms(2000);
    let mut frames = Frames::open(config);
    is_answered.recv().unwrap();
    assert_eq!(record.begun(), [GATE], "one at a time");
    record.open_gate();
    assert_eq!(frames.next_of(EventKind::Notification).data, r#"{"after":1}"#);
    assert!(frames.told.iter().all(|told| told.kind != EventKind::Request));
    assert_eq!(record.begun(), [GATE, r#"{"after":1}"#], "what is settled is not decoded");
    frames.close();
    assert_eq!(peer.join().unwrap(), [0, 1, 2]);
}

#[test]
fn a_connection_that_is_lost_meanwhile_ends_with_closed_last() {
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&notification(GATE));
        peer.text(&request(1, "[1]"));
        peer.text(&notification("[2]"));
        peer.text(&request(3, "[3]"));
        peer.send(PING, b"");
        peer.read_of(PONG);
    });
    let (mut config, record) = decoding(&url);
    config.reconnect_delays_ms = vec![600_000];
    let mut frames = Frames::open(config);
    peer.join().unwrap();
    until("the end is known", || {
        frames.link.state().phase != 5 && frames.link.state().generation == 1 && gone(&frames)
    });
    assert!(frames.told.iter().all(|told| told.kind != EventKind::Closed), "before it comes what waits");
    record.open_gate();
    let closed = frames.next_of(EventKind::Closed);
    assert_eq!((closed.count, closed.reason), (2, Reason::ConnectionLost));
    let messages = frames.told.iter().filter(|told| told.by.is_some()).map(|told| told.data.as_str());
    assert_eq!(messages.collect::<Vec<_>>(), [GATE, "[2]"], "requests that nobody saw are dropped");
    assert_eq!(record.begun(), [GATE, "[2]"]);
    frames.close();
}

/// Whether the requests of the connection were settled.
fn gone(frames: &Frames) -> bool {
    frames.link.stats().dropped_unseen == 2
}

#[test]
fn a_call_taken_back_while_its_reply_is_decoded_ends_once() {
    let (url, peer) = serve(|mut peer: Peer| {
        let call = peer.json().expect("the call");
        peer.text(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{GATE}}}"#, call["id"]));
        while peer.read().is_some() {}
    });
    let (config, record) = decoding(&url);
    let mut frames = Frames::open(config);
    frames.next_of(EventKind::Opened);
    let call = frames.link.request("ask", b"{}", 60_000).unwrap();
    record.until_begun(1);
    let cancelled = frames.link.cancel(call);
    assert!(cancelled.is_err(), "its reply is here: {cancelled:?}");
    record.open_gate();
    let told = frames.next_of(EventKind::Response);
    assert_eq!((told.id, told.reason, told.by), (call, Reason::None, Some("first")));
    frames.close();
    frames.frame();
    assert_eq!(frames.told.iter().filter(|told| told.kind == EventKind::Response).count(), 1);
    peer.join().unwrap();
}

/// A link with one request at the gate and some behind it.
fn stuck(requests: usize) -> (Frames, Arc<Record>, std::thread::JoinHandle<()>) {
    let (url, peer) = serve(move |mut peer: Peer| {
        peer.text(&request(0, GATE));
        (1..requests).for_each(|id| assert!(peer.text(&request(id, &format!("[{id}]")))));
        peer.text(&notification(r#"["last"]"#));
        while let Some((opcode, payload)) = peer.read() {
            if opcode == CLOSE {
                peer.send(CLOSE, &close_payload(1000, &payload[2..]));
            }
        }
    });
    let (config, record) = decoding(&url);
    let frames = Frames::open(config);
    record.until_begun(1);
    until("all are in the inbox", || frames.link.stats().messages_in == requests as u64 + 1);
    (frames, record, peer)
}

#[test]
fn a_close_waits_for_the_decode_under_way_and_joins() {
    let (mut frames, record, peer) = stuck(100);
    let link = frames.link.clone();
    let closing = std::thread::spawn(move || link.close(Duration::from_secs(30)));
    until("the close has begun", || frames.link.connect() == Err(Refusal::Closed));
    peer.join().unwrap();
    record.open_gate();
    let report = closing.join().unwrap().expect("the report");
    assert_eq!((report.clean, report.unanswered), (true, 100));
    assert_eq!(record.begun(), [GATE], "nothing more is begun");
    let news = frames.next_of(EventKind::Notification);
    assert_eq!((news.data.as_str(), news.by), (r#"["last"]"#, None), "what waited is told");
    // The worker holds nothing any more: it is gone.
    drop(frames);
    assert_eq!((Arc::strong_count(&record), record.alive().0), (1, 0));
}

#[test]
fn a_decode_that_does_not_end_cannot_hold_a_close_up() {
    let (frames, record, peer) = stuck(3);
    let begun = Instant::now();
    let report = frames.link.close(Duration::from_secs(2)).expect("the report");
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?}", begun.elapsed());
    assert_eq!(report.unanswered, 3);
    assert!(report.undelivered >= 1);
    assert!(frames.link.is_at_work());
    peer.join().unwrap();
    drop(frames);
    record.open_gate();
    until("the thread has ended by itself", || Arc::strong_count(&record) == 1);
    assert_eq!(record.ends().iter().flatten().collect::<Vec<_>>(), [crate::scripted::WORKER]);
}

#[test]
fn a_host_that_unloads_its_decoder_waits_for_it() {
    let (frames, record, peer) = stuck(1);
    let link = frames.link.clone();
    link.join();
    assert!(link.is_at_work(), "before the close nothing is joined");
    link.close(Duration::ZERO).expect("the report");
    peer.join().unwrap();
    drop(frames);
    let joining = std::thread::spawn({
        let link = link.clone();
        move || link.join()
    });
    // Time enough for the join to begin.
    std::thread::sleep(Duration::from_millis(200));
    assert!(link.is_at_work(), "the decode goes on");
    assert!(!joining.is_finished());
    record.open_gate();
    joining.join().unwrap();
    assert!(!link.is_at_work());
    link.join();
    // Every thread is gone, and what they had with them.
    drop(link);
    assert_eq!((Arc::strong_count(&record), record.alive().0), (1, 0));
}

#[test]
fn a_link_of_that_name_can_be_opened_again() {
    let name = {
        let (frames, record, peer) = stuck(2);
        record.open_gate();
        frames.close();
        peer.join().unwrap();
        frames.link.name().to_owned()
    };
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&notification("[1]"));
        while peer.read().is_some() {}
    });
    let (mut config, _record) = decoding(&url);
    config.name = name;
    let mut frames = Frames::open(config);
    assert_eq!(frames.next_of(EventKind::Notification).by, Some("first"));
    frames.close();
    peer.join().unwrap();
}

#[test]
fn a_link_that_ends_for_want_of_an_owner_leaves_what_it_had() {
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&notification("[0]"));
        (1..4).for_each(|n| assert!(peer.text(&notification(&format!(r#"{{"do":{},"n":{n}}}"#, 20 * n)))));
        while let Some((opcode, payload)) = peer.read() {
            if opcode == CLOSE {
                peer.send(CLOSE, &payload);
            }
        }
    });
    let (mut config, record) = decoding(&url);
    config.orphan_ms = 4000;
    let mut frames = Frames::open(config);
    until("its end", || frames.link.has_ended());
    frames.next_of(EventKind::Closed);
    let news = frames.told.iter().filter(|told| told.kind == EventKind::Notification);
    assert_eq!(news.count(), 4, "each is told, with its value or without");
    assert!(!record.begun().is_empty());
    frames.close();
    peer.join().unwrap();
    drop(frames);
    assert_eq!((Arc::strong_count(&record), record.alive().0), (1, 0));
}
