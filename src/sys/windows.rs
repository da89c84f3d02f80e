//! Windows: the library's own image, process exit, files that are no links.

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::not_private;

const GET_MODULE_HANDLE_EX_FLAG_PIN: u32 = 1;
const GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS: u32 = 4;
const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
const FILE_ATTRIBUTE_REPARSE_POINT: u32 = 0x400;
const SECURITY_IDENTIFICATION: u32 = 0x0001_0000;

/// See [`super::SEND_FLAGS`].
pub const SEND_FLAGS: i32 = 0;

#[link(name = "kernel32", kind = "raw-dylib")]
unsafe extern "system" {
    fn GetModuleHandleExW(flags: u32, name: *const u16, module: *mut *mut c_void) -> i32;
}

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    fn RtlDllShutdownInProgress() -> u8;
}

/// Windows has no signals: runs `body`.
pub fn with_signals_blocked<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// See [`super::pin_library`].
pub fn pin_library() -> io::Result<()> {
    let mut module: *mut c_void = std::ptr::null_mut();
    let flags = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    let here = pin_library as *const u16;
    // SAFETY: with FROM_ADDRESS the name is any address in the module, which is not read; the
    // module is written to a live variable.
    let found = unsafe { GetModuleHandleExW(flags, here, &raw mut module) };
    if found == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The standard library takes no key here.
pub fn try_thread_key() -> io::Result<()> {
    Ok(())
}

/// Windows has no fork.
pub fn register_fork_handler() -> io::Result<()> {
    Ok(())
}

/// See [`super::is_shutting_down`]: by the time libraries hear of it, other threads were ended.
pub fn is_shutting_down() -> bool {
    // SAFETY: takes no argument, reads a flag of the loader, and may be called at any time.
    unsafe { RtlDllShutdownInProgress() != 0 }
}

/// See [`super::open_private`]. The record lies in the user's own profile, whose rights guard it.
pub fn open_private(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
        .security_qos_flags(SECURITY_IDENTIFICATION)
        .open(path)?;
    let metadata = file.metadata()?;
    if metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        return Err(not_private("it is a link".into()));
    }
    if !metadata.is_file() {
        return Err(not_private("it is no regular file".into()));
    }
    Ok(file)
}
