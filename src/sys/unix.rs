//! Unix: signals, forks, the library's own image, file owners.

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::ptr;
use std::sync::atomic::Ordering;

use super::{FORKED, not_private};

/// Signals a thread raises by its own fault: blocking them would only hide it.
const FAULTS: [i32; 7] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGABRT, libc::SIGSYS];

/// See [`super::SEND_FLAGS`].
#[cfg(not(target_vendor = "apple"))]
pub const SEND_FLAGS: i32 = libc::MSG_NOSIGNAL;
#[cfg(target_vendor = "apple")]
pub const SEND_FLAGS: i32 = 0;

/// Runs `body` with all signals but faults blocked in this thread; a thread it starts inherits that.
pub fn with_signals_blocked<T>(body: impl FnOnce() -> T) -> T {
    let mut blocked = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset initialises the set it is given; the set and the numbers are valid for
    // sigdelset and pthread_sigmask, which fills `before` when it returns 0.
    let masked = unsafe {
        libc::sigfillset(blocked.as_mut_ptr());
        for fault in FAULTS {
            libc::sigdelset(blocked.as_mut_ptr(), fault);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, blocked.as_ptr(), before.as_mut_ptr()) == 0
    };
    let restore = masked.then(|| Restore(before));
    let result = body();
    drop(restore);
    result
}

/// Puts the signal mask back, should the body panic as well.
struct Restore(MaybeUninit<libc::sigset_t>);

impl Drop for Restore {
    fn drop(&mut self) {
        // SAFETY: made only after pthread_sigmask filled the set; no old mask is asked for.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, self.0.as_ptr(), ptr::null_mut()) };
    }
}

/// Whether the process has a key for values of threads left.
pub fn try_thread_key() -> io::Result<()> {
    let mut key = 0;
    // SAFETY: `key` is a place for one key, and there is no destructor to be called.
    match unsafe { libc::pthread_key_create(&raw mut key, None) } {
        0 => {
            // SAFETY: made above, and known to nobody else.
            unsafe { libc::pthread_key_delete(key) };
            Ok(())
        }
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// See [`super::pin_library`].
pub fn pin_library() -> io::Result<()> {
    let mut image = MaybeUninit::<libc::Dl_info>::zeroed();
    let here = pin_library as *const c_void;
    // SAFETY: dladdr only looks `here` up and fills `image`, which is large enough and outlives it.
    let found = unsafe { libc::dladdr(here, image.as_mut_ptr()) };
    if found == 0 {
        return Err(io::Error::other("the library's file is not known to the loader"));
    }
    // SAFETY: zeroed is a valid Dl_info, and dladdr has filled it.
    let image = unsafe { image.assume_init() };
    // RTLD_NOLOAD: the image is there already, only its flags change. In a program that links the
    // library statically this names the program itself, or finds nothing to pin.
    // SAFETY: dli_fname is a C string owned by the loader and alive as long as the image.
    let handle = unsafe { libc::dlopen(image.dli_fname, libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE) };
    if handle.is_null() {
        return pin_failed();
    }
    // The handle is kept open on purpose: where NODELETE is not honoured the count still holds.
    Ok(())
}

/// A main program cannot be unloaded, so that it cannot be pinned by name is no failure.
fn pin_failed() -> io::Result<()> {
    let here = pin_library as *const c_void;
    let mut library = MaybeUninit::<libc::Dl_info>::zeroed();
    let mut program = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: a handle of NULL names the main program; `main` may be absent, which gives NULL.
    let main = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"main".as_ptr()) };
    // SAFETY: as in `pin_library`; zeroed is a valid Dl_info should a lookup fail.
    let same = unsafe {
        libc::dladdr(here, library.as_mut_ptr());
        libc::dladdr(main, program.as_mut_ptr());
        library.assume_init().dli_fbase == program.assume_init().dli_fbase
    };
    if same || main.is_null() {
        Ok(())
    } else {
        Err(io::Error::other("the loader does not keep the library in memory"))
    }
}

/// See [`super::register_fork_handler`].
pub fn register_fork_handler() -> io::Result<()> {
    extern "C" fn in_child() {
        FORKED.store(true, Ordering::Relaxed);
    }
    // SAFETY: the handler only stores to an atomic, which is allowed in a forked child, and lives
    // as long as the library; glibc drops handlers of a library that is unloaded.
    let error = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

/// See [`super::is_shutting_down`]. Threads live to the end here.
pub fn is_shutting_down() -> bool {
    false
}

/// See [`super::open_private`].
pub fn open_private(path: &Path) -> io::Result<File> {
    // O_NONBLOCK: opening a FIFO must not wait for its writer. It means nothing to regular files.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
            return Err(not_private("it is a symbolic link".into()));
        }
        other => other?,
    };
    let metadata = file.metadata()?;
    // SAFETY: geteuid has no precondition and cannot fail.
    let user = unsafe { libc::geteuid() };
    if !metadata.is_file() {
        return Err(not_private("it is no regular file".into()));
    }
    if metadata.uid() != user {
        return Err(not_private(format!("it belongs to user {}, not to user {user}", metadata.uid())));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(not_private(format!("its mode is {:o}, which lets other users in", metadata.mode() & 0o7777)));
    }
    Ok(file)
}

/// See [`super::default_sigpipe`].
#[cfg(test)]
pub fn default_sigpipe() {
    // SAFETY: SIG_DFL is a valid disposition of SIGPIPE, and no handler is replaced.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}
