//! The secret that a link and its server share, and the record file that a server leaves it in.

use core::fmt;

use crate::protocol::json;

/// A shared secret and where it came from. Its `Debug` form does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Capability {
    secret: String,
    /// Where it came from, for texts: "the config", "GODOT_AI_WS_TOKEN", "the record /path".
    pub origin: String,
}

impl Capability {
    /// Longest token that a server takes, in characters.
    const LONGEST: usize = 128;

    /// Takes a capability (4.x: 64 lowercase hex digits) or a token (3.x).
    ///
    /// # Errors
    /// It is no token of either kind. The text does not show it.
    pub fn new(secret: impl Into<String>, origin: impl Into<String>) -> Result<Self, String> {
        let (secret, origin) = (secret.into(), origin.into());
        if secret.is_empty() || secret.len() > Self::LONGEST || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("{origin} holds no token: it must be 1 to {} visible ASCII characters", Self::LONGEST));
        }
        Ok(Self { secret, origin })
    }

    /// The key of protocol 2: the 64 lowercase hex digits themselves, not the bytes they spell. `None` if it is no such capability.
    pub(super) fn key(&self) -> Option<[u8; 64]> {
        let key: [u8; 64] = self.secret.as_bytes().try_into().ok()?;
        key.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).then_some(key)
    }

    /// The token of protocol 1.
    pub(super) fn token(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Capability").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Reads the record file of a 4.x server: one JSON object with version 1, the capabilities of its HTTP side and of its
/// WebSocket, and a nonce. Returns that of the WebSocket. `origin`: "the record /path".
///
/// # Errors
/// What is wrong with the record and what to do next. The text shows nothing of it.
pub fn parse_capability_record(bytes: &[u8], origin: impl Into<String>) -> Result<Capability, String> {
    const LARGEST: usize = 1024;
    let origin = origin.into();
    let bad = |what: &str| format!("{origin} cannot be used: {what}; restart the server so that it writes a new one");
    if bytes.len() > LARGEST {
        return Err(bad("it is larger than 1024 bytes"));
    }
    let text = json::utf8(bytes).map_err(|fault| bad(&fault.what))?;
    let members = json::members(text, ["version", "http", "websocket", "instance_nonce"])
        .map_err(|fault| bad(&format!("it is no JSON ({} at byte {})", fault.what, fault.offset)))?
        .ok_or_else(|| bad("it is no JSON object"))?;
    if members.duplicate.is_some() || members.unknown.is_some() {
        return Err(bad("its keys are not exactly those of version 1"));
    }
    let [Some(version), Some(http), Some(websocket), Some(nonce)] = members.values else {
        return Err(bad("its keys are not exactly those of version 1"));
    };
    if version.get() != "1" {
        return Err(bad("its version is not 1"));
    }
    let http = json::string(http).ok_or_else(|| bad("`http` is no string"))?;
    if !(32..=128).contains(&http.len()) || !http.bytes().all(is_bearer) {
        return Err(bad("`http` is not 32 to 128 bearer characters"));
    }
    let nonce = json::string(nonce).ok_or_else(|| bad("`instance_nonce` is no string"))?;
    if nonce.len() != 32 || !nonce.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(bad("`instance_nonce` is not 32 hex digits"));
    }
    let websocket = json::string(websocket).ok_or_else(|| bad("`websocket` is no string"))?;
    if websocket == http {
        return Err(bad("`websocket` and `http` are the same"));
    }
    let capability = Capability { secret: websocket.into_owned(), origin: origin.clone() };
    if capability.key().is_none() {
        return Err(bad("`websocket` is not 64 lowercase hex digits"));
    }
    Ok(capability)
}

/// Whether the byte may stand in a bearer token (RFC 6750 section 2.1).
fn is_bearer(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}
