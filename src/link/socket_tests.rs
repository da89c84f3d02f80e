//! Tests of the socket: against a scripted transport, and against a real server on loopback.

use std::sync::mpsc;

use tungstenite::protocol::Role;
use tungstenite::protocol::frame::coding::CloseCode;

use super::*;
use crate::link::clock::{NEVER, ms, now_ns};
use crate::link::scripted::Scripted;
use crate::link::test_wire::{PATIENCE_MS, connected, flush, next};

fn scripted(script: Scripted, max_message: usize) -> Socket {
    let wire = Wire::new(Transport::Scripted(script), 0);
    Socket::new(WebSocket::from_raw_socket(
        wire,
        Role::Client,
        Some(configuration(max_message)),
    ))
}

fn reading(pieces: &[&[u8]]) -> Socket {
    let input = pieces.iter().map(|piece| piece.to_vec()).collect();
    scripted(
        Scripted {
            input,
            ..Scripted::default()
        },
        1 << 20,
    )
}

fn output(socket: &mut Socket) -> Vec<u8> {
    match &mut socket.wire_mut().transport {
        Transport::Scripted(script) => std::mem::take(&mut script.output),
        other => panic!("not scripted: {other:?}"),
    }
}

fn text(payload: Vec<u8>) -> OutFrame {
    OutFrame {
        text: true,
        payload,
        ..OutFrame::default()
    }
}

/// The close code of the only frame in `bytes`, unmasked.
fn close_code(bytes: &[u8]) -> u16 {
    assert_eq!(bytes[0], 0x88, "{bytes:?}");
    u16::from_be_bytes([bytes[6] ^ bytes[2], bytes[7] ^ bytes[3]])
}

#[test]
fn messages_are_read_whole_however_they_arrive() {
    let stream = [
        0x81, 2, b'h', b'i', 0x01, 1, b'a', 0x89, 1, b'p', 0x80, 1, b'b', 0x82, 0, 0x8a, 1, b'q',
    ];
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
        (
            &[0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            Reason::MessageTooLarge,
            1009,
        ),
    ];
    for (bytes, reason, code) in cases {
        let mut socket = reading(&[bytes]);
        let failure = socket.read().unwrap_err();
        assert_eq!(
            (failure.reason, failure.code),
            (reason, u32::from(code)),
            "{bytes:?}"
        );
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
    let mut socket = scripted(
        Scripted {
            input: pieces.into(),
            ..Scripted::default()
        },
        1 << 20,
    );
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
    let mut socket = scripted(
        Scripted {
            input,
            ..Scripted::default()
        },
        1 << 20,
    );
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
    assert_eq!(
        socket.read().unwrap(),
        Incoming::Close {
            code: 4001,
            reason: "bye".into()
        }
    );
    assert_eq!(socket.read().unwrap(), Incoming::Blocked);
    socket.queue_close(1000, "again");
    socket.write().unwrap();
    let reply = output(&mut socket);
    assert_eq!(close_code(&reply), 4001);
    assert_eq!(reply.len(), 6 + 5, "one close frame only");
    let mut socket = reading(&[&[0x88, 0]]);
    assert_eq!(
        socket.read().unwrap(),
        Incoming::Close {
            code: NO_CLOSE_CODE,
            reason: String::new()
        }
    );
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
    let mut socket = scripted(
        Scripted {
            takes,
            ..Scripted::default()
        },
        1 << 20,
    );
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
    let mut socket = scripted(
        Scripted {
            holds,
            ..Scripted::default()
        },
        1 << 20,
    );
    let end = socket.queue(text(b"hello".to_vec()));
    assert_eq!(socket.write().unwrap(), 0);
    assert!(socket.is_writing_blocked());
    assert_eq!(socket.write().unwrap(), 0);
    assert_eq!(socket.write().unwrap(), end);
}

#[test]
fn messages_of_all_sizes_come_back() {
    let (mut wait, mut socket, server) = connected(|mut server| {
        let mut closed = None;
        loop {
            match server.read() {
                Ok(Message::Close(frame)) => closed = frame,
                Ok(message) => server.send(message).unwrap(),
                Err(Error::ConnectionClosed) => return closed,
                Err(error) => panic!("{error}"),
            }
        }
    });
    for length in [0, 1, 125, 126, 65_535, 65_536, 65_537, 8 << 20] {
        let payload: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
        let expected = [b"[".as_slice(), &payload, b"]"].concat();
        let end = socket.queue(OutFrame {
            text: true,
            head: b"[".into(),
            payload,
            tail: b"]".into(),
        });
        let incoming = next(&mut wait, &mut socket).unwrap();
        assert!(incoming == Incoming::Text(expected.into()), "{length}");
        assert_eq!(socket.taken(), end);
    }
    socket.queue_close(1001, "going");
    socket.shutdown_write();
    assert_eq!(
        next(&mut wait, &mut socket).unwrap(),
        Incoming::Close {
            code: 1001,
            reason: "going".into()
        }
    );
    let frame = server.join().unwrap().unwrap();
    assert_eq!(
        (frame.code, frame.reason.as_str()),
        (CloseCode::Away, "going")
    );
    ends(&mut wait, &mut socket);
}

/// Discards until the peer's end.
fn ends(wait: &mut crate::link::wait::Wait, socket: &mut Socket) {
    let deadline = now_ns() + ms(PATIENCE_MS);
    loop {
        match socket.discard().unwrap() {
            Discarded::Ended => return,
            Discarded::More => {}
            Discarded::Blocked => {
                assert!(now_ns() < deadline, "the peer's end was never seen");
                wait.sleep(deadline, || false).unwrap();
            }
        }
    }
}

#[test]
fn a_slow_reader_gets_every_byte_and_the_pong_in_its_place() {
    const LENGTH: usize = 24 << 20;
    let (go, gate) = mpsc::channel::<()>();
    let (mut wait, mut socket, server) = connected(move |mut server| {
        server.send(Message::Ping("p".into())).unwrap();
        // Nothing is read until the client is stuck in the middle of its message.
        gate.recv().unwrap();
        [
            server.read().unwrap(),
            server.read().unwrap(),
            server.read().unwrap(),
        ]
    });
    let payload: Vec<u8> = (0..=255).cycle().take(LENGTH).collect();
    socket.queue(OutFrame {
        payload: payload.clone(),
        ..OutFrame::default()
    });
    while !socket.is_writing_blocked() {
        socket.write().unwrap();
    }
    let stuck_at = socket.taken();
    assert!(stuck_at > 0 && socket.backlog_bytes() > 0);
    assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Ping);
    let end = socket.queue(text(b"after".to_vec()));
    go.send(()).unwrap();
    assert_eq!(flush(&mut wait, &mut socket).unwrap(), end);
    let [first, second, third] = server.join().unwrap();
    assert!(first == Message::binary(payload));
    assert_eq!(second, Message::Pong("p".into()));
    assert_eq!(third, Message::text("after"));
    assert!(
        socket
            .take_spent()
            .is_some_and(|spent| spent.capacity() >= LENGTH || spent.capacity() >= 5)
    );
}

#[test]
fn a_flood_is_read_to_its_end_on_edges_alone() {
    const COUNT: usize = 20_000;
    let (mut wait, mut socket, server) = connected(|mut server| {
        for number in 0..COUNT {
            server.write(Message::text(number.to_string())).unwrap();
        }
        server.flush().unwrap();
        server
    });
    for number in 0..COUNT {
        assert_eq!(
            next(&mut wait, &mut socket).unwrap(),
            Incoming::Text(number.to_string().into())
        );
    }
    drop(server.join().unwrap());
    let failure = next(&mut wait, &mut socket).unwrap_err();
    assert_eq!(failure.reason, Reason::ConnectionLost);
    assert!(
        failure.detail.contains("without a close frame"),
        "{}",
        failure.detail
    );
}

#[test]
fn a_reset_while_writing_is_a_lost_connection() {
    let (go, gate) = mpsc::channel::<()>();
    let (mut wait, mut socket, server) = connected(move |server| {
        gate.recv().unwrap();
        drop(server);
    });
    socket.queue(OutFrame {
        payload: vec![1; 64 << 20],
        ..OutFrame::default()
    });
    while !socket.is_writing_blocked() {
        socket.write().unwrap();
    }
    go.send(()).unwrap();
    server.join().unwrap();
    let failure = loop {
        match socket.write() {
            Ok(_) => wait.sleep(NEVER, || false).map(drop).unwrap(),
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.reason, Reason::ConnectionLost);
    assert_ne!(failure.os_error, 0);
}

#[test]
fn a_socket_can_leave_its_registry() {
    let (wait, mut socket, server) = connected(|mut server| server.read().is_err());
    socket.deregister(wait.registry());
    drop(socket);
    assert!(server.join().unwrap());
}
