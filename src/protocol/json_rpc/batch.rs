//! Takes a batch apart.

use core::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{decode, encode};
use crate::protocol::inbound::{Inbound, Part};
use crate::protocol::json;

/// Most messages in a batch.
const LARGEST: usize = 1024;

/// Whether the first byte that is no white space opens an array.
pub(super) fn opens_array(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('[')
}

/// Reads each message of the batch that `text` is by `one`, which counts ranges from the start of what it is given.
pub(super) fn read(text: &str, one: impl Fn(&str) -> Result<Inbound, json::Fault>) -> Result<Inbound, json::Fault> {
    json::check(text)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = (&mut deserializer).deserialize_seq(Members).unwrap_or_default();
    if members.is_empty() {
        return Ok(Inbound::Answer(encode::invalid_request("null", "the batch is empty")));
    }
    if members.len() > LARGEST {
        let what = format!("the batch has more than {LARGEST} messages; send several");
        return Ok(Inbound::Answer(encode::invalid_request("null", &what)));
    }
    let part = |member: &RawValue| {
        let part = member.get();
        let inbound = one(part).unwrap_or_else(|fault| decode::malformed(&fault.what, part));
        Part { range: json::range_in(text, part), inbound }
    };
    Ok(Inbound::Batch(members.into_iter().map(part).collect()))
}

/// Keeps the first members of an array, one more than a batch may have.
struct Members;

impl<'m> Visitor<'m> for Members {
    type Value = Vec<&'m RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'m>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while members.len() <= LARGEST {
            match array.next_element()? {
                Some(member) => members.push(member),
                None => return Ok(members),
            }
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(members)
    }
}
