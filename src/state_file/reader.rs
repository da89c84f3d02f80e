//! Reading a state file: seven verdicts, no side effect.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::advice;
use super::liveness::{self, Liveness};
use super::place::{locate, sidecars};
use super::record::Record;
use crate::readiness::Readiness;
use crate::sys::{files, shortage};

/// Longest file that is read, bytes.
const LARGEST: u64 = 64 << 10;
/// How often the names are gone through while a writer moves the file from one to the other.
const ROUNDS: u32 = 32;
/// How often in a row the previous record must be all there is before it is taken for what counts.
const ROUNDS_OF_PREVIOUS: u32 = 3;
/// How often nothing must be there before there is none: between the looks of one round a fast writer may have
/// moved every name that was looked at.
const ROUNDS_OF_NOTHING: u32 = 4;

/// What a state file comes to. The numbers are those of `FRAMEWIRE_VERDICT_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Verdict {
    /// There is none.
    #[default]
    Missing = 0,
    /// It cannot be read, or is no state file that this library understands.
    Unreadable = 1,
    /// It says that an editor lives, and the editor is gone.
    Stale = 2,
    /// The editor is alive and busy.
    Busy = 3,
    /// The editor has stopped serving, in good order.
    Stopped = 4,
    /// The editor is alive and cannot serve.
    Failed = 5,
    /// The editor is alive, polls, and its link is up.
    Ready = 6,
}

impl Verdict {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Stale => "stale",
            Self::Busy => "busy",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Ready => "ready",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it comes to.
    pub verdict: Verdict,
    /// The file that was looked for.
    pub path: PathBuf,
    /// What the file says, as far as it could be read.
    pub record: Option<Record>,
    /// The verdict is [`Verdict::Failed`], and the link alone is the cause: it is dialled again.
    pub is_failed_by_link: bool,
    /// Another program wrote it: nothing tells whether that lives, so the verdict is what the file says.
    pub is_foreign: bool,
    /// Whether its writer lives.
    pub liveness: Liveness,
    /// The verdict is [`Verdict::Busy`] because the editor's process stands still; what it says is from before.
    pub is_halted: bool,
    /// What is wrong, and what to do next; empty where nothing is.
    pub advice: String,
}

/// Reads the state file at `place`, or that of the project in the directory `place`. Blocks for as long as the system
/// takes to read a small file; changes nothing.
pub fn read(place: &Path) -> Reading {
    let path = locate(place);
    let mut reading = match find(&path) {
        Ok(None) => Reading::default(),
        Ok(Some(bytes)) => match Record::parse(&bytes) {
            Ok(record) => judge(&path, record),
            Err(fault) => Reading { verdict: Verdict::Unreadable, advice: fault, ..Reading::default() },
        },
        Err(error) => {
            if let Some(advice) = shortage::advice(&error) {
                // It says nothing of what lies there.
                let advice = format!("{error}: {advice}");
                return Reading { verdict: Verdict::Unreadable, path, advice, ..Reading::default() };
            }
            Reading { verdict: Verdict::Unreadable, advice: error.to_string(), ..Reading::default() }
        }
    };
    reading.advice = advice::of(&reading);
    reading.path = path;
    reading
}

fn judge(path: &Path, record: Record) -> Reading {
    let liveness = liveness::of(path, &record);
    let said = match record.readiness() {
        Some(Readiness::Stopped) => Verdict::Stopped,
        Some(Readiness::Failed) => Verdict::Failed,
        Some(Readiness::Ready) => Verdict::Ready,
        Some(_) => Verdict::Busy,
        None => Verdict::Unreadable,
    };
    let is_outlived = matches!(said, Verdict::Failed | Verdict::Ready | Verdict::Busy) && liveness == Liveness::Gone;
    let is_halted = said == Verdict::Ready && liveness == Liveness::Alive && liveness::is_halted(&record);
    let verdict = match said {
        _ if is_outlived => Verdict::Stale,
        _ if is_halted => Verdict::Busy,
        said => said,
    };
    Reading {
        verdict,
        is_halted,
        is_failed_by_link: verdict == Verdict::Failed && record.is_failed_by_link,
        is_foreign: record.is_foreign(),
        liveness,
        record: Some(record),
        ..Reading::default()
    }
}

/// The bytes of the newest complete record; `None` if there is none.
///
/// Other writers move the final file away before they put the new one in its place. So behind a sidecar the final
/// name is looked at again; and the previous record counts only if nothing newer shows up in several rounds.
pub(super) fn find(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let beside = sidecars(path);
    let (mut rounds_of_previous, mut rounds_of_nothing) = (0, 0);
    for _ in 0..ROUNDS {
        if let Some(bytes) = content(path)? {
            return Ok(Some(bytes));
        }
        let complete = content(&beside.complete)?;
        let previous = if complete.is_none() { content(&beside.previous)? } else { None };
        if let Some(bytes) = content(path)? {
            return Ok(Some(bytes));
        }
        match (complete, previous) {
            (Some(bytes), _) => return Ok(Some(bytes)),
            (None, Some(bytes)) => {
                rounds_of_previous += 1;
                if rounds_of_previous >= ROUNDS_OF_PREVIOUS {
                    return Ok(Some(bytes));
                }
            }
            (None, None) => {
                rounds_of_nothing += 1;
                if rounds_of_nothing >= ROUNDS_OF_NOTHING {
                    return Ok(None);
                }
            }
        }
        std::thread::yield_now();
    }
    Err(io::Error::other("it is replaced faster than it can be read"))
}

fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match files::open_regular(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        other => other?,
    };
    all_of(&file).map(Some)
}

fn all_of(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is over {LARGEST} bytes, which no state file is")));
    }
    Ok(bytes)
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
