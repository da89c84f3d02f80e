//! Reading and awaiting the state file of an editor, for programs outside.

use core::ffi::c_char;

use super::guard::guard;
use super::*;

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
    let _ = (path, record, size);
    guard(|| Err(FRAMEWIRE_UNSUPPORTED))
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
    let _ = (path, timeout_ms, flags, record, size);
    guard(|| Err(FRAMEWIRE_UNSUPPORTED))
}
