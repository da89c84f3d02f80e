//! What a server means by closing before it has acknowledged the hello.

use super::{Credentials, GodotAi, Stage};
use crate::protocol::json;
use crate::protocol::refusal::{Refusal, RefusalKind};

impl GodotAi {
    pub(in crate::protocol) fn closed_in_hello(&self, code: u16, reason: &str) -> Refusal {
        let (kind, detail) = match (code, self.protocol) {
            (4001, _) => (RefusalKind::SessionTaken, self.session_taken()),
            (4002, 2) => (RefusalKind::ProtocolMismatch, self.version_refused()),
            (4002, _) => (RefusalKind::ProtocolMismatch, protocol_1_refused(&self.credentials)),
            (4003, _) => (RefusalKind::Authentication, credentials_refused(&self.credentials)),
            (1000, 2) if matches!(self.stage, Stage::Challenge { .. }) => {
                (RefusalKind::ProtocolMismatch, protocol_2_unknown(&self.credentials))
            }
            _ => (RefusalKind::Hello, self.hello_refused(code)),
        };
        let detail = if reason.is_empty() {
            detail
        } else {
            format!("{detail} (the server's words: {})", json::excerpt(reason.as_bytes()))
        };
        Refusal { kind, close_code: code, detail }
    }

    fn hello_refused(&self, code: u16) -> String {
        match (code, self.protocol) {
            (1000, 1) => {
                "the server refused the handshake and does not say why: see its log. Most often a field of \
                 `hello` is wrong or the handshake came too late"
            }
            (1008, _) => {
                "the server refused a field of the hello, or it came too late: see its log and correct `hello`"
            }
            (1009, _) => "the hello is larger than the 8192 bytes that the server takes: shorten `hello.project_path`",
            (1005 | 1006, _) => "the connection ended during the hello: see the server's log",
            _ => return format!("the server closed with {code} during the hello: see its log"),
        }
        .into()
    }

    fn session_taken(&self) -> String {
        let id = &self.introduction.session_id;
        if self.introduction.hello.session_id.is_some() {
            format!(
                "another connection holds the session id {id}: this one goes on with a new one; to keep `hello.session_id`, end the other"
            )
        } else {
            format!("another connection holds the session id {id}: go on with a renewed one")
        }
    }

    fn version_refused(&self) -> String {
        format!(
            "the server refused Godot {} or protocol 2: a 4.x server takes `hello.godot_version` from 4.7 and below 5; use a matching editor or server",
            self.introduction.hello.godot_version
        )
    }
}

fn protocol_1_refused(credentials: &Credentials) -> String {
    match credentials.configured {
        0 => format!(
            "the server speaks protocol 2 (4.x), and no capability was found in {}: a 4.x server leaves its record once it listens, so the next dial looks again; else set `token`",
            credentials.sought
        ),
        _ => "the server speaks protocol 2 (4.x) and protocol = 1 is configured: set protocol = 0 (auto) or 2".into(),
    }
}

fn protocol_2_unknown(credentials: &Credentials) -> String {
    format!(
        "the server closed on the first frame of protocol 2, as 2.x and 3.x servers do: set protocol = 1 for one of those, or start a 4.x server. Protocol 2 was chosen for the capability from {}",
        credentials.origin.as_deref().unwrap_or("the configuration")
    )
}

fn credentials_refused(credentials: &Credentials) -> String {
    match &credentials.origin {
        Some(origin) => format!(
            "the server refused the capability or token from {origin}: take that of the running server, or restart it"
        ),
        None => "the server wants a token and none was given: set `token`".into(),
    }
}
