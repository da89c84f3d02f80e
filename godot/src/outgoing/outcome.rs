//! What became of sends that were queued, where the link did not take them.

use super::SendError;

/// A queued send that did not go out as it was. What the link took brings none: its own events tell the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer to request `id` was not sent. Unless `why` says that the request is settled, it is open again and may
    /// be answered anew.
    AnswerDropped {
        /// The request.
        id: u64,
        /// Why.
        why: SendError,
    },
    /// The answer to request `id` was too large for the peer: a compact error went in its place.
    AnswerReplaced {
        /// The request.
        id: u64,
    },
    /// A notification or a message was not sent.
    SendDropped {
        /// Name of the notification; empty for text and binary.
        name: String,
        /// Why.
        why: SendError,
    },
}
