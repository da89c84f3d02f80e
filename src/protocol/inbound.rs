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
        /// The peer's id, decoded, to be echoed; at most 256 bytes.
        wire_id: Box<str>,
        /// What is called; at most 1024 bytes.
        method: Text,
        /// Its parameters: one JSON value, byte for byte as it came. Empty: the peer gave none.
        params: Range<usize>,
    },
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
