//! godot_ai, and its handshake of protocol 2 with a server that knows the secret, or does not.

use framewire::protocol::{Capability, Inbound};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::{Shape, Talk, secret};
use crate::oracle;

pub(super) const SHAPE: Shape =
    Shape { id: "request_id", method: "command", takes_objects: true, has_raw_ids: false, refuses_twins: true };

/// The nonce of every hello here.
pub const NONCE: [u8; 32] = [7; 32];

/// The capability that both sides know.
pub fn capability() -> Capability {
    secret("the config")
}

/// The message, with the server's true proof in the place of `@proof@`.
pub fn challenge(message: &[u8]) -> Vec<u8> {
    const MARK: &str = "@proof@";
    let Ok(text) = std::str::from_utf8(message) else { return message.to_vec() };
    let Some(value) = serde_json::from_str::<Value>(text).ok().filter(|_| text.contains(MARK)) else {
        return message.to_vec();
    };
    let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice("5a".repeat(32).as_bytes()).expect("any key will do");
    mac.update(b"godot-ai-ws-v2/server-proof");
    for value in ["2", &field("client_nonce"), &field("server_nonce"), &field("server_version")] {
        mac.update(format!("\n{}:{value}", value.len()).as_bytes());
    }
    let proof: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    text.replace(MARK, &proof).into_bytes()
}

impl Talk {
    /// A message before the server is trusted: exactly the true next frame goes on, all else ends the hello.
    pub(super) fn handshake(&mut self, message: &[u8], is_text: bool) {
        let had_told = self.conversation.readiness_told().is_some();
        let inbound = self.conversation.receive(message, is_text, self.readiness, &self.limits);
        let value = serde_json::from_slice::<Value>(message).unwrap_or_default();
        let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        match inbound {
            Inbound::Answer(answer) => {
                assert!(is_text && !had_told && field("type") == "auth_challenge");
                let expected = String::from_utf8(challenge(
                    serde_json::json!({
                        "client_nonce": "07".repeat(32), "server_nonce": field("server_nonce"),
                        "server_version": field("server_version"), "server_proof": "@proof@",
                    })
                    .to_string()
                    .as_bytes(),
                ));
                let expected: Value = serde_json::from_str(&expected.unwrap()).unwrap();
                assert_eq!(value["server_proof"], expected["server_proof"], "only a true proof is taken");
                assert_eq!(oracle::value(answer.as_bytes())["type"], "auth_response");
            }
            Inbound::Acknowledged { .. } => assert!(is_text && had_told && field("type") == "handshake_ack"),
            Inbound::Refused(refusal) => {
                assert!(matches!(refusal.close_code, 4002 | 4003) && !refusal.detail.contains(&"5a".repeat(32)));
                assert!(!self.conversation.is_acknowledged());
            }
            Inbound::Ignored => assert!(!self.conversation.is_acknowledged(), "nothing is read after a refusal"),
            other => panic!("{other:?} before the server is trusted"),
        }
    }
}
