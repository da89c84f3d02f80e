//! Tests of the socket against a real server on loopback.

use std::sync::mpsc;

use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message};

use super::clock::{NEVER, ms, now_ns};
use super::socket::{Discarded, Incoming, OutFrame, Socket};
use super::test_wire::{PATIENCE_MS, connected, end_after_attachment, flush, next};
use super::wait::Wait;
use crate::session::event::Reason;

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
        let frame = OutFrame { text: true, head: b"[".into(), payload, tail: b"]".into(), ..OutFrame::default() };
        let end = socket.queue(frame);
        let incoming = next(&mut wait, &mut socket).unwrap();
        assert!(incoming == Incoming::Text(expected.into()), "{length}");
        assert_eq!(socket.taken(), end);
    }
    socket.queue_close(1001, "going");
    socket.shutdown_write();
    assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Close { code: 1001, reason: "going".into() });
    let frame = server.join().unwrap().unwrap();
    assert_eq!((frame.code, frame.reason.as_str()), (CloseCode::Away, "going"));
    ends(&mut wait, &mut socket);
}

/// Discards until the peer's end.
fn ends(wait: &mut Wait, socket: &mut Socket) {
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
        [server.read().unwrap(), server.read().unwrap(), server.read().unwrap()]
    });
    let payload: Vec<u8> = (0..=255).cycle().take(LENGTH).collect();
    socket.queue(OutFrame { payload: payload.clone(), ..OutFrame::default() });
    while !socket.is_writing_blocked() {
        socket.write().unwrap();
    }
    let stuck_at = socket.taken();
    assert!(stuck_at > 0 && socket.backlog_bytes() > 0);
    assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Ping);
    let end = socket.queue(OutFrame { text: true, payload: b"after".to_vec(), ..OutFrame::default() });
    go.send(()).unwrap();
    assert_eq!(flush(&mut wait, &mut socket).unwrap(), end);
    let [first, second, third] = server.join().unwrap();
    assert!(first == Message::binary(payload));
    assert_eq!(second, Message::Pong("p".into()));
    assert_eq!(third, Message::text("after"));
    assert!(socket.take_spent().is_some_and(|spent| spent.capacity() >= LENGTH || spent.capacity() >= 5));
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
        assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Text(number.to_string().into()));
    }
    drop(server.join().unwrap());
    let failure = next(&mut wait, &mut socket).unwrap_err();
    assert_eq!(failure.reason, Reason::ConnectionLost);
    assert!(failure.detail.contains("without a close frame"), "{}", failure.detail);
}

#[test]
fn a_reset_while_writing_is_a_lost_connection() {
    let (go, gate) = mpsc::channel::<()>();
    let (mut wait, mut socket, server) = connected(move |server| {
        gate.recv().unwrap();
        drop(server);
    });
    socket.queue(OutFrame { payload: vec![1; 64 << 20], ..OutFrame::default() });
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

#[test]
fn an_end_that_is_wished_early_comes_after_an_attachment() {
    let (mut wait, mut socket, server) = connected(|mut server| (server.read(), server.read()));
    let message = end_after_attachment(&mut wait, &mut socket);
    let (first, second) = server.join().unwrap();
    assert!(first.unwrap() == message);
    assert!(second.is_err(), "the stream has ended");
}
