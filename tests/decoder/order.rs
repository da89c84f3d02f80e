//! The order of events, and what does not wait for a decode.

use std::sync::Arc;
use std::sync::mpsc;

use framewire::session::event::EventKind;

use crate::scripted::{Frames, decoding, notification, request};
use crate::support::peer::{CLOSE, PING, PONG, Peer, close_payload, serve};

#[test]
fn events_of_all_kinds_keep_their_order_behind_a_slow_decoder() {
    const ROUNDS: usize = 20;
    let (url, peer) = serve(|mut peer: Peer| {
        let call = peer.json().expect("the call");
        for round in 0..ROUNDS {
            // The dear ones first, so that what is cheap and what has no payload could overtake them.
            peer.text(&request(round, &format!(r#"{{"do":5,"n":{round}}}"#)));
            peer.text(r#"{"jsonrpc":"2.0","method":"bare"}"#);
            peer.text(&notification(&format!(r#"{{"n":{round}}}"#)));
            if round == ROUNDS / 2 {
                peer.text(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{"do":9,"n":"reply"}}}}"#, call["id"]));
            }
        }
        peer.close(1000, "done");
    });
    for_each_size(&url, peer, |frames| {
        let call = frames.link.request("ask", b"{}", 60_000).unwrap();
        let mut expected = Vec::new();
        for round in 0..ROUNDS {
            expected.push((EventKind::Request, format!(r#"{{"do":5,"n":{round}}}"#)));
            expected.push((EventKind::Notification, String::new()));
            expected.push((EventKind::Notification, format!(r#"{{"n":{round}}}"#)));
            if round == ROUNDS / 2 {
                expected.push((EventKind::Response, r#"{"do":9,"n":"reply"}"#.to_owned()));
            }
        }
        // The last ones may have been on their way when the close came: requests that nobody polled are dropped in it.
        while frames.next().kind != EventKind::Closed {}
        let messages = frames.told.iter().filter(|told| is_message(told.kind));
        let told: Vec<_> = messages.clone().map(|told| (told.kind, told.data.clone())).collect();
        let seen_requests: Vec<_> = told.iter().filter(|told| told.0 == EventKind::Request).cloned().collect();
        expected.retain(|event| event.0 != EventKind::Request || seen_requests.contains(event));
        assert_eq!(told, expected);
        assert!(messages.clone().all(|told| told.by.is_some() != told.data.is_empty()));
        assert!(messages.filter(|told| told.kind == EventKind::Response).all(|told| told.id == call));
        assert_eq!(frames.told.last().map(|told| told.kind), Some(EventKind::Closed));
        let dropped = ROUNDS - seen_requests.len();
        assert_eq!(frames.told.last().map(|told| told.count), Some(dropped as u64));
    });
}

fn for_each_size(url: &str, peer: std::thread::JoinHandle<()>, body: impl FnOnce(&mut Frames)) {
    let (mut config, record) = decoding(url);
    config.test_turn_limit = Some(1);
    config.reconnect_delays_ms = vec![600_000];
    let mut frames = Frames::open(config);
    assert_eq!(frames.next().kind, EventKind::Opened);
    body(&mut frames);
    frames.close();
    drop(frames);
    assert_eq!(record.alive().0, 0);
    peer.join().unwrap();
}

fn is_message(kind: EventKind) -> bool {
    matches!(kind, EventKind::Request | EventKind::Response | EventKind::Notification)
}

#[test]
fn a_ping_is_answered_while_a_decode_takes_its_time() {
    let (begun, has_begun) = mpsc::channel();
    let (ponged, has_ponged) = mpsc::channel();
    let (url, peer) = serve(move |mut peer: Peer| {
        peer.text(&request(1, r#"{"do":"gate"}"#));
        has_begun.recv().unwrap();
        for number in 0..10_u8 {
            peer.send(PING, &[number]);
            assert_eq!(peer.read_of(PONG), Some(vec![number]));
        }
        ponged.send(()).unwrap();
        peer.json()
    });
    let (config, record) = decoding(&url);
    let mut frames = Frames::open(config);
    record.until_begun(1);
    begun.send(()).unwrap();
    has_ponged.recv().unwrap();
    assert!(frames.told.iter().all(|told| told.kind != EventKind::Request), "it is not decoded yet");
    record.open_gate();
    let told = frames.next_of(EventKind::Request);
    assert_eq!(told.by, Some("first"));
    frames.link.respond(told.id, b"true").unwrap();
    frames.close();
    assert_eq!(peer.join().unwrap().expect("the answer")["result"], true);
}

#[test]
fn a_link_without_payloads_or_without_a_decoder_has_no_worker() {
    let script = |mut peer: Peer| {
        peer.text(r#"{"jsonrpc":"2.0","method":"bare"}"#);
        peer.text(&notification("[1]"));
        peer.send(CLOSE, &close_payload(1000, b""));
        while peer.read().is_some() {}
    };
    let (url, peer) = serve(script);
    let (mut config, record) = decoding(&url);
    config.reconnect_delays_ms = vec![600_000];
    config.decoder = None;
    let mut frames = Frames::open(config);
    frames.next_of(EventKind::Closed);
    let notes: Vec<_> = frames.told.iter().filter(|told| told.kind == EventKind::Notification).collect();
    assert_eq!(notes.iter().map(|told| (told.data.as_str(), told.by)).collect::<Vec<_>>(), [("", None), ("[1]", None)]);
    frames.close();
    assert_eq!(Arc::strong_count(&record), 1);
    peer.join().unwrap();
}
