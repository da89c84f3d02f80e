//! The measurements inside a Godot: `tests/bench/godot/run.py` knows where an engine is and runs the scripts beside it.

use std::cell::OnceCell;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{self, Folders, Outcome, Server};

/// One run of the engine, in which both sides are measured: its mode, and the size of a message.
pub struct Step {
    mode: &'static str,
    bytes: Option<u32>,
}

/// All of them; the names are `godot.MODE` or `godot.MODE.BYTES`.
pub const STEPS: [Step; 11] = [
    Step { mode: "floors", bytes: None },
    Step { mode: "idle", bytes: None },
    Step { mode: "command", bytes: Some(64) },
    Step { mode: "command", bytes: Some(1 << 10) },
    Step { mode: "command", bytes: Some(64 << 10) },
    Step { mode: "command", bytes: Some(1 << 20) },
    Step { mode: "objects", bytes: None },
    Step { mode: "answer", bytes: None },
    Step { mode: "flood", bytes: None },
    Step { mode: "round_trip", bytes: None },
    Step { mode: "frames", bytes: None },
];

impl Step {
    pub fn name(&self) -> String {
        self.bytes.map_or_else(|| format!("godot.{}", self.mode), |bytes| format!("godot.{}.{bytes}", self.mode))
    }
}

/// An engine with a project, made when the first measurement wants it.
pub struct Engine {
    script: PathBuf,
    missing: OnceCell<Option<String>>,
}

impl Engine {
    pub fn new(folders: &Folders) -> Self {
        Self { script: folders.root.join("tests/bench/godot/run.py"), missing: OnceCell::new() }
    }

    /// Runs one step on the peer server; left out where there is no engine.
    pub fn run(&self, step: &Step, server: &Server) -> io::Result<Outcome> {
        if let Some(reason) = self.missing()? {
            return Ok(Outcome::LeftOut(reason));
        }
        let mut arguments = vec![self.script.display().to_string(), step.mode.to_owned()];
        arguments.push(server.web_socket_port.to_string());
        arguments.extend(step.bytes.map(|bytes| bytes.to_string()));
        programs::run(Path::new(&python()), &arguments)
    }

    /// Why there is no engine here. Fetching one and building the extension take minutes the first time.
    fn missing(&self) -> io::Result<Option<String>> {
        if let Some(known) = self.missing.get() {
            return Ok(known.clone());
        }
        let output = Command::new(python()).arg(&self.script).arg("prepare").output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let missing = said.strip_prefix("skip ").map(|reason| reason.trim().to_owned());
        Ok(self.missing.get_or_init(|| missing).clone())
    }
}

fn python() -> String {
    env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
