//! JSON into a Variant: what a link's decode worker runs.

use std::fmt;
use std::sync::Arc;

use framewire::link::{DecodeInput, Decoded, Decoder};
use framewire::protocol::pointer::Fault;
use godot::prelude::*;

use super::build::Builder;
use super::text::gstring;

/// How JSON becomes values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Integers that fit 64 bits become `int`; else every number is a `float`, as `JSON.parse_string` has it.
    pub integers_as_int: bool,
    /// Values in one document, containers included, beyond which only its text is delivered.
    pub node_budget: usize,
}

impl Options {
    /// Default of [`Options::node_budget`]. A message of 1 MiB made of small objects has 90 000 values. So many as this
    /// become 60 MiB at worst, as `{"a":0}` over and over (1 MB of text), which is what a link holds decoded by
    /// default.
    pub const NODE_BUDGET: usize = 250_000;
}

impl Default for Options {
    fn default() -> Self {
        Self { integers_as_int: false, node_budget: Self::NODE_BUDGET }
    }
}

/// Why a document has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// It is not UTF-8.
    Utf8,
    /// It is not JSON, or is nested too deep.
    Json(Fault),
    /// A string has half of a surrogate pair; Godot's own reader refuses that, too.
    Surrogate,
    /// It has more values than the node budget.
    OverBudget,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8 => f.write_str("not UTF-8"),
            Self::Json(fault) => fault.fmt(f),
            Self::Surrogate => f.write_str("a string has half of a surrogate pair, which no text can hold"),
            Self::OverBudget => f.write_str("more values than node_budget: raise it in open(), or read the raw text"),
        }
    }
}

/// Payloads of at most so many bytes are decoded by the link's I/O thread: the worst of them, small objects, takes it half a
/// millisecond.
const SHORT_BYTES: usize = 2 << 10;
/// From that size on the bytes of an event are shared where they lie, and not copied.
const SHARED_BYTES: usize = 64 << 10;

/// What a decoder makes of a message: its document, and what else the frame thread would have to copy.
///
/// It is built on a thread of the link and dropped there; between the two one other thread may read it, and share what is
/// in it by reference counts.
#[derive(Debug)]
pub struct DecodedJson {
    value: Result<Variant, DecodeError>,
    /// Method, or name of the notification.
    name: GString,
    text: Option<Arc<[u8]>>,
}

// SAFETY: the variant holds value types alone (nil, bool, int, float, String, Array, Dictionary), whose counts are
// atomic. A script that puts an Object into them is told that it ends on another thread, which Godot allows for what is
// counted. One thread uses it at a time: the worker until it is in the inbox, and again once its event has come back.
unsafe impl Send for DecodedJson {}

impl DecodedJson {
    /// The value.
    ///
    /// # Errors
    /// Why the document has none.
    pub fn value(&self) -> Result<&Variant, DecodeError> {
        self.value.as_ref().map_err(|&error| error)
    }

    /// The event's name.
    pub fn name(&self) -> &GString {
        &self.name
    }

    /// The JSON, unless it is long: the event's own bytes are better shared then.
    pub fn text(&self) -> Option<&Arc<[u8]>> {
        self.text.as_ref()
    }

    /// A further share of the value, for a host that keeps it: given to `Link::discard` in the end.
    pub fn share(value: &Variant) -> Self {
        Self { value: Ok(value.clone()), name: GString::new(), text: None }
    }
}

/// Decodes for one link.
#[derive(Clone, Copy, Debug)]
pub struct JsonDecoder(pub Options);

impl Decoder for JsonDecoder {
    fn decode(&self, input: &DecodeInput<'_>) -> Decoded {
        let decoded = std::str::from_utf8(input.data).map_err(|_| DecodeError::Utf8);
        let (value, weight) = match decoded.and_then(|json| decode(json, self.0)) {
            Ok((value, weight)) => (Ok(value), weight),
            Err(error) => (Err(error), 0),
        };
        let text = (input.data.len() < SHARED_BYTES).then(|| Arc::from(input.data));
        let weight = weight + text.as_ref().map_or(0, |text: &Arc<[u8]>| text.len()) + size_of::<DecodedJson>();
        Decoded::new(DecodedJson { value, name: gstring(input.name), text }, weight)
    }

    fn short_bytes(&self) -> usize {
        SHORT_BYTES
    }
}

/// The value of a document, and an estimate of the bytes it takes. What `JSON.parse_string` makes of it, by type and
/// value, with three betterments: numbers are correctly rounded, nothing is printed, and what is no JSON by RFC 8259 is
/// refused.
///
/// It touches value types alone, and may run on any thread. Time is linear in the text, memory in the text and bounded
/// by the budget.
///
/// # Errors
/// Why there is no value; what was built is freed.
pub fn decode(json: &str, options: Options) -> Result<(Variant, usize), DecodeError> {
    let mut builder = Builder::new(options);
    for token in framewire::protocol::pointer::Tokens::new(json) {
        builder.take(token.map_err(DecodeError::Json)?)?;
    }
    Ok(builder.finish())
}
