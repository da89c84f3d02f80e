//! Everything the driver builds and runs: the C programs, the library, the peer server.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::samples::Figures;

/// A client that takes longer has hung; the slowest takes a few seconds.
const LONGEST_RUN: Duration = Duration::from_secs(60);
const WARNINGS: [&str; 6] = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// Where the library, the C programs and the results go.
#[derive(Clone, Debug)]
pub struct Folders {
    pub root: PathBuf,
    pub target: PathBuf,
    pub results: PathBuf,
}

impl Folders {
    pub fn find() -> io::Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map_or_else(|| root.join("target"), PathBuf::from);
        let results = target.join("bench");
        fs::create_dir_all(&results)?;
        Ok(Self { root, target, results })
    }

    /// Builds the release library with its default features.
    pub fn build_library(&self) -> io::Result<PathBuf> {
        self.cargo(&["build", "--release", "--lib"], &self.target)
    }

    /// Builds it with the C ABI alone, in a folder of its own.
    pub fn build_library_without_tls(&self) -> io::Result<PathBuf> {
        let features = ["build", "--release", "--lib", "--no-default-features", "--features", "capi"];
        self.cargo(&features, &self.results.join("without-tls"))
    }

    fn cargo(&self, arguments: &[&str], target: &Path) -> io::Result<PathBuf> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).args(arguments).arg("--target-dir").arg(target).arg("--quiet");
        run_to_end(&mut cargo)?;
        Ok(target.join("release/libframewire.so"))
    }

    /// Compiles C sources of `tests/bench/c` into one program, warnings being errors.
    pub fn compile(&self, program: &str, sources: &[&str], libraries: &[String]) -> io::Result<PathBuf> {
        let output = self.results.join(program);
        let here = self.root.join("tests/bench/c");
        let mut compiler = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
        compiler.args(WARNINGS).arg("-I").arg(self.root.join("include")).arg("-o").arg(&output);
        compiler.args(sources.iter().map(|source| here.join(source))).args(libraries).arg("-lpthread");
        run_to_end(&mut compiler)?;
        Ok(output)
    }
}

fn run_to_end(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{} failed:\n{}", command.get_program().to_string_lossy(), text.trim())))
}

/// Whether a compilation failed for want of a header or a library, rather than of the sources.
pub fn is_missing_library(error: &io::Error) -> bool {
    let text = error.to_string();
    text.contains("No such file or directory") || text.contains("cannot find -l") || text.contains("file not found")
}

/// What a client program came to.
pub enum Outcome {
    Figures(Figures),
    /// Something is missing here; what to do about it.
    NotMeasured(String),
    /// It need not be there, and why it is not.
    LeftOut(String),
}

/// Runs a client that prints `name value` lines, or one line `skip REASON`.
pub fn run(program: &Path, arguments: &[String]) -> io::Result<Outcome> {
    finish(start(program, arguments)?)
}

/// Starts such a client; it is stopped if it is dropped before it ended.
pub fn start(program: &Path, arguments: &[String]) -> io::Result<Running> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(Running { child: command.spawn()? })
}

/// Waits for the end of a client and reads what it printed.
pub fn finish(mut running: Running) -> io::Result<Outcome> {
    let output = drain(running.child.stdout.take());
    let errors = drain(running.child.stderr.take());
    let deadline = Instant::now() + LONGEST_RUN;
    let status = loop {
        if let Some(status) = running.child.try_wait()? {
            break status;
        }
        if Instant::now() > deadline {
            return Err(io::Error::other(format!("no end after {LONGEST_RUN:?}")));
        }
        thread::sleep(Duration::from_millis(5));
    };
    let text = |reader: thread::JoinHandle<String>| reader.join().unwrap_or_default();
    let (output, errors) = (text(output), text(errors));
    if !status.success() {
        let ended = if errors.trim().is_empty() { status.to_string() } else { errors.trim().replace('\n', "; ") };
        return Err(io::Error::other(ended));
    }
    match output.strip_prefix("skip ") {
        Some(reason) => Ok(Outcome::LeftOut(reason.trim().to_owned())),
        None => output.lines().map(figure).collect::<io::Result<_>>().map(Outcome::Figures),
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        // What is no text shows as a missing figure.
        let _ = pipe.map(|mut pipe| pipe.read_to_string(&mut text));
        text
    })
}

fn figure(line: &str) -> io::Result<(String, f64)> {
    let parsed = line.split_once(' ').and_then(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
    parsed.ok_or_else(|| io::Error::other(format!("`{line}` is not a figure")))
}

/// A child process that does not outlive this value.
pub struct Running {
    child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The peer server, in a process of its own.
pub struct Server {
    pub web_socket_port: u16,
    pub tcp_port: u16,
    /// When it began to listen, `CLOCK_MONOTONIC`.
    pub listening_ns: u64,
    _process: Running,
}

impl Server {
    /// Starts this program once more, as the server; port 0 lets the system choose.
    pub fn start(port: u16) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["serve", &port.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Running { child: command.spawn()? };
        let line = process.child.stdout.as_mut().map(first_line).transpose()?.unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let parsed = match words[..] {
            [web_socket, tcp, since] => web_socket.parse().ok().zip(tcp.parse().ok()).zip(since.parse().ok()),
            _ => None,
        };
        let ((web_socket_port, tcp_port), listening_ns) =
            parsed.ok_or_else(|| io::Error::other("the peer server did not start"))?;
        Ok(Self { web_socket_port, tcp_port, listening_ns, _process: process })
    }
}

fn first_line(output: &mut ChildStdout) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok(line)
}
