//! What the profiles with an envelope share: every message is read without harm and understood as a plain reader of JSON
//! understands it, and whatever goes back is JSON. Input: settings, then the peer's messages; one that begins with 1 is
//! binary.

mod answers;
mod godot_ai;
mod json_rpc;
mod messages;
mod unity_mcp;

use framewire::protocol::{Capability, Conversation, Hello, Limits, Opening, ProfileKind};

use crate::oracle;
use crate::pieces::{self, Settings};
pub use godot_ai::{NONCE, capability, challenge};

/// How a profile names the parts of a call, and what it takes for parameters.
#[derive(Debug)]
struct Shape {
    id: &'static str,
    method: &'static str,
    /// Parameters are objects.
    takes_objects: bool,
    /// The id is echoed as the JSON that it came as.
    has_raw_ids: bool,
    /// A key that is there twice makes a message malformed; else the first one counts.
    refuses_twins: bool,
}

/// A conversation under test.
struct Talk {
    conversation: Conversation,
    shape: &'static Shape,
    limits: Limits,
    readiness: &'static str,
}

/// godot_ai, protocol 1.
pub fn godot_ai_1(input: &[u8]) {
    run(input, ProfileKind::GodotAi, 1, &godot_ai::SHAPE);
}

/// godot_ai, protocol 2; the server knows the capability where it writes `@proof@`.
pub fn godot_ai_2(input: &[u8]) {
    run(input, ProfileKind::GodotAi, 2, &godot_ai::SHAPE);
}

/// json_rpc.
pub fn json_rpc(input: &[u8]) {
    run(input, ProfileKind::JsonRpc, 0, &json_rpc::SHAPE);
}

/// unity_mcp.
pub fn unity_mcp(input: &[u8]) {
    run(input, ProfileKind::UnityMcp, 0, &unity_mcp::SHAPE);
}

fn run(input: &[u8], profile: ProfileKind, protocol: u32, shape: &'static Shape) {
    let (settings, messages) = pieces::split(input);
    let hello = hello(profile, settings);
    let capability = (protocol == 2).then(capability);
    let opening = Opening {
        hello: &hello,
        session_id: "project@0123456789abcdef",
        readiness: "ready",
        protocol,
        capability: capability.as_ref(),
        capability_sought: "the config",
        nonce: NONCE,
    };
    let (conversation, first) = Conversation::open(&opening).expect("it may be opened");
    first.iter().for_each(|text| drop(oracle::value(text.as_bytes())));
    let limits = Limits { max_depth: [128, 1, 3, 16][settings.choice(1, 4)] };
    let readiness = ["ready", "importing", "reloading", "playing"][settings.choice(2, 4)];
    let mut talk = Talk { conversation, shape, limits, readiness };
    for message in messages {
        talk.payloads(message);
        let (is_text, message) = match message.split_first() {
            Some((1, binary)) => (false, binary),
            _ => (true, message),
        };
        let was_acknowledged = talk.conversation.is_acknowledged();
        if protocol == 2 && !was_acknowledged {
            talk.handshake(&challenge(message), is_text);
        } else {
            talk.message(message, is_text);
        }
        assert!(!was_acknowledged || talk.conversation.is_acknowledged(), "nothing the peer says undoes the hello");
        assert_eq!(talk.conversation.protocol(), protocol, "nothing the peer says changes the protocol");
    }
    for code in [1000, 1005, 1006, 1013, 4001, 4003, 4400, 4401] {
        assert!(!talk.conversation.closed_in_hello(code, "because").detail.is_empty());
    }
}

fn hello(profile: ProfileKind, settings: Settings<'_>) -> Hello {
    let text = match (profile, settings.choice(0, 2)) {
        (ProfileKind::JsonRpc, 1) => Some(r#"{"messages":[{"a":1}],"methods":["m","é"],"cancel_method":"c"}"#),
        (ProfileKind::UnityMcp, 0) => Some(r#"{"project_hash":"0123456789abcdef"}"#),
        (ProfileKind::UnityMcp, _) => Some(r#"{"project_hash":"h","project_name":"é\"","tools":[{"name":"t"}]}"#),
        _ => None,
    };
    Hello::parse(profile, text).expect("it is a hello")
}

/// A capability of protocol 2, as the tests of the library have it nowhere.
fn secret(origin: &str) -> Capability {
    Capability::new("5a".repeat(32), origin).expect("64 hex digits")
}
