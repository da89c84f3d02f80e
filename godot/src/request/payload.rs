//! The JSON of a request, kept for as long as somebody may ask for it.

use core::ops::Range;
use std::sync::Arc;

use framewire::session::event::{Buffer, Event};

use crate::value::DecodedJson;

/// A share of the bytes where there is one to be had; a copy of those that are short and were not decoded.
pub enum Payload {
    /// Put by when it was decoded.
    Short(Arc<[u8]>),
    /// In the message as it was read.
    In(Buffer, Range<usize>),
}

impl Default for Payload {
    fn default() -> Self {
        Self::In(Buffer::default(), 0..0)
    }
}

impl Payload {
    /// That of `event`.
    pub fn of(event: &Event) -> Self {
        match event.decoded::<DecodedJson>().and_then(DecodedJson::text) {
            Some(text) => Self::Short(Arc::clone(text)),
            None => Self::In(event.buffer.clone(), event.data.clone()),
        }
    }

    /// The JSON.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(text) => text,
            Self::In(buffer, range) => buffer.get(range.clone()).unwrap_or_default(),
        }
    }
}
