//! P1: a message is handed out at most once and a send ends in one way.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use framewire::link::{Overflow, Refusal};
use framewire::session::event::EventKind;

use crate::support::peer::{BINARY, Peer, listen, reset, serve};
use crate::support::{Host, raw, until};

#[test]
fn p1_once_every_inbound_message_is_handed_out_or_counted() {
    const COUNT: usize = 20_000;
    for overflow in [Overflow::Pause, Overflow::DropNewest] {
        let (url, peer) = serve(|mut peer| {
            for number in 0..COUNT {
                peer.text(&number.to_string());
            }
            peer.close(1000, "");
        });
        let mut config = raw(&url);
        config.overflow = overflow;
        config.inbound_count = 32;
        let mut host = Host::open(config);
        host.next(EventKind::Closed);
        let numbers: Vec<usize> = host.texts().iter().map(|text| text.parse().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "in order, each once");
        let dropped: u64 = host.all(EventKind::Dropped).map(|seen| seen.count).sum();
        assert_eq!(numbers.len() as u64 + dropped, COUNT as u64);
        assert!(overflow == Overflow::DropNewest || dropped == 0, "pausing loses nothing");
        assert_eq!(host.link.stats().dropped_full, dropped);
        host.close();
        peer.join().unwrap();
    }
}

/// How the peer of a round goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Going {
    Closes,
    Drops,
    Resets,
}

/// Connections that read a few messages and go; what each of them read.
fn rounds(going: Going, count: usize) -> (String, std::thread::JoinHandle<Vec<HashSet<u64>>>) {
    let (listener, url) = listen();
    let thread = std::thread::spawn(move || {
        let mut received = Vec::new();
        for round in 0..count {
            let mut peer = Peer::accept(&listener);
            let mut read = HashSet::new();
            let mut take = |payload: &[u8]| assert!(read.insert(serial(payload)), "once");
            for _ in 0..round % 7 {
                take(&peer.read_of(BINARY).expect("the host sends all the time"));
            }
            match going {
                Going::Closes => {
                    peer.send(8, &1000_u16.to_be_bytes());
                    while let Some((opcode, payload)) = peer.read().filter(|(opcode, _)| *opcode != 8) {
                        assert_eq!(opcode, BINARY);
                        take(&payload);
                    }
                }
                Going::Drops => drop(peer),
                Going::Resets => reset(peer.stream),
            }
            received.push(read);
        }
        received
    });
    (url, thread)
}

fn serial(payload: &[u8]) -> u64 {
    u64::from_be_bytes(*payload.first_chunk().expect("a serial"))
}

/// Number, serial, and the connection if that is sure.
type Accepted = (u64, u64, Option<u64>);

/// Sends from several threads until told to stop; the number of each accepted serial, and its connection if that is
/// sure.
fn senders(host: &Host, stop: &Arc<AtomicBool>) -> Vec<std::thread::JoinHandle<Vec<Accepted>>> {
    let start = |thread: u64| {
        let (link, stop) = (host.link.clone(), Arc::clone(stop));
        std::thread::spawn(move || {
            let mut accepted = Vec::new();
            let mut serial = thread << 32;
            while !stop.load(Ordering::Relaxed) {
                let before = link.state().generation;
                let payload = [&serial.to_be_bytes()[..], &vec![0; (serial % 3000) as usize]].concat();
                match link.send_binary(&payload) {
                    Ok(sent) => {
                        let generation = (link.state().generation == before).then_some(before);
                        accepted.push((sent.number, serial, generation));
                        serial += 1;
                    }
                    Err(Refusal::NotOpen | Refusal::WouldBlock) => std::thread::yield_now(),
                    Err(refusal) => panic!("{refusal:?}"),
                }
            }
            accepted
        })
    };
    (1..=2).map(start).collect()
}

fn sends_are_accounted_for(going: Going, count: usize) {
    let (url, peers) = rounds(going, count);
    let mut config = raw(&url);
    config.reconnect_delays_ms = vec![0];
    config.outbound_count = 64;
    let mut host = Host::open(config);
    let stop = Arc::new(AtomicBool::new(false));
    let threads = senders(&host, &stop);
    host.until("all rounds", |host| host.ended() == count);
    stop.store(true, Ordering::Relaxed);
    let accepted: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let received = peers.join().unwrap();
    let report = host.close();
    assert_eq!(
        report.unsent,
        host.all(EventKind::SendDropped)
            .filter(|seen| seen.generation == count as u64)
            .map(|seen| seen.last - seen.first + 1)
            .sum::<u64>(),
        "the report is that of the last connection"
    );

    let serials: HashMap<u64, u64> = accepted.iter().map(|&(number, serial, _)| (number, serial)).collect();
    assert_eq!(serials.len(), accepted.len(), "a number is used once");
    let dropped = host.dropped();
    let dropped_set: HashSet<u64> = dropped.iter().map(|number| serials[number]).collect();
    assert_eq!(dropped_set.len(), dropped.len(), "a drop is reported once");
    let all: HashSet<u64> = received.iter().flatten().copied().collect();
    assert_eq!(all.len(), received.iter().map(HashSet::len).sum::<usize>(), "no message came on two connections");
    assert!(all.is_disjoint(&dropped_set), "what was reported as dropped never arrives");
    let missing = accepted.len() - dropped.len() - all.len();
    let unconfirmed: u64 = host.all(EventKind::Closed).map(|seen| seen.unconfirmed).sum();
    if going == Going::Closes {
        assert!(host.all(EventKind::Closed).all(|seen| seen.flags & 1 == 1), "clean");
        assert_eq!((missing, unconfirmed), (0, 0), "after a clean close nothing is in doubt");
    } else {
        assert!(missing as u64 <= unconfirmed, "{missing} are missing, {unconfirmed} told of");
    }
    for (_, serial, generation) in &accepted {
        let Some(generation) = generation else { continue };
        let carried =
            received.iter().enumerate().any(|(at, read)| at as u64 + 1 != *generation && read.contains(serial));
        assert!(!carried, "{serial} was carried to another connection");
    }
}

#[test]
fn p1_once_sends_while_the_peer_closes() {
    sends_are_accounted_for(Going::Closes, 340);
}

#[test]
fn p1_once_sends_while_the_peer_drops_the_connection() {
    sends_are_accounted_for(Going::Drops, 330);
}

#[test]
fn p1_once_sends_while_the_peer_resets_the_connection() {
    sends_are_accounted_for(Going::Resets, 330);
}

#[test]
fn p1_once_sends_that_cannot_be_sent_are_reported_with_their_reason() {
    let (url, peer) = serve(|mut peer| {
        assert_eq!(peer.read_of(1).as_deref(), Some(&b"good"[..]));
        peer.close(1000, "");
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    let bad = host.link.send_text(b"ab\xff").unwrap().number;
    host.link.send_text(b"good").unwrap();
    host.next(EventKind::Closed);
    let drops: Vec<_> =
        host.all(EventKind::SendDropped).map(|seen| (seen.first, seen.last, seen.reason, seen.code)).collect();
    assert_eq!(drops, [(bad, bad, framewire::session::event::Reason::BadUtf8, 2)]);
    peer.join().unwrap();
    until("room comes back", || host.link.state().outbound_bytes == 0);
    host.close();
}

#[test]
fn p1_once_each_thread_keeps_its_order() {
    const EACH: u64 = 2000;
    let (url, peer) = serve(|mut peer| {
        let mut last: HashMap<u64, u64> = HashMap::new();
        for _ in 0..4 * EACH {
            let serial = serial(&peer.read_of(BINARY).expect("a message"));
            let next = last.entry(serial >> 32).or_default();
            assert_eq!(serial & 0xffff_ffff, *next, "thread {}", serial >> 32);
            *next += 1;
        }
        peer.close(1000, "");
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    let start = |thread: u64| {
        let link = host.link.clone();
        std::thread::spawn(move || {
            for number in 0..EACH {
                let payload = ((thread << 32) | number).to_be_bytes();
                while link.send_binary(&payload) == Err(Refusal::WouldBlock) {
                    std::thread::yield_now();
                }
            }
        })
    };
    let threads: Vec<_> = (1..=4).map(start).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    host.next(EventKind::Closed);
    peer.join().unwrap();
    host.close();
}
