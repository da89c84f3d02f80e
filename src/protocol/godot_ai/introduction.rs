//! The hello of both protocols: what this side says.

use serde::Serialize;

use super::capability::Capability;
use super::hello::Hello;
use super::proof::{self, Key};
use crate::protocol::json;

/// What is told to a server that may know it.
#[derive(Debug)]
pub(super) struct Introduction {
    pub hello: Hello,
    pub session_id: String,
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
