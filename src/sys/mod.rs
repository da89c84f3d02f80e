//! The few calls to the operating system, per platform.

/// Whether this process is a forked child of the one that opened links.
#[inline]
pub fn is_forked() -> bool {
    false
}

/// Keeps the library mapped for the life of the process.
pub fn pin_library() {}

/// Makes [`is_forked`] true in children.
pub fn register_fork_handler() {}
