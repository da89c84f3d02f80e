//! `framewire status`: what the state file says now, or at each change.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Args;
use framewire::state_file::{Reading, read};

use super::place::Place;
use super::{exit, json, text, time};

/// How often `--watch` looks at the file.
const INTERVAL: Duration = Duration::from_millis(100);

/// The options of `framewire status`.
#[derive(Args, Debug)]
#[command(after_help = exit::HELP)]
pub struct Options {
    #[command(flatten)]
    place: Place,

    /// Print one JSON object: verdict, path, the keys of the file, alive, foreign, advice
    #[arg(long)]
    json: bool,

    /// Print a line now and at each change, until interrupted
    #[arg(long)]
    watch: bool,
}

/// Prints what an editor's state is.
///
/// # Errors
/// A text for the user.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let place = options.place.find()?;
    if options.watch {
        return match watch(&place, options.json) {
            // Whoever read our output has left: so do we.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            outcome => outcome.map(|never| match never {}).map_err(|error| format!("output failed: {error}")),
        };
    }
    let reading = read(&place);
    let text = if options.json { object(&reading) } else { text::block(&reading, time::now_ns()) };
    writeln!(io::stdout(), "{text}").map_err(|error| format!("output failed: {error}"))?;
    Ok(exit::of(reading.verdict))
}

fn watch(place: &Path, as_json: bool) -> io::Result<std::convert::Infallible> {
    let mut out = io::stdout();
    let mut last = None;
    loop {
        let reading = read(place);
        if last.as_ref() != Some(&reading) {
            let text = if as_json { object(&reading) } else { text::line(&reading, time::now_ns()) };
            writeln!(out, "{text}")?;
            out.flush()?;
            last = Some(reading);
        }
        thread::sleep(INTERVAL);
    }
}

/// The JSON object of one reading, on one line.
fn object(reading: &Reading) -> String {
    // Texts and numbers always have a form in JSON.
    serde_json::to_string(&json::Found::of(reading)).unwrap_or_default()
}
