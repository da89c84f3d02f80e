//! The lock that proves a publisher's life.
//!
//! Byte 0 of the lock file is held by the one process that may publish. Another byte, whose number stands in the
//! record, is held by the writer of just that record: a successor that holds byte 0 and has yet to write does not
//! make the record of its dead predecessor look alive.
//!
//! On Unix a process that closes any descriptor of the file loses its locks on it. So it is opened once, and what
//! this process holds is known here and never asked of the system.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};

use super::place::lock_path;
use crate::sys::{files, locks};

/// The byte of the one that may publish.
const PUBLISHER: u64 = 0;
/// Numbers above this are not exact in every JSON reader.
const LARGEST: u64 = (1 << 53) - 1;
/// Longest wait for another thread of this process that opens a lock file.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often a lock file that is removed at the same moment is made again.
const ATTEMPTS: u32 = 8;

/// What this process holds.
static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Held {
    path: PathBuf,
    identity: Option<(u64, u64)>,
    byte: Option<u64>,
}

/// The lock file of one state file, open and held. Dropping it lets go.
#[derive(Debug)]
pub struct Lock {
    /// Open until the drop, which closes it where nobody else of this process opens it.
    file: Option<File>,
    path: PathBuf,
    identity: Option<(u64, u64)>,
    byte: Option<u64>,
}

/// Why a lock could not be had.
#[derive(Debug)]
pub enum NoLock {
    /// Another process, or another link of this one, has it.
    Taken,
    /// The file system knows no locks: the record goes out without one.
    Unsupported,
    /// The lock file could not be opened.
    Failed(io::Error),
}

impl From<io::Error> for NoLock {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl Lock {
    /// Takes the right to publish `state_file`.
    ///
    /// # Errors
    /// See [`NoLock`].
    pub fn take(state_file: &Path) -> Result<Self, NoLock> {
        let path = lock_path(state_file);
        let mut held = held()?;
        if find(&held, &path).is_some() {
            return Err(NoLock::Taken);
        }
        for _ in 0..ATTEMPTS {
            let file = files::open_for_lock(&path)?;
            match locks::lock_byte(&file, PUBLISHER) {
                Ok(true) => {}
                Ok(false) => return Err(NoLock::Taken),
                Err(_) => return Err(NoLock::Unsupported),
            }
            let identity = files::identity(&file.metadata()?);
            let lock = Self { file: Some(file), path: path.clone(), identity, byte: None };
            // Who held it before may have removed the file on leaving: then the lock is on a file that nobody finds.
            if lock.is_in_place() {
                held.push(Held { path, identity, byte: None });
                return Ok(lock);
            }
            MutexGuard::unlocked(&mut held, || drop(lock));
        }
        Err(NoLock::Taken)
    }

    /// The byte for the next record, locked: the one held, or a fresh one.
    ///
    /// # Errors
    /// `WouldBlock` if another process has taken the lock meanwhile; else the system gives no lock or no random number.
    pub fn own_byte(&mut self) -> io::Result<u64> {
        // Asked for anew: somebody else's code in this process may have opened and closed the file, and another process
        // may have taken it since. No record goes out without the right to publish.
        if !locks::keep_byte(self.file()?, PUBLISHER)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if let Some(byte) = self.byte {
            let is_kept = locks::keep_byte(self.file()?, byte)?;
            return if is_kept { Ok(byte) } else { Err(io::ErrorKind::WouldBlock.into()) };
        }
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let byte = (u64::from_le_bytes(bytes) & LARGEST).max(1);
        if !locks::lock_byte(self.file()?, byte)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.set_byte(Some(byte));
        Ok(byte)
    }

    /// Lets the byte of the last record go: that record could not be replaced and is true no longer.
    pub fn disown(&mut self) {
        if let (Some(byte), Ok(file)) = (self.byte, self.file()) {
            // Where it fails the lock stays, and the next write tries both again.
            let _ = locks::unlock_byte(file, byte);
            self.set_byte(None);
        }
    }

    /// Whether the lock file is still the one that is open here.
    pub fn is_in_place(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|metadata| files::identity(&metadata) == self.identity)
    }

    fn file(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn set_byte(&mut self, byte: Option<u64>) {
        self.byte = byte;
        let Ok(mut held) = held() else { return };
        if let Some(entry) = held.iter_mut().find(|entry| entry.path == self.path) {
            entry.byte = byte;
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where the list cannot be had, the entry stays and this process does not publish there again.
        if let Ok(mut held) = held() {
            held.retain(|entry| entry.path != self.path);
            // Closed before anybody else takes it: the close would cost them theirs.
            self.file = None;
        }
    }
}

/// Whether the byte at `byte` of the lock file `path` is held, by this process or another.
///
/// # Errors
/// There is no such file, or the file system knows no locks.
pub fn is_held(path: &Path, byte: u64) -> io::Result<bool> {
    // Kept while the file is open here, so that no other thread takes the lock that closing it would drop.
    let held = held()?;
    if let Some(own) = find(&held, path) {
        return Ok(own.byte == Some(byte));
    }
    locks::is_byte_locked(&files::open_regular(path)?, byte)
}

fn held() -> io::Result<MutexGuard<'static, Vec<Held>>> {
    HELD.try_lock_for(PATIENCE).ok_or_else(|| io::ErrorKind::TimedOut.into())
}

/// What this process holds of the file at `path`, by whatever name.
fn find<'a>(held: &'a [Held], path: &Path) -> Option<&'a Held> {
    let identity = fs::metadata(path).ok().and_then(|metadata| files::identity(&metadata));
    held.iter().find(|entry| match identity {
        Some(identity) => entry.identity == Some(identity),
        None => entry.path == path,
    })
}
