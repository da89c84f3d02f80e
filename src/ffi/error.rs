//! `framewire_error`: why a call failed, told in the caller's own memory.

use std::borrow::Cow;

use super::guard::guard;
use super::status::{of_config, of_refusal};
use super::text::{BadText, copy_into};
use super::*;
use crate::link::{ConfigError, Refusal};

/// The value of `framewire_error.field` when no field is at fault.
pub(super) const NO_FIELD: u32 = u32::MAX;

/// Why a call failed.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) status: framewire_status,
    /// Offset in `framewire_config`, or [`NO_FIELD`].
    pub(super) field: u32,
    /// What is wrong and what to do next.
    pub(super) text: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(status: framewire_status, field: u32, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, field, text: text.into() }
    }

    pub(super) fn invalid(field: u32, text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FRAMEWIRE_INVALID, field, text)
    }

    /// The text in `field`, called `name`, could not be read.
    pub(super) fn bad_text(field: u32, name: &str, fault: BadText) -> Self {
        Self::invalid(field, format!("`{name}` {}", fault.words()))
    }
}

impl From<framewire_status> for Fault {
    fn from(status: framewire_status) -> Self {
        Self::new(status, NO_FIELD, words(status))
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        of_refusal(refusal).into()
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        let field = error.field.and_then(field_offset).unwrap_or(NO_FIELD);
        Self::new(of_config(error.kind), field, error.text)
    }
}

/// Runs `call` on the rail and tells `error`, if there is one, how it went.
///
/// # Safety
/// `error` is NULL, or points to a writable `framewire_error`. (A misaligned pointer is found out.)
pub(super) unsafe fn guard_told(
    error: *mut framewire_error,
    call: impl FnOnce() -> Result<framewire_status, Fault>,
) -> framewire_status {
    if !error.is_aligned() {
        return FRAMEWIRE_INVALID;
    }
    let mut told = None;
    let status = guard(|| {
        call().map_err(|fault| {
            let status = fault.status;
            told = Some(fault);
            status
        })
    });
    if !error.is_null() {
        let told = told.unwrap_or_else(|| status.into());
        let mut filled = framewire_error { status, field: told.field, text: [0; 256] };
        copy_into(&mut filled.text, &told.text);
        // SAFETY: aligned and not NULL, as was checked; writable by this function's contract.
        unsafe { error.write(filled) };
    }
    status
}

/// Words for a failure that has no more to say than its status.
fn words(status: framewire_status) -> &'static str {
    match status {
        FRAMEWIRE_OK | FRAMEWIRE_ATTACHED | FRAMEWIRE_REPLACED => "",
        FRAMEWIRE_INVALID => "an argument is NULL, misaligned or out of range: see the header at this function",
        FRAMEWIRE_STALE => "this handle is closed or was never handed out: open a link and use its handle",
        FRAMEWIRE_FORKED => "this process is a forked child: use links in the process that opened them",
        FRAMEWIRE_LIMIT => "4096 links are open in this process: close those no longer needed",
        FRAMEWIRE_PANIC => "the library failed inside and caught it: please report it with the next LOG event",
        _ => "see the header at this status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> framewire_error {
        framewire_error { status: 77, field: 77, text: [1; 256] }
    }

    fn told(error: &framewire_error) -> String {
        let end = error.text.iter().position(|&byte| byte == 0).expect("NUL-terminated");
        String::from_utf8(error.text[..end].iter().map(|&byte| byte as u8).collect()).unwrap()
    }

    #[test]
    fn a_fault_is_told_and_success_clears_it() {
        let mut error = fresh();
        // SAFETY: `error` is a local.
        let status = unsafe { guard_told(&mut error, || Err(Fault::invalid(8, "set `name`"))) };
        assert_eq!((status, error.status, error.field), (FRAMEWIRE_INVALID, FRAMEWIRE_INVALID, 8));
        assert_eq!(told(&error), "set `name`");
        // SAFETY: as above.
        let status = unsafe { guard_told(&mut error, || Ok(FRAMEWIRE_OK)) };
        assert_eq!((status, error.status, error.field), (FRAMEWIRE_OK, FRAMEWIRE_OK, NO_FIELD));
        assert_eq!(told(&error), "");
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        let mut error = fresh();
        // SAFETY: `error` is a local.
        unsafe { guard_told(&mut error, || Err(Fault::invalid(0, "é".repeat(400)))) };
        assert_eq!(told(&error), "é".repeat(127));
    }

    #[test]
    fn a_panic_is_told() {
        panic_log::install();
        let mut error = fresh();
        // SAFETY: `error` is a local.
        let status = unsafe { guard_told(&mut error, || panic!("forced by a test")) };
        assert_eq!((status, error.status), (FRAMEWIRE_PANIC, FRAMEWIRE_PANIC));
        assert!(told(&error).contains("please report"));
    }

    #[test]
    fn no_error_wanted_and_a_misaligned_one() {
        // SAFETY: NULL is allowed.
        let status = unsafe { guard_told(core::ptr::null_mut(), || Err(FRAMEWIRE_STALE.into())) };
        assert_eq!(status, FRAMEWIRE_STALE);
        let odd = core::ptr::without_provenance_mut::<framewire_error>(6);
        // SAFETY: a misaligned pointer is refused before it is used.
        let status = unsafe { guard_told(odd, || Ok(FRAMEWIRE_OK)) };
        assert_eq!(status, FRAMEWIRE_INVALID);
    }
}
