//! `status --watch`: a line at each change.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use framewire::readiness::Readiness;
use serde_json::Value;

use crate::project::{Life, Project, record};

/// How long a line may take. Only failures take so long.
const PATIENCE: Duration = Duration::from_secs(30);

struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_framewire"))
            .args(["status", "--watch"])
            .args(arguments)
            .arg(&project.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command runs");
        let out = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    fn next(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line comes")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_change_is_a_line() {
    let project = Project::new();
    let watch = Watch::start(&project, &[]);
    assert!(watch.next().contains("UTC  missing: there is no state file"));
    let life = Life::begin(&project);
    for phase in [Readiness::Starting, Readiness::Compiling] {
        project.publish(&record(phase));
        let line = watch.next();
        assert!(line.contains(&format!("busy: {}; test; link open", phase.name())), "{line}");
    }
    project.publish(&record(Readiness::Ready));
    assert!(watch.next().contains("UTC  ready; test"));
    life.end();
    assert!(watch.next().contains("stale: the file says ready"));
    fs::remove_file(&project.path).expect("it is removed");
    assert!(watch.next().contains("missing"));
}

#[test]
fn what_does_not_change_is_told_once() {
    let project = Project::new();
    let watch = Watch::start(&project, &["--json"]);
    let first: Value = serde_json::from_str(&watch.next()).expect("it is JSON");
    assert_eq!(first["verdict"], "missing");
    assert!(watch.lines.recv_timeout(Duration::from_millis(500)).is_err());
    project.publish(&record(Readiness::Stopped));
    let second: Value = serde_json::from_str(&watch.next()).expect("it is JSON");
    assert_eq!(second["verdict"], "stopped");
}
