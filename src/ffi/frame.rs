//! The calls of the frame loop: poll, release, pause, resume; and wait, for loops that are none.

use std::time::Duration;

use super::guard::guard_link;
use super::handle::TABLE;
use super::sized::{Output, place};
use super::text::{ABSENT, view};
use super::*;
use crate::session::event::Event;

/// Hands out waiting events, oldest first, and lends their memory.
///
/// Call it once a frame. It writes at most `capacity` events, each `stride` bytes after the one before
/// (`stride` is `sizeof(framewire_event)`), and their number to `count`. It stops early at the link's
/// `budget_bytes`; the rest comes with the next poll. An event kind newer than the caller's ABI is not sent.
///
/// Ownership: all that the events point to is lent until `framewire_release`, which is due after each poll
/// that returned `FRAMEWIRE_OK`. The array itself is the caller's throughout.
///
/// Threads: any, one at a time for each link.
///
/// Blocks: never. An idle poll makes no system call and allocates nothing.
///
/// Returns, having written nothing but in the first two cases:
/// - `FRAMEWIRE_OK`: `count` events are lent, 1 or more
/// - `FRAMEWIRE_EMPTY`: nothing waits, or the link is paused; `count` is 0 and nothing is lent
/// - `FRAMEWIRE_BUSY`: events are lent already, or another thread polls
/// - `FRAMEWIRE_INVALID`: `events` or `count` is NULL or misaligned, `capacity` is 0, or no event has this
///   `stride`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_poll(
    link: framewire_link,
    events: *mut framewire_event,
    stride: u64,
    capacity: u64,
    count: *mut u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `capacity` events of `stride` bytes.
        let row = unsafe { Output::row(events, stride, capacity)? };
        // SAFETY: the caller vouches for `count`.
        let count = unsafe { place(count)? }.ok_or(FRAMEWIRE_INVALID)?;
        fault::strike(link, "poll");
        let handed_out = TABLE.with_inbox(link, |inbox| {
            if inbox.loan_open() {
                return Err(FRAMEWIRE_BUSY);
            }
            Ok(inbox.poll(row.capacity(), |index, event| row.write(index, &shown(event))))
        })?;
        count.write(handed_out as u64);
        Ok(if handed_out == 0 { FRAMEWIRE_EMPTY } else { FRAMEWIRE_OK })
    })
}

/// The event as C sees it; its pointers lead into the event's own buffer.
fn shown(event: &Event) -> framewire_event {
    let part = |range: &core::ops::Range<usize>| event.buffer.get(range.clone()).map_or(ABSENT, view);
    framewire_event {
        kind: event.kind as u32,
        level: event.level,
        generation: event.generation,
        time_ns: event.time_ns,
        id: event.id,
        first: event.first,
        last: event.last,
        count: event.count,
        settled: event.settled,
        unconfirmed: event.unconfirmed,
        skipped: event.skipped,
        code: event.code,
        reason: event.reason as u32,
        os_error: event.os_error,
        flags: event.flags,
        attempt: event.attempt,
        delay_ms: event.delay_ms,
        name: view(event.name()),
        data: part(&event.data),
        detail: part(&event.detail),
        note: part(&event.note),
        age_ns: event.age_ns,
        error_code: event.error_code,
    }
}

/// Ends the loan of the last poll: its events' memory must not be read any more.
///
/// Due once after each poll that returned `FRAMEWIRE_OK`, and accepted once more after a close or a detach. Without an
/// open loan it does nothing.
///
/// Ownership: what the events pointed to goes back to the library, which frees it on its own thread.
///
/// Threads: any; usually the one that polled.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: nothing is lent any more
/// - `FRAMEWIRE_STALE`: the link is closed and its loan is over, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_release(link: framewire_link) -> framewire_status {
    guard_link(link, || TABLE.release(link).map(|()| FRAMEWIRE_OK))
}

/// Stops handing out events; the connection goes on.
///
/// For times when the host can take no event, such as a modal dialogue or an import. Polls of a paused link
/// return `FRAMEWIRE_EMPTY` and still count as a sign of life. Pauses nest; whoever attaches begins without.
///
/// Ownership: an open loan stays open.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: paused, one level deeper
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_pause(link: framewire_link) -> framewire_status {
    guard_link(link, || {
        TABLE.with_link(link, |link| {
            link.pause();
            Ok(FRAMEWIRE_OK)
        })
    })
}

/// Undoes one `framewire_pause`; the last one lets events through again.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: one pause is undone, or there was none
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_resume(link: framewire_link) -> framewire_status {
    guard_link(link, || {
        TABLE.with_link(link, |link| {
            link.resume();
            Ok(FRAMEWIRE_OK)
        })
    })
}

/// Waits until the link has something to poll. Not for the frame thread.
///
/// For programs without a frame loop, and for tools. Managed hosts give at most 250 ms a call, so that the
/// runtime can stop the thread.
///
/// Ownership: nothing changes hands; poll afterwards.
///
/// Threads: any, several at once.
///
/// Blocks: for `timeout_ms` milliseconds at most. An event, a close, a detach or an attach ends it early; while the link is paused no
/// event does, the last resume lets those held back do so.
///
/// Returns:
/// - `FRAMEWIRE_OK`: an event waits
/// - `FRAMEWIRE_TIMED_OUT`: the time is over
/// - `FRAMEWIRE_STALE`: the link was closed or given up, before or meanwhile, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_wait(link: framewire_link, timeout_ms: u32) -> framewire_status {
    guard_link(link, || {
        // A copy, so that a close need not wait for this call.
        let waited_for = TABLE.with_link(link, |link| Ok(link.clone()))?;
        let woken = waited_for.wait(Duration::from_millis(timeout_ms.into()));
        TABLE.with_link(link, |_| Ok(if woken { FRAMEWIRE_OK } else { FRAMEWIRE_TIMED_OUT }))
    })
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
