//! The json_rpc profile: JSON-RPC 2.0 in both directions.
#![allow(dead_code, clippy::todo, reason = "being written")]

pub(super) mod compact;
pub(super) mod encode;
pub mod hello;

use hello::Hello;

use super::inbound::{Inbound, Limits};

/// One connection's talk with a JSON-RPC peer.
#[derive(Debug)]
pub struct JsonRpc {}

impl JsonRpc {
    /// Begins the talk; also returns the messages to send first.
    pub(super) fn open(_hello: &Hello) -> (Self, Vec<String>) {
        todo!()
    }

    pub(super) fn receive(&mut self, _message: &[u8], _limits: &Limits) -> Inbound {
        todo!()
    }

    pub(super) fn cancelled(&self, _wire_id: &str) -> Option<String> {
        todo!()
    }
}
