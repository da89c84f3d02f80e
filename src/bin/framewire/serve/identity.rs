//! Who an editor is, in the words of its profile.

use serde::Serialize;

use super::{godot_ai, json_rpc, unity_mcp};

/// What is known of an editor. Each has a `session_id`; the other fields are those of its hello.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Identity {
    GodotAi(godot_ai::hello::Hello),
    JsonRpc(json_rpc::Peer),
    UnityMcp(unity_mcp::register::Registration),
}

impl Identity {
    /// What lines call it by.
    pub fn session_id(&self) -> &str {
        match self {
            Self::GodotAi(hello) => &hello.session_id,
            Self::JsonRpc(peer) => &peer.session_id,
            Self::UnityMcp(registration) => &registration.session_id,
        }
    }

    /// The project's hash, where its profile knows one: lines may call it by that, too, and of all editors of one
    /// project only the newest is served.
    pub fn project_hash(&self) -> Option<&str> {
        match self {
            Self::GodotAi(_) | Self::JsonRpc(_) => None,
            Self::UnityMcp(registration) => Some(&registration.project_hash),
        }
    }

    /// The readiness it told last, where its profile knows one.
    pub fn readiness(&self) -> Option<&str> {
        match self {
            Self::GodotAi(hello) => Some(&hello.readiness),
            Self::JsonRpc(_) | Self::UnityMcp(_) => None,
        }
    }

    /// Notes a readiness that it told.
    pub fn set_readiness(&mut self, readiness: &str) {
        if let Self::GodotAi(hello) = self {
            readiness.clone_into(&mut hello.readiness);
        }
    }

    /// The program it is.
    pub fn program(&self) -> String {
        match self {
            Self::GodotAi(hello) => format!("Godot {}, plugin {}", hello.godot_version, hello.plugin_version),
            Self::JsonRpc(_) => "JSON-RPC peer".to_owned(),
            Self::UnityMcp(registration) => format!("Unity {}", registration.unity_version),
        }
    }

    /// The project it has open; may be empty.
    pub fn project(&self) -> String {
        match self {
            Self::GodotAi(hello) => hello.project_path.clone(),
            Self::JsonRpc(_) => String::new(),
            Self::UnityMcp(registration) => {
                let path = registration.project_path.as_deref().unwrap_or("");
                format!("{} ({}) {path}", registration.project_name, registration.project_hash).trim_end().to_owned()
            }
        }
    }
}
