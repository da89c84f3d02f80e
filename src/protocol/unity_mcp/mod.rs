//! The unity_mcp profile: talk with unity-mcp servers.
#![allow(dead_code, clippy::todo, reason = "being written")]

pub(super) mod compact;
pub(super) mod encode;
pub mod hello;

use hello::Hello;

use super::inbound::{Inbound, Limits};
use super::refusal::Refusal;

/// One connection's talk with a unity-mcp server.
#[derive(Debug)]
pub struct UnityMcp {}

impl UnityMcp {
    pub(super) fn open(_hello: &Hello) -> Self {
        todo!()
    }

    pub(super) fn receive(&mut self, _message: &[u8], _limits: &Limits) -> Inbound {
        todo!()
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        todo!()
    }

    pub(super) fn closed_in_hello(&self, _code: u16, _reason: &str) -> Refusal {
        todo!()
    }

    pub(super) fn hello_changed(&mut self, _hello: &Hello) -> Option<String> {
        todo!()
    }

    pub(super) fn session_id(&self) -> Option<&str> {
        todo!()
    }
}
