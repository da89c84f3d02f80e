//! Peers whose frames break RFC 6455.

use std::net::TcpListener;

use framewire::link::Config;
use framewire::session::event::{EventKind, Reason};

use crate::case::bad_peer;
use crate::support::Host;
use crate::support::peer::{BINARY, CLOSE, FIN, PING, PONG, Peer, TEXT, close_payload, frame, reset};

fn same(_: &mut Config) {}

/// Sends the bytes and reads what the link says to them: its close code.
fn sends(bytes: impl Into<Vec<u8>>) -> impl FnOnce(&TcpListener) -> Option<u16> + Send + 'static {
    let bytes = bytes.into();
    move |listener| {
        let mut peer = Peer::accept(listener);
        peer.raw(&bytes);
        peer.close_code()
    }
}

/// The connection ends with that reason; nothing of the fault is handed out.
fn closes(reason: Reason) -> impl FnOnce(&mut Host) {
    move |host| {
        let closed = host.next(EventKind::Closed);
        assert_eq!(closed.reason, reason, "{}", closed.detail);
        assert!(!closed.detail.is_empty());
        assert_eq!((closed.code, closed.flags & 1), (1006, 0), "the peer sent no close frame");
        assert_eq!(host.count(EventKind::Text) + host.count(EventKind::Binary), 0);
    }
}

fn violates(bytes: impl Into<Vec<u8>>) {
    assert_eq!(bad_peer(same, sends(bytes), closes(Reason::PeerViolation)), Some(1002));
}

#[test]
fn reserved_bits_and_opcodes() {
    for bit in [0x40, 0x20, 0x10] {
        violates(frame(FIN | TEXT | bit, b"x"));
    }
    for opcode in [3, 7, 11, 15] {
        violates(frame(FIN | opcode, b"x"));
    }
}

#[test]
fn masked_frames_of_a_server() {
    violates([FIN | TEXT, 0x80 | 1, 1, 2, 3, 4, b'x' ^ 1]);
}

#[test]
fn control_frames_that_are_too_long_or_in_parts() {
    violates(frame(FIN | PING, &[0; 126]));
    violates(frame(FIN | CLOSE, &[0; 126]));
    violates(frame(PING, b"part"));
}

#[test]
fn parts_out_of_order() {
    violates(frame(FIN, b"a continuation of nothing"));
    violates([frame(TEXT, b"begun"), frame(FIN | TEXT, b"begun again")].concat());
}

#[test]
fn text_that_is_not_utf8() {
    for text in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"ab\xe2\x82"] {
        let outcome = bad_peer(same, sends(frame(FIN | TEXT, text)), closes(Reason::PeerViolation));
        assert_eq!(outcome, Some(1007), "{text:?}");
    }
    let parts = [frame(TEXT, b"\xe2\x82"), frame(FIN, b"\xffx")].concat();
    assert_eq!(bad_peer(same, sends(parts), closes(Reason::PeerViolation)), Some(1007));
}

#[test]
fn a_header_of_ten_gibibytes() {
    for opcode in [TEXT, BINARY] {
        let mut header = vec![FIN | opcode, 127];
        header.extend((10_u64 << 30).to_be_bytes());
        header.extend([b'x'; 1000]);
        assert_eq!(bad_peer(same, sends(header), closes(Reason::MessageTooLarge)), Some(1009));
    }
    let mut negative = vec![FIN | BINARY, 127];
    negative.extend(u64::MAX.to_be_bytes());
    let closed =
        bad_peer(same, sends(negative), |host| assert_ne!(host.next(EventKind::Closed).reason, Reason::ConnectionLost));
    assert!(matches!(closed, Some(1002 | 1009)), "{closed:?}");
}

#[test]
fn parts_that_add_up_to_too_much() {
    let small = |config: &mut Config| config.max_message = 1000;
    let parts = [frame(BINARY, &[0; 600]), frame(FIN, &[0; 600])].concat();
    assert_eq!(bad_peer(small, sends(parts), closes(Reason::MessageTooLarge)), Some(1009));
    let exact = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        peer.raw(&[frame(BINARY, &[0; 600]), frame(FIN, &[0; 400])].concat());
        peer.close(1000, "");
    };
    bad_peer(small, exact, |host| {
        host.next(EventKind::Closed);
        assert_eq!(host.all(EventKind::Binary).map(|seen| seen.data.len()).collect::<Vec<_>>(), [1000]);
    });
}

#[test]
fn half_a_frame_then_the_end_or_a_reset() {
    let half = &frame(FIN | TEXT, &[b'x'; 1000])[..500];
    for resets in [false, true] {
        let half = half.to_vec();
        let goes = move |listener: &TcpListener| {
            let mut peer = Peer::accept(listener);
            peer.raw(&half);
            if resets {
                reset(peer.stream);
            }
        };
        bad_peer(same, goes, closes(Reason::ConnectionLost));
    }
}

#[test]
fn half_a_frame_then_silence() {
    let beats = |config: &mut Config| {
        config.heartbeat_interval_ms = 50;
        config.heartbeat_timeout_ms = 4000;
    };
    let silent = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        peer.raw(&[FIN | TEXT, 100, b'x']);
        while peer.read().is_some() {}
    };
    bad_peer(beats, silent, closes(Reason::Heartbeat));
}

#[test]
fn garbage_after_the_upgrade() {
    for byte in [0x00, 0xff, b'H'] {
        let garbage = move |listener: &TcpListener| {
            let mut peer = Peer::accept(listener);
            peer.raw(&[byte; 2000]);
            while peer.read().is_some() {}
        };
        bad_peer(same, garbage, closes(Reason::PeerViolation));
    }
}

#[test]
fn odd_close_frames() {
    // A payload of one byte is no code (RFC 6455, section 5.5.1).
    let short = |host: &mut Host| assert_eq!(host.next(EventKind::Closed).reason, Reason::PeerViolation);
    bad_peer(same, sends(frame(FIN | CLOSE, b"x")), short);
    let not_text = close_payload(1000, b"\xff\xfe");
    let bad_reason = |host: &mut Host| assert_eq!(host.next(EventKind::Closed).reason, Reason::PeerViolation);
    bad_peer(same, sends(frame(FIN | CLOSE, &not_text)), bad_reason);
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535] {
        let judge = move |host: &mut Host| {
            let closed = host.next(EventKind::Closed);
            assert_eq!((closed.reason, closed.flags & 1), (Reason::PeerViolation, 0), "{code}: {closed:?}");
            assert!(!closed.detail.is_empty());
        };
        let answer = bad_peer(same, sends(frame(FIN | CLOSE, &close_payload(code, b"why"))), judge);
        assert_eq!(answer, Some(1002), "{code} gets a close frame back");
    }
    for payload in [&b""[..], &close_payload(3000, b""), &close_payload(4999, b"why")] {
        let code = payload.first_chunk().map_or(1005, |code| u32::from(u16::from_be_bytes(*code)));
        let judge = |host: &mut Host| {
            let closed = host.next(EventKind::Closed);
            assert_eq!((closed.reason, closed.code, closed.flags & 1), (Reason::ClosedByPeer, code, 1));
        };
        bad_peer(same, sends(frame(FIN | CLOSE, payload)), judge);
    }
}

#[test]
fn pings_between_the_parts_of_a_message_are_right() {
    let parts = |listener: &TcpListener| {
        let mut peer = Peer::accept(listener);
        peer.raw(&frame(TEXT, "grü".as_bytes()[..3].as_ref()));
        for number in 0..100_u8 {
            peer.send(PING, &[number]);
            peer.raw(&frame(0, b""));
            assert_eq!(peer.read_of(PONG), Some(vec![number]));
        }
        peer.raw(&frame(FIN, &"grüße".as_bytes()[3..]));
        peer.close(1000, "");
    };
    bad_peer(same, parts, |host| {
        host.next(EventKind::Closed);
        assert_eq!(host.texts(), ["grüße"]);
    });
}
