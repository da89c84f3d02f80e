//! `framewire fix`: removes what a dead editor left. A living editor's files are never touched.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use framewire::state_file::{Liveness, Reading, Verdict, lock_path, read};

use super::leftovers::{self, Outcome, Removed};
use super::place::Place;
use super::{exit, text};

/// How often it starts over because an editor came and went meanwhile.
const ATTEMPTS: u32 = 3;

const AFTER_HELP: &str = "\
Removed are: a stale state file, its sidecars (.tmp, .tmp.write, .bak), and the lock file of a dead editor. The file of
an editor that lives, or of which nothing tells whether it lives, stays. It does not matter how often this is run.

Exit codes: 0 = all is in order now, 8 = what lies there is unreadable and stays, 1 = something could not be removed.";

/// The options of `framewire fix`.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    place: Place,
}

/// Removes what is provably dead and says what and why.
///
/// # Errors
/// A text for the user.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let place = options.place.find()?;
    for _ in 0..ATTEMPTS {
        let reading = read(&place);
        let path = reading.path.as_path();
        let has_final = path.symlink_metadata().is_ok();
        let outcome = match reading.verdict {
            Verdict::Stale => leftovers::remove(path, reading.record.as_ref(), true),
            // The record of an editor that ended in good order is true: it stays, if it does not stand in a sidecar.
            Verdict::Stopped if reading.is_foreign || !has_final => Outcome::NoProof,
            Verdict::Stopped => leftovers::remove(path, reading.record.as_ref(), false),
            Verdict::Missing if lock_path(path).is_file() => leftovers::remove(path, None, false),
            Verdict::Missing | Verdict::Unreadable | Verdict::Busy | Verdict::Failed | Verdict::Ready => {
                Outcome::NoProof
            }
        };
        if outcome == Outcome::Changed {
            continue;
        }
        return report(&reading, &outcome).map_err(|error| format!("output failed: {error}"))?;
    }
    Err("an editor keeps coming and going here: run it again when that is over".to_owned())
}

/// Says what was done. The outer error is one of standard output.
fn report(reading: &Reading, outcome: &Outcome) -> io::Result<Result<ExitCode, String>> {
    let mut out = io::stdout();
    let file = reading.path.display();
    match outcome {
        Outcome::Done(removed) => {
            for Removed { path, why } in removed {
                writeln!(out, "removed {}: {why}", path.display())?;
            }
            if removed.is_empty() {
                writeln!(out, "nothing to do: {}", in_order(reading))?;
            } else if reading.verdict == Verdict::Stopped {
                writeln!(out, "left {file}: the editor has stopped in good order")?;
            }
            Ok(Ok(ExitCode::SUCCESS))
        }
        Outcome::Failed { path, why } => Ok(Err(format!(
            "{} cannot be removed: {why}; see who owns it and its directory, and run this again",
            path.display()
        ))),
        Outcome::NoProof if reading.verdict == Verdict::Unreadable => {
            writeln!(out, "left {file}: nothing proves that it is a dead editor's; {}", reading.advice)?;
            Ok(Ok(exit::of(Verdict::Unreadable)))
        }
        Outcome::Alive => {
            writeln!(out, "nothing to do: an editor that has just started publishes here now")?;
            Ok(Ok(ExitCode::SUCCESS))
        }
        Outcome::NoProof | Outcome::Changed => {
            writeln!(out, "nothing to do: {}", in_order(reading))?;
            Ok(Ok(ExitCode::SUCCESS))
        }
    }
}

/// Why there is nothing to do.
fn in_order(reading: &Reading) -> String {
    let process = reading.record.as_ref().and_then(|record| record.pid);
    let process = process.map_or(String::new(), |pid| format!(" (process {pid})"));
    match (reading.verdict, reading.liveness) {
        (Verdict::Missing, _) => format!("there is no state file {}", reading.path.display()),
        (Verdict::Stopped, _) => "the editor has stopped in good order".to_owned(),
        (_, Liveness::Alive) => format!("the editor{process} lives; {}", text::what(reading)),
        _ if reading.is_foreign => {
            "another program wrote the file, so nothing tells whether its editor lives; if it is closed, remove \
             the file yourself"
                .to_owned()
        }
        _ => format!("nothing tells whether the editor{process} lives; if it is closed, remove the file yourself"),
    }
}
