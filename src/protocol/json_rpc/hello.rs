//! What a json_rpc link is configured with.
#![allow(dead_code, clippy::todo, reason = "being written")]

/// The options of the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {}

impl Hello {
    pub(in crate::protocol) fn parse(_json: &str) -> Result<Self, String> {
        todo!()
    }
}
