//! Where values end, and what becomes of a decoder's failures.

use std::sync::Arc;
use std::thread;

use framewire::link::{Config, Link};
use framewire::session::event::EventKind;

use crate::scripted::{Frames, Record, Value, decoding, notification, request};
use crate::support::peer::{Peer, serve};
use crate::support::{raw, until};

#[test]
fn values_end_on_the_worker_not_where_they_were_polled() {
    let (url, peer) = serve(|mut peer: Peer| {
        for n in 0..50 {
            peer.text(&notification(&format!("[{n}]")));
        }
        peer.json();
        peer.text(&notification(r#"{"last":true}"#));
        while peer.read().is_some() {}
    });
    let (config, record) = decoding(&url);
    let mut frames = Frames::open(config);
    (0..50).for_each(|_| drop(frames.next_of(EventKind::Notification)));
    // Light ones end with the I/O thread's next turn.
    frames.link.notify("go", b"{}").unwrap();
    frames.next_of(EventKind::Notification);
    record.until_ended(50);
    frames.close();
    drop(frames);
    record.until_ended(51);
    peer.join().unwrap();
}

#[test]
fn a_heavy_value_ends_at_once() {
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&notification(r#"{"weight":8000000}"#));
        while peer.read().is_some() {}
    });
    let (config, record) = decoding(&url);
    let mut frames = Frames::open(config);
    assert_eq!(frames.next_of(EventKind::Notification).by, Some("first"));
    // Nothing else moves on this link.
    record.until_ended(1);
    frames.close();
    peer.join().unwrap();
}

#[test]
fn what_is_discarded_ends_on_the_worker_as_long_as_there_is_one() {
    let record = Arc::new(Record::default());
    let mut config: Config = raw("ws://127.0.0.1:9/");
    config.start_disconnected = true;
    let (link, _inbox) = Link::open(config).unwrap();
    for _ in 0..10 {
        link.discard(Box::new(Value::new("", "host", &record)));
    }
    record.until_ended(10);
    link.close(std::time::Duration::from_secs(5)).unwrap();
    link.discard(Box::new(Value::new("", "host", &record)));
    assert_eq!(record.alive().0, 0);
    assert_eq!(record.ends().last().cloned().flatten().as_deref(), thread::current().name());
}

#[test]
fn discards_beside_a_close_all_end() {
    for _ in 0..20 {
        let record = Arc::new(Record::default());
        let mut config = raw("ws://127.0.0.1:9/");
        config.start_disconnected = true;
        let (link, _inbox) = Link::open(config).unwrap();
        let (other, its_record) = (link.clone(), Arc::clone(&record));
        let discarding = thread::spawn(move || {
            (0..200).for_each(|_| other.discard(Box::new(Value::new("", "host", &its_record))));
        });
        link.close(std::time::Duration::from_secs(5)).unwrap();
        discarding.join().unwrap();
        assert_eq!(record.alive().0, 0, "what came too late ended where it was discarded");
    }
}

/// A value whose end fails.
struct Bad;

impl Drop for Bad {
    fn drop(&mut self) {
        assert!(thread::panicking(), "asked to by a test");
    }
}

#[test]
fn a_decoder_that_fails_costs_the_value_and_is_told() {
    let (url, peer) = serve(|mut peer: Peer| {
        for (id, wish) in [r#"{"do":"panic"}"#, r#"{"do":"decline"}"#, r#"{"fine":1}"#].into_iter().enumerate() {
            peer.text(&request(id, wish));
        }
        (0..3).map(|_| peer.json().expect("an answer")["id"].clone()).collect::<Vec<_>>()
    });
    let (config, record) = decoding(&url);
    let mut frames = Frames::open(config);
    frames.link.discard(Box::new(Bad));
    for (data, by) in [(r#"{"do":"panic"}"#, None), (r#"{"do":"decline"}"#, None), (r#"{"fine":1}"#, Some("first"))] {
        let told = frames.next_of(EventKind::Request);
        assert_eq!((told.data.as_str(), told.by), (data, by));
        frames.link.respond(told.id, b"null").unwrap();
    }
    let is_told = |frames: &Frames| {
        let logs = frames.told.iter().filter(|told| told.kind == EventKind::Log);
        logs.filter(|log| log.detail.contains("asked to by a test") && log.detail.contains("decoder")).count()
    };
    until("the line in the log", || {
        frames.frame();
        is_told(&frames) > 0
    });
    assert_eq!(peer.join().unwrap(), [0, 1, 2]);
    frames.close();
    assert_eq!((is_told(&frames), record.begun().len()), (1, 3));
}
