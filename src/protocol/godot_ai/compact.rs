//! Words the answers that this side gives in the host's stead, none longer than
//! [`LARGEST_COMPACT`](crate::protocol::LARGEST_COMPACT).

use serde::Serialize;

use super::encode::failure;

pub(in crate::protocol) fn too_large(
    wire_id: &str,
    buffered_bytes: usize,
    message_bytes: usize,
    limit_bytes: usize,
    readiness: &str,
) -> String {
    #[derive(Serialize)]
    struct Data {
        buffered_bytes: usize,
        message_bytes: usize,
        limit_bytes: usize,
    }
    let message = format!(
        "The answer has {message_bytes} bytes and {buffered_bytes} more wait to be sent; {limit_bytes} is the limit. \
         Ask for less: a smaller max_resolution, include_image=false, fewer results."
    );
    let data = Data { buffered_bytes, message_bytes, limit_bytes };
    failure(wire_id, "INTERNAL_ERROR", &message, Some(data), readiness)
}

pub(in crate::protocol) fn expired(
    wire_id: &str,
    command: &str,
    elapsed_ms: u64,
    timeout_ms: u64,
    readiness: &str,
) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        command: &'a str,
        elapsed_ms: u64,
        timeout_ms: u64,
    }
    let message = format!(
        "The editor took the command and did not answer within {timeout_ms} ms. It may still take effect: look before you repeat it."
    );
    failure(
        wire_id,
        "DEFERRED_TIMEOUT",
        &message,
        Some(Data { command: start(command), elapsed_ms, timeout_ms }),
        readiness,
    )
}

pub(in crate::protocol) fn busy(wire_id: &str, why: &str, stall_ms: u64, readiness: &str) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        retryable: bool,
        editor_state: &'a str,
        stall_ms: u64,
    }
    let why = start(why);
    let message = format!("The command was not run: {why}. Try again shortly.");
    failure(
        wire_id,
        "EDITOR_NOT_READY",
        &message,
        Some(Data { retryable: true, editor_state: readiness, stall_ms }),
        readiness,
    )
}

/// The host has the command and may have run it: the code is the one that forbids servers to repeat it by themselves.
pub(in crate::protocol) fn closing(wire_id: &str, readiness: &str) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        sub_code: &'a str,
        retryable: bool,
    }
    let message =
        "The editor closes before it has answered. The command may have taken effect: look before you repeat it.";
    failure(
        wire_id,
        "TRANSPORT_OUTCOME_UNKNOWN",
        message,
        Some(Data { sub_code: "EDITOR_DISCONNECTED", retryable: false }),
        readiness,
    )
}

pub(in crate::protocol) fn bad_answer(wire_id: &str, detail: &str, readiness: &str) -> String {
    let detail = start(detail);
    let message = format!("The editor's handler gave an answer that cannot be sent: {detail}");
    failure(wire_id, "INTERNAL_ERROR", &message, None::<()>, readiness)
}

/// As much of a text as a compact answer has room for.
fn start(text: &str) -> &str {
    const LONGEST: usize = 256;
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}
