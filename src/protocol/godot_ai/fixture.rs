//! The values of one hello whose proofs are known, for the tests.

use super::super::conversation::{Conversation, Opening};
use super::super::hello::Hello;
use super::super::inbound::{Inbound, Limits};
use super::super::profile::ProfileKind;
use super::capability::Capability;
use super::proof;

pub const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub const SERVER_PROOF: &str = "c7f0a55b1f57224d28610d0cb66f7a3b2e289985e7e0d4cba359dc2db18542d3";
pub const CLIENT_PROOF: &str = "249d6159e69e2a9aca3f943f4bbc93476fdeca0d81d6be24d0cee8a115f0780f";
pub const SESSION: &str = "my-game@00112233445566ff";
pub const ACK: &str = r#"{"type":"handshake_ack","protocol_version":2,"server_version":"4.3.1"}"#;

pub fn hello() -> Hello {
    let text = r#"{"godot_version": "4.7.1-stable (official)", "project_path": "D:/zoë/my game/", "plugin_version": "4.3.1",
        "editor_pid": 4242, "server_launch_mode": "uvx"}"#;
    Hello::parse(ProfileKind::GodotAi, Some(text)).unwrap()
}

pub fn capability() -> Capability {
    Capability::new(SECRET, "the record /r").unwrap()
}

pub fn challenge() -> String {
    challenge_of(&"b".repeat(64), "4.3.1", SERVER_PROOF)
}

/// A challenge with values of its own and the right proof for them.
pub fn proven_challenge(server_nonce: &str, version: &str) -> String {
    let key = SECRET.as_bytes().try_into().unwrap();
    let proof = proof::server_proof(&key, &"a".repeat(64), server_nonce, version);
    challenge_of(server_nonce, version, &proof)
}

fn challenge_of(server: &str, version: &str, proof: &str) -> String {
    let client = "a".repeat(64);
    format!(
        r#"{{"type":"auth_challenge","protocol_version":2,"client_nonce":"{client}","server_nonce":"{server}","server_version":"{version}","server_proof":"{proof}"}}"#
    )
}

/// A conversation that has just opened, and its first message.
pub fn open(protocol: u32, capability: Option<&Capability>) -> (Conversation, String) {
    let hello = hello();
    let opening = Opening {
        hello: &hello,
        session_id: SESSION,
        readiness: "no_scene",
        protocol,
        capability,
        capability_sought: "the config, GODOT_AI_WS_TOKEN, the record /r",
        nonce: [0xaa; 32],
    };
    let (conversation, mut messages) = Conversation::open(&opening).unwrap();
    assert_eq!(messages.len(), 1);
    (conversation, messages.remove(0))
}

/// A conversation whose hello is done.
pub fn acknowledged(protocol: u32) -> Conversation {
    let capability = capability();
    let (mut conversation, _) = open(protocol, (protocol == 2).then_some(&capability));
    if protocol == 2 {
        assert!(matches!(receive(&mut conversation, &challenge()), Inbound::Answer(_)));
    }
    assert!(matches!(receive(&mut conversation, ACK), Inbound::Acknowledged { .. }));
    conversation
}

pub fn receive(conversation: &mut Conversation, text: &str) -> Inbound {
    conversation.receive(text.as_bytes(), true, "no_scene", &Limits::default())
}
