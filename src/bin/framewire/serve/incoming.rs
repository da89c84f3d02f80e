//! What an editor's messages mean, whatever the profile.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The code given to a command whose answer breaks the protocol.
pub const MALFORMED_ANSWER: &str = "MALFORMED_ANSWER";

/// A message of an editor that the server is to know of.
#[derive(Debug)]
pub enum Incoming {
    /// An answer to a command.
    Answer(Answer),
    /// News, which want no answer.
    Event { name: String, data: Option<Box<RawValue>> },
    /// The list of the editor's tools, and their names.
    Tools { names: Vec<String>, tools: Box<RawValue> },
    /// A call of the editor, which is answered already; `refused` is the code of an error answer.
    Called { method: String, params: Option<Box<RawValue>>, refused: Option<i32> },
    /// Nothing of all that.
    Malformed { why: String },
}

impl Incoming {
    /// A message that is not understood.
    pub fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { why: why.into() }
    }
}

/// An editor's answer to a command.
#[derive(Debug)]
pub struct Answer {
    pub request_id: String,
    pub result: Result<Option<Box<RawValue>>, Failure>,
    pub readiness: Option<String>,
    /// Bytes of the whole message.
    pub bytes: usize,
}

/// What an error answer says.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Failure {
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
}

impl Failure {
    /// A failure without data.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), data: None }
    }
}
