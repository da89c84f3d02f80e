//! The one rail: every call of the C ABI runs inside [`guard`].

use core::cell::Cell;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::handle::TABLE;
use super::{FRAMEWIRE_FORKED, FRAMEWIRE_OK, FRAMEWIRE_PANIC, framewire_link, framewire_status};

thread_local! {
    /// How many guarded calls this thread is in. Without a destructor, so that it costs no registration
    /// and never keeps a library mapped.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `call`, and turns what must not cross the ABI into a status: a forked child is refused before
/// anything is touched, a panic is caught.
#[inline]
pub(super) fn guard(
    call: impl FnOnce() -> Result<framewire_status, framewire_status>,
) -> framewire_status {
    if crate::sys::is_forked() {
        return FRAMEWIRE_FORKED;
    }
    guard_anywhere(call)
}

/// [`guard`] for the few calls that a forked child may make too: those that touch no link.
#[inline]
pub(super) fn guard_anywhere(
    call: impl FnOnce() -> Result<framewire_status, framewire_status>,
) -> framewire_status {
    let _inside = Inside::enter();
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(status) | Err(status)) => status,
        Err(payload) => caught(payload),
    }
}

/// [`guard`] for a call on a link: the words of a caught panic go to that link as a LOG event.
#[inline]
pub(super) fn guard_link(
    link: framewire_link,
    call: impl FnOnce() -> Result<framewire_status, framewire_status>,
) -> framewire_status {
    let status = guard(call);
    if status == FRAMEWIRE_PANIC {
        tell(link);
    }
    status
}

/// Looking the link up delivers what the panic log holds.
#[cold]
fn tell(link: framewire_link) {
    guard(|| TABLE.with_link(link, |_| Ok(FRAMEWIRE_OK)));
}

/// Whether the calling thread is inside a guarded call.
pub(super) fn is_guarded() -> bool {
    DEPTH.with(Cell::get) > 0
}

/// What was thrown is dropped under a guard of its own: its destructor may panic too.
#[cold]
fn caught(payload: Box<dyn Any + Send>) -> framewire_status {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        core::mem::forget(second);
    }
    FRAMEWIRE_PANIC
}

struct Inside;

impl Inside {
    #[inline]
    fn enter() -> Self {
        DEPTH.with(|depth| depth.set(depth.get().wrapping_add(1)));
        Self
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get().wrapping_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_passes_either_way() {
        assert_eq!(guard(|| Ok(FRAMEWIRE_OK)), FRAMEWIRE_OK);
        assert_eq!(guard(|| Err(7)), 7);
    }

    #[test]
    fn the_depth_follows_nesting_and_unwinding() {
        crate::ffi::panic_log::install();
        assert!(!is_guarded());
        let status = guard(|| {
            assert_eq!(guard(|| panic!("forced by a test")), FRAMEWIRE_PANIC);
            assert!(is_guarded());
            Ok(FRAMEWIRE_OK)
        });
        assert_eq!(status, FRAMEWIRE_OK);
        assert!(!is_guarded());
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_survived() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("forced by a test");
            }
        }
        crate::ffi::panic_log::install();
        assert_eq!(guard(|| std::panic::panic_any(Bomb)), FRAMEWIRE_PANIC);
        assert!(!is_guarded());
    }
}
