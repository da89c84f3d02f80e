//! What the commands return to the shell. Scripts rely on these numbers: they stay.

use std::process::ExitCode;

use framewire::state_file::{Reading, Verdict};

/// Waiting took too long.
const TIMED_OUT: u8 = 7;

/// What `--help` says about them.
pub const HELP: &str = "\
Exit codes:
  0  ready; or what was waited for has come; or all is in order
  1  this command itself failed, and says why
  2  the command line was not understood
  3  busy: the editor lives and takes no calls now
  4  stopped: the editor has stopped serving, in good order
  5  failed: the editor lives and cannot serve
  6  stale: the file says that an editor lives, and it is gone
  7  timed out: the editor did not get there in time
  8  unreadable: no state can be read from what lies there
  9  missing: there is no state file";

/// The code for what was found.
pub fn of(verdict: Verdict) -> ExitCode {
    ExitCode::from(number(verdict))
}

/// The code for a wait whose time was over: an editor that did not get there is told from one that never was.
pub fn of_timed_out(reading: &Reading) -> ExitCode {
    ExitCode::from(match reading.verdict {
        verdict @ (Verdict::Missing | Verdict::Unreadable) => number(verdict),
        _ => TIMED_OUT,
    })
}

fn number(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Ready => 0,
        Verdict::Busy => 3,
        Verdict::Stopped => 4,
        Verdict::Failed => 5,
        Verdict::Stale => 6,
        Verdict::Unreadable => 8,
        Verdict::Missing => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_told_apart_and_explained() {
        let verdicts = [
            Verdict::Missing,
            Verdict::Unreadable,
            Verdict::Stale,
            Verdict::Busy,
            Verdict::Stopped,
            Verdict::Failed,
            Verdict::Ready,
        ];
        let mut numbers: Vec<u8> = verdicts.into_iter().map(number).chain([1, 2, TIMED_OUT]).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..=9).collect::<Vec<u8>>());
        for verdict in verdicts {
            assert!(HELP.contains(&format!("\n  {}  {}", number(verdict), verdict.name())), "{}", verdict.name());
        }
    }
}
