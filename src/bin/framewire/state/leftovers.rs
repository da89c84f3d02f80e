//! Removing a dead editor's files, so that no editor that starts meanwhile is harmed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use framewire::state_file::{Record, lock_path, sidecars};
use framewire::sys::{files, locks};

/// The byte of the lock file whose holder alone may publish.
const PUBLISHER: u64 = 0;

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was removed; perhaps nothing.
    Done(Vec<Removed>),
    /// An editor publishes here: nothing was touched.
    Alive,
    /// Nothing proves that the files are a dead editor's: nothing was touched.
    NoProof,
    /// The record is another one by now: nothing was touched.
    Changed,
    /// One file could not be removed; those before it were.
    Failed { path: PathBuf, why: String },
}

/// A file that was removed.
#[derive(Debug, PartialEq, Eq)]
pub struct Removed {
    pub path: PathBuf,
    pub why: String,
}

/// Removes the sidecars and the lock file of the state file at `path`, and with `is_stale` the file itself.
///
/// `known`: the record that was found dead; `None` where there was none. The publisher's lock is held throughout, so
/// that no editor begins to publish meanwhile; and the record is looked at again once it is held.
pub fn remove(path: &Path, known: Option<&Record>, is_stale: bool) -> Outcome {
    let doomed = doomed(path, known, is_stale);
    if doomed.is_empty() {
        return Outcome::Done(Vec::new());
    }
    let lock = match take_lock(path, known) {
        Ok(lock) => lock,
        Err(outcome) => return outcome,
    };
    if current(path).as_ref() != known {
        return Outcome::Changed;
    }
    let mut removed = Vec::new();
    for (path, why) in doomed {
        match fs::remove_file(&path) {
            Ok(()) => removed.push(Removed { path, why }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Outcome::Failed { path, why: error.to_string() },
        }
    }
    // Where there was no lock file, one was made here to take the lock.
    let _ = fs::remove_file(lock_path(path));
    drop(lock);
    Outcome::Done(removed)
}

/// What is there and is to go, in this order, and why.
fn doomed(path: &Path, known: Option<&Record>, is_stale: bool) -> Vec<(PathBuf, String)> {
    let beside = sidecars(path);
    let gone = "the editor that wrote it is gone";
    // What a reader looks at last goes first: nothing old comes to light in between.
    let mut doomed = vec![
        (beside.unfinished, format!("a write that was never finished; {gone}")),
        (beside.previous, format!("a previous record; {gone}")),
        (beside.complete, format!("a record that was never put in its place; {gone}")),
    ];
    if is_stale {
        doomed.push((path.to_owned(), stale(known)));
    }
    doomed.push((lock_path(path), "the lock file of an editor that is gone".to_owned()));
    doomed.retain(|(path, _)| path.symlink_metadata().is_ok());
    doomed
}

fn stale(known: Option<&Record>) -> String {
    let (phase, pid) = known.map_or(("", None), |record| (record.phase.as_str(), record.pid));
    let process = pid.map_or(String::new(), |pid| format!(" (process {pid})"));
    format!("it says {phase}, but the editor that wrote it{process} is gone")
}

/// The publisher's lock, once neither it nor the record's own byte is held. `None` where the file system knows no
/// locks: then the dead process is the proof.
fn take_lock(path: &Path, known: Option<&Record>) -> Result<Option<File>, Outcome> {
    let lock = lock_path(path);
    let failed = |error: io::Error| Outcome::Failed { path: lock.clone(), why: error.to_string() };
    let file = files::open_for_lock(&lock).map_err(failed)?;
    match locks::lock_byte(&file, PUBLISHER) {
        Ok(true) => {}
        Ok(false) => return Err(Outcome::Alive),
        Err(_) if known.is_some() => return Ok(None),
        Err(_) => return Err(Outcome::NoProof),
    }
    match known.and_then(|record| record.lock_byte).map(|byte| locks::is_byte_locked(&file, byte)) {
        Some(Ok(true)) => Err(Outcome::Alive),
        Some(Err(error)) => Err(failed(error)),
        Some(Ok(false)) | None => Ok(Some(file)),
    }
}

/// The record that a reader would find, without a look at the lock file: to close that would give the lock back.
fn current(path: &Path) -> Option<Record> {
    let beside = sidecars(path);
    let bytes = [path, &beside.complete, &beside.previous].into_iter().find_map(|path| fs::read(path).ok())?;
    Record::parse(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("framewire-leftovers-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn a_record_that_changed_meanwhile_stays() {
        let directory = directory("changed");
        let path = directory.join("state.json");
        let known = Record { phase: "ready".to_owned(), pid: Some(7), ..Record::default() };
        fs::write(&path, Record { phase: "busy".to_owned(), ..known.clone() }.to_text()).unwrap();
        assert_eq!(remove(&path, Some(&known), true), Outcome::Changed);
        assert!(path.is_file());

        fs::write(&path, known.to_text()).unwrap();
        let Outcome::Done(removed) = remove(&path, Record::parse(known.to_text().as_bytes()).ok().as_ref(), true)
        else {
            panic!("not removed")
        };
        assert_eq!(removed.len(), 2, "the file and the lock file of the first attempt: {removed:?}");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
        fs::remove_dir(&directory).unwrap();
    }
}
