//! Makes sure that data has a place for an attachment.

use godot::builtin::{AnyArray, VariantType};
use godot::prelude::*;

use super::SendError;
use crate::value::MAX_DEPTH;

/// `data` with a place at `pointer` (RFC 6901): itself, if it has one. Else the last member is added, to copies of the
/// Dictionaries on the way: the caller's own stay as they are. Nil is an empty Dictionary.
pub(super) fn with_place(data: &Variant, pointer: &str) -> Result<Variant, SendError> {
    if !framewire::protocol::pointer::is_pointer(pointer) {
        return Err(SendError::Place);
    }
    let data = if data.is_nil() { VarDictionary::new().to_variant() } else { data.clone() };
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    if tokens.len() > MAX_DEPTH {
        // Deeper than any value that is written; a Dictionary that contains itself goes down for ever.
        return Err(SendError::Place);
    }
    Ok(widened(&data, &tokens)?.unwrap_or(data))
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A copy of `value` that has the place, or `None` if it has it already.
fn widened(value: &Variant, tokens: &[String]) -> Result<Option<Variant>, SendError> {
    let Some((token, rest)) = tokens.split_first() else { return Ok(None) };
    match value.get_type() {
        VariantType::DICTIONARY => {
            let dictionary: AnyDictionary = value.to();
            let key = GString::from(token.as_str()).to_variant();
            let member = match dictionary.get(&key) {
                Some(member) => widened(&member, rest)?,
                None if rest.is_empty() => Some(Variant::nil()),
                None => return Err(SendError::Place),
            };
            Ok(member.map(|member| {
                // An untyped copy: nil is no member of a typed one.
                let mut copy = VarDictionary::new();
                for (key, value) in dictionary.iter_shared() {
                    copy.set(&key, &value);
                }
                copy.set(&key, &member);
                copy.to_variant()
            }))
        }
        VariantType::ARRAY => {
            let array: AnyArray = value.to();
            let index = token.parse().map_err(|_| SendError::Place)?;
            let element = array.get(index).ok_or(SendError::Place)?;
            Ok(widened(&element, rest)?.map(|element| {
                let mut copy: VarArray = array.iter_shared().collect();
                copy.set(index, &element);
                copy.to_variant()
            }))
        }
        _ => Err(SendError::Place),
    }
}
