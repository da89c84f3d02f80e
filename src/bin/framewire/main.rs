//! `framewire`: the command line beside the library.

mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tools for programs that are wired by Framewire.
#[derive(Parser)]
#[command(name = "framewire", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve editors on loopback: a reference tool server to try a plugin with
    Serve(serve::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("framewire: {error}");
            ExitCode::FAILURE
        }
    }
}
