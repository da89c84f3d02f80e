//! Reads values out of JSON payloads, so that C and C# hosts need no JSON library for parameters.

use super::guard::guard;
use super::sized::Output;
use super::text::{bytes, view};
use super::*;
use crate::protocol::pointer::{self, Kind, Value};

/// Reads one value of a JSON text by JSON Pointer (RFC 6901), such as `/params/nodes/0/name`.
///
/// The text is checked to its end, so that a damaged one is never half understood. An absent or empty pointer
/// is the whole text. Of duplicate keys the last wins. At most 1024 levels of nesting are read. Time is linear
/// in the length of the text: read large texts with a parser of your own, once.
///
/// Ownership: `value->text` points into `json` and lives as long as that. Nothing is allocated. `size` is
/// `sizeof *value`.
///
/// Threads: any. No link is involved.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `value` is written; its kind is `FRAMEWIRE_JSON_MISSING` if the pointer leads nowhere
/// - `FRAMEWIRE_INVALID`: `json` is absent, not UTF-8, not JSON or nested too deep; `pointer` is no JSON
///   Pointer; `value` is NULL or misaligned, or no value has this `size`. Nothing is written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_json_get(
    json: framewire_str,
    pointer: framewire_str,
    value: *mut framewire_json,
    size: u64,
) -> framewire_status {
    guard(|| {
        // SAFETY: the caller vouches for both texts and for `size` bytes at `value`.
        let (json, pointer, out) = unsafe {
            let json = utf8(json)?.ok_or(FRAMEWIRE_INVALID)?;
            (json, utf8(pointer)?.unwrap_or_default(), Output::one(value, size)?)
        };
        let found = pointer::get(json, pointer).map_err(|_| FRAMEWIRE_INVALID)?;
        out.write(0, &found.map_or(MISSING, |found| shown(&found)));
        Ok(FRAMEWIRE_OK)
    })
}

/// UTF-8 that may hold a NUL: a key can, and in the text it is a fault that the reader finds.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn utf8<'a>(view: framewire_str) -> Result<Option<&'a str>, framewire_status> {
    // SAFETY: this function has the same contract.
    let Some(bytes) = unsafe { bytes(view) }.map_err(|_| FRAMEWIRE_INVALID)? else {
        return Ok(None);
    };
    simdutf8::basic::from_utf8(bytes).map(Some).map_err(|_| FRAMEWIRE_INVALID)
}

const MISSING: framewire_json =
    framewire_json { kind: FRAMEWIRE_JSON_MISSING, flags: 0, integer: 0, number: 0.0, text: text::ABSENT };

fn shown(found: &Value<'_>) -> framewire_json {
    let mut value = framewire_json { text: view(found.text.as_bytes()), ..MISSING };
    value.kind = match found.kind {
        Kind::Null => FRAMEWIRE_JSON_NULL,
        Kind::Boolean => {
            value.integer = (found.text == "true").into();
            FRAMEWIRE_JSON_BOOLEAN
        }
        Kind::Number => {
            value.number = found.text.parse().unwrap_or(f64::NAN);
            if let Ok(integer) = found.text.parse() {
                value.integer = integer;
                value.flags = FRAMEWIRE_JSON_FLAG_INTEGER;
            }
            FRAMEWIRE_JSON_NUMBER
        }
        Kind::String => {
            if found.text.contains('\\') {
                value.flags = FRAMEWIRE_JSON_FLAG_ESCAPED;
            }
            // Empty, but there.
            value.text.ptr = found.text.as_ptr().cast();
            FRAMEWIRE_JSON_STRING
        }
        Kind::Array => FRAMEWIRE_JSON_ARRAY,
        Kind::Object => FRAMEWIRE_JSON_OBJECT,
    };
    value
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
