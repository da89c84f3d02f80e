//! A conversation that is open, for the tests.

use crate::protocol::{Conversation, Hello, Inbound, Limits, Opening, ProfileKind};

/// A conversation with these options, and its first messages.
pub fn open(options: &str) -> (Conversation, Vec<String>) {
    let hello = Hello::parse(ProfileKind::JsonRpc, Some(options)).unwrap();
    let opening = Opening {
        hello: &hello,
        session_id: "",
        readiness: "ready",
        protocol: 0,
        capability: None,
        capability_sought: "",
        nonce: [0; 32],
    };
    Conversation::open(&opening).unwrap()
}

/// What a message is without any options.
pub fn read(message: impl AsRef<[u8]>) -> Inbound {
    read_with("{}", message)
}

pub fn read_with(options: &str, message: impl AsRef<[u8]>) -> Inbound {
    open(options).0.receive(message.as_ref(), true, "ready", &Limits::default())
}
