//! A registered conversation, for the tests.

use super::super::conversation::{Conversation, Opening};
use super::super::hello::Hello;
use super::super::inbound::{Inbound, Limits};
use super::super::profile::ProfileKind;

pub const WELCOME: &str = r#"{"type":"welcome","serverTimeout":30,"keepAliveInterval":15}"#;
pub const SESSION: &str = "8c6f9d0e-4f0b-4e07-9a55-0f1e5d1b7c11";
pub const TOOLS: &str =
    r#"[{"name":"bake", "max_poll_seconds":9007199254740993}, {"name":"caf\u00e9","parameters":[]}]"#;

pub fn hello(tools: Option<&str>) -> Hello {
    let tools = tools.map(|tools| format!(r#","tools": {tools}"#)).unwrap_or_default();
    let text = format!(
        r#"{{"project_hash":"0a1b2c3d4e5f6071","project_name":"zoë's \"game\"","unity_version":"6000.1.2f1","project_path":"D:/zoë/game"{tools}}}"#
    );
    Hello::parse(ProfileKind::UnityMcp, Some(&text)).unwrap()
}

/// A conversation that has just opened.
pub fn open(hello: &Hello) -> Conversation {
    let opening = Opening {
        hello,
        session_id: "",
        readiness: "ready",
        protocol: 0,
        capability: None,
        capability_sought: "",
        nonce: [0; 32],
    };
    let (conversation, first) = Conversation::open(&opening).unwrap();
    assert!(first.is_empty(), "the server speaks first: {first:?}");
    conversation
}

pub fn registered_message() -> String {
    format!(r#"{{"type":"registered","session_id":"{SESSION}"}}"#)
}

/// A conversation whose hello is done.
pub fn registered() -> Conversation {
    let mut conversation = open(&hello(None));
    assert!(matches!(receive(&mut conversation, WELCOME), Inbound::Answer(_)));
    assert!(matches!(receive(&mut conversation, &registered_message()), Inbound::Acknowledged { .. }));
    conversation
}

pub fn receive(conversation: &mut Conversation, text: &str) -> Inbound {
    conversation.receive(text.as_bytes(), true, "ready", &Limits::default())
}
