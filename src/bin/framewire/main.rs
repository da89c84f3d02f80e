//! `framewire`: the command line beside the library.

mod arguments;
mod serve;
mod state;

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
    /// Say what an editor is doing, from its state file
    Status(state::status::Options),
    /// Wait until an editor is ready, or gone
    Wait(state::wait::Options),
    /// Remove what a dead editor left; a living editor's files are never touched
    Fix(state::fix::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(options).map(|()| ExitCode::SUCCESS),
        Command::Status(options) => state::status::run(&options),
        Command::Wait(options) => state::wait::run(&options),
        Command::Fix(options) => state::fix::run(&options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("framewire: {error}");
        ExitCode::FAILURE
    })
}
