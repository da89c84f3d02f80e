//! A project with a state file in whatever state, and the command run on it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use framewire::readiness::Readiness;
use framewire::state_file::{Record, default_path, lock_path};
use framewire::sys::process::process_start;
use framewire::sys::{files, locks};

/// The byte of the lock file whose holder alone may publish.
const PUBLISHER: u64 = 0;
/// The byte of the records made here.
const RECORD: u64 = 4711;

/// A Godot project that is removed with the test.
pub struct Project {
    pub root: PathBuf,
    /// Its state file.
    pub path: PathBuf,
}

impl Project {
    /// A project without a state file.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("framewire-status-{}-{number}", std::process::id()));
        fs::create_dir_all(&root).expect("the directory is made");
        let root = root.canonicalize().expect("the directory is there");
        fs::write(root.join("project.godot"), "").expect("it is written");
        let path = default_path(&root).expect("it is a project");
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("the directory is made");
        Self { root, path }
    }

    /// Puts a record in its place as a whole.
    pub fn publish(&self, record: &Record) {
        let beside = self.beside(".new");
        fs::write(&beside, record.to_text()).expect("it is written");
        fs::rename(&beside, &self.path).expect("it is put in its place");
    }

    /// The path of a file beside the state file.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    /// The names of all files beside the state file and itself, sorted.
    pub fn files(&self) -> Vec<String> {
        let directory = self.path.parent().expect("it is in a directory");
        let mut names: Vec<String> = fs::read_dir(directory)
            .expect("the directory is there")
            .map(|entry| entry.expect("it is read").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Runs the command on this project.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let (command, rest) = arguments.split_first().expect("a command is named");
        let root = self.root.to_str().expect("the path is text");
        run(&[&[*command, root], rest].concat(), Path::new("/"))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// An editor's life as its lock proves it: this process is the editor.
pub struct Life(#[allow(dead_code, reason = "held, not read")] File);

impl Life {
    /// Begins to publish in that project.
    pub fn begin(project: &Project) -> Self {
        let file = files::open_for_lock(&lock_path(&project.path)).expect("the lock file is opened");
        for byte in [PUBLISHER, RECORD] {
            assert!(locks::lock_byte(&file, byte).expect("the system knows locks"), "byte {byte} is held");
        }
        Self(file)
    }

    /// Ends as a killed editor does: its files stay, its locks do not.
    pub fn end(self) {}
}

/// A record of this process.
pub fn record(phase: Readiness) -> Record {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    let pid = std::process::id();
    Record {
        phase: phase.name().to_owned(),
        generation_id: "0123456789abcdef0123456789abcdef".to_owned(),
        updated_at_ns: u64::try_from(now.as_nanos()).ok(),
        reason: Some("test".to_owned()),
        endpoint: Some("ws://127.0.0.1:9500".to_owned()),
        editor_phase: Some(phase),
        link_phase: Some("open".to_owned()),
        name: Some("editor".to_owned()),
        session_id: Some("game@1a2b".to_owned()),
        pid: Some(pid),
        process_start_time: process_start(pid).expect("the system tells"),
        lock_byte: Some(RECORD),
        abi: Some("1.1".to_owned()),
        ..Record::default()
    }
}

/// The same, failed because of the link alone.
pub fn failed_by_link() -> Record {
    Record {
        last_error: Some("nothing listens on 127.0.0.1:9500".to_owned()),
        is_failed_by_link: true,
        ..record(Readiness::Failed)
    }
}

/// What a command printed and returned.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub error: String,
}

/// Runs the command in that directory.
pub fn run(arguments: &[&str], directory: &Path) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_framewire"))
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    Outcome { code: output.status.code().expect("no signal"), out: text(output.stdout), error: text(output.stderr) }
}
