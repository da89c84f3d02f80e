//! Where state files lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Name of the file in the default directories.
const FILE: &str = "state.json";
/// Where another tool keeps its own file, in a Unity project.
const FOREIGN: [&str; 3] = ["Temp", "UnityCliLoop", "server-state.json"];

/// The default state file of the project in the directory `project`: `.godot/framewire/state.json` where
/// `project.godot` is, `Library/Framewire/state.json` where `Assets` and `ProjectSettings` are; else `None`.
///
/// Looks at the directory; makes nothing.
pub fn default_path(project: &Path) -> Option<PathBuf> {
    if project.join("project.godot").is_file() {
        return Some(project.join(".godot").join("framewire").join(FILE));
    }
    let is_unity = project.join("Assets").is_dir() && project.join("ProjectSettings").is_dir();
    is_unity.then(|| project.join("Library").join("Framewire").join(FILE))
}

/// The directory in which the editor of a project keeps what it can make anew, if `file` is the default state file of a
/// project that is there. Users delete it to mend things, and a fresh clone has none.
pub(super) fn cache_of_project(file: &Path) -> Option<&Path> {
    let cache = file.parent()?.parent()?;
    (default_path(cache.parent()?).as_deref() == Some(file)).then_some(cache)
}

/// The state file that `place` stands for: itself, or that of the project in this directory.
///
/// Where a project has none of ours but a file of unity-cli-loop, it is that one. A directory that is no project is
/// taken for the one the file lies in; what is called `.json` is a file, whatever lies there.
pub fn locate(place: &Path) -> PathBuf {
    if place.extension().is_some_and(|extension| extension == "json") || !place.is_dir() {
        return place.to_owned();
    }
    let Some(ours) = default_path(place) else { return place.join(FILE) };
    let foreign: PathBuf = std::iter::once(place).chain(FOREIGN.iter().map(Path::new)).collect();
    if exists(&foreign) && !exists(&ours) { foreign } else { ours }
}

/// Whether the file or one of the names that can stand in for it is there.
fn exists(path: &Path) -> bool {
    let sidecars = sidecars(path);
    [path, &sidecars.complete, &sidecars.previous].iter().any(|path| path.symlink_metadata().is_ok())
}

/// The names beside a state file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidecars {
    /// `.tmp.write`: being written; never read.
    pub unfinished: PathBuf,
    /// `.tmp`: complete, not yet in place. This library leaves none.
    pub complete: PathBuf,
    /// `.bak`: the one before. This library leaves none.
    pub previous: PathBuf,
}

/// The names beside the state file `path`.
pub fn sidecars(path: &Path) -> Sidecars {
    Sidecars { unfinished: beside(path, ".tmp.write"), complete: beside(path, ".tmp"), previous: beside(path, ".bak") }
}

/// The file whose lock proves that the publisher of `path` lives. It stays when the editor has gone.
pub fn lock_path(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::state_file::scratch::Scratch;

    #[test]
    fn projects_are_told_by_what_is_in_them() {
        let scratch = Scratch::new();
        let root = scratch.path();
        assert_eq!(default_path(root), None);
        assert_eq!(locate(root), root.join("state.json"));
        fs::create_dir(root.join("Assets")).unwrap();
        assert_eq!(default_path(root), None, "half a Unity project is none");
        fs::create_dir(root.join("ProjectSettings")).unwrap();
        let unity = root.join("Library/Framewire/state.json");
        assert_eq!(default_path(root).as_ref(), Some(&unity));
        assert_eq!(locate(root), unity);
        fs::write(root.join("project.godot"), "").unwrap();
        assert_eq!(default_path(root), Some(root.join(".godot/framewire/state.json")));
        assert_eq!(locate(&root.join("other.json")), root.join("other.json"));
    }

    #[test]
    fn another_tools_file_counts_only_where_ours_is_not() {
        let scratch = Scratch::new();
        let root = scratch.path();
        for directory in ["Assets", "ProjectSettings", "Temp/UnityCliLoop", "Library/Framewire"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        let (ours, foreign) =
            (root.join("Library/Framewire/state.json"), root.join("Temp/UnityCliLoop/server-state.json"));
        assert_eq!(locate(root), ours);
        fs::write(beside(&foreign, ".tmp"), "").unwrap();
        assert_eq!(locate(root), foreign, "in a window of its writer only the sidecar is there");
        fs::write(&foreign, "").unwrap();
        assert_eq!(locate(root), foreign);
        fs::write(&ours, "").unwrap();
        assert_eq!(locate(root), ours);
    }
}
