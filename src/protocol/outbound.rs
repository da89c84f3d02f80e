//! How the host's JSON is framed, and what is wrong with it if it cannot be sent.

use super::json;

/// What stands around the host's JSON on the wire: `head`, the JSON, `tail`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Goes before the JSON.
    pub head: Vec<u8>,
    /// Goes behind it.
    pub tail: Vec<u8>,
}

/// Longest text, in bytes, of the answers given in the host's stead (too large, expired, busy, closing, bad answer).
pub const LARGEST_COMPACT: usize = 4096;

/// What a payload of the host is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The answer to a request.
    Answer,
    /// What goes with an error answer.
    ErrorData,
    /// The content of a notification.
    Notification,
    /// The parameters of a call.
    Call,
    /// A raw text message.
    Text,
}

/// Why the host's bytes cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BadPayloadKind {
    /// They are no valid UTF-8.
    BadUtf8,
    /// They are no JSON text, or not of the type that the profile carries.
    BadJson,
}

/// A payload of the host that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPayload {
    /// What is wrong.
    pub kind: BadPayloadKind,
    /// First byte at fault; the payload's length if it ends too early.
    pub offset: usize,
    /// What is wrong and what to do next. Holds nothing of the payload.
    pub detail: String,
}

/// One JSON object: what most profiles carry.
pub(super) fn check_object(bytes: &[u8]) -> Result<(), BadPayload> {
    let bad = |kind, fault: json::Fault| BadPayload {
        kind,
        offset: fault.offset,
        detail: format!("{}; send one JSON object as UTF-8", fault.what),
    };
    let text = json::utf8(bytes).map_err(|fault| bad(BadPayloadKind::BadUtf8, fault))?;
    json::check(text).map_err(|fault| bad(BadPayloadKind::BadJson, fault))?;
    if !json::opens_object(text) {
        let offset = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
        return Err(bad(BadPayloadKind::BadJson, json::Fault { offset, what: "the payload is no JSON object".into() }));
    }
    Ok(())
}
