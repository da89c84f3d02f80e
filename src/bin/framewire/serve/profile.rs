//! The wire profiles that the server speaks: what is fixed about each, and what it sends.

use std::time::Duration;

use clap::ValueEnum;
use serde_json::value::RawValue;

use super::{godot_ai, json_rpc, unity_mcp};

/// Which kind of tool server this one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// A Godot AI server, protocol 1: `handshake`, commands, events
    #[default]
    GodotAi,
    /// A JSON-RPC 2.0 peer: calls and notifications both ways
    JsonRpc,
    /// A unity-mcp server: `welcome`, `register`, `execute`
    UnityMcp,
}

impl Profile {
    /// The port at which plugins look for such a server.
    pub fn port(self) -> u16 {
        match self {
            Self::GodotAi => 9500,
            Self::JsonRpc => 8000,
            Self::UnityMcp => 8080,
        }
    }

    /// The only path that is served; `None` = any.
    pub fn path(self) -> Option<&'static str> {
        match self {
            Self::GodotAi => None,
            Self::JsonRpc => Some("/ws"),
            Self::UnityMcp => Some("/hub/plugin"),
        }
    }

    /// The largest message that such a server takes, bytes.
    pub fn max_message(self) -> usize {
        match self {
            Self::GodotAi => 4 << 20,
            Self::JsonRpc | Self::UnityMcp => 16 << 20,
        }
    }

    /// How long an answer to this command is waited for, where `general` is the limit of any command; 0 = for ever.
    pub fn time_limit(self, command: &str, general: Duration) -> Duration {
        match self {
            Self::GodotAi | Self::JsonRpc => general,
            Self::UnityMcp => unity_mcp::time_limit(command, general),
        }
    }

    /// Whether a command's parameters may be a JSON array.
    pub fn takes_arrays(self) -> bool {
        self == Self::JsonRpc
    }

    /// A command, as it goes to the editor.
    pub fn command(self, id: &str, name: &str, params: &RawValue, limit: Duration) -> String {
        match self {
            Self::GodotAi => godot_ai::wire::command(id, name, params),
            Self::JsonRpc => json_rpc::wire::request(id, name, params),
            Self::UnityMcp => unity_mcp::wire::execute(id, name, params, limit),
        }
    }

    /// A notification, as it goes to the editor; `None` where there are none.
    pub fn notification(self, name: &str, params: &RawValue) -> Option<String> {
        (self == Self::JsonRpc).then(|| json_rpc::wire::notification(name, params))
    }
}
