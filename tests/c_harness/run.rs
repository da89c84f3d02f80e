//! Runs the C programs, with a bound on their time.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longer than any program takes, on a busy machine and under valgrind; the end of one that hangs.
const BOUND: Duration = Duration::from_secs(300);

/// Exit code of valgrind when it has found something.
pub const MEMCHECK_FOUND: i32 = 99;

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    #[track_caller]
    pub fn expect_success(&self) {
        assert_eq!(self.code, Some(0), "signal {:?}\n{}{}", self.signal, self.stdout, self.stderr);
    }

    /// Success, and the last line says that checks were made and held.
    #[track_caller]
    pub fn expect_checks(&self) {
        self.expect_success();
        let last = self.stdout.lines().last().unwrap_or_default();
        assert!(last.ends_with(" passed, 0 failed"), "{}{}", self.stdout, self.stderr);
    }
}

/// Runs `program` to its end. One that outlives its bound is ended, and is a failure.
#[track_caller]
pub fn run(program: &Path, words: &[&str]) -> Outcome {
    finish(spawn(Command::new(program).args(words).stdin(Stdio::null())))
}

/// Runs `program` under valgrind.
#[track_caller]
pub fn memcheck(program: &Path, words: &[&str]) -> Outcome {
    let mut command = Command::new("valgrind");
    command.args(["-q", "--leak-check=full", "--show-leak-kinds=definite,indirect"]);
    command.args(["--errors-for-leak-kinds=definite,indirect", "--child-silent-after-fork=yes"]);
    // Without it one spinning thread of a program can starve the others for seconds.
    command.arg("--fair-sched=try");
    command.arg(format!("--error-exitcode={MEMCHECK_FOUND}"));
    finish(spawn(command.arg(program).args(words).stdin(Stdio::null())))
}

fn spawn(command: &mut Command) -> Child {
    // Cargo sets these for its tests, and they go before the path that the program was linked with: another,
    // older library of the same name in target/PROFILE would be the one under test.
    command.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_LIBRARY_PATH");
    command.env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[track_caller]
fn finish(mut child: Child) -> Outcome {
    let stdout = child.stdout.take().map(read_all);
    let stderr = child.stderr.take().map(read_all);
    let begin = Instant::now();
    let mut late = false;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program is ours") {
            break status;
        }
        if begin.elapsed() > BOUND {
            late = true;
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text =
        |reader: Option<JoinHandle<String>>| reader.map(|it| it.join().expect("it reads on")).unwrap_or_default();
    let outcome = Outcome { code: status.code(), signal: status.signal(), stdout: text(stdout), stderr: text(stderr) };
    assert!(!late, "still running after {BOUND:?}: {outcome:?}");
    outcome
}

/// An example editor that runs, driven by words and read line by line.
pub struct Host {
    child: Option<Child>,
    words: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: String,
}

impl Host {
    pub fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut child = spawn(Command::new(program).args(arguments).stdin(Stdio::piped()));
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { words: child.stdin.take(), child: Some(child), lines, seen: String::new() }
    }

    pub fn say(&mut self, word: &str) {
        let words = self.words.as_mut().expect("open until the end");
        writeln!(words, "{word}").expect("the program reads");
    }

    /// The next line of that event; lines of other events before it are passed over.
    #[track_caller]
    pub fn wait_for(&mut self, event: &str) -> serde_json::Value {
        let end = Instant::now() + BOUND;
        loop {
            let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) else {
                panic!("no `{event}` came; before it:\n{}", self.seen);
            };
            self.seen.push_str(&line);
            self.seen.push('\n');
            let value: serde_json::Value =
                serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
            if value["event"] == event {
                return value;
            }
        }
    }

    /// Waits for the program to end.
    #[track_caller]
    pub fn finish(mut self) -> Outcome {
        drop(self.words.take());
        let mut outcome = finish(self.child.take().expect("not finished before"));
        outcome.stdout = std::mem::take(&mut self.seen);
        outcome
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
