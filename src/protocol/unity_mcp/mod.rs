//! The unity_mcp profile: talk with unity-mcp servers.
//!
//! The server speaks first (`welcome`); the editor registers once a connection and then tells its tools. Calls come as
//! `execute` and are answered with `command_result`. The server asks for a sign of life by a JSON message, which is
//! answered here, so that it never waits for a frame.
pub(super) mod compact;
mod decode;
pub(super) mod encode;
pub mod hello;
mod patience;

use decode::Decoded;
use hello::Hello;

use super::inbound::{Inbound, Limits};
use super::json;
use super::refusal::{Refusal, RefusalKind};

/// Where a connection stands.
#[derive(Debug)]
enum Stage {
    /// The server is to speak first.
    Opened,
    /// `register` is sent. A second one would make the server close the connection.
    Registering,
    /// The server has given the connection a session id.
    Registered { session_id: String },
}

/// One connection's talk with a unity-mcp server.
#[derive(Debug)]
pub struct UnityMcp {
    stage: Stage,
    hello: Hello,
    /// The tools that the server was told on this connection.
    tools_told: Option<String>,
}

impl UnityMcp {
    pub(super) fn open(hello: &Hello) -> Self {
        Self { stage: Stage::Opened, hello: hello.clone(), tools_told: None }
    }

    pub(super) fn receive(&mut self, message: &[u8], limits: &Limits) -> Inbound {
        match (decode::message(message, limits), &self.stage) {
            (Decoded::Welcome, Stage::Opened) => {
                self.stage = Stage::Registering;
                Inbound::Answer(encode::register(&self.hello))
            }
            (Decoded::Registered { session_id }, Stage::Registering) => {
                self.stage = Stage::Registered { session_id };
                // The server does not tell its version.
                Inbound::Acknowledged { server_version: String::new() }
            }
            (Decoded::Ping, Stage::Registered { session_id }) => Inbound::Answer(encode::pong(session_id)),
            (Decoded::Other(inbound), _) => inbound,
            (Decoded::Welcome | Decoded::Registered { .. } | Decoded::Ping, _) => Inbound::Ignored,
        }
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        self.session_id().is_some()
    }

    pub(super) fn closed_in_hello(&self, code: u16, reason: &str) -> Refusal {
        let (kind, detail) = match code {
            4400 => (RefusalKind::Hello, "the server refused the registration: check `hello.project_hash`"),
            4401 | 4403 => (
                RefusalKind::Authentication,
                "the server refused the API key: set the header X-API-Key to a key that it knows",
            ),
            1012 | 1013 => {
                (RefusalKind::Hello, "the server is restarting or cannot check the API key: it is dialled again")
            }
            1005 | 1006 => (RefusalKind::Hello, "the connection ended during the hello: see the server's log"),
            _ => (
                RefusalKind::Hello,
                "the server closed during the hello: see its log, and check that the URL ends in /hub/plugin",
            ),
        };
        let detail = match reason {
            "" => detail.into(),
            _ => format!("{detail} (the server's words: {})", json::excerpt(reason.as_bytes())),
        };
        Refusal { kind, close_code: code, detail }
    }

    /// The tools, if the server is to learn of them and does not know them yet. The other fields count from the next
    /// registration on, since a connection has only one.
    pub(super) fn hello_changed(&mut self, hello: &Hello) -> Option<String> {
        let tools =
            hello.tools.as_ref().filter(|tools| self.is_acknowledged() && self.tools_told.as_ref() != Some(tools))?;
        self.tools_told = Some(tools.clone());
        Some(encode::register_tools(tools))
    }

    pub(super) fn session_id(&self) -> Option<&str> {
        match &self.stage {
            Stage::Registered { session_id } => Some(session_id),
            Stage::Opened | Stage::Registering => None,
        }
    }
}

#[cfg(test)]
mod answer_tests;
#[cfg(test)]
mod conversation_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hello_tests;
#[cfg(test)]
mod message_tests;
