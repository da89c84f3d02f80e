//! What a unity_mcp link tells its server of itself.
#![allow(dead_code, clippy::todo, reason = "being written")]

/// The fields of the hello.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {}

impl Hello {
    pub(in crate::protocol) fn parse(_json: &str) -> Result<Self, String> {
        todo!()
    }
}
