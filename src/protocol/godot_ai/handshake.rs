//! The hello of protocol 2: what is demanded of the server's frames before it is trusted.

use super::capability::Capability;
use super::proof::{self, Key};
use crate::protocol::json::{self, Members};
use crate::protocol::refusal::{Refusal, RefusalKind};

/// Largest frame of the hello of protocol 2, bytes.
const LARGEST_FRAME: usize = 8192;
/// Close code for a server that speaks another protocol.
const MISMATCH: u16 = 4002;
/// Close code for a server that did not prove itself.
const UNPROVEN: u16 = 4003;

/// What a server that proved itself has said. No `Debug`: it holds the key.
pub(super) struct Challenged {
    pub key: Key,
    pub server_nonce: String,
    pub server_version: String,
}

/// Reads frame 2 of protocol 2 and checks the server's proof.
pub(super) fn challenge(
    message: &[u8],
    is_text: bool,
    capability: &Capability,
    client_nonce: &str,
) -> Result<Challenged, Refusal> {
    let keys = ["type", "protocol_version", "client_nonce", "server_nonce", "server_version", "server_proof"];
    let [Some(echo), Some(server_nonce), Some(server_version), Some(server_proof)] =
        strict(message, is_text, "auth_challenge", keys)?
    else {
        return Err(unproven("lacks a key, or has a value that is no string"));
    };
    if echo != client_nonce {
        return Err(unproven("answers another nonce than was sent"));
    }
    if !proof::is_lower_hex(&server_nonce, 32) || !(1..=64).contains(&server_version.chars().count()) {
        return Err(unproven("has a malformed nonce or version"));
    }
    let key = capability.key().ok_or_else(|| unproven("came without a capability on this side"))?;
    if !proof::server_is_proven(&key, client_nonce, &server_nonce, &server_version, &server_proof) {
        return Err(Refusal {
            kind: RefusalKind::Authentication,
            close_code: UNPROVEN,
            detail: format!(
                "the server did not prove that it knows the capability from {}: another server listens on this port, or the capability is out of date. Check the port, then take the capability of the running server",
                capability.origin
            ),
        });
    }
    Ok(Challenged { key, server_nonce, server_version })
}

/// Reads frame 4 of protocol 2; returns the server's version.
pub(super) fn acknowledgement(message: &[u8], is_text: bool, proven_version: &str) -> Result<String, Refusal> {
    match strict(message, is_text, "handshake_ack", ["type", "protocol_version", "server_version"])? {
        [Some(version)] if version == proven_version => Ok(version),
        _ => Err(unproven("names another server version than was proven")),
    }
}

/// Reads a frame of the server's hello: of that type, protocol 2, with exactly these keys, all but the first two strings,
/// which are returned (`None` for one that is missing or of another type).
fn strict<const N: usize, const STRINGS: usize>(
    message: &[u8],
    is_text: bool,
    kind: &str,
    keys: [&'static str; N],
) -> Result<[Option<String>; STRINGS], Refusal> {
    const { assert!(N == STRINGS + 2, "type and protocol_version stand before the strings") };
    if !is_text {
        return Err(mismatch("a binary frame"));
    }
    if message.len() > LARGEST_FRAME {
        return Err(mismatch("a frame larger than 8192 bytes"));
    }
    let text = json::utf8(message).map_err(|_| mismatch("a frame that is not UTF-8"))?;
    let Members { values, duplicate, unknown } = json::members(text, keys)
        .map_err(|fault| mismatch(&format!("a frame that is no JSON ({} at byte {})", fault.what, fault.offset)))?
        .ok_or_else(|| mismatch("a frame that is no JSON object"))?;
    let mut values = values.into_iter();
    // Type and version first: a server of another protocol has other keys too, and that is what it should be told.
    if values.next().flatten().and_then(json::string).as_deref() != Some(kind) {
        return Err(mismatch(&format!("something else than `{kind}`")));
    }
    if values.next().flatten().is_none_or(|version| version.get() != "2") {
        return Err(mismatch("another protocol version"));
    }
    if duplicate.is_some() || unknown.is_some() {
        return Err(unproven("has an unknown key, or one key twice"));
    }
    let mut strings = [const { None }; STRINGS];
    for (string, value) in strings.iter_mut().zip(values) {
        *string = value.and_then(json::string).map(Into::into);
    }
    Ok(strings)
}

fn mismatch(what: &str) -> Refusal {
    Refusal {
        kind: RefusalKind::ProtocolMismatch,
        close_code: MISMATCH,
        detail: format!(
            "the server sent {what} in the hello of protocol 2: it is no godot-ai 4.x server. Check the port, or set protocol = 1 for a 2.x or 3.x server"
        ),
    }
}

fn unproven(what: &str) -> Refusal {
    Refusal {
        kind: RefusalKind::Authentication,
        close_code: UNPROVEN,
        detail: format!(
            "a frame of the server's hello {what}, so the server is not trusted: check which program listens on this port"
        ),
    }
}
