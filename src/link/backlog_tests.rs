//! Tests of the backlog: what it writes is what a WebSocket server understands, wherever it is cut.

use std::io::Cursor;

use tungstenite::protocol::Role;
use tungstenite::{Message, WebSocket};

use super::*;

fn frame(text: bool, head: &[u8], payload: &[u8], tail: &[u8]) -> OutFrame {
    OutFrame { text, head: head.into(), payload: payload.into(), tail: tail.into(), ..OutFrame::default() }
}

fn letters(count: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(count).collect()
}

/// Messages as a tungstenite server decodes them; it insists on masks.
fn decode(bytes: &[u8]) -> Vec<Message> {
    // The decoder also answers pings: what it writes goes behind the input and is not read again.
    let mut server = WebSocket::from_raw_socket(Cursor::new(bytes.to_vec()), Role::Server, None);
    let mut messages = Vec::new();
    while let Ok(message) = server.read() {
        messages.push(message);
    }
    messages
}

/// Writes everything, at most `size` bytes at a time, and checks the counts on the way.
fn write_all(backlog: &mut Backlog, mut size: impl FnMut() -> usize) -> Vec<u8> {
    let mut written = Vec::new();
    let all = backlog.pending();
    let before = backlog.taken();
    loop {
        let count = {
            let bytes = backlog.next();
            assert!(bytes.len() <= STEP);
            let count = size().clamp(1, bytes.len().max(1)).min(bytes.len());
            written.extend_from_slice(&bytes[..count]);
            count
        };
        if count == 0 {
            break;
        }
        backlog.advance(count);
        assert_eq!(backlog.confirm(), before + written.len() as u64);
    }
    assert_eq!(written.len() as u64, all);
    assert_eq!(backlog.pending(), 0);
    written
}

#[test]
fn every_boundary_of_small_frames_may_cut_a_write() {
    let queue = |backlog: &mut Backlog| {
        let ends = [
            backlog.queue(frame(true, b"{\"a\":", b"12345", b"}")),
            backlog.queue(frame(false, b"", b"", b"")),
            backlog.queue(frame(false, b"", &letters(300), b"")),
        ];
        assert_eq!(ends, [6 + 11, 17 + 6, 23 + 8 + 300]);
    };
    let total = 331;
    for first in 1..total {
        let mut backlog = Backlog::default();
        queue(&mut backlog);
        let mut sizes = vec![first].into_iter();
        let written = write_all(&mut backlog, || sizes.next().unwrap_or(total));
        let expected = [Message::text("{\"a\":12345}"), Message::binary(Vec::new()), Message::binary(letters(300))];
        assert_eq!(decode(&written), expected, "cut at {first}");
    }
}

#[test]
fn large_frames_survive_any_step() {
    let payload = letters(3 * STEP + 5);
    let parts: [(&[u8], &[u8]); 4] = [(b"", b""), (b"[1,", b"]"), (b"x", b""), (b"", b"yz")];
    for size in [1021, 4096, 65_537, STEP - 1, STEP, usize::MAX] {
        let mut backlog = Backlog::default();
        let mut expected = Vec::new();
        for (head, tail) in parts {
            backlog.queue(frame(true, b"", b"before", b""));
            backlog.queue(frame(true, head, &payload, tail));
            let text = [head, payload.as_slice(), tail].concat();
            expected.extend([Message::text("before"), Message::text(String::from_utf8(text).unwrap())]);
        }
        let written = write_all(&mut backlog, || size);
        assert!(decode(&written) == expected, "in steps of {size}");
    }
}

#[test]
fn one_byte_at_a_time_keeps_the_mask_in_step() {
    let payload = letters(LARGE);
    let mut backlog = Backlog::default();
    backlog.queue(frame(false, b"12345", &payload, b"123"));
    let written = write_all(&mut backlog, || 1);
    assert_eq!(decode(&written), [Message::binary([b"12345".as_slice(), &payload, b"123"].concat())]);
}

#[test]
fn the_border_between_copied_and_kept_payloads_is_invisible() {
    for length in [125, 126, 65_535, LARGE, LARGE + 1] {
        let mut backlog = Backlog::default();
        backlog.queue(frame(false, b"", &letters(length), b""));
        let written = write_all(&mut backlog, || usize::MAX);
        assert_eq!(decode(&written), [Message::binary(letters(length))], "{length}");
    }
}

#[test]
fn frames_queued_while_a_large_one_is_under_way_go_behind_it() {
    let payload = letters(4 * LARGE);
    let mut backlog = Backlog::default();
    backlog.queue(frame(false, b"", &payload, b""));
    let mut written = Vec::new();
    for round in 0..8 {
        let bytes = backlog.next();
        let count = bytes.len().min(1000);
        written.extend_from_slice(&bytes[..count]);
        backlog.advance(count);
        backlog.confirm();
        // A pong under a mask of zeros.
        let pong = [0x8a, 0x81, 0, 0, 0, 0, b'0' + round];
        backlog.queue_encoded(&pong);
    }
    written.extend(write_all(&mut backlog, || usize::MAX));
    let mut expected = vec![Message::binary(payload)];
    expected.extend((0..8).map(|round| Message::Pong(vec![b'0' + round].into())));
    assert_eq!(decode(&written), expected);
}

#[test]
fn the_mask_is_on_the_wire_and_differs_from_frame_to_frame() {
    let mut backlog = Backlog::default();
    for _ in 0..50 {
        backlog.queue(frame(false, b"", &[0; 4], b""));
    }
    let written = write_all(&mut backlog, || usize::MAX);
    let keys: std::collections::HashSet<&[u8]> = written
        .chunks(10)
        .map(|frame| {
            assert_eq!(frame[1] & 0x80, 0x80);
            // Zeros under the mask show the key.
            assert_eq!(frame[2..6], frame[6..10]);
            &frame[2..6]
        })
        .collect();
    assert!(keys.len() > 45, "{} keys", keys.len());
}

#[test]
fn what_a_layer_above_the_system_holds_is_not_taken() {
    let mut backlog = Backlog::default();
    let end = backlog.queue(frame(true, b"", b"hello", b""));
    let count = backlog.next().len();
    backlog.advance(count);
    assert_eq!((backlog.taken(), backlog.pending()), (0, end));
    assert!(backlog.next().is_empty());
    assert_eq!(backlog.confirm(), end);
    assert_eq!(backlog.pending(), 0);
}

#[test]
fn payload_buffers_come_back_empty_and_bounded() {
    let mut backlog = Backlog::default();
    assert_eq!(backlog.take_spent(), None);
    backlog.queue(frame(true, b"", b"hello", b""));
    assert_eq!(backlog.take_spent().map(|spent| (spent.len(), spent.capacity() >= 5)), Some((0, true)));
    backlog.queue(frame(true, b"head", &letters(2 * LARGE), b"tail"));
    assert_eq!(backlog.take_spent(), None, "still to be written");
    write_all(&mut backlog, || usize::MAX);
    assert!(backlog.take_spent().unwrap().capacity() >= 2 * LARGE);
    assert_eq!(backlog.take_spent(), None);
    for _ in 0..40 {
        backlog.queue(frame(false, b"", &vec![0; 1 << 20], b""));
    }
    write_all(&mut backlog, || usize::MAX);
    let kept: usize = std::iter::from_fn(|| backlog.take_spent()).map(|spent| spent.capacity()).sum();
    assert_eq!(kept, 1 << 20, "one large one");
}

#[test]
fn a_burst_leaves_no_large_buffer_behind() {
    let mut backlog = Backlog::default();
    for _ in 0..10_000 {
        backlog.queue(frame(false, b"", &[1; 100], b""));
    }
    write_all(&mut backlog, || usize::MAX);
    assert!(backlog.segments.is_empty());
    assert!(backlog.spare.capacity() <= LARGE, "{}", backlog.spare.capacity());
}
