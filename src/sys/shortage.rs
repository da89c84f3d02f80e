//! Errors that tell of a system or process which has run out of something, whatever it was asked for.

use std::io;

/// What a person can do about `error`, if it says so; `None` if it is about what was asked for.
pub fn advice(error: &io::Error) -> Option<&'static str> {
    const DESCRIPTORS: &str = "close some, or raise this process's limit of open files";
    const MEMORY: &str = "the system is short of memory: close other programs";
    match error.raw_os_error() {
        Some(code) if platform::DESCRIPTORS.contains(&code) => Some(DESCRIPTORS),
        Some(code) if platform::MEMORY.contains(&code) => Some(MEMORY),
        None if error.kind() == io::ErrorKind::OutOfMemory => Some(MEMORY),
        _ => None,
    }
}

#[cfg(unix)]
mod platform {
    pub const DESCRIPTORS: [i32; 2] = [libc::EMFILE, libc::ENFILE];
    pub const MEMORY: [i32; 2] = [libc::ENOMEM, libc::ENOBUFS];
}

/// ERROR_TOO_MANY_OPEN_FILES and WSAEMFILE; ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY and WSAENOBUFS.
#[cfg(windows)]
mod platform {
    pub const DESCRIPTORS: [i32; 2] = [4, 10024];
    pub const MEMORY: [i32; 3] = [8, 14, 10055];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_shortage_has_advice() {
        for code in platform::DESCRIPTORS {
            assert!(advice(&io::Error::from_raw_os_error(code)).unwrap().contains("open files"));
        }
        for code in platform::MEMORY {
            assert!(advice(&io::Error::from_raw_os_error(code)).unwrap().contains("memory"));
        }
        assert!(advice(&io::ErrorKind::OutOfMemory.into()).is_some());
        assert_eq!(advice(&io::ErrorKind::NotFound.into()), None);
        assert_eq!(advice(&io::Error::other("no")), None);
    }
}
