//! Raw bytes in an answer: the value of its JSON whose place they take, and how they are written there.
//!
//! The bytes are never encoded as a whole: whoever sends them asks for as much base64 as is about to leave.

use core::ops::Range;

use base64::Engine;

use super::outbound::{BadPayload, BadPayloadKind};
use super::{json, pointer};

/// A value in a JSON text that gives its place to bytes. The payload is the text, then the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    value: Range<usize>,
    json: usize,
}

impl Attachment {
    /// Bytes in the place of the value that `json_pointer` leads to in `json`.
    ///
    /// # Errors
    /// It is no JSON pointer, or leads nowhere; or the text is no JSON, or too deep.
    pub fn find(json: &[u8], json_pointer: &str) -> Result<Self, BadPayload> {
        let bad = |kind, offset, detail| BadPayload { kind, offset, detail };
        let text = json::utf8(json).map_err(|fault| bad(BadPayloadKind::BadUtf8, fault.offset, fault.what))?;
        let found = pointer::get(text, json_pointer).map_err(|fault| {
            let offset = match fault {
                pointer::Fault::Json(at) | pointer::Fault::Depth(at) => at,
                pointer::Fault::Pointer => 0,
            };
            bad(BadPayloadKind::BadJson, offset, fault.to_string())
        })?;
        let Some(value) = found else {
            let detail =
                "the JSON pointer leads nowhere: put a value there that gives its place to the bytes, say null";
            return Err(bad(BadPayloadKind::BadJson, text.len(), detail.into()));
        };
        let range = json::range_in(text, value.text);
        let quote = usize::from(value.kind == pointer::Kind::String);
        Ok(Self { value: range.start.saturating_sub(quote)..range.end.saturating_add(quote), json: text.len() })
    }

    /// What stands before the value, in a payload.
    pub fn before(&self) -> Range<usize> {
        0..self.value.start
    }

    /// The raw bytes, in a payload of that length.
    pub fn bytes(&self, payload: usize) -> Range<usize> {
        self.json..payload
    }

    /// What stands behind the value, in a payload.
    pub fn after(&self) -> Range<usize> {
        self.value.end..self.json
    }

    /// What a payload of that length comes to on the wire.
    pub fn len(&self, payload: usize) -> usize {
        let string = string_len(payload.saturating_sub(self.json));
        self.before().len().saturating_add(string).saturating_add(self.after().len())
    }

    /// Writes the payload as it goes on the wire, behind what is in `out`.
    pub fn write(&self, payload: &[u8], out: &mut Vec<u8>) {
        let part = |range: Range<usize>| payload.get(range).unwrap_or_default();
        let bytes = part(self.bytes(payload.len()));
        out.extend_from_slice(part(self.before()));
        out.push(b'"');
        let start = out.len();
        out.resize(start + encoded_len(bytes.len()), 0);
        encode(bytes, out.get_mut(start..).unwrap_or_default());
        out.push(b'"');
        out.extend_from_slice(part(self.after()));
    }
}

/// Bytes as a JSON string of base64: how long it is, quotes included.
pub fn string_len(bytes: usize) -> usize {
    encoded_len(bytes).saturating_add(2)
}

/// Length of base64, padded.
pub fn encoded_len(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Writes base64 (RFC 4648, section 4), padded, to the start of `out`; how much it is. `out` has room for it
/// ([`encoded_len`]). Of a sequence that is encoded piece by piece, each piece but the last is a multiple of 3 long.
pub fn encode(bytes: &[u8], out: &mut [u8]) -> usize {
    let written = engine().encode_slice(bytes, out);
    debug_assert!(written.is_ok(), "there is room for it");
    written.unwrap_or_default()
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn engine() -> impl Engine {
    base64::engine::Simd::standard(base64::engine::general_purpose::PAD)
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn engine() -> impl Engine {
    base64::engine::general_purpose::STANDARD
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod tests;
