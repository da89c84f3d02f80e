//! The hello of both protocols: what this side says, and what it demands of the server.

use serde::Serialize;

use super::capability::Capability;
use super::hello::Hello;
use super::proof::{self, Key};
use crate::protocol::json::{self, Members};
use crate::protocol::refusal::{Refusal, RefusalKind};

/// Largest frame of the hello of protocol 2, bytes.
const LARGEST_FRAME: usize = 8192;
/// Close code for a server that speaks another protocol.
const MISMATCH: u16 = 4002;
/// Close code for a server that did not prove itself.
const UNPROVEN: u16 = 4003;

/// What is told to a server that may know it.
#[derive(Debug)]
pub(super) struct Introduction {
    pub hello: Hello,
    pub session_id: String,
}

/// What a server that proved itself has said.
#[derive(Debug)]
pub(super) struct Challenged {
    pub key: Key,
    pub server_nonce: String,
    pub server_version: String,
}

/// The one message of protocol 1.
pub(super) fn handshake(introduction: &Introduction, readiness: &str, token: Option<&Capability>) -> String {
    #[derive(Serialize)]
    struct Handshake<'a> {
        r#type: &'a str,
        session_id: &'a str,
        godot_version: &'a str,
        project_path: &'a str,
        plugin_version: &'a str,
        protocol_version: u32,
        readiness: &'a str,
        editor_pid: u64,
        server_launch_mode: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth_token: Option<&'a str>,
    }
    let Introduction { hello, session_id } = introduction;
    json::write(&Handshake {
        r#type: "handshake",
        session_id,
        godot_version: &hello.godot_version,
        project_path: &hello.project_path,
        plugin_version: &hello.plugin_version,
        protocol_version: 1,
        readiness,
        editor_pid: hello.editor_pid,
        server_launch_mode: &hello.server_launch_mode,
        auth_token: token.map(Capability::token),
    })
}

/// Frame 1 of protocol 2. Tells nothing but a nonce.
pub(super) fn auth_hello(client_nonce: &str) -> String {
    #[derive(Serialize)]
    struct AuthHello<'a> {
        r#type: &'a str,
        protocol_version: u32,
        client_nonce: &'a str,
    }
    json::write(&AuthHello { r#type: "auth_hello", protocol_version: 2, client_nonce })
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

/// Frame 3 of protocol 2.
pub(super) fn auth_response(
    introduction: &Introduction,
    readiness: &str,
    key: &Key,
    client_nonce: &str,
    server_nonce: &str,
    server_version: &str,
) -> String {
    #[derive(Serialize)]
    struct AuthResponse<'a> {
        r#type: &'a str,
        protocol_version: u32,
        client_nonce: &'a str,
        server_nonce: &'a str,
        client_proof: &'a str,
        session_id: &'a str,
        godot_version: &'a str,
        project_path: &'a str,
        plugin_version: &'a str,
        readiness: &'a str,
        editor_pid: u64,
        server_launch_mode: &'a str,
    }
    let Introduction { hello, session_id } = introduction;
    let Hello { godot_version, project_path, plugin_version, editor_pid, server_launch_mode, .. } = hello;
    let client_proof = proof::client_proof(
        key,
        &[
            "2",
            client_nonce,
            server_nonce,
            server_version,
            session_id,
            godot_version,
            project_path,
            plugin_version,
            readiness,
            &editor_pid.to_string(),
            server_launch_mode,
        ],
    );
    json::write(&AuthResponse {
        r#type: "auth_response",
        protocol_version: 2,
        client_nonce,
        server_nonce,
        client_proof: &client_proof,
        session_id,
        godot_version,
        project_path,
        plugin_version,
        readiness,
        editor_pid: *editor_pid,
        server_launch_mode,
    })
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
