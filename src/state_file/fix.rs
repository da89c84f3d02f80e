//! Removing what a dead editor left, so that no editor that lives or starts meanwhile is harmed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::lock::{Lock, NoLock};
use super::place::{lock_path, sidecars};
use super::reader::{self, Reading, Verdict, read};
use super::record::Record;

/// How often it is begun anew because an editor came and went meanwhile.
const ATTEMPTS: u32 = 3;

/// What became of the files of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// These were removed; none where there was nothing to remove.
    Done(Vec<Removed>),
    /// An editor publishes there: nothing was touched.
    Alive,
    /// Nothing proves that what lies there is a dead editor's: nothing was touched.
    Unproven,
}

/// A file that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The file.
    pub path: PathBuf,
    /// Why, for a person.
    pub why: String,
}

/// Removes what a dead editor left at `place`, a state file or the directory of a project: a stale file, its sidecars
/// and its lock file. The record of an editor that stopped in good order stays, since it is true. Also says what was
/// found before. May block in the file system.
///
/// The verdict is reached first and without any change. Then the publisher's lock is taken and held to the end, which
/// keeps editors that start from publishing, and the record is compared with the one that was judged.
///
/// # Errors
/// What could not be removed, and what to do.
pub fn remove_dead(place: &Path) -> Result<(Reading, Removal), String> {
    for _ in 0..ATTEMPTS {
        let reading = read(place);
        if let Some(removal) = try_remove(&reading)? {
            return Ok((reading, removal));
        }
    }
    Err("an editor keeps coming and going here: try again when that is over".into())
}

/// `None` if the record is another one by now.
fn try_remove(reading: &Reading) -> Result<Option<Removal>, String> {
    let path = &reading.path;
    let is_proven = match reading.verdict {
        Verdict::Stale => true,
        // Without the file itself the record stands in a sidecar, and is all there is.
        Verdict::Stopped => !reading.is_foreign && is_there(path),
        Verdict::Missing => is_there(&lock_path(path)),
        Verdict::Unreadable | Verdict::Busy | Verdict::Failed | Verdict::Ready => false,
    };
    if !is_proven {
        return Ok(Some(Removal::Unproven));
    }
    let doomed = doomed(reading);
    if doomed.is_empty() {
        return Ok(Some(Removal::Done(Vec::new())));
    }
    let lock = match Lock::take(path) {
        Ok(lock) => Some(lock),
        Err(NoLock::Taken) => return Ok(Some(Removal::Alive)),
        // Then the dead process is the proof.
        Err(NoLock::Unsupported) if reading.verdict == Verdict::Stale => None,
        Err(NoLock::Unsupported) => return Ok(Some(Removal::Unproven)),
        Err(NoLock::Failed(error)) => return Err(failed(&lock_path(path), &error)),
    };
    if current(path) != reading.record {
        return Ok(None);
    }
    let mut removed = Vec::new();
    for (path, why) in doomed {
        if remove(&path).map_err(|error| failed(&path, &error))? {
            removed.push(Removed { path, why });
        }
    }
    // Where there was no lock file, taking the lock has made one.
    let _ = remove(&lock_path(path));
    drop(lock);
    Ok(Some(Removal::Done(removed)))
}

/// What is there and is to go, in this order, and why. What a reader looks at last goes first, so that nothing old comes
/// to light in between.
fn doomed(reading: &Reading) -> Vec<(PathBuf, String)> {
    let beside = sidecars(&reading.path);
    let gone = "the editor that wrote it is gone";
    let mut doomed = vec![
        (beside.unfinished, format!("a write that was never finished; {gone}")),
        (beside.previous, format!("a previous record; {gone}")),
        (beside.complete, format!("a record that was never put in its place; {gone}")),
    ];
    if reading.verdict == Verdict::Stale {
        doomed.push((reading.path.clone(), stale(reading.record.as_ref())));
    }
    doomed.push((lock_path(&reading.path), "the lock file of an editor that is gone".into()));
    doomed.retain(|(path, _)| is_there(path));
    doomed
}

fn stale(record: Option<&Record>) -> String {
    let (phase, pid) = record.map_or(("", None), |record| (record.phase.as_str(), record.pid));
    let process = pid.map_or(String::new(), |pid| format!(" (process {pid})"));
    format!("it says {phase}, but the editor that wrote it{process} is gone")
}

/// The record that a reader would find, whoever wrote it.
fn current(path: &Path) -> Option<Record> {
    let bytes = reader::find(path).ok()??;
    Record::parse(&bytes).ok()
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be removed: {error}; see who owns it and its directory, and try again", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readiness::Readiness;
    use crate::state_file::Publisher;
    use crate::state_file::scratch::Scratch;

    fn record(phase: Readiness) -> Record {
        Record { phase: phase.name().into(), generation_id: "1".into(), ..Record::default() }
    }

    #[test]
    fn nothing_is_made_where_nothing_is() {
        let scratch = Scratch::new();
        let (reading, removal) = remove_dead(&scratch.file()).unwrap();
        assert_eq!((reading.verdict, removal), (Verdict::Missing, Removal::Unproven));
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_this_process_publishes_stays() {
        let scratch = Scratch::new();
        let path = scratch.file();
        let mut publisher = Publisher::new(path.clone());
        publisher.publish(record(Readiness::Ready)).unwrap();
        let (reading, removal) = remove_dead(&path).unwrap();
        assert_eq!((reading.verdict, removal), (Verdict::Ready, Removal::Unproven));
        publisher.publish(record(Readiness::Stopped)).unwrap();
        fs::write(sidecars(&path).previous, "").unwrap();
        assert_eq!(remove_dead(&path).unwrap().1, Removal::Alive);
        assert!(is_there(&path) && is_there(&sidecars(&path).previous));
    }

    #[test]
    fn a_living_editor_whose_lock_file_was_deleted_keeps_its_record() {
        let scratch = Scratch::new();
        let path = scratch.file();
        let mut publisher = Publisher::new(path.clone());
        publisher.publish(record(Readiness::Ready)).unwrap();
        fs::remove_file(lock_path(&path)).unwrap();
        assert_eq!(remove_dead(&path).unwrap().1, Removal::Unproven);
        assert!(is_there(&path) && !is_there(&lock_path(&path)));
    }

    #[test]
    fn a_record_that_changed_since_it_was_judged_stays() {
        let scratch = Scratch::new();
        let path = scratch.file();
        Publisher::new(path.clone()).publish(record(Readiness::Ready)).unwrap();
        let judged = read(&path);
        assert_eq!(judged.verdict, Verdict::Stale);
        Publisher::new(path.clone()).publish(record(Readiness::Compiling)).unwrap();
        assert_eq!(try_remove(&judged), Ok(None));
        assert_eq!(read(&path).record.map(|record| record.phase).as_deref(), Some("compiling"));

        let (_, removal) = remove_dead(&path).unwrap();
        assert!(matches!(removal, Removal::Done(removed) if removed.len() == 2));
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }
}
