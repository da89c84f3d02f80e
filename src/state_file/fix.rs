//! Removing the state file of an editor that is provably gone.

use std::path::{Path, PathBuf};

use super::lock::{Lock, NoLock};
use super::place::lock_path;
use super::reader::{Verdict, read};
use super::writer;

/// Removes the state file at `place`, or of the project in the directory `place`, with every name that could bring it
/// back, if the editor that wrote it is provably gone: it stopped in good order, or it is stale. The names removed;
/// none where there was nothing. May block in the file system.
///
/// An editor that starts at the same time is kept from publishing meanwhile, or keeps this from removing anything.
///
/// # Errors
/// Why it was left alone, and what to do.
pub fn remove_dead(place: &Path) -> Result<Vec<PathBuf>, String> {
    let first = read(place);
    let path = first.path;
    if first.verdict == Verdict::Missing && !lock_path(&path).exists() {
        // What lies there at most is the start of a file that nobody finished, or nothing.
        return writer::delete(&path).map_err(|error| failed(&path, &error));
    }
    let _kept_out = match Lock::take(&path) {
        Ok(lock) => Some(lock),
        Err(NoLock::Unsupported) => None,
        Err(NoLock::Taken) => return Err("an editor that is alive publishes there: close it first".into()),
        Err(NoLock::Failed(error)) => return Err(failed(&path, &error)),
    };
    let reading = read(&path);
    match reading.verdict {
        Verdict::Missing | Verdict::Stale | Verdict::Stopped => {
            writer::delete(&path).map_err(|error| failed(&path, &error))
        }
        _ if reading.is_foreign => {
            Err("another program wrote it and left nothing that tells whether it lives: remove it by hand".into())
        }
        Verdict::Unreadable => Err("it is no state file of ours: see what lies there, and remove it by hand".into()),
        _ => Err("the editor that wrote it is alive".into()),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be removed ({error}): see who owns it", path.display())
}
