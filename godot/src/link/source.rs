//! Where an event came from, for what is made of it: whom an answer goes through, and where its values end.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use godot::global::Error;
use godot::prelude::*;

use super::close;
use super::hosted::Hosted;
use crate::value::DecodedJson;

/// The link that an event was polled from, and the loan it came with.
#[derive(Clone, Debug)]
pub struct Source {
    pub(super) hosted: Arc<Hosted>,
    /// Who polled it.
    pub(super) holder: i64,
    pub(super) loan: u64,
    /// Bytes of the decoded value, as estimated.
    pub(super) weight: usize,
}

impl Source {
    /// The link, as long as whoever polled the event has it.
    ///
    /// # Errors
    /// Another has it, or it is closed.
    pub fn link(&self) -> Result<&Hosted, Error> {
        if self.hosted.is_held_by(self.holder) { Ok(&self.hosted) } else { Err(Error::ERR_UNCONFIGURED) }
    }

    /// Ends a share of the event's decoded value: on the link's own thread, if this may be the last one and the value is
    /// dear to free. Of a link that has ended, on another one if it is very dear.
    pub fn end_share(&self, value: Variant) {
        /// Bytes of a value that is freed sooner than sent away.
        const LIGHT: usize = 16 << 10;
        /// Bytes of a value that takes longer than a thread's life.
        const HEAVY: usize = 1 << 20;
        if self.weight <= LIGHT || self.hosted.loan.load(Ordering::Acquire) == self.loan {
            return;
        }
        if !self.hosted.link.has_ended() {
            self.hosted.link.discard(Box::new(DecodedJson::share(&value)));
        } else if self.weight > HEAVY {
            close::free_elsewhere(DecodedJson::share(&value));
        }
    }
}
