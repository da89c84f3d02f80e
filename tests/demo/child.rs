//! A child process that is told lines and prints JSON lines. It ends with this program, whatever happens.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{self, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take. Only failures take so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a wait lets the table show that time goes by.
const TICK: Duration = Duration::from_millis(100);

/// What neither program says while all is well.
const FAILURES: [&str; 3] = ["error", "lost", "open_failed"];

/// How many of the last lines are shown when a wait fails, and how much of each.
const LAST_LINES: usize = 6;
const LAST_LINE_BYTES: usize = 300;

/// Something the child printed, and when it was read.
pub struct Event {
    pub fields: Value,
    pub at: Instant,
}

impl Event {
    /// A number among the fields; absent ones are 0.
    pub fn number(&self, field: &str) -> u64 {
        self.fields.get(field).and_then(Value::as_u64).unwrap_or_default()
    }

    /// A text among the fields; absent ones are empty.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The child.
pub struct Child {
    name: &'static str,
    process: process::Child,
    stdin: Option<ChildStdin>,
    output: Receiver<(String, Instant)>,
    counts: HashMap<String, u64>,
    last: VecDeque<String>,
}

impl Child {
    /// Starts a program.
    pub fn start(name: &'static str, program: &Path, arguments: &[&str]) -> Result<Self, String> {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let (lines, output) = mpsc::channel();
        if let Some(stdout) = process.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if lines.send((line, Instant::now())).is_err() {
                        return;
                    }
                }
            });
        }
        let stdin = process.stdin.take();
        Ok(Self { name, process, stdin, output, counts: HashMap::new(), last: VecDeque::new() })
    }

    /// Tells the child a line.
    pub fn say(&mut self, line: &str) -> Result<(), String> {
        let name = self.name;
        let stdin = self.stdin.as_mut().ok_or_else(|| format!("the {name} takes no more lines"))?;
        writeln!(stdin, "{line}")
            .and_then(|()| stdin.flush())
            .map_err(|error| format!("the {name} takes no more lines: {error}{}", self.last_words()))
    }

    /// Waits for the next event of that name. What comes before it is counted and passed over.
    pub fn wait_for(&mut self, event: &str, mut tick: impl FnMut()) -> Result<Event, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            tick();
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left.min(TICK)) {
                Ok((line, at)) => {
                    let fields = self.note(&line)?;
                    if fields["event"] == event {
                        return Ok(Event { fields, at });
                    }
                }
                Err(RecvTimeoutError::Timeout) if !left.is_zero() => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("no `{event}` of the {} in time{}", self.name, self.last_words()));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("the {} ended without `{event}`{}", self.name, self.last_words()));
                }
            }
        }
    }

    /// How many events of that name were printed so far.
    pub fn count(&mut self, event: &str) -> Result<u64, String> {
        while let Ok((line, _)) = self.output.try_recv() {
            self.note(&line)?;
        }
        Ok(self.counts.get(event).copied().unwrap_or_default())
    }

    /// Ends the child at once, as a crash would.
    pub fn kill(&mut self) {
        // Both fail only where the child has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn note(&mut self, line: &str) -> Result<Value, String> {
        let shown = line.get(..LAST_LINE_BYTES).unwrap_or(line);
        self.last.push_back(shown.to_owned());
        if self.last.len() > LAST_LINES {
            self.last.pop_front();
        }
        let fields: Value = serde_json::from_str(line)
            .map_err(|error| format!("the {} printed no JSON: {error}{}", self.name, self.last_words()))?;
        let name = fields["event"].as_str().unwrap_or_default().to_owned();
        if FAILURES.contains(&name.as_str()) {
            return Err(format!("the {} reports `{name}`{}", self.name, self.last_words()));
        }
        *self.counts.entry(name).or_default() += 1;
        Ok(fields)
    }

    fn last_words(&self) -> String {
        if self.last.is_empty() {
            return "; it said nothing".to_owned();
        }
        self.last.iter().fold("; it last said".to_owned(), |text, line| text + "\n    " + line)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}
