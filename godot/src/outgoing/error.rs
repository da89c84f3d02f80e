//! Why a send was refused, and what that is called in Godot.

use std::fmt;

use framewire::link::Refusal;
use godot::global::Error;

use crate::value::EncodeError;

/// Why a send was refused. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// By the link.
    Refused(Refusal),
    /// The value cannot be written as JSON.
    Value(EncodeError),
    /// The profile takes nothing but a Dictionary there.
    NotDictionary,
    /// Parameters are neither a Dictionary nor, in json_rpc, an Array.
    NotParameters,
    /// Too much waits to be encoded: try again next frame.
    Busy,
    /// The JSON pointer leads nowhere in the data.
    Place,
    /// The image is empty, or could not be written as PNG.
    Image,
    /// The system gave no thread.
    NoThread,
}

impl From<Refusal> for SendError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Value(error)
    }
}

impl SendError {
    /// Its name among Godot's error codes.
    pub fn code(self) -> Error {
        match self {
            Self::Refused(refusal) => refusal_code(refusal),
            Self::Value(_) | Self::NotDictionary | Self::NotParameters | Self::Place | Self::Image => {
                Error::ERR_INVALID_PARAMETER
            }
            Self::Busy => Error::ERR_BUSY,
            Self::NoThread => Error::ERR_CANT_CREATE,
        }
    }
}

/// What a refusal of the link is called among Godot's error codes.
pub fn refusal_code(refusal: Refusal) -> Error {
    match refusal {
        Refusal::WouldBlock => Error::ERR_BUSY,
        Refusal::NotOpen => Error::ERR_CONNECTION_ERROR,
        Refusal::TooLarge => Error::ERR_OUT_OF_MEMORY,
        Refusal::Unknown => Error::ERR_DOES_NOT_EXIST,
        Refusal::AlreadyAnswered => Error::ERR_ALREADY_EXISTS,
        Refusal::Expired => Error::ERR_TIMEOUT,
        Refusal::Lost => Error::ERR_CONNECTION_ERROR,
        Refusal::Unsupported => Error::ERR_UNAVAILABLE,
        Refusal::Invalid => Error::ERR_INVALID_PARAMETER,
        Refusal::Closed => Error::ERR_UNCONFIGURED,
        Refusal::Internal => Error::FAILED,
        Refusal::NoMemory => Error::ERR_OUT_OF_MEMORY,
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(refusal_text(*refusal)),
            Self::Value(error) => error.fmt(f),
            Self::NotDictionary => {
                f.write_str("the data is no Dictionary: put it into one, this profile takes nothing else")
            }
            Self::NotParameters => {
                f.write_str("the parameters are no Dictionary (json_rpc: nor an Array): put them into one")
            }
            Self::Busy => f.write_str("too much waits to be encoded: try again next frame"),
            Self::Place => {
                f.write_str("the JSON pointer leads nowhere in the data: name a member of a Dictionary in it")
            }
            Self::Image => f.write_str("the image is empty or cannot be written as PNG: check Image.is_empty() first"),
            Self::NoThread => f.write_str("the system gave no thread for encoding: end others, or send less at once"),
        }
    }
}

fn refusal_text(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::WouldBlock => "the queue to the server is full: try again next frame",
        Refusal::NotOpen => "no connection is open: wait for the signal `acknowledged` (raw and json_rpc: `opened`)",
        Refusal::TooLarge => "over the size that the server takes: send less",
        Refusal::Unknown => "no request of this link has that id",
        Refusal::AlreadyAnswered => "that request has been answered",
        Refusal::Expired => "that request has run out of time: use defer() for long work",
        Refusal::Lost => "the connection of that request has ended",
        Refusal::Unsupported => "the link's profile does not do that",
        Refusal::Invalid => "an argument is wrong: names are 1 to 1024 bytes",
        Refusal::Closed => "the link is not open: call open() first",
        Refusal::Internal => "the link failed inside: see the signal `log_message`",
        Refusal::NoMemory => "there is no memory for a copy of it: send less, or close other programs",
    }
}
