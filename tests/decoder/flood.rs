//! Many payloads through tiny queues: nothing is lost, doubled or left lying.

use std::collections::BTreeSet;

use framewire::session::event::EventKind;

use crate::scripted::{Frames, WORKER, decoding, request};
use crate::support::peer::{Peer, serve};

/// Keeps `window` of so many requests open; every id is answered once.
fn peer(window: usize, requests: usize) -> (String, std::thread::JoinHandle<()>) {
    serve(move |mut peer: Peer| {
        let mut open = BTreeSet::new();
        for id in 0..requests {
            peer.text(&request(id, &format!(r#"{{"n":{id},"weight":{}}}"#, id % 700)));
            open.insert(id as u64);
            while open.len() >= window {
                take_answer(&mut peer, &mut open);
            }
        }
        while !open.is_empty() {
            take_answer(&mut peer, &mut open);
        }
    })
}

fn take_answer(peer: &mut Peer, open: &mut BTreeSet<u64>) {
    let answer = peer.json().expect("an answer");
    assert_eq!(answer["result"], 1, "{answer}");
    assert!(open.remove(&answer["id"].as_u64().expect("an id")), "answered once: {answer}");
}

fn run(window: usize, requests: usize, adjust: impl FnOnce(&mut framewire::link::Config)) {
    let (url, peer) = peer(window, requests);
    let (mut config, record) = decoding(&url);
    config.inbound_count = window;
    config.decoded_bytes = 1000;
    adjust(&mut config);
    let mut frames = Frames::open(config);
    for id in 0..requests {
        let told = frames.next_of(EventKind::Request);
        assert_eq!((told.data, told.by), (format!(r#"{{"n":{id},"weight":{}}}"#, id % 700), Some("first")));
        frames.link.respond(told.id, b"1").unwrap();
    }
    peer.join().unwrap();
    frames.close();
    drop(frames);
    assert_eq!((record.alive().0, record.begun().len()), (0, requests));
    let elsewhere = record.ends().into_iter().filter(|name| name.as_deref() != Some(WORKER)).count();
    assert_eq!(elsewhere, 0, "all had come back before the end");
}

#[test]
fn a_flood_through_the_narrowest_queues() {
    // Each request goes through all the threads before the next.
    run(1, 2000, |config| config.test_turn_limit = Some(1));
}

#[test]
fn a_flood_through_narrow_queues() {
    run(5, 5000, |config| config.test_turn_limit = Some(1));
}

#[test]
fn a_flood_through_wide_queues() {
    run(512, 10_000, |config| config.decoded_bytes = 64 << 20);
}
