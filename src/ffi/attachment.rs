//! Answers that carry raw bytes, which are encoded off the caller's thread.

use core::ffi::c_void;

use super::guard::guard_link;
use super::json::utf8;
use super::send::{needed, optional, send};
use super::*;

/// Answers request `id` with `json`, in which the value at `json_pointer` becomes `bytes` as a string of base64.
///
/// The answer is over the peer's cap if `json` and the string together are: put a short value there, such as null.
/// In the outbox the bytes count as they are, not as base64.
///
/// Ownership: all is copied before the call returns: `json`, as for `framewire_respond`; `json_pointer` (RFC 6901), which
/// must lead to a value in it of any type (absent or empty: all of `json`); `len` bytes at `bytes`, NULL with 0 being
/// none. `number` may be NULL; else it gets the send number.
///
/// Threads: any.
///
/// Blocks: never; the bytes are encoded (RFC 4648, section 4) on the library's thread, while they leave.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken for this connection
/// - `FRAMEWIRE_REPLACED`: the answer would be over the peer's cap, or finds no room as with `framewire_respond`; the
///   profile's compact error goes in its place
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, as with `framewire_respond`; the request stays open, try again in
///   some frames
/// - `FRAMEWIRE_EXPIRED`, `FRAMEWIRE_LOST`, `FRAMEWIRE_ALREADY_ANSWERED`, `FRAMEWIRE_UNKNOWN`: as for `framewire_respond`
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no requests
/// - `FRAMEWIRE_INVALID`: `json` is absent, a pointer or length is wrong, or `json_pointer` is no JSON pointer. (A fault
///   in `json`, or a pointer that leads nowhere, is found later: the peer gets the profile's internal error, and
///   SEND_DROPPED says where the fault is.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
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
    guard_link(link, || {
        let bytes = framewire_str { ptr: bytes.cast(), len };
        // SAFETY: the caller vouches for the texts, for `len` bytes at `bytes` and for `number`.
        unsafe {
            let (json, bytes) = (needed(json)?, optional(bytes)?.unwrap_or_default());
            let pointer = utf8(json_pointer)?.unwrap_or_default();
            send(link, number, |link| link.respond_attachment(id, json, pointer, bytes))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::testing::{close, config, of, open, raw, try_open};
    use crate::ffi::text::ABSENT;

    const NOTHING: *const c_void = core::ptr::null();

    #[test]
    fn wrong_arguments_are_told_before_the_link_is_asked() {
        let link = open("attachment");
        let odd = core::ptr::without_provenance_mut(4);
        let none = core::ptr::null_mut();
        let endless = framewire_str { len: u64::MAX, ..of("x") };
        // SAFETY: refused before anything is read or written.
        unsafe {
            for bad in [ABSENT, framewire_str { len: 1, ..ABSENT }, endless] {
                let status = framewire_respond_attachment(link, 1, bad, of(""), NOTHING, 0, none);
                assert_eq!(status, FRAMEWIRE_INVALID, "{bad:?}");
            }
            for bad in [framewire_str { len: 1, ..ABSENT }, endless, raw(b"/\xff")] {
                let status = framewire_respond_attachment(link, 1, of("{}"), bad, NOTHING, 0, none);
                assert_eq!(status, FRAMEWIRE_INVALID, "{bad:?}");
            }
            for (bytes, len) in [(NOTHING, 1), (of("x").ptr.cast(), u64::MAX)] {
                let status = framewire_respond_attachment(link, 1, of("{}"), of(""), bytes, len, none);
                assert_eq!(status, FRAMEWIRE_INVALID, "{len}");
            }
            let status = framewire_respond_attachment(link, 1, of("{}"), of(""), NOTHING, 0, odd);
            assert_eq!(status, FRAMEWIRE_INVALID);
            // This one is raw.
            let status = framewire_respond_attachment(link, 1, of("{}"), of(""), NOTHING, 0, none);
            assert_eq!(status, FRAMEWIRE_UNSUPPORTED);
            close(link);
            let status = framewire_respond_attachment(link, 1, of("{}"), of(""), NOTHING, 0, none);
            assert_eq!(status, FRAMEWIRE_STALE);
        }
    }

    #[test]
    fn a_link_with_requests_looks_at_the_pointer_and_the_id() {
        let mut config = config("attachment");
        config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
        config.hello = of("{}");
        let (status, link, error) = try_open(&config);
        assert_eq!(status, FRAMEWIRE_OK, "{}", error.1);
        let mut number = 77;
        // SAFETY: static texts and a local.
        unsafe {
            for (pointer, expected) in [
                (of("png"), FRAMEWIRE_INVALID),
                (of("/~"), FRAMEWIRE_INVALID),
                (of("/png"), FRAMEWIRE_UNKNOWN),
                (raw(b"/a\0"), FRAMEWIRE_UNKNOWN),
                (ABSENT, FRAMEWIRE_UNKNOWN),
            ] {
                let bytes = of("PNG");
                let status =
                    framewire_respond_attachment(link, 9, of("{}"), pointer, bytes.ptr.cast(), bytes.len, &mut number);
                assert_eq!(status, expected, "{pointer:?}");
            }
        }
        assert_eq!(number, 77);
        close(link);
    }
}
