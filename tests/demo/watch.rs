//! What a program outside sees of the editor: the phases in its state file, as they come.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

/// How often the file is read. A phase that is shorter may be missed.
const EVERY: Duration = Duration::from_millis(5);

/// Reads a state file again and again, until it is asked what it saw.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<String>>,
}

impl Watch {
    /// Begins to read.
    pub fn start(path: PathBuf) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut phases = Vec::new();
            loop {
                // Looked at once more after the end, so that the last phase is among them.
                let is_last = stopped.load(Ordering::SeqCst);
                let phase = phase(&path);
                if phases.last() != Some(&phase) {
                    phases.push(phase);
                }
                if is_last {
                    return phases;
                }
                thread::sleep(EVERY);
            }
        });
        Self { stop, thread }
    }

    /// Every phase seen, in order; a file that could not be read stands as `missing` or `unreadable`.
    pub fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap_or_default()
    }
}

/// The phase that the file tells.
pub fn phase(path: &PathBuf) -> String {
    let Ok(text) = std::fs::read_to_string(path) else { return "missing".to_owned() };
    let record: Option<Value> = serde_json::from_str(&text).ok();
    record.and_then(|record| record["phase"].as_str().map(str::to_owned)).unwrap_or_else(|| "unreadable".to_owned())
}
