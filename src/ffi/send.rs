//! What the host sends: messages, calls, answers.
//!
//! Payloads are taken as they are; whether they are UTF-8 and JSON is found out on the I/O thread, so that
//! the frame thread pays for a copy and no more.

use super::guard::guard_link;
use super::handle::TABLE;
use super::sized::place;
use super::status::{of_refusal, of_sent, of_unit};
use super::text::{bytes, text};
use super::*;
use crate::link::{Link, Refusal, Sent};

/// Longest note of a deferred request, bytes.
const NOTE_BYTES: usize = 64 << 10;

/// Sends through `send` and writes the number of what was taken.
///
/// # Safety
/// `number` is NULL, or points to a writable `u64`.
pub(super) unsafe fn send(
    link: framewire_link,
    number: *mut u64,
    send: impl FnOnce(&Link) -> Result<Sent, Refusal>,
) -> Result<framewire_status, framewire_status> {
    // SAFETY: this function has the same contract.
    let number = unsafe { place(number)? };
    let sent = TABLE.with_link(link, |link| send(link).map_err(of_refusal))?;
    if let Some(number) = number {
        number.write(sent.number);
    }
    Ok(of_sent(sent))
}

/// A text that must be there.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn needed<'a>(view: framewire_str) -> Result<&'a [u8], framewire_status> {
    // SAFETY: this function has the same contract.
    unsafe { bytes(view) }.ok().flatten().ok_or(FRAMEWIRE_INVALID)
}

/// A payload that may be absent.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn optional<'a>(view: framewire_str) -> Result<Option<&'a [u8]>, framewire_status> {
    // SAFETY: this function has the same contract.
    unsafe { bytes(view) }.map_err(|_| FRAMEWIRE_INVALID)
}

/// A name: there, not empty, UTF-8 without NUL.
///
/// # Safety
/// As for [`bytes`].
unsafe fn name<'a>(view: framewire_str) -> Result<&'a str, framewire_status> {
    // SAFETY: this function has the same contract.
    let name = unsafe { text(view) }.ok().flatten();
    name.filter(|name| !name.is_empty()).ok_or(FRAMEWIRE_INVALID)
}

/// Sends a text message on a raw link.
///
/// Ownership: `text` is copied before the call returns; {NULL, 0} is an empty message, as in the event that brings one.
/// `number` may be NULL; else it gets the number of this send, by which SEND_DROPPED would report it.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of SEND_DROPPED wait to be polled; nothing was
///   taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `text` has a length and no pointer, or no valid length. (Text that is not UTF-8 is found later
///   and reported in SEND_DROPPED.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_send_text(
    link: framewire_link,
    text: framewire_str,
    number: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `text` and `number`.
        unsafe {
            let text = optional(text)?.unwrap_or_default();
            send(link, number, |link| link.send_text(text))
        }
    })
}

/// Sends a binary message on a raw link.
///
/// Ownership: the `len` bytes at `data` are copied before the call returns; NULL with 0 is an empty message.
/// `number` as for `framewire_send_text`.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of SEND_DROPPED wait to be polled; nothing was
///   taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `data` is NULL and `len` is not 0, or `len` is beyond any memory
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_send_binary(
    link: framewire_link,
    data: *const c_void,
    len: u64,
    number: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        let view = framewire_str { ptr: data.cast(), len };
        // SAFETY: the caller vouches for `data` and `number`.
        unsafe {
            let data = optional(view)?.unwrap_or_default();
            send(link, number, |link| link.send_binary(data))
        }
    })
}

/// Sends a message that wants no answer: a notification, or an event of the profile.
///
/// Ownership: `name` and `json` are copied before the call returns. `json` holds the parameters, or is absent.
/// `number` as for `framewire_send_text`.
///
/// Threads: any. Messages of one thread keep their order.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; it will be sent, or reported in SEND_DROPPED
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or hundreds of RESPONSE or SEND_DROPPED wait to be polled; nothing
///   was taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection, or the hello is not done
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no such message
/// - `FRAMEWIRE_INVALID`: `name` is absent, empty, over 1024 bytes, not UTF-8 or holds a NUL; a length is wrong.
///   (A fault in `json` is found later and reported in SEND_DROPPED.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_notify(
    link: framewire_link,
    name: framewire_str,
    json: framewire_str,
    number: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for the texts and `number`.
        unsafe {
            let (name, json) = (self::name(name)?, optional(json)?.unwrap_or_default());
            send(link, number, |link| link.notify(name, json))
        }
    })
}

/// Calls the peer. Exactly one RESPONSE event with the same id follows, whatever comes of it.
///
/// Its `reason` is NONE for a result (`data`). Else: PEER_ERROR (`error_code`, `detail`, `data`), BAD_REPLY, TIMEOUT
/// (`timeout_ms`, or the peer was silent for `quiet_timeout_ms`), CANCELLED (`framewire_cancel`), LOST (the connection
/// ended; told before its CLOSED), OVERFLOW (the inbox was full, and over full by a whole `max_message`),
/// MESSAGE_TOO_LARGE, BAD_JSON or BAD_UTF8 (`json` is wrong at byte `code`; nothing was
/// sent), INTERNAL. A call is never sent again: after TIMEOUT, CANCELLED and LOST it may have been carried out. Its
/// reply, should it still come, is counted in `late_replies` and not handed on. A call that was not sent also counts as
/// a send in SEND_DROPPED.
///
/// Ownership: `method` and `json` are copied before the call returns. `json` holds the parameters, or is
/// absent. `id` gets the call's id and must not be NULL: it is the only way to know the answer.
///
/// Threads: any. Another thread may poll the RESPONSE before this returns.
///
/// Blocks: never. `timeout_ms` bounds the wait for the RESPONSE, not this call; 0 = the link's
/// `request_timeout_ms`.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken; one RESPONSE with this id will follow
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, `max_calls` calls are under way, or hundreds of RESPONSE or
///   SEND_DROPPED wait to be polled; nothing was taken, try again in some frames
/// - `FRAMEWIRE_NOT_OPEN`: there is no connection, or the hello is not done
/// - `FRAMEWIRE_TOO_LARGE`: longer than the peer's cap or the whole outbox
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no calls in this direction
/// - `FRAMEWIRE_INVALID`: `id` is NULL or misaligned; `method` is absent, empty, over 1024 bytes, not UTF-8 or holds a
///   NUL; a length is wrong. (A fault in `json` is found later and told by the RESPONSE.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; nothing was taken
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_request(
    link: framewire_link,
    method: framewire_str,
    json: framewire_str,
    timeout_ms: u32,
    id: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for the texts and `id`.
        let (method, json, id) = unsafe {
            let id = place(id)?.ok_or(FRAMEWIRE_INVALID)?;
            (name(method)?, optional(json)?.unwrap_or_default(), id)
        };
        let given = TABLE.with_link(link, |link| link.request(method, json, timeout_ms).map_err(of_refusal))?;
        id.write(given);
        Ok(FRAMEWIRE_OK)
    })
}

/// Takes a call of `framewire_request` back.
///
/// What is returned is exact: OK means that the call's RESPONSE has the reason CANCELLED, even if the reply is just
/// coming in; anything else means that it has another, which waits to be polled if it was not. A json_rpc link whose
/// hello names a `cancel_method` tells the peer.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the call is over for this side; if it was sent, the peer may still carry it out
/// - `FRAMEWIRE_ALREADY_ANSWERED`: the peer's reply ended it before, or it could not be sent
/// - `FRAMEWIRE_EXPIRED`: it ran out of time before
/// - `FRAMEWIRE_LOST`: its connection ended before
/// - `FRAMEWIRE_UNKNOWN`: it was taken back before, or ended so long ago that nothing is known of it, or there was no
///   such call on this link
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no calls in this direction
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_cancel(link: framewire_link, id: u64) -> framewire_status {
    guard_link(link, || TABLE.with_link(link, |link| of_unit(link.cancel(id))))
}

/// Answers a request. What is returned settles it: there is exactly one answer to each.
///
/// Ownership: `json`, the result, is copied before the call returns. `number` as for `framewire_send_text`.
///
/// Threads: any; not only the one that polled the request.
///
/// Blocks: never. Answers may overtake each other.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the answer is taken for the connection of the request (not: received by the peer)
/// - `FRAMEWIRE_REPLACED`: it is too large for the peer, or (godot_ai) for the bytes that are free in the outbox; the
///   peer gets a compact error, and the request is settled
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full (godot_ai: of messages); the request stays open, answer again in some
///   frames
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time; the peer was told
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_INVALID`: `json` is absent, or a length or pointer is wrong. (Text that is not JSON is found
///   later: the peer gets the profile's internal error, and SEND_DROPPED says where the fault is.)
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_respond(
    link: framewire_link,
    id: u64,
    json: framewire_str,
    number: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `json` and `number`.
        unsafe {
            let json = needed(json)?;
            send(link, number, |link| link.respond(id, json))
        }
    })
}

/// Answers a request with an error.
///
/// Ownership: all texts are copied before the call returns. `code` is a word of the profile, such as
/// `INVALID_PARAMS`; JSON-RPC takes a number in decimal. `message` is for people; absent = empty. `data` is
/// JSON with more; absent = none. `number` as for `framewire_send_text`.
///
/// Threads: any; not only the one that polled the request.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the answer is taken for the connection of the request
/// - `FRAMEWIRE_REPLACED`: it is too large for the peer, which gets a compact error; the request is settled
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full; the request stays open, answer again in some frames
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time; the peer was told
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_INVALID`: `code` is absent, empty, over 1024 bytes, not UTF-8 or holds a NUL; `message` is not
///   UTF-8 or holds a NUL; a length or pointer is wrong
/// - `FRAMEWIRE_NO_RESOURCES`: there is no memory for the copy; the request stays open
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_respond_error(
    link: framewire_link,
    id: u64,
    code: framewire_str,
    message: framewire_str,
    data: framewire_str,
    number: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for the texts and `number`.
        unsafe {
            let (code, data) = (name(code)?, optional(data)?);
            let message = text(message).map_err(|_| FRAMEWIRE_INVALID)?.unwrap_or_default();
            send(link, number, |link| link.respond_error(id, code, message, data))
        }
    })
}

/// Keeps a request open for longer: its answer will come in a later frame.
///
/// The deadline becomes `timeout_ms` from now; 0 = none. When it passes, the library answers with the
/// profile's time-out error and raises REQUEST_ENDED. May be called again.
///
/// Ownership: `note`, the host's own bytes, at most 64 KiB, is copied and kept with the request; absent = none.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the deadline is moved
/// - `FRAMEWIRE_EXPIRED`: the request ran out of time before
/// - `FRAMEWIRE_LOST`: the connection of the request is gone
/// - `FRAMEWIRE_ALREADY_ANSWERED`: it was answered before
/// - `FRAMEWIRE_UNKNOWN`: no request of this link has that id
/// - `FRAMEWIRE_WOULD_BLOCK`: the outbox is full, or the notes of all open requests would be over 4 MiB; the
///   deadline stays as it was, try again in some frames
/// - `FRAMEWIRE_TOO_LARGE`: `note` is over 64 KiB, or over the whole outbox
/// - `FRAMEWIRE_INVALID`: the length of `note` is wrong
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_defer(
    link: framewire_link,
    id: u64,
    timeout_ms: u32,
    note: framewire_str,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `note`.
        let note = unsafe { optional(note)? }.unwrap_or_default();
        if note.len() > NOTE_BYTES {
            return Err(FRAMEWIRE_TOO_LARGE);
        }
        TABLE.with_link(link, |link| of_unit(link.defer(id, timeout_ms, note)))
    })
}

#[cfg(test)]
#[path = "send_tests.rs"]
mod tests;
