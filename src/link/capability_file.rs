//! The record in which a Godot AI server leaves its capability for editors on the same machine.

use std::env;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::sys::{self, shortage};

/// Largest record taken, in bytes.
pub const RECORD_BYTES: u64 = 1024;

/// A record as it stands on disk. It holds secrets: its `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it was found.
    pub path: PathBuf,
    /// Its bytes, JSON by contract.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Record").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Where the record of the server with that HTTP port is expected: `GODOT_AI_CAPABILITY_DIR` (not
/// on Windows), else the user's own configuration directory. `None` without a home.
pub fn default_path(http_port: u16) -> Option<PathBuf> {
    let directory = directory(cfg!(windows), cfg!(target_os = "macos"), |name| env::var_os(name).map(PathBuf::from))?;
    Some(directory.join(format!("http-{http_port}.json")))
}

fn directory(windows: bool, apple: bool, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).filter(|path| path.is_absolute());
    if windows {
        return Some(absolute("LOCALAPPDATA")?.join("godot-ai").join("capabilities"));
    }
    if let Some(directory) = absolute("GODOT_AI_CAPABILITY_DIR") {
        return Some(directory);
    }
    let base = if apple {
        absolute("HOME")?.join("Library/Application Support")
    } else {
        absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?
    };
    Some(base.join("godot-ai/capabilities"))
}

/// Reads the record; `None` = there is none. Blocks on the file system: for the helper thread.
///
/// # Errors
/// There is a file that must not be trusted or cannot be read; the text says why and what to do.
pub fn read(path: &Path) -> Result<Option<Record>, String> {
    let refuse = |why: &str| format!("the capability record {} was not used: {why}", path.display());
    let file = match sys::open_private(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidInput && error.raw_os_error().is_none() => {
            return Err(refuse(&format!("{error}; remove it and restart the server")));
        }
        Err(error) => {
            let advice = shortage::advice(&error).unwrap_or("make it readable for this user, or restart the server");
            return Err(refuse(&format!("{error}; {advice}")));
        }
    };
    let mut bytes = Vec::new();
    file.take(RECORD_BYTES + 1).read_to_end(&mut bytes).map_err(|error| {
        let advice = shortage::advice(&error).unwrap_or("restart the server");
        refuse(&format!("{error}; {advice}"))
    })?;
    if bytes.len() as u64 > RECORD_BYTES {
        return Err(refuse(&format!("it is larger than {RECORD_BYTES} bytes; remove it and restart the server")));
    }
    Ok(Some(Record { path: path.to_owned(), bytes }))
}

#[cfg(test)]
#[path = "capability_file_tests.rs"]
mod tests;
