//! Which state file is meant: that of a named project, or of the project around the current directory.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use framewire::state_file::{default_path, locate};

/// The argument of all commands about a state file.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// A Godot or Unity project, a directory in one, or a state file [default: the current directory]
    #[arg(value_name = "PROJECT")]
    project: Option<PathBuf>,
}

impl Place {
    /// The directory or file to hand to the reader.
    ///
    /// # Errors
    /// What to name, where nothing is named and the current directory is in no project.
    pub fn find(&self) -> Result<PathBuf, String> {
        if let Some(named) = &self.project {
            return Ok(around(named).unwrap_or_else(|| named.clone()));
        }
        let here = env::current_dir().map_err(|error| format!("the current directory is not to be had: {error}"))?;
        around(&here).ok_or_else(|| {
            format!(
                "{} is in no Godot project (project.godot) and no Unity project (Assets and ProjectSettings): \
                 name a project or a state file behind the command",
                here.display()
            )
        })
    }
}

/// This directory, if a state file lies in it; else the project that it is or is in.
fn around(directory: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(directory).ok().filter(|path| path.is_dir())?;
    if locate(&whole).is_file() {
        return Some(whole);
    }
    whole.ancestors().find(|ancestor| default_path(ancestor).is_some()).map(Path::to_path_buf)
}
