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
        if secret.is_empty()
            || secret.len() > Self::LONGEST
            || !secret.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(format!(
                "{origin} holds no token: it must be 1 to {} visible ASCII characters",
                Self::LONGEST
            ));
        }
        Ok(Self { secret, origin })
    }

    /// The key of protocol 2: the 64 lowercase hex digits themselves, not the bytes they spell. `None` if it is no such capability.
    pub(super) fn key(&self) -> Option<[u8; 64]> {
        let key: [u8; 64] = self.secret.as_bytes().try_into().ok()?;
        key.iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            .then_some(key)
    }

    /// The token of protocol 1.
    pub(super) fn token(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Capability")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Reads the record file of a 4.x server: one JSON object with version 1, the capabilities of its HTTP side and of its
/// WebSocket, and a nonce. Returns that of the WebSocket. `origin`: "the record /path".
///
/// # Errors
/// What is wrong with the record and what to do next. The text shows nothing of it.
pub fn parse_capability_record(
    bytes: &[u8],
    origin: impl Into<String>,
) -> Result<Capability, String> {
    const LARGEST: usize = 1024;
    let origin = origin.into();
    let bad = |what: &str| {
        format!("{origin} cannot be used: {what}; restart the server so that it writes a new one")
    };
    if bytes.len() > LARGEST {
        return Err(bad("it is larger than 1024 bytes"));
    }
    let text = json::utf8(bytes).map_err(|fault| bad(&fault.what))?;
    let members = json::members(text, ["version", "http", "websocket", "instance_nonce"])
        .map_err(|fault| {
            bad(&format!(
                "it is no JSON ({} at byte {})",
                fault.what, fault.offset
            ))
        })?
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
    let capability = Capability {
        secret: websocket.into_owned(),
        origin: origin.clone(),
    };
    if capability.key().is_none() {
        return Err(bad("`websocket` is not 64 lowercase hex digits"));
    }
    Ok(capability)
}

/// Whether the byte may stand in a bearer token (RFC 6750 section 2.1).
fn is_bearer(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn record(version: &str, http: &str, websocket: &str, nonce: &str) -> String {
        format!(
            r#"{{"version": {version}, "http": {http}, "websocket": {websocket}, "instance_nonce": {nonce}}}"#
        )
    }

    fn good() -> [String; 4] {
        [
            "1".into(),
            format!("\"{}\"", "H".repeat(43)),
            format!("\"{SECRET}\""),
            format!("\"{}\"", "9f".repeat(16)),
        ]
    }

    #[test]
    fn a_good_record_yields_the_capability_of_the_websocket() {
        let [version, http, websocket, nonce] = good();
        let text = format!("{}\n", record(&version, &http, &websocket, &nonce));
        let capability = parse_capability_record(text.as_bytes(), "the record /r").unwrap();
        assert_eq!(capability.token(), SECRET);
        assert_eq!(capability.origin, "the record /r");
    }

    #[test]
    fn every_fault_of_a_record_is_refused_without_showing_it() {
        let same = format!("\"{SECRET}\"");
        let faults: [(usize, &str); 16] = [
            (0, "2"),
            (0, "1.0"),
            (0, "\"1\""),
            (0, "true"),
            (1, "7"),
            (1, "\"short\""),
            (1, &same),
            (1, "\"thirty two characters with blanks\""),
            (
                2,
                "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"",
            ),
            (2, "null"),
            (2, "\"0123456789abcdef\""),
            (
                2,
                "\"z123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
            ),
            (2, "[\"0123456789abcdef\"]"),
            (3, "32"),
            (3, "\"9f\""),
            (3, "\"zf9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f\""),
        ];
        for (place, value) in faults {
            let mut fields = good();
            fields[place] = value.into();
            let [version, http, websocket, nonce] = fields;
            refused(record(&version, &http, &websocket, &nonce).as_bytes());
        }
    }

    #[test]
    fn every_broken_record_is_refused_without_showing_it() {
        let [version, http, websocket, nonce] = good();
        let whole = record(&version, &http, &websocket, &nonce);
        for cut in 0..whole.len() {
            refused(whole[..cut].as_bytes());
        }
        refused(whole.replace("\"http\"", "\"other\"").as_bytes());
        refused(
            whole
                .replace("{\"version\"", "{\"extra\": 1, \"version\"")
                .as_bytes(),
        );
        refused(
            whole
                .replace("{\"version\"", "{\"version\": 1, \"version\"")
                .as_bytes(),
        );
        refused(format!("{whole}{}", " ".repeat(1025 - whole.len())).as_bytes());
        refused(format!("{whole}x").as_bytes());
        refused(format!("[{whole}]").as_bytes());
        refused(format!("\u{feff}{whole}").as_bytes());
        refused(&[whole.as_bytes(), b"\xff"].concat());
        assert!(
            parse_capability_record(
                format!("{whole}{}", " ".repeat(1024 - whole.len())).as_bytes(),
                "r"
            )
            .is_ok()
        );
    }

    fn refused(record: &[u8]) {
        let text = parse_capability_record(record, "the record /r").expect_err("must be refused");
        assert!(
            text.contains("the record /r") && text.contains("restart the server"),
            "{text}"
        );
        assert!(
            !text.contains("0123456789abcdef"),
            "shows the secret: {text}"
        );
    }

    #[test]
    fn tokens_are_bounded_and_never_shown() {
        for bad in ["", "two words", "line\n", "zoë", &"x".repeat(129)] {
            let text = Capability::new(bad, "the config").expect_err(bad);
            assert!(bad.is_empty() || !text.contains(bad), "{text}");
        }
        let token = Capability::new("x".repeat(128), "the config").unwrap();
        assert!(token.key().is_none());
        let capability = Capability::new(SECRET, "the config").unwrap();
        assert_eq!(
            capability.key().map(|key| key.to_vec()),
            Some(SECRET.as_bytes().to_vec())
        );
        assert_eq!(
            format!("{capability:?}"),
            "Capability { origin: \"the config\", .. }"
        );
    }
}
