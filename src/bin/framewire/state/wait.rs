//! `framewire wait`: until an editor is ready, or gone.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use framewire::link::now_ns;
use framewire::state_file::{Target, Until, Verdict, Waited, read, wait};

use super::place::Place;
use super::{exit, json, text, time};
use crate::arguments::seconds;

const AFTER_HELP: &str = "\
Waiting for `ready` also ends where the editor will not get there: stopped, stale, failed, unreadable. A failure of
the link alone is waited through, since the editor dials again by itself, unless --fail-fast is given.
Waiting for `stopped` ends when the editor is gone: stopped, stale, or no state file.";

/// The options of `framewire wait`.
#[derive(Args, Debug)]
#[command(after_help = format!("{AFTER_HELP}\n\n{}", exit::HELP))]
pub struct Options {
    #[command(flatten)]
    place: Place,

    /// Longest wait; 0 = look once
    #[arg(long, value_name = "SECONDS", default_value = "180", value_parser = seconds)]
    timeout: Duration,

    /// What to wait for
    #[arg(long = "for", value_enum, value_name = "STATE", default_value_t)]
    state: State,

    /// Take a failure of the link for an end, too
    #[arg(long)]
    fail_fast: bool,

    /// Print one JSON object at the end: that of `status --json`, timedOut, waitedMs
    #[arg(long)]
    json: bool,
}

/// What may be waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum State {
    /// The editor takes calls
    #[default]
    Ready,
    /// The editor is gone
    Stopped,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stopped => "stopped",
        }
    }

    fn target(self) -> Target {
        match self {
            Self::Ready => Target::Ready,
            Self::Stopped => Target::Stopped,
        }
    }

    fn is(self, verdict: Verdict) -> bool {
        match self {
            Self::Ready => verdict == Verdict::Ready,
            Self::Stopped => matches!(verdict, Verdict::Stopped | Verdict::Stale | Verdict::Missing),
        }
    }
}

/// Waits, and prints how it went: what was waited for on standard output, anything else on standard error.
///
/// # Errors
/// A text for the user.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let place = options.place.find()?;
    let before = read(&place);
    let goes_on =
        matches!(before.verdict, Verdict::Busy | Verdict::Missing | Verdict::Ready) || before.is_failed_by_link;
    if !options.json && !options.timeout.is_zero() && goes_on && !options.state.is(before.verdict) {
        let (now, limit) = (text::what(&before), time::length(options.timeout));
        eprintln!("{now}; waiting up to {limit} for {}", options.state.name());
    }
    let started = Instant::now();
    let until = Until { target: options.state.target(), fail_fast: options.fail_fast };
    let waited = wait(&place, options.timeout, until, now_ns);
    let took = started.elapsed();
    let has_come = options.state.is(waited.reading.verdict);

    let output = if options.json {
        let waited_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let found = json::Found::of(&waited.reading).after_wait(!has_come && waited.is_timed_out, waited_ms);
        let object = serde_json::to_string(&found).unwrap_or_default();
        writeln!(io::stdout(), "{object}")
    } else if has_come {
        writeln!(io::stdout(), "{}, after {}", text::summary(&waited.reading), time::length(took))
    } else {
        writeln!(io::stderr(), "{}", failure(&waited, took, options))
    };
    output.map_err(|error| format!("output failed: {error}"))?;
    Ok(match waited {
        _ if has_come => ExitCode::SUCCESS,
        Waited { reading, is_timed_out: true } => exit::of_timed_out(&reading),
        Waited { reading, is_timed_out: false } => exit::of(reading.verdict),
    })
}

fn failure(waited: &Waited, took: Duration, options: &Options) -> String {
    let (state, took) = (options.state.name(), time::length(took));
    let how = if waited.is_timed_out { "timed out" } else { "given up" };
    format!("{how} after {took} of waiting for {state}\n{}", text::block(&waited.reading, time::now_ns()))
}
