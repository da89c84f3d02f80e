//! Wire profiles: how a peer's message becomes an [`Inbound`], and what goes back becomes text.
//!
//! Pure: no I/O, no clock, no thread, no randomness; entropy comes in as an argument. A [`Hello`] is read
//! once from the configuration, an [`Opening`] is made for every connection, and the [`Conversation`] that it
//! opens reads each message of that connection and words each one of ours. Payloads are never re-encoded:
//! they are handed on as ranges of the message they came in, and sent between the two halves of an
//! [`Envelope`].
//!
//! A profile is a folder or file here, a row in [`Profile`], a variant of [`Hello`] and one of
//! [`Conversation`].
pub mod attachment;
mod conversation;
mod godot_ai;
mod hello;
mod inbound;
mod json;
mod json_rpc;
#[cfg(test)]
mod json_tests;
mod outbound;
pub mod pointer;
mod profile;
mod raw;
mod refusal;
mod unity_mcp;

pub use conversation::{Conversation, Opening, choose_protocol};
pub use godot_ai::capability::{Capability, parse_capability_record};
pub use godot_ai::encode::WORDED_ENVELOPE;
pub use hello::{Hello, session_id};
pub use inbound::{Inbound, Limits, Outcome, Part, Patience, Reply, Text};
pub use outbound::{BadPayload, BadPayloadKind, Envelope, LARGEST_COMPACT, Purpose};
pub use profile::{Profile, ProfileKind};
pub use refusal::{Refusal, RefusalKind};
