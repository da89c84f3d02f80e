//! A directory for one test, gone with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Stands in every secret of a test: legal in a header, a query, and in a capability, which is lower-case hex. By it
/// `tests/leaks.py` finds a secret wherever it was told.
pub const MARK: &str = "5ec2e75ec2e7";

/// See the module's page.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new empty directory.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("framewire-test-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a fresh directory");
        // Without the links that a path of the system may lead through.
        Self(path.canonicalize().expect("it is there"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The name of a file that tells a secret: a state file, what lies beside it. Records of capabilities may.
    fn told(&self) -> Option<String> {
        let is_told = |path: &Path| {
            let content =
                if path.symlink_metadata().is_ok_and(|is| is.is_file()) { fs::read(path) } else { return false };
            content.is_ok_and(|bytes| bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes()))
        };
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten().map(|file| file.path());
        let names = files.filter(|path| is_told(path)).map(|path| path.file_name().unwrap_or_default().to_owned());
        names.map(|name| name.to_string_lossy().into_owned()).find(|name| !name.starts_with("http-"))
    }

    /// A state file in it.
    pub fn file(&self) -> PathBuf {
        self.0.join("state.json")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let told = self.told();
        let _ = fs::remove_dir_all(&self.0);
        assert!(told.is_none() || std::thread::panicking(), "a secret is told in {}", told.unwrap_or_default());
    }
}
