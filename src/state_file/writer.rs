//! Publishing records: one file, replaced in one step, under a lock that is held for life.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::lock::{Lock, NoLock};
use super::place::{cache_of_project, sidecars};
use super::record::Record;
use super::trouble::Trouble;
use crate::sys::{files, process};

/// Publishes the records of one link. May block in the file system.
#[derive(Debug)]
pub struct Publisher {
    path: PathBuf,
    lock: Option<Lock>,
    /// A record of this publisher is in place.
    is_published: bool,
    pid: u32,
    process_start_time: Option<String>,
}

impl Publisher {
    /// A publisher that has touched nothing yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, lock: None, is_published: false, pid: std::process::id(), process_start_time: None }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts `record` in place of the one before; fills in what tells its writer. The file's own directory is made if it
    /// is not there; so is the editor's cache that it lies in, if this is the default place of a project that is there. A record that cannot be replaced is let go, so that readers take it for stale and not for true.
    ///
    /// # Errors
    /// What went wrong, and what to do about it.
    pub fn publish(&mut self, mut record: Record) -> Result<(), Trouble> {
        let outcome = self.put(&mut record).map_err(|trouble| trouble.of(&self.path));
        if outcome.is_err()
            && let Some(lock) = self.lock.as_mut()
        {
            lock.disown();
        }
        outcome
    }

    /// Lets the lock go; another may publish. May block in the file system, as a drop may that comes without it.
    pub fn let_go(&mut self) {
        self.lock = None;
    }

    /// Whether the record is where it was put, under the lock it was put under. Asks the system anew for the lock, which
    /// somebody else's code in this process may have lost.
    pub fn is_in_place(&mut self) -> bool {
        let is_there = fs::symlink_metadata(&self.path).is_ok_and(|metadata| metadata.is_file());
        let is_locked = self.lock.as_mut().is_none_or(|lock| lock.is_in_place() && lock.own_byte().is_ok());
        self.is_published && is_there && is_locked
    }

    fn put(&mut self, record: &mut Record) -> Result<(), Trouble> {
        self.make_directory()?;
        self.take_lock()?;
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) if !metadata.is_file() => return Err(Trouble::in_the_way(metadata.file_type())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        if self.process_start_time.is_none() {
            // Without it the number alone tells the process, which is better than nothing.
            self.process_start_time = process::process_start(self.pid).ok().flatten();
        }
        record.pid = Some(self.pid);
        record.process_start_time.clone_from(&self.process_start_time);
        record.lock_byte = match self.lock.as_mut().map(Lock::own_byte).transpose() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                // Lost, and another has it: what is left of ours is let go and asked for from the beginning.
                self.lock = None;
                self.is_published = false;
                return Err(Trouble::taken());
            }
            other => other?,
        };
        self.replace(&record.to_text())?;
        if !self.is_published {
            // Left by another writer; should the final file be lost they would bring an old state back.
            let beside = sidecars(&self.path);
            // One that stays does no harm while the file itself is there.
            let _ = (remove(&beside.complete), remove(&beside.previous));
            self.is_published = true;
        }
        Ok(())
    }

    fn make_directory(&self) -> Result<(), Trouble> {
        let Some(directory) = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
            return Ok(());
        };
        if let Some(cache) = cache_of_project(&self.path).filter(|cache| !cache.exists()) {
            // Whether that worked is seen at the next step.
            let _ = fs::create_dir(cache);
        }
        match files::create_private_directory(directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // A directory that is there may still be refused, as on a read-only system.
            Err(_) if directory.is_dir() => Ok(()),
            other => Ok(other?),
        }
    }

    fn take_lock(&mut self) -> Result<(), Trouble> {
        if self.lock.as_ref().is_some_and(Lock::is_in_place) {
            return Ok(());
        }
        // The directory was deleted under us: what was held proves nothing any more.
        self.lock = None;
        match Lock::take(&self.path) {
            Ok(lock) => self.lock = Some(lock),
            Err(NoLock::Unsupported) => {}
            Err(NoLock::Taken) => return Err(Trouble::taken()),
            Err(NoLock::Failed(error)) => return Err(error.into()),
        }
        Ok(())
    }

    /// The final name is never absent: it leads to the old file until it leads to the new one.
    fn replace(&self, text: &str) -> io::Result<()> {
        let unfinished = sidecars(&self.path).unfinished;
        remove(&unfinished)?;
        let written = files::create_private(&unfinished).and_then(|mut file| file.write_all(text.as_bytes()));
        let moved = written.and_then(|()| files::replace(&unfinished, &self.path));
        moved.inspect_err(|_| {
            // What is left of it means nothing to any reader.
            let _ = remove(&unfinished);
        })
    }
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
