//! The one rail: every call of the C ABI runs inside [`guard`].

use core::cell::Cell;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::handle::TABLE;
use super::panic_log;
use super::{FRAMEWIRE_FORKED, FRAMEWIRE_OK, FRAMEWIRE_PANIC, framewire_link, framewire_status};

/// What of ours a thread is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nothing: it runs the host's code, or is a thread of our own.
    Nothing,
    /// A call on this link; 0 for a call on none.
    Call(framewire_link),
}

thread_local! {
    /// Without a destructor, so that it costs no registration and never keeps a library mapped.
    static INSIDE: Cell<Inside> = const { Cell::new(Inside::Nothing) };
}

/// Runs `call`, and turns what must not cross the ABI into a status: a forked child is refused before
/// anything is touched, a panic is caught.
#[inline]
pub(super) fn guard(call: impl FnOnce() -> Result<framewire_status, framewire_status>) -> framewire_status {
    if crate::sys::is_forked() { FRAMEWIRE_FORKED } else { caught(0, call) }
}

/// [`guard`] for the few calls that a forked child may make too: those that touch no link.
pub(super) fn guard_anywhere(call: impl FnOnce() -> Result<framewire_status, framewire_status>) -> framewire_status {
    caught(0, call)
}

/// [`guard`] for a call on a link: the words of a caught panic go to that link as a LOG event.
#[inline]
pub(super) fn guard_link(
    link: framewire_link,
    call: impl FnOnce() -> Result<framewire_status, framewire_status>,
) -> framewire_status {
    if crate::sys::is_forked() {
        return FRAMEWIRE_FORKED;
    }
    let status = caught(link, call);
    if status == FRAMEWIRE_PANIC {
        tell(link);
    }
    status
}

#[inline]
fn caught(link: framewire_link, call: impl FnOnce() -> Result<framewire_status, framewire_status>) -> framewire_status {
    let _mark = Mark::set(Inside::Call(link));
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(status) | Err(status)) => status,
        Err(payload) => discard(payload),
    }
}

/// What the calling thread is in.
pub(super) fn inside() -> Inside {
    INSIDE.with(Cell::get)
}

/// A panic in here is not told again.
#[cold]
fn tell(link: framewire_link) {
    caught(0, || {
        TABLE.with_link(link, |to| {
            panic_log::deliver_of(link, to);
            Ok(FRAMEWIRE_OK)
        })
    });
}

/// What was thrown is dropped under a guard of its own: its destructor may panic too.
#[cold]
fn discard(payload: Box<dyn Any + Send>) -> framewire_status {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        core::mem::forget(second);
    }
    FRAMEWIRE_PANIC
}

/// Keeps [`INSIDE`] set while it lives; calls may nest.
struct Mark {
    before: Inside,
}

impl Mark {
    #[inline]
    fn set(now: Inside) -> Self {
        Self { before: INSIDE.with(|inside| inside.replace(now)) }
    }
}

impl Drop for Mark {
    #[inline]
    fn drop(&mut self) {
        INSIDE.with(|inside| inside.set(self.before));
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
    fn the_mark_follows_nesting_and_unwinding() {
        panic_log::install();
        assert_eq!(inside(), Inside::Nothing);
        let status = guard_link(5, || {
            assert_eq!(guard(|| panic!("forced by a test")), FRAMEWIRE_PANIC);
            assert_eq!(inside(), Inside::Call(5));
            Ok(FRAMEWIRE_OK)
        });
        assert_eq!(status, FRAMEWIRE_OK);
        assert_eq!(inside(), Inside::Nothing);
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_survived() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                // This payload is given up; of no size, it is no leak.
                std::panic::resume_unwind(Box::new(()));
            }
        }
        panic_log::install();
        assert_eq!(guard(|| std::panic::panic_any(Bomb)), FRAMEWIRE_PANIC);
        assert_eq!(inside(), Inside::Nothing);
    }
}
