//! Attachments on their way: whatever the size of a write, the message is the one that is made in one go.

use proptest::prelude::*;

use super::super::backlog::{Backlog, LARGE};
use super::*;
use crate::protocol::attachment::Attachment;

const JSON: &str = r#"{"before":[1,2],"png":null,"after":"x"}"#;
const POINTER: &str = "/png";

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn frame(json: &str, pointer: &str, bytes: &[u8]) -> OutFrame {
    let attachment = Some(Attachment::find(json.as_bytes(), pointer).unwrap());
    let payload = [json.as_bytes(), bytes].concat();
    OutFrame { text: true, head: b"{\"data\":".into(), payload, attachment, tail: b"}".into() }
}

/// The message as it is made in one go.
fn whole(frame: &OutFrame) -> Vec<u8> {
    let mut message = frame.head.clone();
    frame.attachment.as_ref().unwrap().write(&frame.payload, &mut message);
    message.extend(&frame.tail);
    assert_eq!(message.len(), frame.len());
    message
}

/// What the backlog writes, at most `size` bytes at a time, without header and mask.
fn written(frame: OutFrame, mut size: impl FnMut() -> usize) -> Vec<u8> {
    let length = frame.len();
    let mut backlog = Backlog::default();
    let end = backlog.queue(frame);
    let mut out = Vec::new();
    loop {
        let next = backlog.next();
        assert!(next.len() <= STEP, "{}", next.len());
        let count = next.len().min(size().max(1));
        out.extend_from_slice(&next[..count]);
        if count == 0 {
            break;
        }
        backlog.advance(count);
        assert_eq!(backlog.confirm(), out.len() as u64);
    }
    assert_eq!((backlog.pending(), out.len() as u64), (0, end));
    let body = out.len() - length;
    let mut key: Key = out[body - 4..body].try_into().unwrap();
    let mut message = out.split_off(body);
    mask::apply(&mut message, &mut key);
    message
}

#[test]
fn every_border_of_steps_and_groups_is_invisible() {
    let mut counts = vec![0, 1, 2, 3, 4, LARGE / 4 * 3];
    for steps in 1..=3 {
        counts.extend(steps * RAW_STEP - 3..=steps * RAW_STEP + 3);
    }
    // Around the border between messages that are copied and those that keep their buffer.
    let around = frame(JSON, POINTER, &[]).len();
    counts.extend((LARGE - around) / 4 * 3 - 6..(LARGE - around) / 4 * 3 + 6);
    for count in counts {
        for size in [usize::MAX, STEP - 1, 4099] {
            let frame = frame(JSON, POINTER, &bytes(count));
            let expected = whole(&frame);
            assert!(written(frame, || size) == expected, "{count} bytes, written {size} at a time");
        }
    }
}

#[test]
fn bytes_that_take_the_place_of_everything_and_of_nothing_large() {
    let long = format!(r#"["{}",0,"{}"]"#, "a".repeat(2 * STEP + 5), "b".repeat(3 * STEP));
    for (json, pointer) in [("null", ""), (&long, "/1"), (&long, "/0"), (&long, "/2"), (" [ \"\" ] ", "/0")] {
        for count in [0, 2, 2 * RAW_STEP + 1] {
            let frame = frame(json, pointer, &bytes(count));
            let expected = whole(&frame);
            assert!(written(frame, || 70_001) == expected, "{count} bytes at {pointer}");
        }
    }
}

#[test]
fn one_byte_at_a_time() {
    let frame = frame(JSON, POINTER, &bytes(LARGE));
    let expected = whole(&frame);
    assert!(written(frame, || 1) == expected);
}

#[test]
fn a_step_is_encoded_when_the_one_before_is_gone() {
    let mut streamed = Streamed::new(frame(JSON, POINTER, &bytes(3 * RAW_STEP)), [0; 4]);
    let mut steps = Vec::new();
    loop {
        let length = streamed.next().len();
        if length == 0 {
            break;
        }
        steps.push(streamed.steps());
        assert_eq!(streamed.next().len(), length, "asking again changes nothing");
        let first = length.div_ceil(2);
        assert!(!streamed.advance(first) || length == 1);
        assert_eq!(streamed.next().len(), if length > first { length - first } else { streamed.next().len() });
        if length > first {
            streamed.advance(length - first);
        }
    }
    steps.dedup();
    assert_eq!(steps, [0, 1, 2, 3]);
}

#[test]
fn the_buffer_comes_back() {
    let frame = frame(JSON, POINTER, &bytes(2 * RAW_STEP));
    let at = frame.payload.as_ptr();
    let mut backlog = Backlog::default();
    backlog.queue(frame);
    while !backlog.next().is_empty() {
        let count = backlog.next().len();
        backlog.advance(count);
    }
    assert_eq!(backlog.encoded_steps(), 2);
    assert_eq!(backlog.take_spent().map(|spent| spent.as_ptr()), Some(at));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_sizes_of_writes(count in 0..2 * RAW_STEP + 10, sizes in proptest::collection::vec(1..STEP + 1, 1..20)) {
        let frame = frame(JSON, POINTER, &bytes(count));
        let expected = whole(&frame);
        let mut sizes = sizes.into_iter().cycle();
        prop_assert!(written(frame, || sizes.next().unwrap_or(1)) == expected);
    }
}
