//! The demo: starts a tool server and an editor written in C, and shows what the link between them withstands.
//!
//! `make demo` builds both programs and runs this. It fails when a command is lost or answered twice, or when a poll
//! hands out more than it may. Times are shown and never judged.

mod acts;
mod child;
mod reload;
mod summary;
mod table;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use summary::Summary;
use table::Table;

const USAGE: &str = "usage: demo --serve PATH --host PATH\n  \
    --serve  the `framewire` program    --host  the editor of tests/c\n`make demo` builds both and runs this.";

/// Where the two programs are.
pub struct Programs {
    /// `framewire`.
    pub serve: PathBuf,
    /// The editor of tests/c.
    pub host: PathBuf,
}

impl Programs {
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let (mut serve, mut host) = (None, None);
        while let Some(name) = arguments.next() {
            let value = arguments.next().map(PathBuf::from);
            match name.as_str() {
                "--serve" => serve = value,
                "--host" => host = value,
                _ => return None,
            }
        }
        Some(Self { serve: serve?, host: host? })
    }
}

fn main() -> ExitCode {
    let Some(programs) = Programs::from_arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut table = Table::start();
    let mut summary = Summary::default();
    let outcome = acts::play(&programs, &mut table, &mut summary);
    if let Err(error) = outcome {
        table.fail(&error);
        return ExitCode::FAILURE;
    }
    summary.print();
    let faults = summary.faults();
    for fault in &faults {
        println!("  FAILED: {fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
