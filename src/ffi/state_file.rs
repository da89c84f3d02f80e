//! Reading and awaiting the state file of an editor, for programs outside.

use core::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use super::guard::guard;
use super::sized::Output;
use super::text::{copy_into, text};
use super::*;
use crate::readiness::Readiness;
use crate::session::phase::Phase;
use crate::state_file::{Reading, Record, Until, read, wait};

/// What a state file says, filled by `framewire_state_file_read` and `framewire_state_file_wait`.
///
/// Texts are UTF-8, NUL-terminated, cut at a character boundary, empty where the file has none.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct framewire_record {
    /// `FRAMEWIRE_VERDICT_*`; the other fields count as far as the file could be read.
    pub verdict: u32,
    /// `FRAMEWIRE_READINESS_*` that the key `phase` names; `UINT32_MAX` = none that this library knows.
    pub phase: u32,
    /// `FRAMEWIRE_READINESS_*` as the editor itself said; `UINT32_MAX` = not told.
    pub editor_phase: u32,
    /// `FRAMEWIRE_PHASE_*` of the link; `UINT32_MAX` = not told.
    pub link_phase: u32,
    /// `FRAMEWIRE_RECORD_FLAG_*` bits.
    pub flags: u32,
    /// Process that wrote it; 0 = not told.
    pub pid: u32,
    /// When it was written, ms since 1970 UTC; 0 = not told.
    pub updated_at_ms: u64,
    /// Since when the frame loop is silent, ms since 1970 UTC; 0 = it is not.
    pub silent_since_ms: u64,
    /// Id of the operation that `phase` belongs to.
    pub generation_id: [c_char; 64],
    /// Why.
    pub reason: [c_char; 256],
    /// Where the link connects to.
    pub endpoint: [c_char; 256],
    /// What failed.
    pub last_error: [c_char; 512],
    /// Session id told to the server.
    pub session_id: [c_char; 136],
    /// What is wrong with the file, and what to do next.
    pub advice: [c_char; 256],
}

/// Reads a state file, without any side effect on it.
///
/// Ownership: `path` is copied: the file, or the directory of a project. `record` is the caller's; `size` is
/// `sizeof *record`.
///
/// Threads: any.
///
/// Blocks: for as long as the system takes to read a small file.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `record` is written; its `verdict` says what was found
/// - `FRAMEWIRE_INVALID`: `path` is absent or no text; `record` is NULL or misaligned, or no record has this `size`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_state_file_read(
    path: framewire_str,
    record: *mut framewire_record,
    size: u64,
) -> framewire_status {
    guard(|| {
        // SAFETY: the caller vouches for `path`.
        let path = unsafe { place(path)? };
        // SAFETY: the caller vouches for `size` bytes at `record`.
        let out = unsafe { Output::one(record, size)? };
        out.write(0, &shown(&read(&path)));
        Ok(FRAMEWIRE_OK)
    })
}

/// Waits until a state file says ready, stopped, stale or failed for good.
///
/// A failure of the link alone is waited through, unless `flags` has `FRAMEWIRE_WAIT_FAIL_FAST`.
///
/// Ownership: as for `framewire_state_file_read`.
///
/// Threads: any but the frame thread.
///
/// Blocks: for `timeout_ms` milliseconds at most.
///
/// Returns:
/// - `FRAMEWIRE_OK`: `record` is written; its `verdict` says what ended the wait
/// - `FRAMEWIRE_TIMED_OUT`: the time is over; `record` says what was found last
/// - `FRAMEWIRE_INVALID`: as for `framewire_state_file_read`, or `flags` has unknown bits
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_state_file_wait(
    path: framewire_str,
    timeout_ms: u32,
    flags: u32,
    record: *mut framewire_record,
    size: u64,
) -> framewire_status {
    guard(|| {
        // SAFETY: the caller vouches for `path`.
        let path = unsafe { place(path)? };
        // SAFETY: the caller vouches for `size` bytes at `record`.
        let out = unsafe { Output::one(record, size)? };
        if flags & !FRAMEWIRE_WAIT_FAIL_FAST != 0 {
            return Err(FRAMEWIRE_INVALID);
        }
        let until = Until { fail_fast: flags & FRAMEWIRE_WAIT_FAIL_FAST != 0, ..Until::default() };
        let waited = wait(&path, Duration::from_millis(timeout_ms.into()), until, crate::link::now_ns);
        out.write(0, &shown(&waited.reading));
        Ok(if waited.is_timed_out { FRAMEWIRE_TIMED_OUT } else { FRAMEWIRE_OK })
    })
}

/// The path that `text` holds.
///
/// # Safety
/// As for [`text()`].
unsafe fn place(path: framewire_str) -> Result<PathBuf, framewire_status> {
    // SAFETY: this function has the same contract.
    match unsafe { text(path) } {
        Ok(Some(path)) if !path.is_empty() => Ok(path.into()),
        _ => Err(FRAMEWIRE_INVALID),
    }
}

fn shown(reading: &Reading) -> framewire_record {
    const MS: u64 = 1_000_000;
    let nothing = Record::default();
    let record = reading.record.as_ref().unwrap_or(&nothing);
    let number = |readiness: Option<Readiness>| readiness.map_or(u32::MAX, |readiness| readiness as u32);
    let mut shown = framewire_record {
        verdict: reading.verdict as u32,
        phase: number(record.readiness()),
        editor_phase: number(record.editor_phase),
        link_phase: record.link_phase.as_deref().map_or(u32::MAX, link_phase),
        flags: 0,
        pid: record.pid.unwrap_or(0),
        updated_at_ms: record.updated_at_ns.unwrap_or(0) / MS,
        silent_since_ms: record.main_thread_silent_since_ns.unwrap_or(0) / MS,
        generation_id: [0; 64],
        reason: [0; 256],
        endpoint: [0; 256],
        last_error: [0; 512],
        session_id: [0; 136],
        advice: [0; 256],
    };
    if reading.is_failed_by_link {
        shown.flags |= FRAMEWIRE_RECORD_FLAG_FAILED_BY_LINK;
    }
    if reading.is_foreign {
        shown.flags |= FRAMEWIRE_RECORD_FLAG_FOREIGN;
    }
    copy_into(&mut shown.generation_id, &record.generation_id);
    copy_into(&mut shown.reason, record.reason.as_deref().unwrap_or_default());
    copy_into(&mut shown.endpoint, record.endpoint.as_deref().unwrap_or_default());
    copy_into(&mut shown.last_error, record.last_error.as_deref().unwrap_or_default());
    copy_into(&mut shown.session_id, record.session_id.as_deref().unwrap_or_default());
    copy_into(&mut shown.advice, &reading.advice);
    shown
}

/// `FRAMEWIRE_PHASE_*` of a word in a state file. The file has one word for all steps of a dial.
fn link_phase(word: &str) -> u32 {
    if word == Phase::Connecting.name() {
        return FRAMEWIRE_PHASE_CONNECTING;
    }
    Phase::ALL.into_iter().find(|phase| phase.name() == word).map_or(u32::MAX, |phase| phase as u32)
}

#[cfg(test)]
#[path = "state_file_tests.rs"]
mod tests;
