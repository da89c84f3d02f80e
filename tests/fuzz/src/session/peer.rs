//! The peer: what it says, and what it makes of what it is told.

use std::collections::BTreeMap;

use framewire::protocol::ProfileKind;
use framewire::session::event::EventKind;
use serde_json::Value;

use super::action::Said;
use crate::conversation::challenge;
use crate::oracle::{self, Members};

#[derive(Debug)]
pub struct Peer {
    profile: ProfileKind,
    /// Ids of calls, by how often they were used and how often they were answered.
    calls: BTreeMap<String, (u64, u64)>,
    /// Ids of the calls of ours that it has been told of.
    called: Vec<String>,
    /// Messages of its hello that it has said.
    greeted: u8,
    client_nonce: String,
}

impl Peer {
    pub fn new(profile: ProfileKind) -> Self {
        Self { profile, calls: BTreeMap::new(), called: Vec::new(), greeted: 0, client_nonce: String::new() }
    }

    /// The next message of the hello, as a good server says it.
    pub fn greeting(&mut self) -> Vec<u8> {
        self.greeted += 1;
        let text = match (self.profile, self.greeted) {
            (ProfileKind::GodotAi, 1) if !self.client_nonce.is_empty() => challenge(
                format!(
                    r#"{{"type":"auth_challenge","protocol_version":2,"client_nonce":"{}","server_nonce":"{}","server_version":"4","server_proof":"@proof@"}}"#,
                    self.client_nonce,
                    "0".repeat(64)
                )
                .as_bytes(),
            ),
            (ProfileKind::GodotAi, _) if !self.client_nonce.is_empty() => {
                br#"{"type":"handshake_ack","protocol_version":2,"server_version":"4"}"#.to_vec()
            }
            (ProfileKind::GodotAi, _) => br#"{"type":"handshake_ack","server_version":"2"}"#.to_vec(),
            (ProfileKind::UnityMcp, 1) => br#"{"type":"welcome"}"#.to_vec(),
            (ProfileKind::UnityMcp, _) => br#"{"type":"registered","session_id":"s"}"#.to_vec(),
            _ => b"{}".to_vec(),
        };
        text
    }

    /// A message.
    pub fn say(&self, said: &Said) -> Vec<u8> {
        let text = match said {
            Said::Request { id, method, params, timeout } => self.request(*id, *method, *params, *timeout),
            Said::Notification { name } => format!(r#"{{"method":"n{name}","params":{{}}}}"#),
            Said::Reply { which, how } => self.reply(*which, *how),
            Said::Batch(parts) => {
                let part = |part: &u8| match part % 4 {
                    0 => self.request(*part, *part, *part, 0),
                    1 => format!(r#"{{"method":"n{part}"}}"#),
                    2 => self.reply(part >> 2, part >> 5),
                    _ => "7".into(),
                };
                format!("[{}]", parts.iter().take(8).map(part).collect::<Vec<_>>().join(","))
            }
            Said::Sign => r#"{"type":"ping","session_id":"s"}"#.into(),
            Said::Bytes(bytes) => return bytes.clone(),
        };
        text.into_bytes()
    }

    fn request(&self, id: u8, method: u8, params: u8, timeout: u8) -> String {
        let params = "x".repeat(usize::from(params) * 4);
        let params = format!(r#"{{"p":"{params}"}}"#);
        match self.profile {
            ProfileKind::UnityMcp => {
                let name = ["ping", "read_console", "m2", "m3"][usize::from(method % 4)];
                let timeout = f32::from(timeout) / 20.0;
                format!(r#"{{"type":"execute","id":"r{id}","name":"{name}","params":{params},"timeout":{timeout}}}"#)
            }
            ProfileKind::JsonRpc => format!(r#"{{"id":{id},"method":"m{}","params":{params}}}"#, method % 4),
            _ => format!(r#"{{"request_id":"r{id}","command":"\u006d{method}","params":{params}}}"#),
        }
    }

    fn reply(&self, which: u8, how: u8) -> String {
        let known = self.called.get(usize::from(which) % self.called.len().max(1));
        let id = known.map_or("nobody", String::as_str);
        let end = match how % 5 {
            0 => r#""result":{"a":1}"#,
            1 => r#""error":{"code":-1,"message":"n\u006f","data":[1]}"#,
            2 => r#""error":7"#,
            3 => r#""result":1,"error":{"code":1}"#,
            _ => r#""x":1"#,
        };
        format!(r#"{{"id":"{id}",{end}}}"#)
    }

    /// It has said this, and the session listens.
    pub fn said(&mut self, message: &[u8]) {
        let Some(text) = oracle::json(message) else { return };
        if text.trim_ascii_start().starts_with('[') && self.profile == ProfileKind::JsonRpc {
            let parts: Vec<&serde_json::value::RawValue> = serde_json::from_str(text).expect("an array");
            parts.iter().for_each(|part| self.said(part.get().as_bytes()));
        } else if let Some(id) = Members::read(text).and_then(|members| self.id(&members)) {
            self.calls.entry(id).or_default().0 += 1;
        }
    }

    fn id(&self, members: &Members<'_>) -> Option<String> {
        let key = if self.profile == ProfileKind::GodotAi { "request_id" } else { "id" };
        let id = members.first(key)?;
        match (self.profile, oracle::held(id)?) {
            (ProfileKind::JsonRpc, _) => Some(id.get().to_owned()),
            (_, Value::String(id)) => Some(id),
            _ => None,
        }
    }

    /// It is told something: JSON, and an answer only to what it has asked.
    pub fn hears(&mut self, message: &[u8]) {
        if self.profile == ProfileKind::Raw {
            return;
        }
        let text = oracle::json(message).unwrap_or_else(|| panic!("no JSON: {}", String::from_utf8_lossy(message)));
        let members = Members::read(text).expect("an object");
        let kind = members.first("type").map(|kind| kind.get());
        if kind == Some("\"auth_hello\"") {
            let nonce = members.first("client_nonce").and_then(oracle::held).expect("a nonce");
            self.client_nonce = nonce.as_str().expect("text").to_owned();
        }
        let Some(id) = self.id(&members) else { return };
        if self.profile == ProfileKind::JsonRpc && members.first("method").is_some() {
            self.called.extend(serde_json::from_str::<String>(&id).ok());
        } else if id != "null" {
            let (asked, answered) = self.calls.entry(id.clone()).or_default();
            *answered += 1;
            assert!(*answered <= *asked, "P3 settled: {id} was asked {asked} times and answered {answered} times");
        }
    }

    /// Whether an event of this kind is one that this profile knows.
    pub fn may_cause(&self, kind: EventKind) -> bool {
        match kind {
            EventKind::Text | EventKind::Binary => self.profile == ProfileKind::Raw,
            EventKind::Request | EventKind::RequestOrphaned | EventKind::RequestEnded => {
                self.profile != ProfileKind::Raw
            }
            EventKind::Notification | EventKind::Response => self.profile == ProfileKind::JsonRpc,
            EventKind::Acknowledged => matches!(self.profile, ProfileKind::GodotAi | ProfileKind::UnityMcp),
            _ => true,
        }
    }
}
