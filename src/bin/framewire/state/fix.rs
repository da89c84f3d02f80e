//! `framewire fix`: removes what a dead editor left. A living editor's files are never touched.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use framewire::state_file::{Liveness, Reading, Removal, Removed, Verdict, remove_dead};

use super::place::Place;
use super::{exit, text};

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
    let (reading, removal) = remove_dead(&options.place.find()?)?;
    report(&reading, &removal).map_err(|error| format!("output failed: {error}"))?;
    Ok(match (reading.verdict, removal) {
        (Verdict::Unreadable, _) => exit::of(Verdict::Unreadable),
        _ => ExitCode::SUCCESS,
    })
}

fn report(reading: &Reading, removal: &Removal) -> io::Result<()> {
    let mut out = io::stdout();
    let file = reading.path.display();
    match removal {
        Removal::Done(removed) if !removed.is_empty() => {
            for Removed { path, why } in removed {
                writeln!(out, "removed {}: {}", path.display(), text::plain(why))?;
            }
            if reading.verdict == Verdict::Stopped {
                writeln!(out, "left {file}: the editor has stopped in good order")?;
            }
            Ok(())
        }
        Removal::Alive => writeln!(out, "nothing to do: an editor that has just started publishes here now"),
        Removal::Unproven if reading.verdict == Verdict::Unreadable => {
            let advice = text::plain(&reading.advice);
            writeln!(out, "left {file}: nothing proves that it is a dead editor's; {advice}")
        }
        Removal::Done(_) | Removal::Unproven => writeln!(out, "nothing to do: {}", in_order(reading)),
    }
}

/// Why there is nothing to do.
fn in_order(reading: &Reading) -> String {
    let process = reading.record.as_ref().and_then(|record| record.pid);
    let process = process.map_or(String::new(), |pid| format!(" (process {pid})"));
    match (reading.verdict, reading.liveness) {
        (Verdict::Missing, _) => format!("there is no state file {}", reading.path.display()),
        (Verdict::Stopped, _) => "the editor has stopped in good order".to_owned(),
        (_, Liveness::Alive) => format!("the editor{process} lives; {}", text::plain(&text::what(reading))),
        _ if reading.is_foreign => {
            "another program wrote the file, so nothing tells whether its editor lives; if it is closed, remove \
             the file yourself"
                .to_owned()
        }
        _ => format!("nothing tells whether the editor{process} lives; if it is closed, remove the file yourself"),
    }
}
