//! P5: what arrived before a close is delivered before CLOSED, the last event of its connection.

use framewire::session::event::{EventKind, Reason};

use crate::support::peer::{FIN, Peer, TEXT, frame, reset, serve};
use crate::support::{Host, godot, raw, until};

const COUNT: usize = 300;

fn send_all(peer: &mut Peer) {
    // In one segment: a reset takes back what has not left yet.
    let frames: Vec<u8> = (0..COUNT).flat_map(|number| frame(FIN | TEXT, number.to_string().as_bytes())).collect();
    peer.raw(&frames);
}

fn expect_all(host: &Host) {
    let expected: Vec<String> = (0..COUNT).map(|number| number.to_string()).collect();
    assert_eq!(host.texts(), expected);
    let last = host
        .seen
        .iter()
        .rfind(|seen| seen.generation == 1 && seen.kind != EventKind::Log && seen.kind != EventKind::Reconnecting);
    assert_eq!(last.unwrap().kind, EventKind::Closed);
}

#[test]
fn p5_drained_all_messages_come_before_a_close() {
    for inbound_count in [4, 4096] {
        let (url, peer) = serve(|mut peer| {
            send_all(&mut peer);
            peer.close(4321, "bye");
        });
        let mut config = raw(&url);
        config.inbound_count = inbound_count;
        config.reconnect = framewire::link::Reconnect::None;
        let mut host = Host::open(config);
        // Nothing is polled until the inbox is full, or everything is in it.
        until("messages wait", || host.link.stats().messages_in as usize >= COUNT.min(inbound_count));
        let closed = host.next(EventKind::Closed);
        assert_eq!((closed.code, closed.reason, closed.flags & 1), (4321, Reason::ClosedByPeer, 1));
        assert!(closed.detail.contains("bye"), "{}", closed.detail);
        expect_all(&host);
        host.close();
        peer.join().unwrap();
    }
}

/// The host goes on sending, so that its writes fail while messages are still to be read.
#[test]
fn p5_drained_all_messages_come_before_a_loss() {
    for (inbound_count, resets) in [(4, false), (4, true), (4096, false), (4096, true)] {
        let (url, peer) = serve(move |mut peer| {
            peer.read_of(1).expect("a sign of the host");
            send_all(&mut peer);
            if resets { reset(peer.stream) } else { drop(peer) }
        });
        let mut config = raw(&url);
        config.inbound_count = inbound_count;
        config.reconnect = framewire::link::Reconnect::None;
        let mut host = Host::open(config);
        host.next(EventKind::Opened);
        host.link.send_text(b"begin").unwrap();
        peer.join().unwrap();
        for _ in 0..50 {
            let _ = host.link.send_text(b"into the void");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let closed = host.next(EventKind::Closed);
        assert_eq!((closed.code, closed.reason, closed.flags & 1), (1006, Reason::ConnectionLost, 0));
        expect_all(&host);
        host.close();
    }
}

#[test]
fn p5_drained_a_message_that_waited_for_room_survives_a_disconnect() {
    let (url, peer) = serve(|mut peer| {
        // In one piece, so that who has read the first has the second in memory.
        peer.raw(&[frame(FIN | TEXT, b"first"), frame(FIN | TEXT, b"second")].concat());
        assert_eq!(peer.close_code(), Some(1000));
    });
    let mut config = raw(&url);
    config.inbound_count = 1;
    let mut host = Host::open(config);
    until("one message", || host.link.stats().messages_in == 1 && host.link.state().inbound_bytes > 0);
    host.link.disconnect().unwrap();
    host.next(EventKind::Closed);
    assert_eq!(host.texts(), ["first", "second"]);
    peer.join().unwrap();
    host.close();
}

#[test]
fn p5_drained_requests_never_handed_out_are_counted() {
    const HANDED: usize = 3;
    let (url, peer) = serve(|mut peer| {
        peer.greet();
        for number in 0..HANDED {
            peer.command(&number.to_string());
        }
        peer.read_of(1).expect("the first answer");
        for number in 0..20 {
            peer.command(&format!("unseen {number}"));
        }
        peer.close(1001, "later");
    });
    let mut host = Host::open(godot(&url));
    host.until("the first requests", |host| host.count(EventKind::Request) == HANDED);
    let first = host.all(EventKind::Request).next().unwrap().id;
    host.link.respond(first, b"{}").unwrap();
    until("the end of the connection", || host.link.stats().dropped_unseen > 0);
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.settled, closed.count, closed.code), (HANDED as u64 - 1, 20, 1001));
    assert_eq!(host.count(EventKind::Request), HANDED, "what was not handed out never is");
    assert_eq!(host.count(EventKind::RequestEnded), HANDED - 1);
    assert_eq!(host.link.stats().dropped_unseen, 20);
    host.close();
    peer.join().unwrap();
}
