//! The handshake of godot_ai protocol 1: an editor's first message and the server's reply.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// An editor's first message. Unknown fields are ignored, and so is `type`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Hello {
    pub session_id: String,
    pub godot_version: String,
    pub project_path: String,
    pub plugin_version: String,
    #[serde(default = "one", deserialize_with = "lenient_integer")]
    pub protocol_version: u64,
    #[serde(default = "ready")]
    pub readiness: String,
    #[serde(default, deserialize_with = "lenient_integer")]
    pub editor_pid: u64,
    #[serde(default = "unknown")]
    pub server_launch_mode: String,
}

fn one() -> u64 {
    1
}

fn ready() -> String {
    "ready".to_owned()
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// Editors whose JSON knows only floats or strings send `7.0` or `"7"`.
fn lenient_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Integer(u64),
        Float(f64),
        Text(String),
    }
    let number = match Number::deserialize(deserializer)? {
        Number::Integer(number) => Some(number),
        // Above 2^53 a float is no exact integer.
        Number::Float(number) if number.fract() == 0.0 && (0.0..9.0e15).contains(&number) => Some(number as u64),
        Number::Float(_) => None,
        Number::Text(text) => text.parse().ok(),
    };
    number.ok_or_else(|| D::Error::custom("not a whole number"))
}

impl Hello {
    /// Reads the first message.
    ///
    /// # Errors
    /// A text that says what is wrong, and what to change where that is known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let hello: Self = serde_json::from_str(text).map_err(|error| {
            if text.contains("\"auth_hello\"") {
                "the editor speaks protocol 2, this server protocol 1: set `protocol = 1` in the plugin".to_owned()
            } else {
                format!("no valid handshake: {error}")
            }
        })?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
        if !(1..=128).contains(&hello.session_id.len()) || !hello.session_id.bytes().all(allowed) {
            return Err("no valid handshake: session_id needs 1 to 128 of A-Z a-z 0-9 . _ @ -".to_owned());
        }
        Ok(hello)
    }
}

/// The server's reply to a [`Hello`].
pub fn acknowledgement(server_version: &str) -> String {
    serde_json::json!({ "type": "handshake_ack", "server_version": server_version }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"{"type":"handshake","session_id":"game@1a2b","godot_version":"4.4","project_path":"/p/",
        "plugin_version":"2.4.2","editor_pid":"7","unknown":[1]}"#;

    #[test]
    fn hello_has_defaults_and_takes_any_integer() {
        let hello = Hello::parse(HELLO).unwrap();
        assert_eq!((hello.editor_pid, hello.protocol_version, hello.readiness.as_str()), (7, 1, "ready"));
        assert_eq!(Hello::parse(&HELLO.replace("\"7\"", "7.0")).unwrap().editor_pid, 7);
        assert!(Hello::parse(&HELLO.replace("\"7\"", "7.5")).is_err());
    }

    #[test]
    fn hello_needs_its_fields_and_a_session_of_known_characters() {
        for text in ["", "[]", "{}", "null", "7"] {
            assert!(Hello::parse(text).is_err(), "{text}");
        }
        assert!(Hello::parse(&HELLO.replace("game@1a2b", "")).is_err());
        assert!(Hello::parse(&HELLO.replace("game@1a2b", "a b")).is_err());
        assert!(Hello::parse(&HELLO.replace("game@1a2b", &"a".repeat(128))).is_ok());
        assert!(Hello::parse(&HELLO.replace("game@1a2b", &"a".repeat(129))).is_err());
    }

    #[test]
    fn a_protocol_2_editor_is_told_what_to_set() {
        let why = Hello::parse(r#"{"type":"auth_hello","protocol_version":2,"client_nonce":"aa"}"#).unwrap_err();
        assert!(why.contains("protocol = 1"), "{why}");
    }
}
