//! What this library is, and its clock.

use super::text::view;
use super::*;

// State files tell the version, and the layer that writes them does not know this one.
const _: () = assert!(crate::link::ABI_VERSION == FRAMEWIRE_ABI_VERSION);

/// Tells the version of the ABI that this library serves: major << 16 | minor.
///
/// A host that loads the library at run time compares it before anything else: the major must equal its own,
/// the minor must not be below its own. `framewire_config_init` makes the same check.
///
/// Ownership: nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the version; never 0. Also in a forked child.
#[unsafe(no_mangle)]
pub extern "C" fn framewire_abi_version() -> u32 {
    FRAMEWIRE_ABI_VERSION
}

/// Tells the version of this library, for people: such as `0.1.0`.
///
/// Ownership: the text is static, and NUL-terminated besides.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the text; never absent. Also in a forked child.
#[unsafe(no_mangle)]
pub extern "C" fn framewire_version() -> framewire_str {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    view(VERSION.trim_end_matches('\0').as_bytes())
}

/// Names a status, for logs: `WOULD_BLOCK` for `FRAMEWIRE_WOULD_BLOCK`.
///
/// Ownership: the text is static, and NUL-terminated besides.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the name; `?` for a number that is no status. Also in a forked child.
#[unsafe(no_mangle)]
pub extern "C" fn framewire_status_name(status: framewire_status) -> framewire_str {
    view(status::name(status).to_bytes())
}

/// Reads the clock that `framewire_event.time_ns` is on: monotonic, in nanoseconds, from a start of its own.
///
/// Compare it with `time_ns` to know how long an event waited. It is no time of day.
///
/// Ownership: nothing is lent.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns: the time; 0 if the clock failed. Also in a forked child.
#[unsafe(no_mangle)]
pub extern "C" fn framewire_now_ns() -> u64 {
    let mut now = 0;
    guard::guard_anywhere(|| {
        now = crate::link::now_ns();
        Ok(FRAMEWIRE_OK)
    });
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: framewire_str) -> &'static str {
        // SAFETY: static and NUL-terminated by the functions' contract.
        let text_with_nul = unsafe { core::ffi::CStr::from_ptr(text.ptr) };
        assert_eq!(text_with_nul.count_bytes() as u64, text.len);
        text_with_nul.to_str().unwrap()
    }

    #[test]
    fn versions_and_names_are_c_strings_too() {
        assert_eq!(read(framewire_version()), env!("CARGO_PKG_VERSION"));
        assert_eq!(read(framewire_status_name(FRAMEWIRE_WOULD_BLOCK)), "WOULD_BLOCK");
        assert_eq!(read(framewire_status_name(12_345)), "?");
        assert_eq!(framewire_abi_version() >> 16, 1);
    }
}
