//! P7: whatever the peer does, the live heap stays below what the configuration allows.
//!
//! The heap is that of the process, so each flood runs in a process of its own: this program, started again.

use std::io::Write;
use std::process::Command;

use framewire::link::{Config, Overflow, Refusal};

use crate::heap;
use crate::support::peer::{BINARY, FIN, PING, Peer, TEXT, frame, serve};
use crate::support::{Host, godot, raw, until};

const MIB: usize = 1 << 20;
/// Names the flood that a started process runs.
const FLOOD: &str = "FRAMEWIRE_TEST_FLOOD";

/// What P7 allows for a link; no payload of an open request is kept, so the ledger is its slots alone.
fn allowed(config: &Config) -> usize {
    config.inbound_bytes + config.outbound_bytes.unwrap_or(0) + 2 * config.max_message + MIB
}

fn tight(mut config: Config) -> Config {
    config.max_message = MIB;
    config.inbound_bytes = MIB;
    config.outbound_bytes = Some(MIB);
    config.reconnect = framewire::link::Reconnect::None;
    config
}

/// Runs `body` in a process of its own.
fn alone(name: &str, body: impl FnOnce()) {
    if std::env::var(FLOOD).is_ok_and(|flood| flood == name) {
        return body();
    }
    let program = std::env::current_exe().expect("this program");
    let test = format!("bounded::p7_bounded_{name}");
    let child =
        Command::new(program).args(["--exact", &test, "--nocapture"]).env(FLOOD, name).output().expect("it runs");
    let words = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && words.contains("1 passed"), "{words}");
}

/// Floods a host that never polls with `turns` times `frames`, then checks the peak.
fn inbound(config: impl FnOnce(&str) -> Config, frames: Vec<u8>, turns: usize, greets: bool, all_read: bool) {
    let (begin, begun) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        if greets {
            peer.greet();
        }
        begun.recv().unwrap();
        let mut drain = peer.stream.try_clone().unwrap();
        drain.set_read_timeout(None).unwrap();
        // What the link answers is read and thrown away by a thread without a heap of its own.
        let drainer = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while std::io::Read::read(&mut drain, &mut buffer).is_ok_and(|count| count > 0) {}
        });
        for _ in 0..turns {
            if !peer.raw(&frames) {
                break;
            }
        }
        let _ = peer.stream.flush();
        drainer.join().unwrap();
    });
    let config = tight(config(&url));
    let allowed = allowed(&config);
    let before = heap::begin();
    let host = Host::open(config);
    until("it is open", || host.link.state().phase == 7);
    begin.send(()).unwrap();
    if all_read {
        until("the whole flood", || host.link.stats().messages_in + host.link.stats().malformed >= turns as u64);
    }
    rests("the flood", || (host.link.stats().messages_in, host.link.stats().bytes_in));
    let most = heap::peak() - before;
    assert!(most < allowed, "{most} bytes live of {allowed} allowed");
    host.link.close(std::time::Duration::ZERO).unwrap();
    peer.join().unwrap();
    println!("{most} of {allowed}");
}

#[test]
fn p7_bounded_a_million_tiny_messages_dropped() {
    alone("a_million_tiny_messages_dropped", || {
        let config = |url: &str| Config { overflow: Overflow::DropNewest, ..raw(url) };
        inbound(config, frame(FIN | TEXT, b"x").repeat(1000), 1000, false, true);
    });
}

#[test]
fn p7_bounded_a_million_tiny_messages_paused() {
    alone("a_million_tiny_messages_paused", || {
        inbound(raw, frame(FIN | TEXT, b"x").repeat(1000), 1000, false, false);
    });
}

#[test]
fn p7_bounded_large_messages_dropped() {
    alone("large_messages_dropped", || {
        let config = |url: &str| Config { overflow: Overflow::DropNewest, ..raw(url) };
        inbound(config, frame(FIN | BINARY, &vec![1; MIB]), 100, false, true);
    });
}

#[test]
fn p7_bounded_large_messages_paused() {
    alone("large_messages_paused", || inbound(raw, frame(FIN | BINARY, &vec![1; MIB - 100]), 100, false, false));
}

#[test]
fn p7_bounded_messages_just_large_enough_to_be_shared() {
    alone("messages_just_large_enough_to_be_shared", || {
        inbound(raw, frame(FIN | BINARY, &vec![1; 64 << 10]), 200, false, false);
    });
}

#[test]
fn p7_bounded_fragments_without_end() {
    alone("fragments_without_end", || {
        let mut frames = frame(BINARY, b"begin");
        frames.extend(frame(0, &[7; 1000]).repeat(5000));
        inbound(raw, frames, 1, false, false);
    });
}

#[test]
fn p7_bounded_headers_that_promise_too_much() {
    alone("headers_that_promise_too_much", || {
        // The first is refused for its size; of the second, which may be as large, the rest never comes.
        for length in [10_u64 << 30, MIB as u64] {
            let mut header = vec![FIN | BINARY, 127];
            header.extend(length.to_be_bytes());
            header.extend([1; 100]);
            inbound(raw, header, 1, false, false);
        }
    });
}

/// Each failed send is told by its number; a host that never polls must not pile the reports up.
#[test]
fn p7_bounded_reports_of_dropped_sends() {
    let (url, peer) = serve(|mut peer| while peer.read().is_some() {});
    let mut host = Host::open(raw(&url));
    host.next(framewire::session::event::EventKind::Opened);
    let mut bad = Vec::new();
    let mut refused_in_a_row = 0;
    while refused_in_a_row < 100 {
        assert!(bad.len() < 20_000, "{} reports wait", host.link.stats().send_dropped);
        let sent = [host.link.send_text(b"\xff"), host.link.send_text(b"good")];
        bad.extend(sent[0].as_ref().ok().map(|sent| sent.number));
        let refused = sent.iter().all(|sent| matches!(sent, Err(Refusal::WouldBlock)));
        // An outbox that is merely full empties by itself.
        refused_in_a_row = if refused && host.link.state().outbound_bytes == 0 { refused_in_a_row + 1 } else { 0 };
        if refused {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    host.until("every report", |host| host.dropped().len() == bad.len());
    assert_eq!(host.dropped(), bad);
    host.until("room again", |host| host.link.send_text(b"good").is_ok());
    host.close();
    peer.join().unwrap();
}

/// Notes stay with their requests, so they are bounded in total; an ended request gives its room back.
#[test]
fn p7_bounded_notes_of_deferred_requests() {
    const REQUESTS: usize = 100;
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        for number in 0..REQUESTS {
            peer.command(&number.to_string());
        }
        while peer.read().is_some() {}
    });
    let mut host = Host::open(godot(&url));
    let note = vec![b'n'; framewire::link::MAX_NOTE];
    let requests: Vec<u64> =
        (0..REQUESTS).map(|_| host.next(framewire::session::event::EventKind::Request).id).collect();
    let mut kept = 0;
    for id in &requests {
        // The outbox holds each for a moment.
        until("the outbox is empty", || host.link.state().outbound_bytes == 0);
        match host.link.defer(*id, 0, &note) {
            Ok(()) => kept += 1,
            Err(refusal) => assert_eq!(refusal, Refusal::WouldBlock),
        }
    }
    assert_eq!(kept, framewire::session::note::MAX_NOTES / note.len());
    assert_eq!(host.link.defer(requests[0], 0, &note), Err(Refusal::WouldBlock), "the old note counts until it goes");
    host.link.respond(requests[0], b"{}").unwrap();
    until("room again", || host.link.defer(requests[1], 0, &note).is_ok());
    host.close();
    peer.join().unwrap();
}

#[test]
fn p7_bounded_requests_by_the_hundred_thousand() {
    alone("requests_by_the_hundred_thousand", || {
        let command =
            format!(r#"{{"request_id":"{}","command":"{}","params":{{}}}}"#, "i".repeat(200), "c".repeat(900));
        inbound(godot, frame(FIN | TEXT, command.as_bytes()).repeat(100), 1000, true, false);
    });
}

#[test]
fn p7_bounded_malformed_messages() {
    alone("malformed_messages", || {
        inbound(godot, frame(FIN | TEXT, b"{\"request_id\":").repeat(1000), 200, true, true);
    });
}

#[test]
fn p7_bounded_pings() {
    alone("pings", || inbound(raw, frame(FIN | PING, &[1; 125]).repeat(1000), 200, false, false));
}

/// Waits until nothing more is taken. One quiet look may be a thread that got no processor.
fn rests(what: &str, counted: impl Fn() -> (u64, u64)) {
    let (mut last, mut quiet) = ((u64::MAX, 0), 0);
    until(&format!("{what} rests"), || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        let now = counted();
        quiet = if std::mem::replace(&mut last, now) == now { quiet + 1 } else { 0 };
        quiet == 3
    });
}

/// The peer asks and pings for ever and reads nothing of what comes back.
fn unread(config: impl FnOnce(&str) -> Config, frames: Vec<u8>, greets: bool) {
    let (url, peer) = serve(move |mut peer: Peer| {
        if greets {
            peer.greet();
        }
        // Ends when the link does: until then it takes what the system takes.
        while peer.raw(&frames) {}
    });
    let config = tight(config(&url));
    let allowed = allowed(&config);
    let before = heap::begin();
    let host = Host::open(config);
    until("it is open", || host.link.state().phase == 7);
    rests("the link", || (host.link.stats().messages_out, host.link.stats().bytes_in));
    let wakeups = host.link.stats().wakeups;
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(host.link.stats().wakeups - wakeups < 100, "a thread that rests does not spin");
    let most = heap::peak() - before;
    assert!(most < allowed, "{most} bytes live of {allowed} allowed");
    host.link.close(std::time::Duration::ZERO).unwrap();
    peer.join().unwrap();
    println!("{most} of {allowed}");
}

#[test]
fn p7_bounded_requests_of_a_peer_that_never_reads() {
    alone("requests_of_a_peer_that_never_reads", || {
        let command = frame(FIN | TEXT, br#"{"request_id":"x","command":"c"}"#);
        unread(|url| Config { request_slots: 1, ..godot(url) }, command.repeat(1000), true);
    });
}

#[test]
fn p7_bounded_pings_of_a_peer_that_never_reads() {
    alone("pings_of_a_peer_that_never_reads", || unread(raw, frame(FIN | PING, &[1; 125]).repeat(1000), false));
}

#[test]
fn p7_bounded_sends_to_a_peer_that_never_reads() {
    alone("sends_to_a_peer_that_never_reads", || {
        for size in [1, 1000, 5000, 60 << 10, 65 << 10, MIB] {
            let (done, wait_done) = std::sync::mpsc::channel::<()>();
            let (url, peer) = serve(move |peer| {
                let _ = wait_done.recv();
                drop(peer);
            });
            let mut config = tight(raw(&url));
            config.outbound_bytes = Some(4 * MIB);
            config.outbound_count = 4096;
            config.max_message = 1 << 16;
            let allowed = allowed(&config);
            let payload = vec![1; size];
            let before = heap::begin();
            let host = Host::open(config);
            until("it is open", || host.link.state().phase == 7);
            let mut refused = 0;
            until("the outbox is full for good", || {
                for _ in 0..5000 {
                    match host.link.send_binary(&payload) {
                        Ok(_) => refused = 0,
                        Err(Refusal::WouldBlock) => break,
                        Err(refusal) => panic!("{refusal:?}"),
                    }
                }
                refused += 1;
                refused > 100
            });
            let most = heap::peak() - before;
            assert!(most < allowed, "sends of {size}: {most} bytes live of {allowed} allowed");
            host.link.close(std::time::Duration::ZERO).unwrap();
            done.send(()).unwrap();
            peer.join().unwrap();
            println!("sends of {size}: {most} of {allowed}");
        }
    });
}

#[test]
fn p7_bounded_links_that_are_closed_leave_nothing() {
    alone("links_that_are_closed_leave_nothing", || {
        let round = || {
            let (url, peer) = serve(|mut peer| {
                peer.text("x");
                peer.read_of(8);
            });
            let mut host = Host::open(raw(&url));
            host.next(framewire::session::event::EventKind::Text);
            host.link.close(std::time::Duration::from_secs(5)).unwrap();
            peer.join().unwrap();
        };
        (0..3).for_each(|_| round());
        let before = heap::live();
        (0..50).for_each(|_| round());
        let more = heap::live().saturating_sub(before);
        assert!(more < 4096, "{more} bytes left by 50 links");
    });
}
