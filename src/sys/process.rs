//! Other processes: whether one lives, when it started, and whether it stands still.

use std::io;

/// When the process `pid` started, in words that no other process with that number will ever have on this machine;
/// `None` if there is none. Words are for comparing only.
///
/// # Errors
/// The system does not tell.
pub fn process_start(pid: u32) -> io::Result<Option<String>> {
    platform::process_start(pid)
}

/// Whether the process `pid` stands still as a whole: a signal has stopped it, or a debugger. Of one that is not there, and
/// where the system does not tell, no.
pub fn is_halted(pid: u32) -> bool {
    platform::is_halted(pid)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod platform {
    use std::fs;
    use std::io;
    use std::path::Path;

    pub fn is_halted(pid: u32) -> bool {
        // Tracers stop one thread while the others go on, which may well be the ones that serve.
        let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return false };
        let mut count = 0;
        threads.inspect(|_| count += 1).all(|thread| thread.is_ok_and(|thread| is_thread_halted(&thread.path())))
            && count > 0
    }

    fn is_thread_halted(thread: &Path) -> bool {
        let stat = fs::read(thread.join("stat")).unwrap_or_default();
        let stat = String::from_utf8_lossy(&stat);
        let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_ascii_whitespace().next());
        matches!(state, Some("T" | "t"))
    }

    pub fn process_start(pid: u32) -> io::Result<Option<String>> {
        let stat = match fs::read(format!("/proc/{pid}/stat")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && fs::exists("/proc/self/stat")? => return Ok(None),
            other => other?,
        };
        let stat = String::from_utf8_lossy(&stat);
        // The second field is the program's name in parentheses, which may hold anything, parentheses too.
        let mut fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace();
        let state = fields.next();
        let ticks = fields.nth(18).ok_or_else(|| io::Error::other("the system tells no start time"))?;
        if matches!(state, Some("Z" | "X" | "x")) {
            // It has ended, and its parent has not looked yet.
            return Ok(None);
        }
        // Ticks count from the boot, and numbers start over with it.
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Ok(Some(format!("{ticks}@{}", boot.trim().get(..8).unwrap_or_default())))
    }
}

#[cfg(target_vendor = "apple")]
mod platform {
    use std::io;
    use std::mem::MaybeUninit;

    pub fn is_halted(_pid: u32) -> bool {
        false
    }

    pub fn process_start(pid: u32) -> io::Result<Option<String>> {
        let number = i32::try_from(pid).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut info = MaybeUninit::<libc::proc_bsdinfo>::zeroed();
        let size = size_of::<libc::proc_bsdinfo>() as i32;
        // SAFETY: `info` has `size` bytes and outlives the call.
        let got = unsafe { libc::proc_pidinfo(number, libc::PROC_PIDTBSDINFO, 0, info.as_mut_ptr().cast(), size) };
        if got == size {
            // SAFETY: it is made of integers, zeroed before and filled now.
            let info = unsafe { info.assume_init() };
            return Ok(Some(format!("{}.{:06}", info.pbi_start_tvsec, info.pbi_start_tvusec)));
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() == Some(libc::ESRCH) { Ok(None) } else { Err(error) }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
mod platform {
    use std::io;

    pub fn is_halted(_pid: u32) -> bool {
        false
    }

    pub fn process_start(_pid: u32) -> io::Result<Option<String>> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}

#[cfg(windows)]
mod platform {
    use std::ffi::c_void;
    use std::io;

    const PROCESS_QUERY_LIMITED_INFORMATION: u32 = 0x1000;
    const ERROR_INVALID_PARAMETER: i32 = 87;

    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct FileTime {
        low: u32,
        high: u32,
    }

    #[link(name = "kernel32", kind = "raw-dylib")]
    unsafe extern "system" {
        fn OpenProcess(access: u32, inherit: i32, pid: u32) -> *mut c_void;
        fn CloseHandle(handle: *mut c_void) -> i32;
        fn GetProcessTimes(
            process: *mut c_void,
            created: *mut FileTime,
            ended: *mut FileTime,
            kernel: *mut FileTime,
            user: *mut FileTime,
        ) -> i32;
    }

    pub fn is_halted(_pid: u32) -> bool {
        false
    }

    pub fn process_start(pid: u32) -> io::Result<Option<String>> {
        // SAFETY: takes numbers only; the handle is closed below.
        let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
        if process.is_null() {
            let error = io::Error::last_os_error();
            return if error.raw_os_error() == Some(ERROR_INVALID_PARAMETER) { Ok(None) } else { Err(error) };
        }
        let mut times = [FileTime::default(); 4];
        let [created, ended, kernel, user] = &mut times;
        // SAFETY: the handle is open, and the four places outlive the call.
        let told = unsafe { GetProcessTimes(process, created, ended, kernel, user) } != 0;
        let error = io::Error::last_os_error();
        // SAFETY: the handle is ours and is not used again.
        unsafe { CloseHandle(process) };
        if !told {
            return Err(error);
        }
        // An ended process keeps its number while somebody holds a handle to it.
        let has_ended = ended.low != 0 || ended.high != 0;
        let start = (u64::from(created.high) << 32) | u64::from(created.low);
        Ok((!has_ended).then(|| start.to_string()))
    }
}
