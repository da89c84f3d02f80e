//! What a message of the peer turned out to be.

use core::ops::Range;

use super::refusal::Refusal;

/// A decoded string of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// It stands in the message as it is: these bytes, valid UTF-8.
    Slice(Range<usize>),
    /// It was written with escapes and had to be decoded apart.
    Owned(String),
}

impl Text {
    /// The string, given the message that it was read from. Empty for any other message too short for it.
    pub fn as_str<'a>(&'a self, message: &'a [u8]) -> &'a str {
        match self {
            Self::Slice(range) => {
                message.get(range.clone()).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Self::Owned(text) => text,
        }
    }
}

/// What a message of the peer turned out to be. Ranges are byte ranges of that message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A call that wants an answer.
    Request {
        /// The peer's id, to be echoed, in the form that the profile keeps it in; at most 256 bytes.
        wire_id: Box<str>,
        /// What is called; at most 1024 bytes.
        method: Text,
        /// Its parameters: one JSON value, byte for byte as it came. Empty: the peer gave none.
        params: Range<usize>,
        /// How long it may wait for the host.
        patience: Patience,
    },
    /// The end of a call of ours.
    Reply(Reply),
    /// Several messages in one; no part is a batch itself.
    Batch(Vec<Part>),
    /// A message that wants no answer.
    Notification {
        /// What it is about.
        name: Text,
        /// Its content, as the parameters of a request.
        params: Range<usize>,
    },
    /// To be handed on as it is (raw).
    Message,
    /// The hello is done.
    Acknowledged {
        /// What the peer calls its version; empty if it does not say.
        server_version: String,
    },
    /// To be sent to the peer at once; the host learns nothing of it.
    Answer(String),
    /// Understood and of no interest.
    Ignored,
    /// The hello failed on this side: close with the refusal's code and send nothing more.
    Refused(Refusal),
    /// It could not be read; why, with at most a short excerpt of it. The connection lives on.
    Malformed(String),
}

/// How long a request may wait for the host, and what the peer is told when it waited in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patience {
    /// Refuse it after that time if it was not handed out; `None`: the time that the link is configured with.
    pub hold_ms: Option<u64>,
    /// The peer waits for the answer that long; `None`: the time that the link is configured with.
    pub answer_ms: Option<u64>,
    /// The peer wants no refusal: what waited in vain is dropped.
    pub is_silent: bool,
}

/// How the peer ended a call of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The id that the call went out with.
    pub wire_id: Box<str>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a call of ours. Ranges are byte ranges of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its result: one JSON value.
    Result(Range<usize>),
    /// The peer's error.
    Error {
        /// Code.
        code: i64,
        /// Words.
        message: Text,
        /// One JSON value; empty: the peer gave none.
        data: Range<usize>,
    },
    /// A reply that is neither; why.
    Bad(String),
}

/// One message of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it lies in the batch.
    pub range: Range<usize>,
    /// What it is; its ranges are ranges of the part.
    pub inbound: Inbound,
}

/// Bounds on what a peer may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of arrays and objects in a message, the outermost counted as one.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 128 }
    }
}
