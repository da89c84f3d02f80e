//! What the editor sends: values become JSON, and nothing that is large does so on the frame thread.
//!
//! Every call takes what it was given before it returns: numbers, containers and short strings are written down at
//! once, long strings, packed arrays and pixels are shared copy-on-write. What the caller changes afterwards is not sent.
//! A value without long parts goes straight into the link, whose status is exact. The rest is finished by one thread a
//! link, `fw:encode`, and what comes of it is an [`Outcome`] for a later frame.

mod error;
mod image;
mod job;
mod outcome;
mod place;
mod queue;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use framewire::link::{Link, Refusal, Sent};
use godot::classes::Image;
use godot::prelude::*;

pub use error::SendError;
use job::{Job, Target};
pub use outcome::Outcome;
use queue::Queue;

use crate::value::{Draft, encode};

/// What became of a send that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The link has it.
    Sent(Sent),
    /// It is being encoded: an [`Outcome`] follows if the link refuses it, none if it takes it.
    Queued,
}

/// The sending side of one link. Every method may be called from any thread; none blocks but [`Outgoing::close`].
#[derive(Debug)]
pub struct Outgoing {
    link: Link,
    queue: Arc<Queue>,
}

impl Outgoing {
    /// The sending side of `link`. No thread is started before the first large value.
    pub fn new(link: Link) -> Self {
        Self { link, queue: Arc::default() }
    }

    /// Answers request `id` with `data`.
    ///
    /// # Errors
    /// What settled the request before; [`SendError::Refused`] with `WouldBlock` and [`SendError::Busy`] leave it open for
    /// a retry, as does [`SendError::Value`].
    pub fn respond(&self, id: u64, data: &Variant) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Answers request `id` with an error; nil `data` is none.
    ///
    /// # Errors
    /// As [`Outgoing::respond`].
    pub fn respond_error(&self, id: u64, code: &str, message: &str, data: &Variant) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Answers request `id` with `data`, in which the place at `json_pointer` holds `bytes` as a string of base64. A last
    /// member that is missing is added; nil `data` is an empty Dictionary.
    ///
    /// # Errors
    /// As [`Outgoing::respond`]; [`SendError::Place`] if the pointer leads nowhere.
    pub fn respond_bytes(
        &self,
        id: u64,
        data: &Variant,
        json_pointer: &str,
        bytes: &PackedByteArray,
    ) -> Result<Accepted, SendError> {
        todo!()
    }

    /// As [`Outgoing::respond_bytes`], with `image` as a PNG. Its pixels are shared, not copied; `fw:encode` writes the PNG.
    ///
    /// # Errors
    /// As [`Outgoing::respond_bytes`]; [`SendError::Image`] for an empty image.
    pub fn respond_image(
        &self,
        id: u64,
        image: &Gd<Image>,
        data: &Variant,
        json_pointer: &str,
    ) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Sends a notification (godot_ai: an event); nil `data` is an empty Dictionary. Notifications, text and binary keep
    /// their order among each other.
    ///
    /// # Errors
    /// What the link refuses; [`SendError::Busy`], [`SendError::Value`].
    pub fn notify(&self, name: &str, data: &Variant) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Calls the peer; the id of the call. Its parameters are encoded before this returns, whatever their size, since the
    /// id must be known. Nil `params` are none.
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn request(&self, method: &str, params: &Variant, timeout_ms: u32) -> Result<u64, SendError> {
        todo!()
    }

    /// Sends a text message (raw).
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn send_text(&self, text: &GString) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Sends a binary message (raw).
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn send_binary(&self, bytes: &PackedByteArray) -> Result<Accepted, SendError> {
        todo!()
    }

    /// Hands out what became of queued sends that the link refused. To be called once a poll, with nothing bound: the
    /// handlers may send.
    pub fn drain(&self, each: impl FnMut(Outcome)) {
        todo!()
    }

    /// Ends the thread: what is queued is encoded and given to the link for `linger` at most, what is left is dropped with
    /// an outcome. Blocks until the thread is joined; a value in the middle of its encoding is finished first. To be
    /// called before the link is closed; further sends are refused as closed, and outcomes can still be drained.
    pub fn close(&self, linger: Duration) {
        todo!()
    }
}
