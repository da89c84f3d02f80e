//! Words the answers that this side gives in the host's stead, none longer than
//! [`LARGEST_COMPACT`](crate::protocol::LARGEST_COMPACT).

use serde::Serialize;

use super::encode::failure;

const TOO_LARGE: i64 = -32011;
const EXPIRED: i64 = -32012;
const BUSY: i64 = -32013;
const CLOSING: i64 = -32014;
const INTERNAL_ERROR: i64 = -32603;

pub(in crate::protocol) fn too_large(wire_id: &str, buffered: usize, message: usize, limit: usize) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        reason: &'a str,
        retryable: bool,
        buffered_bytes: usize,
        message_bytes: usize,
        limit_bytes: usize,
    }
    let words = format!(
        "The answer has {message} bytes and {buffered} more wait to be sent; {limit} is the limit. Ask for less."
    );
    let data = Data {
        reason: "too_large",
        retryable: false,
        buffered_bytes: buffered,
        message_bytes: message,
        limit_bytes: limit,
    };
    failure(wire_id, TOO_LARGE, &words, Some(data))
}

pub(in crate::protocol) fn expired(wire_id: &str, method: &str, elapsed_ms: u64, timeout_ms: u64) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        reason: &'a str,
        retryable: bool,
        method: &'a str,
        elapsed_ms: u64,
        timeout_ms: u64,
    }
    let words = format!(
        "The editor took the request and did not answer within {timeout_ms} ms. It may still take effect: look before you repeat it."
    );
    let data = Data { reason: "expired", retryable: false, method: start(method), elapsed_ms, timeout_ms };
    failure(wire_id, EXPIRED, &words, Some(data))
}

/// `phase`: what the editor is doing, in a word.
pub(in crate::protocol) fn busy(wire_id: &str, why: &str, stall_ms: u64, phase: &str) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        reason: &'a str,
        retryable: bool,
        phase: &'a str,
        stall_ms: u64,
    }
    let words = format!("The request was not run: {}. Try again shortly.", start(why));
    let data = Data { reason: "busy", retryable: true, phase: start(phase), stall_ms };
    failure(wire_id, BUSY, &words, Some(data))
}

/// The host has the request and may have run it, so it is not to be repeated unseen.
pub(in crate::protocol) fn closing(wire_id: &str) -> String {
    let words =
        "The editor closes before it has answered. The request may have taken effect: look before you repeat it.";
    failure(wire_id, CLOSING, words, Some(Outcome { reason: "closing", retryable: false }))
}

pub(in crate::protocol) fn bad_answer(wire_id: &str, detail: &str) -> String {
    let words = format!("The editor's handler gave an answer that cannot be sent: {}", start(detail));
    failure(wire_id, INTERNAL_ERROR, &words, Some(Outcome { reason: "bad_answer", retryable: false }))
}

#[derive(Serialize)]
struct Outcome<'a> {
    reason: &'a str,
    retryable: bool,
}

/// As much of a text as a compact answer has room for.
fn start(text: &str) -> &str {
    const LONGEST: usize = 256;
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}
