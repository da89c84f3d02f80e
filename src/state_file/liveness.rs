//! Whether the process that wrote a record lives.

use std::path::Path;

use super::lock;
use super::place::lock_path;
use super::record::Record;
use crate::sys::process;

/// Whether the writer of a record lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liveness {
    /// Its lock, or its process, is there.
    Alive,
    /// Its lock file is there and the lock is gone; or no process of that number and start is there.
    Gone,
    /// Nothing tells: the record is of another writer, or the system does not say.
    #[default]
    Unknown,
}

/// Whether the writer of `record`, found at `path`, lives. Changes nothing.
///
/// The lock decides. Where there is no lock file, or the file system knows no locks, the process does.
pub fn of(path: &Path, record: &Record) -> Liveness {
    if record.is_foreign() {
        return Liveness::Unknown;
    }
    match record.lock_byte.map(|byte| lock::is_held(&lock_path(path), byte)) {
        Some(Ok(true)) => Liveness::Alive,
        Some(Ok(false)) => Liveness::Gone,
        None | Some(Err(_)) => of_process(record),
    }
}

/// Whether the writer of `record` is alive and stands still as a whole, so that it can neither serve nor say so.
pub fn is_halted(record: &Record) -> bool {
    let Some(pid) = record.pid else { return false };
    let start = process::process_start(pid).ok().flatten();
    // Another process may have that number, here or in another container.
    start.is_some() && start == record.process_start_time && process::is_halted(pid)
}

fn of_process(record: &Record) -> Liveness {
    let start = record.pid.map(process::process_start);
    match start {
        Some(Ok(None)) => Liveness::Gone,
        Some(Ok(Some(start))) => {
            let is_same = record.process_start_time.as_ref().is_none_or(|known| *known == start);
            if is_same { Liveness::Alive } else { Liveness::Gone }
        }
        None | Some(Err(_)) => Liveness::Unknown,
    }
}
