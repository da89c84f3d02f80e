//! What a status may say, of any call.

use framewire::ffi::*;

/// Whether the status is one of the caller's fault that may stand before the handle is even looked at.
pub fn is_refusal(status: framewire_status) -> bool {
    matches!(status, FRAMEWIRE_INVALID | FRAMEWIRE_TOO_LARGE | FRAMEWIRE_UNSUPPORTED)
}

/// A status of a call on a handle: known, no fault of the library's, and STALE exactly where the handle is dead.
pub fn check(status: framewire_status, is_alive: bool) {
    let name = framewire_status_name(status);
    // SAFETY: a name lives as long as the process.
    let name = unsafe { std::slice::from_raw_parts(name.ptr.cast::<u8>(), name.len as usize) };
    assert_ne!(name, b"?", "{status} has no name");
    assert!(status < FRAMEWIRE_PANIC, "{status}: a fault of the library");
    if is_alive {
        assert_ne!(status, FRAMEWIRE_STALE, "the handle lives");
    } else {
        assert!(status == FRAMEWIRE_STALE || is_refusal(status), "{status} on a dead handle");
    }
}
