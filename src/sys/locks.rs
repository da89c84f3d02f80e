//! Locks on single bytes of a file, which the system drops when their holder ends, however it ends.
//!
//! POSIX record locks on Unix: they are not inherited by children, and asking about them changes nothing.
//! The process that closes any descriptor of such a file loses all its locks on it, so it must open it once only.

use std::fs::File;
use std::io;

/// Locks the byte at `at`, which need not exist, until `file` is closed; false if another process has it.
///
/// # Errors
/// The file system knows no locks, or the system is out of them.
pub fn lock_byte(file: &File, at: u64) -> io::Result<bool> {
    platform::lock_byte(file, at)
}

/// Makes sure of the byte at `at`, which was locked by this `file` before; false if it was lost and another process has
/// it.
///
/// # Errors
/// As [`lock_byte`].
pub fn keep_byte(file: &File, at: u64) -> io::Result<bool> {
    platform::keep_byte(file, at)
}

/// Whether another process holds the byte at `at`. Locks of this process are not seen on Unix.
///
/// # Errors
/// As [`lock_byte`].
pub fn is_byte_locked(file: &File, at: u64) -> io::Result<bool> {
    platform::is_byte_locked(file, at)
}

/// Lets the byte at `at` go before the file is closed.
///
/// # Errors
/// As [`lock_byte`].
pub fn unlock_byte(file: &File, at: u64) -> io::Result<()> {
    platform::unlock_byte(file, at)
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd;

    fn of_byte(at: u64) -> io::Result<libc::flock> {
        // SAFETY: a `flock` is made of integers, for which zero is a value.
        let mut lock: libc::flock = unsafe { MaybeUninit::zeroed().assume_init() };
        lock.l_type = libc::F_WRLCK as libc::c_short;
        lock.l_whence = libc::SEEK_SET as libc::c_short;
        lock.l_start = at.try_into().map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        lock.l_len = 1;
        Ok(lock)
    }

    pub fn lock_byte(file: &File, at: u64) -> io::Result<bool> {
        let lock = of_byte(at)?;
        // SAFETY: the descriptor is open for as long as `file` is lent, and `lock` outlives the call.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLK, &raw const lock) } == 0 {
            return Ok(true);
        }
        let error = io::Error::last_os_error();
        match error.raw_os_error() {
            Some(libc::EACCES | libc::EAGAIN) => Ok(false),
            _ => Err(error),
        }
    }

    /// To take what is held changes nothing, and takes again what a close elsewhere in this process has lost.
    pub fn keep_byte(file: &File, at: u64) -> io::Result<bool> {
        lock_byte(file, at)
    }

    pub fn unlock_byte(file: &File, at: u64) -> io::Result<()> {
        let mut lock = of_byte(at)?;
        lock.l_type = libc::F_UNLCK as libc::c_short;
        // SAFETY: as above.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLK, &raw const lock) } == 0 {
            return Ok(());
        }
        Err(io::Error::last_os_error())
    }

    pub fn is_byte_locked(file: &File, at: u64) -> io::Result<bool> {
        let mut lock = of_byte(at)?;
        // SAFETY: as above; the answer is written to `lock`.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLK, &raw mut lock) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(lock.l_type != libc::F_UNLCK as libc::c_short)
    }
}

#[cfg(windows)]
mod platform {
    use std::ffi::c_void;
    use std::fs::File;
    use std::io;
    use std::os::windows::io::AsRawHandle;

    const LOCKFILE_FAIL_IMMEDIATELY: u32 = 1;
    const LOCKFILE_EXCLUSIVE_LOCK: u32 = 2;
    const ERROR_LOCK_VIOLATION: i32 = 33;

    #[repr(C)]
    #[derive(Default)]
    struct Overlapped {
        internal: usize,
        internal_high: usize,
        offset: u32,
        offset_high: u32,
        event: usize,
    }

    #[link(name = "kernel32", kind = "raw-dylib")]
    unsafe extern "system" {
        fn LockFileEx(file: *mut c_void, flags: u32, reserved: u32, low: u32, high: u32, at: *mut Overlapped) -> i32;
        fn UnlockFileEx(file: *mut c_void, reserved: u32, low: u32, high: u32, at: *mut Overlapped) -> i32;
    }

    fn of_byte(at: u64) -> Overlapped {
        Overlapped { offset: at as u32, offset_high: (at >> 32) as u32, ..Overlapped::default() }
    }

    pub fn lock_byte(file: &File, at: u64) -> io::Result<bool> {
        let mut place = of_byte(at);
        let flags = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
        // SAFETY: the handle is open for as long as `file` is lent; `place` outlives the call, which does not wait.
        if unsafe { LockFileEx(file.as_raw_handle(), flags, 0, 1, 0, &raw mut place) } != 0 {
            return Ok(true);
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() == Some(ERROR_LOCK_VIOLATION) { Ok(false) } else { Err(error) }
    }

    /// A lock belongs to the handle and is never lost; to ask for it again would be refused as a second one.
    pub fn keep_byte(_file: &File, _at: u64) -> io::Result<bool> {
        Ok(true)
    }

    pub fn unlock_byte(file: &File, at: u64) -> io::Result<()> {
        let mut place = of_byte(at);
        // SAFETY: as above.
        if unsafe { UnlockFileEx(file.as_raw_handle(), 0, 1, 0, &raw mut place) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// The system can only be asked by trying: a lock that is got is given back at once.
    pub fn is_byte_locked(file: &File, at: u64) -> io::Result<bool> {
        if !lock_byte(file, at)? {
            return Ok(true);
        }
        unlock_byte(file, at)?;
        Ok(false)
    }
}
