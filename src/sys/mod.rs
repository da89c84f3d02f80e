//! The few calls to the operating system, per platform.
//!
//! `unsafe` stands here and in `ffi` only.

pub mod files;
pub mod locks;
pub mod process;
pub mod shortage;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as platform;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Longest thread name that every system shows, in bytes.
const THREAD_NAME_BYTES: usize = 15;

/// Flags with which a send raises no SIGPIPE. Apple sockets carry SO_NOSIGPIPE from their creation instead, and
/// Windows has no such signal.
pub const SEND_FLAGS: i32 = platform::SEND_FLAGS;

static FORKED: AtomicBool = AtomicBool::new(false);

/// Starts a thread that takes no signals but those of its own faults, so that the process's
/// handlers run where the process expects them. The name is cut at 15 bytes.
///
/// # Errors
/// The system gives no thread.
#[expect(clippy::disallowed_methods, reason = "every thread starts here")]
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let mut name = name.replace('\0', "?");
    name.truncate(name.floor_char_boundary(THREAD_NAME_BYTES));
    platform::with_signals_blocked(|| std::thread::Builder::new().name(name).spawn(body))
}

/// Makes sure of what threads need for values of their own. The standard library asks for it when the first such value is
/// made, and ends the process where the system refuses. Once it is had, it is kept.
///
/// # Errors
/// The process has used up what the system has of it.
pub fn ready_thread_locals() -> io::Result<()> {
    struct Ends;
    impl Drop for Ends {
        fn drop(&mut self) {}
    }
    thread_local!(static FIRST: Ends = const { Ends });
    static IS_READY: AtomicBool = AtomicBool::new(false);
    if !IS_READY.load(Ordering::Acquire) {
        platform::try_thread_key()?;
        // A value that is to be dropped with its thread makes the standard library ask now.
        let _ = FIRST.try_with(|_| ());
        IS_READY.store(true, Ordering::Release);
    }
    Ok(())
}

/// Keeps this library in memory until the process ends: its threads run code in it.
///
/// # Errors
/// The system does not know the library by its address, or refused.
pub fn pin_library() -> io::Result<()> {
    platform::pin_library()
}

/// From now on [`is_forked`] is true in every child that this process forks. Called again, it does
/// nothing.
///
/// # Errors
/// The system is out of memory.
pub fn register_fork_handler() -> io::Result<()> {
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    if REGISTERED.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    platform::register_fork_handler().inspect_err(|_| REGISTERED.store(false, Ordering::Release))
}

/// Whether this process is a forked child of one that used the library: its threads are not here.
pub fn is_forked() -> bool {
    FORKED.load(Ordering::Relaxed)
}

/// Whether the process is ending and its other threads may be gone already.
pub fn is_shutting_down() -> bool {
    platform::is_shutting_down()
}

/// Opens a file for reading that only this user could have written: a regular file, no link, owned
/// by this user, with no right for others. On Windows the rights are those of the directory.
///
/// # Errors
/// As [`File::open`]; `InvalidInput` with the reason as text if the file is not private.
pub fn open_private(path: &Path) -> io::Result<File> {
    platform::open_private(path)
}

/// What [`open_private`] says of a file that is not private.
fn not_private(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

/// Puts SIGPIPE where a C program has it; Rust programs ignore it. For children of tests.
#[cfg(all(test, unix))]
pub fn default_sigpipe() {
    platform::default_sigpipe();
}

#[cfg(test)]
#[path = "sys_tests.rs"]
mod tests;
