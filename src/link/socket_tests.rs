//! Tests of the socket against a scripted transport.

use tungstenite::protocol::Role;

use super::*;
use crate::link::scripted::Scripted;
use crate::link::transport::Transport;

fn scripted(script: Scripted, max_message: usize) -> Socket {
    let wire = Wire::new(Transport::Scripted(script), 0);
    Socket::new(WebSocket::from_raw_socket(wire, Role::Client, Some(configuration(max_message))))
}

fn reading(pieces: &[&[u8]]) -> Socket {
    let input = pieces.iter().map(|piece| piece.to_vec()).collect();
    scripted(Scripted { input, ..Scripted::default() }, 1 << 20)
}

fn output(socket: &mut Socket) -> Vec<u8> {
    match &mut socket.wire_mut().transport {
        Transport::Scripted(script) => std::mem::take(&mut script.output),
        other => panic!("not scripted: {other:?}"),
    }
}

fn text(payload: Vec<u8>) -> OutFrame {
    OutFrame { text: true, payload, ..OutFrame::default() }
}

/// The close code of the only frame in `bytes`, unmasked.
fn close_code(bytes: &[u8]) -> u16 {
    assert_eq!(bytes[0], 0x88, "{bytes:?}");
    u16::from_be_bytes([bytes[6] ^ bytes[2], bytes[7] ^ bytes[3]])
}

#[test]
fn messages_are_read_whole_however_they_arrive() {
    let stream = [0x81, 2, b'h', b'i', 0x01, 1, b'a', 0x89, 1, b'p', 0x80, 1, b'b', 0x82, 0, 0x8a, 1, b'q'];
    for size in 1..=stream.len() {
        let mut socket = reading(&stream.chunks(size).collect::<Vec<_>>());
        let expected = [
            Incoming::Text("hi".into()),
            Incoming::Ping,
            Incoming::Text("ab".into()),
            Incoming::Binary(Bytes::new()),
            Incoming::Pong("q".into()),
            Incoming::Blocked,
        ];
        for incoming in expected {
            assert_eq!(socket.read().unwrap(), incoming, "in pieces of {size}");
        }
        socket.write().unwrap();
        let pong = output(&mut socket);
        assert_eq!((pong[0], pong[6] ^ pong[2]), (0x8a, b'p'));
    }
}

#[test]
fn violations_queue_the_close_code_they_call_for() {
    let cases: [(&[u8], Reason, u16); 6] = [
        (&[0x81, 1, 0xff], Reason::PeerViolation, 1007),
        (&[0x81, 0x81, 0, 0, 0, 0, b'x'], Reason::PeerViolation, 1002),
        (&[0xc1, 1, b'x'], Reason::PeerViolation, 1002),
        (&[0x83, 0], Reason::PeerViolation, 1002),
        (&[0x80, 0], Reason::PeerViolation, 1002),
        (&[0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Reason::MessageTooLarge, 1009),
    ];
    for (bytes, reason, code) in cases {
        let mut socket = reading(&[bytes]);
        let failure = socket.read().unwrap_err();
        assert_eq!((failure.reason, failure.code), (reason, u32::from(code)), "{bytes:?}");
        assert_eq!(socket.read().unwrap(), Incoming::Blocked);
        socket.write().unwrap();
        assert_eq!(close_code(&output(&mut socket)), code);
    }
}

#[test]
fn a_message_in_fragments_is_bounded_too() {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for number in 0..20 {
        let mut piece = vec![if number == 0 { 0x02 } else { 0x00 }, 126, 0xff, 0xff];
        piece.resize(4 + 0xffff, 0);
        pieces.push(piece);
    }
    let mut socket = scripted(Scripted { input: pieces.into(), ..Scripted::default() }, 1 << 20);
    let failure = loop {
        match socket.read() {
            Ok(Incoming::Partial) => {}
            Ok(other) => panic!("{other:?}"),
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.reason, Reason::MessageTooLarge);
}

#[test]
fn an_endless_message_without_content_does_not_hold_the_thread() {
    let mut input = std::collections::VecDeque::from([vec![0x01, 0]]);
    input.extend((0..3 * READS_A_CALL).map(|_| vec![0x00, 0]));
    let mut socket = scripted(Scripted { input, ..Scripted::default() }, 1 << 20);
    assert_eq!(socket.read().unwrap(), Incoming::Partial);
    let mut partial = 1;
    while socket.read().unwrap() == Incoming::Partial {
        partial += 1;
    }
    assert!(partial >= 3, "{partial}");
}

#[test]
fn a_close_frame_is_answered_and_ends_reading() {
    let mut socket = reading(&[&[0x88, 5, 0x0f, 0xa1, b'b', b'y', b'e', 0x81, 1, b'x']]);
    assert_eq!(socket.read().unwrap(), Incoming::Close { code: 4001, reason: "bye".into() });
    assert_eq!(socket.read().unwrap(), Incoming::Blocked);
    assert!(!socket.can_queue());
    socket.queue_close(1000, "again");
    socket.write().unwrap();
    let reply = output(&mut socket);
    assert_eq!(close_code(&reply), 4001);
    assert_eq!(reply.len(), 6 + 5, "one close frame only");
    let mut socket = reading(&[&[0x88, 0]]);
    assert_eq!(socket.read().unwrap(), Incoming::Close { code: NO_CLOSE_CODE, reason: String::new() });
}

#[test]
fn a_code_that_no_frame_may_carry_is_a_violation_whoever_closes_first() {
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX] {
        for we_close_first in [false, true] {
            let [high, low] = code.to_be_bytes();
            let mut socket = reading(&[&[0x88, 2, high, low]]);
            if we_close_first {
                socket.queue_close(1000, "");
            }
            let failure = socket.read().unwrap_err();
            assert_eq!((failure.reason, failure.code), (Reason::PeerViolation, 1002), "{code}");
            assert_eq!(socket.read().unwrap(), Incoming::Blocked);
            socket.write().unwrap();
            assert_eq!(close_code(&output(&mut socket)), if we_close_first { 1000 } else { 1002 });
        }
    }
    for code in [1000_u16, 1001, 1002, 1003, 1007, 1008, 1011, 1012, 1013, 3000, 4999] {
        let [high, low] = code.to_be_bytes();
        let close = Incoming::Close { code, reason: String::new() };
        assert_eq!(reading(&[&[0x88, 2, high, low]]).read().unwrap(), close);
    }
}

#[test]
fn control_frames_are_cut_at_what_they_may_hold() {
    let mut socket = reading(&[]);
    socket.queue_ping(&[7; 200]);
    socket.queue_close(4000, &"ä".repeat(100));
    socket.queue_ping(b"too late");
    socket.write().unwrap();
    let written = output(&mut socket);
    assert_eq!((written[0], written[1]), (0x89, 0x80 | 125));
    let close = &written[6 + 125..];
    assert_eq!((close[0], close[1]), (0x88, 0x80 | (2 + 122)));
    assert_eq!(close.len(), 6 + 2 + 122, "nothing follows the close frame");
}

#[test]
fn blocked_writes_are_counted_to_the_byte() {
    let takes = [3, 0, 1, 0, 100, 0, 0].into();
    let mut socket = scripted(Scripted { takes, ..Scripted::default() }, 1 << 20);
    let end = socket.queue(text(vec![b'x'; 200]));
    assert_eq!(end, 8 + 200);
    for taken in [3, 4, 104, 104] {
        assert_eq!(socket.write().unwrap(), taken);
        assert!(socket.is_writing_blocked());
        assert_eq!(socket.backlog_bytes() as u64, end - taken);
    }
    assert_eq!(socket.write().unwrap(), end);
    assert!(!socket.is_writing_blocked());
    assert_eq!(socket.backlog_bytes(), 0);
}

#[test]
fn bytes_that_tls_holds_are_not_taken() {
    // Pushes: before the first write all is out; after it the layer holds on, twice.
    let holds = [false, true, true, false].into();
    let mut socket = scripted(Scripted { holds, ..Scripted::default() }, 1 << 20);
    let end = socket.queue(text(b"hello".to_vec()));
    assert_eq!(socket.write().unwrap(), 0);
    assert!(socket.is_writing_blocked());
    assert_eq!(socket.write().unwrap(), 0);
    assert_eq!(socket.write().unwrap(), end);
}

#[test]
fn a_flood_of_pings_is_answered_within_bounds_and_the_newest_always() {
    const COUNT: u32 = 10_000;
    let input = (0..COUNT).map(|number| [&[0x89, 4], number.to_be_bytes().as_slice()].concat()).collect();
    let mut socket = scripted(Scripted { input, takes: [1, 0, 0].into(), ..Scripted::default() }, 1 << 20);
    let mut seen = 0;
    while seen < COUNT {
        match socket.read().unwrap() {
            Incoming::Ping => seen += 1,
            other => assert_eq!(other, Incoming::Partial),
        }
        assert!(socket.backlog_bytes() <= 32 << 10, "{}", socket.backlog_bytes());
        if seen == 1 {
            socket.write().unwrap();
            assert!(socket.is_writing_blocked());
        }
    }
    while socket.backlog_bytes() > 0 {
        socket.write().unwrap();
    }
    let written = output(&mut socket);
    let pongs: Vec<[u8; 4]> = written
        .chunks(10)
        .map(|pong| {
            assert_eq!((pong[0], pong[1]), (0x8a, 0x84));
            std::array::from_fn(|at| pong[6 + at] ^ pong[2 + at])
        })
        .collect();
    assert_eq!(pongs.first(), Some(&0_u32.to_be_bytes()));
    assert_eq!(pongs.last(), Some(&(COUNT - 1).to_be_bytes()));
    assert!(pongs.is_sorted() && pongs.len() < 2000, "{} pongs", pongs.len());
}

proptest::proptest! {
    /// Whatever a peer sends, in whatever pieces: reading comes to an end, and what we answer is a
    /// run of masked control frames.
    #[test]
    fn no_bytes_break_the_reader(
        frames in proptest::collection::vec((proptest::sample::select(&[0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0x83, 0xff]), proptest::collection::vec(proptest::num::u8::ANY, 0..200)), 0..20),
        garbage in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
        size in 1_usize..100,
    ) {
        let mut bytes = Vec::new();
        for (first, payload) in &frames {
            bytes.push(*first);
            match u8::try_from(payload.len()) {
                Ok(length) if length < 126 => bytes.push(length),
                _ => bytes.extend([126, 0, u8::try_from(payload.len()).unwrap()]),
            }
            bytes.extend_from_slice(payload);
        }
        bytes.extend(garbage);
        let mut socket = reading(&bytes.chunks(size).collect::<Vec<_>>());
        let mut failed = 0;
        for _ in 0..=bytes.len() + 2 {
            match socket.read() {
                Ok(Incoming::Blocked) => break,
                Ok(_) => {}
                Err(_) => failed += 1,
            }
        }
        assert!(failed <= 1);
        assert_eq!(socket.read().unwrap(), Incoming::Blocked);
        socket.write().unwrap();
        assert_eq!(socket.backlog_bytes(), 0);
        let written = output(&mut socket);
        let mut rest = written.as_slice();
        while let [first, length, ..] = rest {
            assert!(matches!(first, 0x88 | 0x8a) && length & 0x80 != 0, "{rest:?}");
            rest = &rest[6 + usize::from(length & 0x7f)..];
        }
    }
}

#[test]
fn an_attachment_leaves_a_turn_to_others_after_each_step() {
    use crate::link::backlog::STEP;
    use crate::protocol::attachment::Attachment;
    let raw = 16 << 20;
    let payload = [b"[null]".as_slice(), &vec![0xa5; raw]].concat();
    let attachment = Attachment::find(b"[null]", "/0").ok();
    let pings = (0..200).map(|_| vec![0x89, 1, b'p']).collect();
    let mut socket = scripted(Scripted { input: pings, ..Scripted::default() }, 1 << 20);
    let before = socket.queue(text(b"a small one before".to_vec()));
    let end = socket.queue(OutFrame { text: true, payload, attachment, ..OutFrame::default() });
    socket.queue(text(b"a small one behind".to_vec()));
    socket.shutdown_write();
    let (mut turns, mut taken) = (1, socket.taken());
    assert!(taken >= before, "what is before it has gone");
    while socket.taken() < end {
        assert!(socket.has_more_to_write() && !socket.is_writing_blocked());
        // The peer's pings are read between two steps.
        assert_eq!(socket.read().unwrap(), Incoming::Ping, "turn {turns}");
        socket.write().unwrap();
        turns += 1;
        assert!(socket.taken() - taken <= STEP as u64 + 1024, "{} bytes in turn {turns}", socket.taken() - taken);
        taken = socket.taken();
    }
    assert!(turns > raw / STEP, "{turns}");
    socket.write().unwrap();
    assert_eq!((socket.backlog_bytes(), socket.has_more_to_write()), (0, false));
    // All of it, in order: the answer, then the message and pongs behind it.
    let wire = output(&mut socket);
    let unbounded = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let mut server = WebSocket::from_raw_socket(io::Cursor::new(wire), Role::Server, Some(unbounded));
    assert_eq!(server.read().unwrap(), Message::text("a small one before"));
    let Ok(Message::Text(answer)) = server.read() else { panic!("no answer") };
    assert_eq!(answer.len(), 4 + raw.div_ceil(3) * 4);
    assert_eq!(server.read().unwrap(), Message::text("a small one behind"));
    assert!(matches!(server.read(), Ok(Message::Pong(_))));
}
