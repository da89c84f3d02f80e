//! Where wake-ups get lost, if any do: turns of one message, queues of one place, many threads, many links.
//!
//! Nothing here polls to keep the I/O thread awake: the host sleeps in `wait` until an event is there. A lost
//! wake-up is a test that ends in vain.

mod support;

use std::time::{Duration, Instant};

use framewire::link::{Config, Link, Overflow, Refusal};
use framewire::session::event::EventKind;
use support::peer::{BINARY, FIN, Peer, TEXT, frame, listen, serve};
use support::{Host, PATIENCE, godot, process, raw, until};

/// Everything as small as it may be.
fn tiny(mut config: Config, inbound_count: usize) -> Config {
    config.test_turn_limit = Some(1);
    config.inbound_count = inbound_count;
    config.outbound_count = 1;
    config.request_slots = 1;
    config.budget_bytes = 1;
    // No timer may do the work of a wake-up.
    config.heartbeat_interval_ms = 0;
    config.heartbeat_timeout_ms = 0;
    config
}

/// Sleeps until there is an event, polls once; whether the end of the connection was among what came.
fn frame_after_wait(host: &mut Host) -> bool {
    let begun = Instant::now();
    assert!(host.link.wait(PATIENCE), "no event within {:?}", begun.elapsed());
    host.frame().iter().any(|seen| seen.kind == EventKind::Closed)
}

#[test]
fn a_turn_of_one_message_and_an_inbox_of_one() {
    const COUNT: usize = 5000;
    for inbound_count in [1, 2] {
        for burst in [1, 1000] {
            let (url, peer) = serve(move |mut peer| {
                for _ in 0..COUNT / burst {
                    peer.raw(&frame(FIN | TEXT, b"0123456789").repeat(burst));
                }
                peer.close(1000, "");
            });
            let mut host = Host::open(tiny(raw(&url), inbound_count));
            while !frame_after_wait(&mut host) {}
            assert_eq!(host.count(EventKind::Text), COUNT);
            host.close();
            peer.join().unwrap();
        }
    }
}

/// Messages of all sizes in segments of all sizes: some lie in the library's buffers when the socket has no more.
#[test]
fn turns_of_one_message_and_segments_that_part_them_anywhere() {
    const COUNT: usize = 3000;
    let (url, peer) = serve(|mut peer| {
        let frames: Vec<u8> =
            (0..COUNT).flat_map(|number| frame(FIN | BINARY, &vec![number as u8; number * 37 % 5000])).collect();
        let mut rest = &frames[..];
        let mut size = 1;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(size.min(rest.len()));
            peer.raw(part);
            rest = behind;
            size = size * 31 % 70_001 + 1;
        }
        peer.close(1000, "");
    });
    let mut host = Host::open(tiny(raw(&url), 2));
    while !frame_after_wait(&mut host) {}
    let lengths: Vec<usize> = host.all(EventKind::Binary).map(|seen| seen.data.len()).collect();
    assert_eq!(lengths, (0..COUNT).map(|number| number * 37 % 5000).collect::<Vec<_>>());
    host.close();
    peer.join().unwrap();
}

#[test]
fn an_outbox_of_one_place_and_eight_threads() {
    const EACH: usize = 1000;
    let (url, peer) = serve(|mut peer| {
        for _ in 0..8 * EACH {
            assert_eq!(peer.read_of(BINARY).as_deref(), Some(&b"message"[..]));
        }
        peer.close(1000, "");
    });
    let mut host = Host::open(tiny(raw(&url), 1));
    host.next(EventKind::Opened);
    let start = |_| {
        let link = host.link.clone();
        std::thread::spawn(move || {
            for _ in 0..EACH {
                let deadline = Instant::now() + PATIENCE;
                while let Err(refusal) = link.send_binary(b"message") {
                    assert_eq!(refusal, Refusal::WouldBlock);
                    assert!(Instant::now() < deadline, "the place never came back");
                    std::thread::yield_now();
                }
            }
        })
    };
    let threads: Vec<_> = (0..8).map(start).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    host.next(EventKind::Closed);
    assert_eq!(host.link.stats().messages_out, 8 * EACH as u64);
    host.close();
    peer.join().unwrap();
}

/// Echo with both queues at one: messages wait on both sides of the link at once.
#[test]
fn an_echo_through_queues_of_one_place() {
    const COUNT: usize = 3000;
    let (url, peer) = serve(|mut peer| {
        let mut writer = Peer { stream: peer.stream.try_clone().unwrap() };
        let sender = std::thread::spawn(move || {
            for number in 0..COUNT {
                writer.text(&number.to_string());
            }
        });
        for number in 0..COUNT {
            assert_eq!(peer.read_of(TEXT), Some(number.to_string().into_bytes()));
        }
        sender.join().unwrap();
        peer.close(1000, "");
    });
    let mut host = Host::open(tiny(raw(&url), 1));
    let (mut next, mut is_over) = (0, false);
    while !is_over {
        is_over = frame_after_wait(&mut host);
        for seen in host.seen[next..].iter().filter(|seen| seen.kind == EventKind::Text) {
            let deadline = Instant::now() + PATIENCE;
            while host.link.send_text(&seen.data) == Err(Refusal::WouldBlock) {
                assert!(Instant::now() < deadline, "the place never came back");
                std::thread::yield_now();
            }
        }
        next = host.seen.len();
    }
    assert_eq!(host.count(EventKind::Text), COUNT);
    host.close();
    peer.join().unwrap();
}

#[test]
fn one_slot_and_every_request_is_answered_once() {
    const COUNT: usize = 3000;
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        let mut writer = Peer { stream: peer.stream.try_clone().unwrap() };
        let sender = std::thread::spawn(move || {
            for number in 0..COUNT {
                writer.command(&number.to_string());
            }
        });
        let mut answered = vec![0_u8; COUNT];
        let (mut done, mut busy) = (0, 0);
        while done + busy < COUNT {
            let answer = peer.json().expect("every command is answered");
            let Some(id) = answer["request_id"].as_str() else { continue };
            answered[id.parse::<usize>().unwrap()] += 1;
            if answer["status"] == "ok" { done += 1 } else { busy += 1 }
        }
        sender.join().unwrap();
        assert!(answered.iter().all(|count| *count == 1));
        peer.close(1000, "");
        (done as u64, busy as u64)
    });
    let mut host = Host::open(tiny(godot(&url), 1));
    let (mut next, mut is_over) = (0, false);
    while !is_over {
        is_over = frame_after_wait(&mut host);
        for seen in host.seen[next..].iter().filter(|seen| seen.kind == EventKind::Request) {
            assert!(host.link.respond(seen.id, b"{}").is_ok());
        }
        next = host.seen.len();
    }
    let (done, busy) = peer.join().unwrap();
    let stats = host.link.stats();
    assert_eq!((stats.answered, stats.refused_busy, stats.requests), (done, busy, COUNT as u64));
    assert_eq!(host.count(EventKind::Request) as u64, done);
    host.close();
}

/// The host looks only now and then, holds loans, pauses: what waits behind them comes in the end, and all of it.
#[test]
fn a_lazy_host_with_loans_and_pauses() {
    const COUNT: usize = 2000;
    for overflow in [Overflow::Pause, Overflow::DropNewest] {
        let (url, peer) = serve(|mut peer| {
            for number in 0..COUNT {
                peer.text(&number.to_string());
            }
            peer.close(1000, "");
        });
        let mut config = tiny(raw(&url), 2);
        config.overflow = overflow;
        let mut host = Host::open(config);
        let (mut told, mut dropped, mut closed) = (0, 0, false);
        let deadline = Instant::now() + PATIENCE;
        while !closed {
            assert!(Instant::now() < deadline, "{told} of {COUNT}");
            host.inbox.poll(3, |_, event| {
                told += usize::from(event.kind == EventKind::Text);
                dropped += if event.kind == EventKind::Dropped { event.count as usize } else { 0 };
                closed |= event.kind == EventKind::Closed;
            });
            if told % 7 == 0 {
                host.link.pause();
                host.inbox.release();
                host.link.resume();
            } else {
                host.inbox.release();
            }
            if told % 100 == 0 {
                host.link.wait(Duration::from_millis(20));
            }
        }
        assert_eq!(told + dropped, COUNT);
        host.close();
        peer.join().unwrap();
    }
}

#[test]
fn a_hundred_links_opened_and_closed_again_and_again() {
    const LINKS: usize = 100;
    let (listener, url) = listen();
    let server = std::thread::spawn(move || {
        let mut peers = Vec::new();
        for _ in 0..3 * LINKS {
            let mut peer = Peer::accept(&listener);
            peers.push(std::thread::spawn(move || {
                peer.text("hello");
                assert_eq!(peer.read_of(TEXT).as_deref(), Some(&b"hello yourself"[..]));
                peer.close_code_answered()
            }));
        }
        peers.into_iter().map(|peer| peer.join().unwrap()).collect::<Vec<_>>()
    });
    let before = process::descriptors();
    for _ in 0..3 {
        let mut hosts: Vec<Host> = (0..LINKS).map(|number| Host::open(many(number, &url))).collect();
        for host in &mut hosts {
            assert_eq!(host.next(EventKind::Text).data, b"hello");
            host.link.send_text(b"hello yourself").unwrap();
        }
        let closers: Vec<_> = hosts.iter().map(|host| host.link.clone()).map(close).collect();
        for closer in closers {
            let report = closer.join().unwrap();
            assert!(report.clean && report.unsent == 0, "{report:?}");
        }
    }
    assert!(server.join().unwrap().iter().all(|code| *code == Some(1000)));
    until("the threads are gone", || !process::link_threads().iter().any(|name| name.starts_with("fw:many")));
    until("the descriptors are back", || process::descriptors() <= before + 8);
}

fn close(link: Link) -> std::thread::JoinHandle<framewire::link::CloseReport> {
    std::thread::spawn(move || link.close(Duration::from_secs(20)).unwrap())
}

fn many(number: usize, url: &str) -> Config {
    Config { name: format!("many-{number}"), ..raw(url) }
}
