//! Tests of the capability record: where it is looked for, and what is refused.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A directory of its own, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("framewire-capability-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    #[cfg(unix)]
    fn file(&self, bytes: &[u8], mode: u32) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.0.join("http-8000.json");
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn in_environment(windows: bool, apple: bool, variables: &[(&str, &str)]) -> Option<PathBuf> {
    directory(windows, apple, |name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
    })
}

#[cfg(unix)]
#[test]
fn the_place_depends_on_system_and_environment() {
    let home = ("HOME", "/people/u");
    let cases = [
        (false, vec![home], Some("/people/u/.config/godot-ai/capabilities")),
        (false, vec![home, ("XDG_CONFIG_HOME", "/x")], Some("/x/godot-ai/capabilities")),
        (false, vec![home, ("XDG_CONFIG_HOME", "x")], Some("/people/u/.config/godot-ai/capabilities")),
        (false, vec![home, ("GODOT_AI_CAPABILITY_DIR", "/c")], Some("/c")),
        (false, vec![home, ("GODOT_AI_CAPABILITY_DIR", "c")], Some("/people/u/.config/godot-ai/capabilities")),
        (false, vec![], None),
        (true, vec![home], Some("/people/u/Library/Application Support/godot-ai/capabilities")),
        (true, vec![home, ("GODOT_AI_CAPABILITY_DIR", "/c")], Some("/c")),
    ];
    for (apple, variables, expected) in cases {
        assert_eq!(in_environment(false, apple, &variables), expected.map(PathBuf::from), "{variables:?}");
    }
    let windows = [("LOCALAPPDATA", "/local"), ("GODOT_AI_CAPABILITY_DIR", "/c")];
    assert_eq!(in_environment(true, false, &windows), Some("/local/godot-ai/capabilities".into()));
}

#[test]
fn no_record_is_no_error() {
    let directory = Directory::new();
    assert_eq!(read(&directory.0.join("http-8000.json")), Ok(None));
    assert_eq!(read(&directory.0.join("nowhere/http-8000.json")), Ok(None));
}

#[cfg(unix)]
#[test]
fn a_private_record_is_read_and_not_shown() {
    let directory = Directory::new();
    for mode in [0o600, 0o400] {
        let _ = fs::remove_file(directory.0.join("http-8000.json"));
        let path = directory.file(b"hidden", mode);
        let record = read(&path).unwrap().unwrap();
        assert_eq!((record.path.clone(), record.bytes.as_slice()), (path, b"hidden".as_slice()));
        assert!(!format!("{record:?}").contains("hidden"));
    }
    let full = vec![b'x'; usize::try_from(RECORD_BYTES).unwrap()];
    assert_eq!(read(&directory.file(&full, 0o600)).unwrap().unwrap().bytes, full);
}

#[cfg(unix)]
#[test]
fn what_others_may_have_written_is_refused() {
    let refused = |path: &Path, word: &str| {
        let why = read(path).unwrap_err();
        assert!(why.contains(word) && why.contains("; "), "{why}");
        assert!(!why.contains("hidden"), "{why}");
    };
    let directory = Directory::new();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o666, 0o777] {
        refused(&directory.file(b"hidden", mode), "mode");
    }
    let path = directory.file(b"hidden", 0o600);
    let link = directory.0.join("link.json");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    refused(&link, "symbolic link");
    let dangling = directory.0.join("dangling.json");
    std::os::unix::fs::symlink("/nonexistent", &dangling).unwrap();
    refused(&dangling, "symbolic link");
    let inner = directory.0.join("directory.json");
    fs::create_dir(&inner).unwrap();
    refused(&inner, "regular file");
    refused(&directory.file(&[b'x'; 1025], 0o600), "larger");
    refused(Path::new("/dev/zero"), "regular file");
}

#[cfg(unix)]
#[test]
fn a_fifo_is_refused_without_waiting_for_its_writer() {
    let directory = Directory::new();
    let path = directory.0.join("fifo.json");
    let made = std::process::Command::new("mkfifo").arg("-m").arg("600").arg(&path).status().unwrap();
    assert!(made.success());
    let why = read(&path).unwrap_err();
    assert!(why.contains("regular file"), "{why}");
}

/// Only root can give a file away; other users see a file of root's instead.
#[cfg(unix)]
#[test]
fn the_file_of_another_user_is_refused() {
    let directory = Directory::new();
    let path = directory.file(b"hidden", 0o600);
    let path =
        if std::os::unix::fs::chown(&path, Some(12_345), None).is_ok() { path } else { PathBuf::from("/etc/passwd") };
    let why = read(&path).unwrap_err();
    assert!(why.contains("belongs to user"), "{why}");
}
