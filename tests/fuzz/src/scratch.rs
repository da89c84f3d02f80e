//! A directory of this process for what the targets write.

use std::path::PathBuf;
use std::sync::OnceLock;

/// The directory: `FRAMEWIRE_FUZZ_SCRATCH`, or one under that of the system.
pub fn directory() -> &'static PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let base = std::env::var_os("FRAMEWIRE_FUZZ_SCRATCH").map_or_else(std::env::temp_dir, PathBuf::from);
        let directory = base.join(format!("framewire-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a place to write to");
        directory
    })
}
