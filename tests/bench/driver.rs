//! `make bench`: what Framewire costs a frame, beside bare tungstenite, libwebsockets, libcurl and the machine's own floors.
//!
//! Every measurement is repeated five times, interleaved with all others, so that a slow minute of the machine
//! falls on all of them alike. The table shows medians and the spread; the same figures go to `target/bench/bench.json`.
//! Times are judged in the table only. Counts (system calls, allocations, wake-ups) fail the run.
//!
//! `cargo bench -- [--repetitions N] [WORD ...]` runs only the measurements whose names contain a WORD.

mod c_clients;
mod clients;
mod floors;
mod frame_rows;
mod frames;
mod godot;
mod host;
mod link_rows;
mod plan;
mod programs;
mod reconnect;
mod report;
mod samples;
mod server;
mod table;
mod targets;

use std::env;
use std::io;
use std::process::ExitCode;

const REPETITIONS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
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
    let (repetitions, words) = options(arguments)?;
    let require_all = env::var_os("FRAMEWIRE_REQUIRE_ALL").is_some_and(|value| value == "1");
    let folders = programs::Folders::find()?;
    let results = plan::measure(&folders, repetitions, &words)?;
    let report = report::Report::new(results, repetitions, require_all);
    print!("{}", table::render(&report));
    let path = folders.results.join("bench.json");
    report.write_json(&path)?;
    println!("\nfigures: {}", path.display());
    Ok(report.passed())
}

fn options(arguments: &[String]) -> io::Result<(usize, Vec<String>)> {
    let mut repetitions = REPETITIONS;
    let mut words = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--repetitions" {
            let number = arguments
                .next()
                .and_then(|word| word.parse().ok())
                .filter(|number| *number > 0);
            repetitions =
                number.ok_or_else(|| io::Error::other("--repetitions wants a number from 1"))?;
        } else if argument.starts_with('-') {
            return Err(io::Error::other(format!(
                "unknown option {argument}; try: cargo bench -- [--repetitions N] [WORD ...]"
            )));
        } else {
            words.push(argument.clone());
        }
    }
    Ok((repetitions, words))
}
