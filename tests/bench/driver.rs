//! `make bench`: what Framewire costs a frame, beside bare tungstenite, libwebsockets, libcurl and the machine's own floors.
//!
//! Every measurement is repeated five times, interleaved with all others, so that a slow minute of the machine
//! falls on all of them alike. The table shows medians and the spread; the same figures go to `target/bench/bench.json`.
//! Times are judged in the table only. Counts (system calls, allocations, wake-ups) fail the run.
//!
//! `cargo bench --bench bench -- [--repetitions N] [--library FILE] [WORD ...]` runs only the measurements whose names
//! contain a WORD, and measures another build of the library.

mod c_clients;
mod clients;
mod floors;
mod frame_rows;
mod frames;
mod godot_engine;
mod godot_room;
mod godot_rows;
mod host;
mod link_rows;
mod mono;
mod mono_rows;
mod plan;
mod programs;
mod reconnect;
mod report;
mod samples;
mod server;
mod table;
mod targets;

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

const REPETITIONS: usize = 5;
const USAGE: &str = "try: make bench ARGS='[--repetitions N] [--library FILE] [WORD ...]'";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all counts held and all measurements could be made.
fn run(arguments: &[String]) -> io::Result<bool> {
    if let [mode, port] = arguments
        && mode == "serve"
    {
        server::serve(port.parse().map_err(io::Error::other)?)?;
        return Ok(true);
    }
    let options = options(arguments)?;
    let require_all = env::var_os("FRAMEWIRE_REQUIRE_ALL").is_some_and(|value| value == "1");
    let folders = programs::Folders::find()?;
    let library = match options.library {
        Some(library) => library,
        None => folders.build_library()?,
    };
    let results = plan::measure(&folders, &library, options.repetitions, &options.words)?;
    let report = report::Report::new(results, options.repetitions, require_all);
    print!("{}", table::render(&report));
    let path = folders.results.join("bench.json");
    report.write_json(&path)?;
    println!("\nfigures: {}", path.display());
    Ok(report.passed())
}

/// What the command line asks for.
struct Options {
    repetitions: usize,
    /// A library to measure in place of the one built here.
    library: Option<PathBuf>,
    words: Vec<String>,
}

fn options(arguments: &[String]) -> io::Result<Options> {
    let mut options = Options { repetitions: REPETITIONS, library: None, words: Vec::new() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--repetitions" => {
                let number = arguments.next().and_then(|word| word.parse().ok());
                options.repetitions = number
                    .filter(|number| *number > 0)
                    .ok_or_else(|| io::Error::other("--repetitions wants a number from 1"))?;
            }
            "--library" => {
                let path = arguments.next().ok_or_else(|| io::Error::other("--library wants a file"))?;
                options.library = Some(fs::canonicalize(path)?);
            }
            unknown if unknown.starts_with('-') => {
                return Err(io::Error::other(format!("unknown option {unknown}; {USAGE}")));
            }
            word => options.words.push(word.to_owned()),
        }
    }
    Ok(options)
}
