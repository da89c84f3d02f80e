//! How much is decoded ahead of the frame loop.

use framewire::session::event::EventKind;

use crate::scripted::{Frames, decoding, notification};
use crate::support::peer::{PING, PONG, Peer, serve};
use crate::support::until;

const MESSAGES: usize = 40;

/// A peer that sends notifications of that weight, and pings that show that all of them were read.
fn heavy(weight: usize) -> (String, std::thread::JoinHandle<()>) {
    serve(move |mut peer: Peer| {
        for n in 0..MESSAGES {
            peer.text(&notification(&format!(r#"{{"n":{n},"weight":{weight}}}"#)));
        }
        peer.send(PING, b"all");
        assert_eq!(peer.read_of(PONG), Some(b"all".to_vec()));
        while peer.read().is_some() {}
    })
}

#[test]
fn values_wait_for_the_frame_loop_up_to_their_bound() {
    let (url, peer) = heavy(400);
    let (mut config, record) = decoding(&url);
    config.decoded_bytes = 1000;
    let mut frames = Frames::open(config);
    until("all are in the inbox", || frames.link.stats().messages_in >= MESSAGES as u64);
    record.until_begun(3);
    // It would have gone on by now: each of these is a turn of the I/O thread.
    let turns = frames.link.stats().wakeups;
    until("more turns", || {
        frames.link.log(5, "turn");
        frames.link.stats().wakeups > turns + 50
    });
    assert_eq!(record.begun().len(), 3, "the third was begun below the bound");
    for n in 0..MESSAGES {
        // One at a time, each while the one before is gone.
        until("the next", || frames.frame_with(1, || ()) == 1 && is_news(&frames));
        let told = frames.told.last().expect("one was polled");
        assert_eq!((told.data.clone(), told.by), (format!(r#"{{"n":{n},"weight":400}}"#), Some("first")));
    }
    let (_, most) = record.alive();
    assert!(most <= 3, "{most} values at a time");
    frames.close();
    peer.join().unwrap();
}

fn is_news(frames: &Frames) -> bool {
    frames.told.last().is_some_and(|told| told.kind == EventKind::Notification)
}

#[test]
fn a_value_above_the_bound_goes_alone() {
    let (url, peer) = heavy(5000);
    let (mut config, record) = decoding(&url);
    config.decoded_bytes = 1000;
    config.test_turn_limit = Some(1);
    let mut frames = Frames::open(config);
    for _ in 0..MESSAGES {
        assert_eq!(frames.next_of(EventKind::Notification).by, Some("first"));
    }
    assert_eq!(record.alive().1, 1);
    frames.close();
    peer.join().unwrap();
}

#[test]
fn no_bound_at_all_still_lets_one_through() {
    let (url, peer) = heavy(usize::MAX >> 1);
    let (mut config, record) = decoding(&url);
    config.decoded_bytes = 0;
    let mut frames = Frames::open(config);
    for _ in 0..MESSAGES {
        assert_eq!(frames.next_of(EventKind::Notification).by, Some("first"));
    }
    assert_eq!(record.alive().1, 1);
    frames.close();
    peer.join().unwrap();
}
