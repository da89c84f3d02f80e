//! Which state file a link writes; two links of a process never write the same one.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::config::Config;
use crate::state_file::default_path;

static CLAIMED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The right of one link of this process to a state file, until it is dropped.
#[derive(Debug)]
pub struct Claim(PathBuf);

impl Claim {
    /// Claims the file that `config` asks for; `None` where it asks for none. Looks at the project's directory.
    ///
    /// # Errors
    /// The field at fault, and what to do.
    pub fn of(config: &Config) -> Result<Option<Self>, (&'static str, String)> {
        let (field, path) = match (&config.state_file, &config.project) {
            (Some(file), _) => ("state_file", file.clone()),
            (None, Some(project)) => ("project", of_project(project)?),
            (None, None) => return Ok(None),
        };
        if path.file_name().is_none() {
            return Err((field, format!("{} names no file: give the path of a file", path.display())));
        }
        // By name alone: what lies there is looked at by the helper. The same file by another name is found by its lock.
        let path = std::path::absolute(&path).map_err(|error| (field, format!("this is no path ({error})")))?;
        let mut claimed = CLAIMED.lock();
        if claimed.contains(&path) {
            let text = format!("another link of this process writes {}: give each its own", path.display());
            return Err((field, text));
        }
        claimed.push(path.clone());
        Ok(Some(Self(path)))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        CLAIMED.lock().retain(|path| *path != self.0);
    }
}

fn of_project(project: &Path) -> Result<PathBuf, (&'static str, String)> {
    default_path(project).ok_or_else(|| {
        let text = format!(
            "{} is no directory of a Godot or Unity project: correct it, or name the file by `state_file`",
            project.display()
        );
        ("project", text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(file: &str) -> Config {
        Config { state_file: Some(file.into()), ..Config::new("a", "ws://127.0.0.1:1") }
    }

    #[test]
    fn a_file_is_claimed_once_at_a_time() {
        let first = Claim::of(&config("a/claimed.json")).unwrap().unwrap();
        assert!(first.path().is_absolute());
        let (field, text) = Claim::of(&config("./a/claimed.json")).unwrap_err();
        assert_eq!(field, "state_file");
        assert!(text.contains("another link"), "{text}");
        assert!(Claim::of(&config("a/other.json")).unwrap().is_some());
        drop(first);
        assert!(Claim::of(&config("a/claimed.json")).unwrap().is_some());
    }

    #[test]
    fn what_cannot_be_a_file_is_refused() {
        assert!(Claim::of(&Config::new("a", "ws://127.0.0.1:1")).unwrap().is_none());
        assert_eq!(Claim::of(&config("/")).unwrap_err().0, "state_file");
        let project = Config { project: Some("/nowhere".into()), ..Config::new("a", "ws://127.0.0.1:1") };
        let (field, text) = Claim::of(&project).unwrap_err();
        assert_eq!(field, "project");
        assert!(text.contains("state_file"), "{text}");
    }
}
