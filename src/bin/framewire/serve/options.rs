//! What `framewire serve` is told on its command line.

use std::time::Duration;

use clap::Args;

use super::profile::Profile;
use crate::arguments::seconds;

const AFTER_HELP: &str = "\
Commands are lines on standard input: NAME {json}, or @SESSION NAME {json} to choose an editor.
Type .help for the rest. The server listens on loopback only.

What each profile is by default:
  godot-ai   ws://127.0.0.1:9500, messages up to 4 MiB; protocol 1 (`handshake`)
  json-rpc   ws://127.0.0.1:8000/ws, up to 16 MiB; knows the method `echo`, answers -32601 to others
  unity-mcp  ws://127.0.0.1:8080/hub/plugin, up to 16 MiB; a new editor of a project takes the old one's place";

/// The options of `framewire serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// What kind of tool server this is
    #[arg(long, value_enum, value_name = "PROFILE", default_value_t)]
    pub profile: Profile,

    /// Port on 127.0.0.1; 0 takes any free one and prints it [default: that of the profile]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,

    /// Print one JSON object a line for each thing that happens
    #[arg(long)]
    pub json: bool,

    /// Largest message taken from an editor; a larger one closes its connection with 1009 [default: the profile's]
    #[arg(long, value_name = "BYTES")]
    pub max_message: Option<usize>,

    /// Largest answer or event whose data is printed in full; 0 = no limit [default: 2000, with --json 0]
    #[arg(long, value_name = "BYTES")]
    pub max_print: Option<usize>,

    /// Time between two WebSocket pings to an editor; 0 = no pings
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub ping_interval: Duration,

    /// Time an editor has to answer a ping before it is closed with 1011
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub pong_timeout: Duration,

    /// Time between two JSON pings to an editor (unity-mcp); 0 = no pings
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub json_ping_interval: Duration,

    /// Time after which an editor that answers no JSON ping is closed with 1001 (unity-mcp)
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub json_pong_timeout: Duration,

    /// Time from the connection to the end of the handshake
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub handshake_timeout: Duration,

    /// Time a command may stay unanswered; 0 = for ever
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub command_timeout: Duration,

    /// What the server calls its version in the handshake (godot-ai)
    #[arg(long, value_name = "TEXT", default_value = env!("CARGO_PKG_VERSION"))]
    pub server_version: String,

    /// Go on when standard input ends, instead of ending after the last answer
    #[arg(long)]
    pub stay: bool,
}

impl Options {
    /// The port to listen on; 0 = any free one.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or_else(|| self.profile.port())
    }

    /// The largest message taken from an editor, bytes.
    pub fn max_message(&self) -> usize {
        self.max_message.unwrap_or_else(|| self.profile.max_message())
    }
}
