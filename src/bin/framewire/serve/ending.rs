//! How connections end.

use serde::Serialize;
use tungstenite::Error;
use tungstenite::error::{CapacityError, ProtocolError};
use tungstenite::protocol::CloseFrame;

/// Whose close frame came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Editor,
    Server,
    Nobody,
}

/// How a connection ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    /// The code of the first close frame.
    pub code: Option<u16>,
    pub reason: String,
    pub closed_by: Side,
    /// Close frames went both ways.
    pub clean: bool,
    /// More about it than the close frame says; may be empty.
    pub why: String,
}

impl Ending {
    /// The end of a connection without any close frame.
    pub fn without_close(why: impl Into<String>) -> Self {
        Self { code: None, reason: String::new(), closed_by: Side::Nobody, clean: false, why: why.into() }
    }

    /// An end that the server decides on, with the close frame it sends.
    pub fn by_server(code: u16, reason: &str, why: impl Into<String>) -> Self {
        let closed_by = Side::Server;
        Self { code: Some(code), reason: reason.to_owned(), closed_by, clean: false, why: why.into() }
    }

    /// The end that an editor's close frame asks for.
    pub fn by_editor(frame: Option<CloseFrame>) -> Self {
        let (code, reason) = match frame {
            Some(frame) => (Some(u16::from(frame.code)), frame.reason.to_string()),
            None => (None, String::new()),
        };
        Self { code, reason, closed_by: Side::Editor, clean: false, why: String::new() }
    }

    /// The close frame that an error of the editor calls for (RFC 6455, section 7.4.1), or the loss it means.
    pub fn broken(error: Error) -> Self {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                let why = format!("a message of {size} bytes, the limit is {max_size} (--max-message)");
                Self::by_server(1009, "message too big", why)
            }
            Error::Utf8(why) => Self::by_server(1007, "invalid UTF-8", why),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                Self::without_close("the connection ended without a close frame")
            }
            Error::Protocol(error) => Self::by_server(1002, "protocol error", error.to_string()),
            other => Self::without_close(other.to_string()),
        }
    }
}
