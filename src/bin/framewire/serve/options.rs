//! What `framewire serve` is told on its command line.

use std::time::Duration;

use clap::Args;

const AFTER_HELP: &str = "\
Commands are lines on standard input: NAME {json}, or @SESSION NAME {json} to choose an editor.
Type .help for the rest. The server speaks protocol 1 (`handshake`), on loopback only.";

/// The options of `framewire serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes any free one and prints it
    #[arg(long, value_name = "PORT", default_value_t = 9500)]
    pub port: u16,

    /// Print one JSON object a line for each thing that happens
    #[arg(long)]
    pub json: bool,

    /// Largest message taken from an editor; a larger one closes its connection with 1009
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 20)]
    pub max_message: usize,

    /// Largest answer or event whose data is printed in full; 0 = no limit [default: 2000, with --json 0]
    #[arg(long, value_name = "BYTES")]
    pub max_print: Option<usize>,

    /// Time between two pings to an editor; 0 = no pings
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub ping_interval: Duration,

    /// Time an editor has to answer a ping before it is closed with 1011
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub pong_timeout: Duration,

    /// Time from the connection to the end of the handshake
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub handshake_timeout: Duration,

    /// Time a command may stay unanswered; 0 = for ever
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub command_timeout: Duration,

    /// What the server calls its version in the handshake
    #[arg(long, value_name = "TEXT", default_value = env!("CARGO_PKG_VERSION"))]
    pub server_version: String,

    /// Go on when standard input ends, instead of ending after the last answer
    #[arg(long)]
    pub stay: bool,
}

/// Seconds, fractions allowed, up to a day.
fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "give seconds between 0 and 86400, such as 20 or 0.5".to_owned())
}
