//! What the editor says of itself, and what the link says of itself.

use super::guard::guard_link;
use super::handle::TABLE;
use super::sized::Output;
use super::text::{copy_into, text};
use super::*;
use crate::link::{State, Stats};
use crate::readiness::Readiness;

/// Longest reason, bytes.
const REASON_BYTES: usize = 1024;

/// Says what the editor can take. The server is told where its profile has a word for it.
///
/// Cheap enough to be called each frame: only a change goes out.
///
/// Ownership: `reason`, words for people, at most 1024 bytes, is copied; absent = none.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`; `reason` is not UTF-8, holds a NUL or has
///   a wrong length
/// - `FRAMEWIRE_TOO_LARGE`: `reason` is over 1024 bytes
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_set_readiness(
    link: framewire_link,
    readiness: u32,
    reason: framewire_str,
) -> framewire_status {
    guard_link(link, || {
        let readiness = Readiness::from_number(readiness).ok_or(FRAMEWIRE_INVALID)?;
        // SAFETY: the caller vouches for `reason`.
        let reason = unsafe { text(reason) }.map_err(|_| FRAMEWIRE_INVALID)?.unwrap_or_default();
        if reason.len() > REASON_BYTES {
            return Err(FRAMEWIRE_TOO_LARGE);
        }
        TABLE.with_link(link, |link| {
            link.set_readiness(readiness, reason);
            Ok(FRAMEWIRE_OK)
        })
    })
}

/// Ends a phase: what the editor was before it counts again, unless something else was set meanwhile.
///
/// For a compile that ends without a reload: `framewire_restore_readiness(link, FRAMEWIRE_READINESS_COMPILING)`.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: restored, or another readiness was set meanwhile and stays
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_restore_readiness(link: framewire_link, readiness: u32) -> framewire_status {
    guard_link(link, || {
        let readiness = Readiness::from_number(readiness).ok_or(FRAMEWIRE_INVALID)?;
        TABLE.with_link(link, |link| {
            link.restore_readiness(readiness);
            Ok(FRAMEWIRE_OK)
        })
    })
}

/// Copies out what the link is doing: phase, connection, queues, session.
///
/// Ownership: `state` is the caller's; `size` is `sizeof *state`. Nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `state` is written
/// - `FRAMEWIRE_INVALID`: `state` is NULL or misaligned, or no state has this `size`; nothing is written
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none; nothing is written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_get_state(
    link: framewire_link,
    state: *mut framewire_state,
    size: u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `size` bytes at `state`.
        let out = unsafe { Output::one(state, size)? };
        fault::strike(link, "get_state");
        let state = TABLE.with_link(link, |link| Ok(link.state()))?;
        out.write(0, &shown_state(&state));
        Ok(FRAMEWIRE_OK)
    })
}

/// Copies out the counters of the link. They only grow, and start at zero with the link.
///
/// Ownership: `stats` is the caller's; `size` is `sizeof *stats`. Nothing is lent.
///
/// Threads: any. The counters are read one by one, so they may be some events apart.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `stats` is written
/// - `FRAMEWIRE_INVALID`: `stats` is NULL or misaligned, or no stats have this `size`; nothing is written
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none; nothing is written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_get_stats(
    link: framewire_link,
    stats: *mut framewire_stats,
    size: u64,
) -> framewire_status {
    guard_link(link, || {
        // SAFETY: the caller vouches for `size` bytes at `stats`.
        let out = unsafe { Output::one(stats, size)? };
        let stats = TABLE.with_link(link, |link| Ok(link.stats()))?;
        out.write(0, &shown_stats(&stats));
        Ok(FRAMEWIRE_OK)
    })
}

fn shown_state(state: &State) -> framewire_state {
    let mut shown = framewire_state {
        phase: state.phase,
        readiness: state.readiness as u32,
        generation: state.generation,
        attempt: state.attempt,
        protocol: state.protocol,
        poll_age_ns: state.poll_age_ns,
        requests_open: state.requests_open,
        requests_waiting: state.requests_waiting,
        inbound_bytes: state.inbound_bytes,
        outbound_bytes: state.outbound_bytes,
        pause_depth: state.pause_depth,
        session_id_len: 0,
        server_version_len: 0,
        reserved: 0,
        session_id: [0; 136],
        server_version: [0; 136],
        detached: state.detached.into(),
        attaches: state.attaches,
        requests_orphaned: state.requests_orphaned,
        calls_open: state.calls_open,
        published_readiness: state.published_readiness as u32,
        stalled: state.stalled.into(),
    };
    shown.session_id_len = copy_into(&mut shown.session_id, &state.session_id);
    shown.server_version_len = copy_into(&mut shown.server_version, &state.server_version);
    shown
}

fn shown_stats(stats: &Stats) -> framewire_stats {
    framewire_stats {
        polls: stats.polls,
        events: stats.events,
        connections: stats.connections,
        connect_failures: stats.connect_failures,
        messages_in: stats.messages_in,
        bytes_in: stats.bytes_in,
        messages_out: stats.messages_out,
        bytes_out: stats.bytes_out,
        requests: stats.requests,
        answered: stats.answered,
        expired: stats.expired,
        lost: stats.lost,
        dropped_unseen: stats.dropped_unseen,
        refused_busy: stats.refused_busy,
        dropped_full: stats.dropped_full,
        malformed: stats.malformed,
        send_dropped: stats.send_dropped,
        budget_stops: stats.budget_stops,
        wakeups: stats.wakeups,
        wakes_sent: stats.wakes_sent,
        attaches: stats.attaches,
        orphaned: stats.orphaned,
        held_too_long: stats.held_too_long,
        calls: stats.calls,
        late_replies: stats.late_replies,
        state_writes: stats.state_writes,
        state_failures: stats.state_failures,
    }
}

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
