//! Answers of handlers, and what becomes of them.

use godot::global::Error;
use godot::prelude::*;

use super::words::Fault;
use crate::request::FramewireRequest;

/// What a request gets.
pub enum Answer {
    /// A result.
    Result(Variant),
    /// An error, in words for people.
    Error(Fault, String),
}

/// What became of an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Given {
    /// The link has it.
    Taken,
    /// There is no room for it in this frame.
    NoRoom,
    /// It cannot be sent, for this reason. The request is still open.
    Unfit(String),
    /// The request needs none any more.
    TooLate,
}

impl Answer {
    /// Gives it to the link of `request`.
    pub fn give(&self, request: &Gd<FramewireRequest>) -> Given {
        let request = request.bind();
        let Ok(hosted) = request.link() else { return Given::TooLate };
        let id = request.number();
        let sent = match self {
            Self::Result(value) => hosted.outgoing.respond(id, value),
            Self::Error(fault, text) => {
                let data = fault.is_retryable().then(|| vdict! { "retryable" => true }.to_variant());
                let code = fault.code(hosted.link.profile());
                hosted.outgoing.respond_error(id, code, text, &data.unwrap_or_default())
            }
        };
        let Err(error) = sent else { return Given::Taken };
        match error.code() {
            Error::ERR_BUSY => Given::NoRoom,
            Error::ERR_INVALID_PARAMETER | Error::ERR_OUT_OF_MEMORY => Given::Unfit(error.to_string()),
            _ => Given::TooLate,
        }
    }
}
