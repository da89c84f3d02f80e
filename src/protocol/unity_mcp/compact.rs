//! Words the answers that this side gives in the host's stead, none longer than
//! [`LARGEST_COMPACT`](crate::protocol::LARGEST_COMPACT).
//!
//! Servers read some words of an error. "disconnected" and "aborted" make them look whether an edit of a script took
//! effect, so one of these stands exactly where the outcome is unknown. `hint` "retry" has a client repeat the call, so it
//! stands exactly where the host never saw it; with the reason "reloading" the server itself repeats edits of scripts, once
//! the editor is ready.

use serde::Serialize;

use super::encode::failure;

pub(in crate::protocol) fn too_large(
    wire_id: &str,
    buffered_bytes: usize,
    message_bytes: usize,
    limit_bytes: usize,
) -> String {
    #[derive(Serialize)]
    struct Data {
        buffered_bytes: usize,
        message_bytes: usize,
        limit_bytes: usize,
    }
    let limit = match limit_bytes >> 20 {
        mib if mib << 20 == limit_bytes => format!("{mib} MiB"),
        _ => format!("{limit_bytes} bytes"),
    };
    let message = format!(
        "The answer has {message_bytes} bytes, and the server takes no message over {limit}. \
         Ask for less: a smaller max_resolution, a smaller page_size, fewer properties."
    );
    failure(wire_id, "answer_too_large", &message, None, Some(Data { buffered_bytes, message_bytes, limit_bytes }))
}

pub(in crate::protocol) fn expired(wire_id: &str, command: &str, elapsed_ms: u64, timeout_ms: u64) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        command: &'a str,
        elapsed_ms: u64,
        timeout_ms: u64,
    }
    let message = format!(
        "The editor took the command and did not answer within {timeout_ms} ms, so the wait was aborted. \
         It may still take effect: look before you repeat it."
    );
    let data = Data { command: start(command), elapsed_ms, timeout_ms };
    failure(wire_id, "no_answer_in_time", &message, None, Some(data))
}

pub(in crate::protocol) fn busy(wire_id: &str, why: &str, stall_ms: u64, readiness: &str) -> String {
    #[derive(Serialize)]
    struct Data<'a> {
        reason: &'a str,
        retry_after_ms: u32,
        editor_state: &'a str,
        stall_ms: u64,
    }
    let (reason, retry_after_ms) = reason(readiness);
    let why = start(why);
    let message = format!("The command was not run: {why}. Try again shortly.");
    let data = Data { reason, retry_after_ms, editor_state: readiness, stall_ms };
    failure(wire_id, "editor_busy", &message, Some("retry"), Some(data))
}

/// The host has the command and may have run it.
pub(in crate::protocol) fn closing(wire_id: &str) -> String {
    let message =
        "The editor disconnected before it answered. The command may have taken effect: look before you repeat it.";
    failure(wire_id, "editor_closing", message, None, None::<()>)
}

pub(in crate::protocol) fn bad_answer(wire_id: &str, detail: &str) -> String {
    let message = format!("The editor's handler gave an answer that cannot be sent: {}", start(detail));
    failure(wire_id, "bad_answer", &message, None, None::<()>)
}

/// The server's word for why the editor takes no call, and when it is worth while to ask again, ms.
fn reason(readiness: &str) -> (&'static str, u32) {
    match readiness {
        "starting" | "reloading" | "recovering" => ("reloading", 500),
        "compiling" => ("compiling", 500),
        "importing" => ("asset_import", 500),
        _ => ("busy", 1000),
    }
}

/// As much of a text as a compact answer has room for.
fn start(text: &str) -> &str {
    const LONGEST: usize = 256;
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}
