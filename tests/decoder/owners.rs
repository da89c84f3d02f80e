//! Links that change hands while payloads are decoded, with the Rust interface alone.

use std::sync::Arc;

use framewire::link::{Config, Inbox, Link};
use framewire::readiness::Readiness;
use framewire::session::event::{Event, EventKind};

use crate::scripted::{Frames, Scripted, Told, decoding, notification, request};
use crate::support::peer::{Peer, serve};
use crate::support::until;

fn attach(frames: &mut Frames, config: &Config) {
    let Frames { link, inbox, .. } = frames;
    let handover = link.may_attach(config).unwrap();
    assert!(link.attach(config, handover, || Some(inbox)));
}

#[test]
fn what_is_under_way_arrives_in_order_and_the_new_decoder_takes_over() {
    const REQUESTS: usize = 300;
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&request(0, r#"{"do":"gate"}"#));
        (1..REQUESTS).for_each(|id| assert!(peer.text(&request(id, &format!("[{id}]")))));
        let mut answers = 0;
        while let Some(message) = peer.json() {
            answers += usize::from(message["id"].is_number());
        }
        answers
    });
    let (mut config, record) = decoding(&url);
    let mut frames = Frames::open(config.clone());
    record.until_begun(1);
    until("all are in the inbox", || frames.link.stats().requests == REQUESTS as u64);
    frames.link.detach(Readiness::Compiling);
    config.decoder = Some(Arc::new(Scripted { name: "second", record: Arc::clone(&record) }));
    attach(&mut frames, &config);
    frames.link.notify("turn", b"{}").unwrap();
    until("the attach is seen", || frames.link.stats().messages_out == 1);
    record.open_gate();
    for id in 0..REQUESTS {
        let told = frames.next_of(EventKind::Request);
        let expected = if id == 0 { r#"{"do":"gate"}"#.to_owned() } else { format!("[{id}]") };
        assert_eq!(told.data, expected);
        frames.link.respond(told.id, b"1").unwrap();
    }
    let by: Vec<_> = frames.told.iter().filter_map(|told| told.by).collect();
    let first = by.iter().take_while(|by| **by == "first").count();
    assert!(first > 0 && first < REQUESTS, "{first} were with the worker already");
    assert!(by[first..].iter().all(|by| *by == "second"), "{by:?}");
    frames.close();
    assert_eq!(peer.join().unwrap(), REQUESTS);
}

#[test]
fn an_owner_without_a_decoder_gets_what_waits_as_it_is() {
    const NEWS: usize = 200;
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&notification(r#"{"do":"gate"}"#));
        (1..NEWS).for_each(|n| assert!(peer.text(&notification(&format!("[{n}]")))));
        while peer.read().is_some() {}
    });
    let (mut config, record) = decoding(&url);
    let mut frames = Frames::open(config.clone());
    record.until_begun(1);
    until("all are in the inbox", || frames.link.stats().messages_in == NEWS as u64);
    config.decoder = None;
    attach(&mut frames, &config);
    frames.link.notify("turn", b"{}").unwrap();
    until("the attach is seen", || frames.link.stats().messages_out == 1);
    record.open_gate();
    let told: Vec<Told> = (0..NEWS).map(|_| frames.next_of(EventKind::Notification)).collect();
    assert!(told[1..].iter().enumerate().all(|(at, told)| told.data == format!("[{}]", at + 1)));
    assert_eq!((told[0].by, told[NEWS - 1].by), (Some("first"), None));
    frames.close();
    peer.join().unwrap();
}

#[test]
fn an_orphan_is_decoded_anew_and_its_first_value_ends() {
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&request(7, r#"{"n":7}"#));
        peer.json()
    });
    let (mut config, record) = decoding(&url);
    let mut frames = Frames::open(config.clone());
    let first = frames.next_of(EventKind::Request);
    assert_eq!(first.by, Some("first"));
    frames.link.defer(first.id, 60_000, b"half done").unwrap();
    config.decoder = Some(Arc::new(Scripted { name: "second", record: Arc::clone(&record) }));
    attach(&mut frames, &config);
    let orphan = frames.next_of(EventKind::RequestOrphaned);
    assert_eq!((orphan.id, orphan.data.as_str(), orphan.by), (first.id, r#"{"n":7}"#, Some("second")));
    record.until_ended(1);
    frames.link.respond(orphan.id, b"{}").unwrap();
    assert_eq!(peer.join().unwrap().expect("the answer")["id"], 7);
    frames.close();
}

/// What a plugin keeps where its own reload does not reach.
struct Keeper {
    link: Link,
    inbox: Inbox,
}

/// Opens a link, or attaches to the one that is kept under that name: what `framewire_open` does for C.
fn open_or_attach(keeper: &mut Option<Keeper>, config: &Config) -> &'static str {
    if let Some(Keeper { link, inbox }) = keeper.as_mut().filter(|kept| kept.link.name() == config.name) {
        let handover = link.may_attach(config).unwrap();
        if link.attach(config, handover, || Some(inbox)) {
            return "attached";
        }
    }
    *keeper = Link::open(config.clone()).map(|(link, inbox)| Keeper { link, inbox }).ok();
    "opened"
}

#[test]
fn a_link_is_attached_to_by_name_without_the_c_interface() {
    let (url, peer) = serve(|mut peer: Peer| {
        peer.text(&request(1, "[1]"));
        peer.text(&request(2, "[2]"));
        (peer.json(), peer.json())
    });
    let (config, _record) = decoding(&url);
    let mut keeper = None;
    assert_eq!(open_or_attach(&mut keeper, &config), "opened");
    let mut told = Vec::new();
    let mut poll = |keeper: &mut Option<Keeper>, wanted: EventKind, data: &str, keep: bool| {
        let Keeper { link, inbox } = keeper.as_mut().unwrap();
        let mut found = None;
        until("the event", || {
            inbox.poll(1, |_, event: &Event| {
                told.push((event.kind, event.buffer[event.data.clone()].to_vec(), event.id));
            });
            found = told.iter().find(|seen| (seen.0, &*seen.1) == (wanted, data.as_bytes())).map(|seen| seen.2);
            // A loan that is open at the attach ends there.
            if found.is_none() || !keep {
                inbox.release();
            }
            found.is_some()
        });
        (link.clone(), found.unwrap())
    };
    let (_, first) = poll(&mut keeper, EventKind::Request, "[1]", true);
    assert_eq!(open_or_attach(&mut keeper, &config), "attached");
    let (_, second) = poll(&mut keeper, EventKind::Request, "[2]", false);
    let (link, orphan) = poll(&mut keeper, EventKind::RequestOrphaned, "[1]", false);
    assert_eq!(first, orphan);
    let other = Config { owner: "another".into(), ..config.clone() };
    assert_eq!(link.may_attach(&other).unwrap_err().field, Some("name"));
    let differs = Config { decoded_bytes: 1, ..config };
    assert_eq!(link.may_attach(&differs).unwrap_err().field, Some("decoded_bytes"));
    link.respond(second, b"2").unwrap();
    link.respond(orphan, b"1").unwrap();
    let (left, right) = peer.join().unwrap();
    assert_eq!((left.unwrap()["id"].clone(), right.unwrap()["id"].clone()), (2.into(), 1.into()));
    link.close(std::time::Duration::from_secs(5)).unwrap();
}
