//! The figures of these tests, for the record of the proof.

use std::fs::OpenOptions;
use std::io::Write;

/// Tells how often something was tried and held; `run.py` adds up the lines of one kind.
pub fn held(kind: &str, count: usize) {
    tell(&serde_json::json!({ "kind": kind, "count": count }));
}

/// Writes one line to the file that `FRAMEWIRE_FIGURES` names, and prints it.
pub fn tell(figure: &serde_json::Value) {
    println!("{figure}");
    if let Some(path) = std::env::var_os("FRAMEWIRE_FIGURES") {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let line = format!("{figure}\n");
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("FRAMEWIRE_FIGURES names a writable file");
    }
}
