//! Why a dial or a connection failed.

use std::io;

use super::event::Reason;

/// Why a dial or a connection failed. Holds no header value, token, path or query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure.
    pub reason: Reason,
    /// HTTP status, or the close code that was queued for the peer; 0 if neither.
    pub code: u32,
    /// Error number of the operating system, 0 if none.
    pub os_error: i32,
    /// What happened and what to do next, for a person.
    pub detail: String,
}

impl Failure {
    /// A failure without codes.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, code: 0, os_error: 0, detail: detail.into() }
    }

    /// The same failure with the error number of `error`.
    #[must_use]
    pub fn with_os(mut self, error: &io::Error) -> Self {
        self.os_error = error.raw_os_error().unwrap_or(0);
        self
    }

    /// The same failure with a status or close code.
    #[must_use]
    pub fn with_code(mut self, code: u32) -> Self {
        self.code = code;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_beside_the_reason() {
        let failure = Failure::new(Reason::Refused, "words").with_os(&io::Error::from_raw_os_error(111)).with_code(503);
        assert_eq!((failure.reason, failure.os_error, failure.code), (Reason::Refused, 111, 503));
        assert_eq!(failure.detail, "words");
    }
}
