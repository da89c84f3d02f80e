//! What is open on a link: requests handed out, and calls of ours.

use core::ffi::c_char;

use super::guard::guard_link;
use super::handle::TABLE;
use super::sized::{Output, place};
use super::text::copy_into;
use super::*;
use crate::link::{Open, OpenKind};

/// One open request or call, copied out by `framewire_outstanding`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_open_call {
    /// The request or call.
    pub id: u64,
    /// Time since its arrival, or since the call, ns.
    pub age_ns: u64,
    /// Time left until its deadline, ns; `UINT64_MAX` = none.
    pub remaining_ns: u64,
    /// Bytes of the note that `framewire_defer` left.
    pub note_len: u64,
    /// `FRAMEWIRE_OUTSTANDING_*`.
    pub kind: u32,
    /// Times that the request was handed out; 0 for a call.
    pub deliveries: u32,
    /// Length of `method`.
    pub method_len: u32,
    /// Must be ignored.
    pub reserved: u32,
    /// Method: UTF-8, NUL-terminated, cut at a character boundary.
    pub method: [c_char; 128],
}

/// Lists what is open: requests handed out and unanswered, orphans still to be polled, and calls of ours
/// that were sent.
///
/// Ownership: `entries` is the caller's, `capacity` of `stride` bytes each; `stride` is `sizeof *entries`. `count` gets
/// the number that is open, which may be more than `capacity`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `count` is written, and as many entries as there was room for
/// - `FRAMEWIRE_BUSY`: the list is being changed this moment; try again
/// - `FRAMEWIRE_INVALID`: `entries` or `count` is NULL or misaligned, `capacity` is 0, or no entry has
///   this `stride`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_outstanding(
    link: framewire_link,
    entries: *mut framewire_open_call,
    stride: u64,
    capacity: u64,
    count: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `stride * capacity` bytes at `entries` and for `count`.
        let (out, count) =
            unsafe { (Output::row(entries, stride, capacity)?, place(count)?.ok_or(FRAMEWIRE_INVALID)?) };
        let now = crate::link::now_ns();
        let mut found = 0;
        let is_whole = TABLE.with_link(link, |link| {
            Ok(link.outstanding(|open, kind| {
                out.write(found, &shown(open, kind, now));
                found += 1;
            }))
        })?;
        if !is_whole {
            return Err(FRAMEWIRE_BUSY);
        }
        count.write(found as u64);
        Ok(FRAMEWIRE_OK)
    })
}

fn shown(open: &Open, kind: OpenKind, now: u64) -> framewire_open_call {
    let mut shown = framewire_open_call {
        id: open.id,
        age_ns: now.saturating_sub(open.since),
        remaining_ns: if open.deadline == u64::MAX { u64::MAX } else { open.deadline.saturating_sub(now) },
        note_len: open.note_len as u64,
        kind: kind as u32,
        deliveries: open.deliveries,
        method_len: 0,
        reserved: 0,
        method: [0; 128],
    };
    shown.method_len = copy_into(&mut shown.method, &open.method);
    shown
}
