//! The json_rpc profile: JSON-RPC 2.0 in both directions.
//!
//! There is no hello: a connection is acknowledged as soon as it is open. What a message is, is seen by its shape
//! alone: a `method` makes it a request or, without an id, a notification; anything else ends a call of ours.
//! `jsonrpc` is sent and not asked for. Batches are read and never sent.
//!
//! The codes of errors that this side gives in the host's stead. Those of its own lie apart from the ones that MCP, ACP
//! and LSP have taken in the same range, and `data.reason` says the same in a word.
//!
//! | code | when | `data.reason` |
//! |---|---|---|
//! | -32600 | the message is no request that could be handed on, or a batch is empty or too long | |
//! | -32601 | the link's `methods` do not name the method | |
//! | -32603 | the host's answer is no JSON | `bad_answer` |
//! | -32011 | the answer is larger than the peer takes | `too_large` |
//! | -32012 | the host did not answer in time | `expired` |
//! | -32013 | not run; the peer may try again | `busy` |
//! | -32014 | the editor closes | `closing` |
//! | -32000 | the host gave a code that is no number; it stands in `data.code` | |
mod batch;
pub(super) mod compact;
mod decode;
pub(super) mod encode;
pub mod hello;

use serde::Serialize;

use hello::Hello;

use super::inbound::{Inbound, Limits};
use super::json;

/// Longest method or name of a notification that is handed on, bytes.
const LONGEST_METHOD: usize = 1024;

/// One connection's talk with a JSON-RPC peer.
#[derive(Debug)]
pub struct JsonRpc {
    options: Hello,
}

impl JsonRpc {
    /// Begins the talk; also returns the messages to send first.
    pub(super) fn open(hello: &Hello) -> (Self, Vec<String>) {
        let mut options = hello.clone();
        let first = core::mem::take(&mut options.messages);
        (Self { options }, first)
    }

    pub(super) fn receive(&mut self, message: &[u8], limits: &Limits) -> Inbound {
        let read = || {
            let text = json::utf8(message)?;
            if let Some(offset) = json::deeper_than(text, limits.max_depth) {
                let what = format!("nested deeper than max_depth ({})", limits.max_depth);
                return Err(json::Fault { offset, what });
            }
            if batch::opens_array(text) { self.batch(text) } else { decode::message(text, &self.options) }
        };
        read().unwrap_or_else(|fault| {
            let json::Fault { what, offset } = fault;
            Inbound::Malformed(format!("{what} at byte {offset}: {}", decode::excerpt(message)))
        })
    }

    fn batch(&self, text: &str) -> Result<Inbound, json::Fault> {
        batch::read(text, |part| decode::message(part, &self.options))
    }

    /// Tells the peer that a call of ours was taken back, if the link is configured with a method for that.
    pub(super) fn cancelled(&self, wire_id: &str) -> Option<String> {
        #[derive(Serialize)]
        struct Notification<'a> {
            jsonrpc: &'a str,
            method: &'a str,
            params: Params<'a>,
        }
        #[derive(Serialize)]
        struct Params<'a> {
            id: &'a str,
        }
        let method = self.options.cancel_method.as_deref()?;
        Some(json::write(&Notification { jsonrpc: "2.0", method, params: Params { id: wire_id } }))
    }
}

#[cfg(test)]
mod answer_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod message_tests;
