//! Files whose opening must not hang, follow or overwrite anything by surprise.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a regular file for reading; a pipe or device in its place is not waited for.
///
/// # Errors
/// As [`File::open`]; `InvalidInput` if it is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
    }
}

/// Makes a file that was not there, for this user alone.
///
/// # Errors
/// As [`OpenOptions::create_new`].
pub fn create_private(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Opens a file for a lock, and makes it, for this user alone, if it is not there.
///
/// What is no regular file of one name is refused, and not even opened: a lock on it would be one on something else, and
/// closing it would cost this process the locks that it holds there.
///
/// # Errors
/// As [`OpenOptions::open`]; `AlreadyExists` if something else lies there.
pub fn open_for_lock(path: &Path) -> io::Result<File> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => is_of_one_name(&other?)?,
    }
    let file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)?;
    is_of_one_name(&file.metadata()?)?;
    Ok(file)
}

fn is_of_one_name(metadata: &std::fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    let names = std::os::unix::fs::MetadataExt::nlink(metadata);
    #[cfg(not(unix))]
    let names = 1;
    let what = match metadata.file_type() {
        kind if kind.is_file() && names <= 1 => return Ok(()),
        kind if kind.is_file() => "a file that has other names too lies in place of its lock",
        kind if kind.is_symlink() => "a symbolic link lies in place of its lock",
        _ => "something that is no file lies in place of its lock",
    };
    Err(io::Error::new(io::ErrorKind::AlreadyExists, what))
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC);
    }
    options
}

/// Makes a directory for this user alone. Its parent must be there.
///
/// # Errors
/// As [`DirBuilder::create`].
pub fn create_private_directory(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "modes are for Unix"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// What tells a file from every other one: device and number. `None` where the system has no such numbers at hand.
pub fn identity(metadata: &std::fs::Metadata) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// Moves `from` over `to` in one step: whoever opens `to` finds the old file or the new one, never none.
///
/// On Windows another program that has the file open for a moment is waited for, 200 ms at most.
///
/// # Errors
/// As [`std::fs::rename`].
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(windows)]
    for _ in 0..20 {
        const ERROR_ACCESS_DENIED: i32 = 5;
        const ERROR_SHARING_VIOLATION: i32 = 32;
        match std::fs::rename(from, to) {
            Err(error) if matches!(error.raw_os_error(), Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION)) => {
                std::thread::park_timeout(std::time::Duration::from_millis(10));
            }
            other => return other,
        }
    }
    std::fs::rename(from, to)
}
