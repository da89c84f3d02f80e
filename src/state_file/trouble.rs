//! Why a record could not be published.

use std::fs::FileType;
use std::io;
use std::path::Path;

use crate::sys::shortage;

/// What kind of trouble: each is told once until it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// Another process, or another link of this one, publishes there.
    Taken,
    /// A directory, a link or something else that is no file lies in its place.
    InTheWay,
    /// The disk, the quota or the largest file is reached.
    Full,
    /// This user may not write there.
    Forbidden,
    /// The directory above is gone, or its volume.
    Gone,
    /// The system did not answer in time.
    Late,
    /// Anything else.
    Other,
}

/// See the module's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// What happened and what to do, for a person.
    pub text: String,
}

impl Trouble {
    pub(super) fn taken() -> Self {
        let text = "another process publishes there: close the second editor of this project";
        Self { kind: TroubleKind::Taken, text: text.into() }
    }

    pub(super) fn in_the_way(what: FileType) -> Self {
        let what = match () {
            () if what.is_dir() => "a directory",
            () if what.is_symlink() => "a symbolic link",
            () => "something that is no file",
        };
        Self { kind: TroubleKind::InTheWay, text: format!("{what} lies in its place: move it away") }
    }

    /// The system has not come back from a write.
    pub fn late() -> Self {
        let text = "the state file is not written: the system does not answer; see whether the disk or network drive is \
                    there";
        Self { kind: TroubleKind::Late, text: text.into() }
    }

    /// The write failed inside.
    pub fn broken() -> Self {
        let text = "the state file is not written: the library failed inside; please report it";
        Self { kind: TroubleKind::Other, text: text.into() }
    }

    /// There is no thread for the write: why, and what to do.
    pub fn unserved(why: &str) -> Self {
        Self { kind: TroubleKind::Other, text: format!("the state file is not written: {why}") }
    }

    /// The same with the file it happened to.
    pub(super) fn of(mut self, path: &Path) -> Self {
        self.text = format!("the state file {} is not written: {}", path.display(), self.text);
        self
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        let (kind, advice) = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                (TroubleKind::Full, "make room on the disk")
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                (TroubleKind::Forbidden, "let this user write there, or choose another `state_file`")
            }
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                (TroubleKind::Gone, "the directory above it must be there; see whether the project was moved")
            }
            ErrorKind::AlreadyExists => (TroubleKind::InTheWay, "move it away"),
            _ => {
                let advice = shortage::advice(&error).unwrap_or("choose another `state_file` if this lasts");
                (TroubleKind::Other, advice)
            }
        };
        Self { kind, text: format!("{error}: {advice}") }
    }
}
