//! Variants into JSON.

use std::collections::HashMap;
use std::fmt;

use godot::builtin::{AnyArray, AnyDictionary, VariantType};
use godot::prelude::*;

use super::draft::{Draft, Leaf};
use super::string;
use super::write::{packed_share, packed_size, string_size, write_leaf};

/// Deepest nesting that is written. Peers written in Python read little more.
pub const MAX_DEPTH: usize = 512;
/// Estimated bytes of JSON from which a part of a value is left to another thread: writing less takes no longer than
/// handing it over.
const LONG: usize = 16 << 10;

/// Why a value cannot be written as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// Containers lie deeper than [`MAX_DEPTH`], or one contains itself.
    TooDeep,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "nested deeper than {MAX_DEPTH} levels, or an Array or Dictionary contains itself: send a flatter copy"
        )
    }
}

/// Writes `value` down as JSON into `buffer`, but for its long parts, of which the draft takes shares.
///
/// Readers of the JSON find what they find in that of `JSON.stringify`, with these differences: members keep their
/// order, floats all their digits, and control characters are escaped. Ints stay ints, floats have a fraction (`1.0`),
/// NaN is `null`, infinities are `1e400`. Names that are no strings become what `str()` makes of them, as do values
/// that JSON does not know; of members that so get the same name the last one stays. For that a script's `_to_string()`
/// may be called.
///
/// # Errors
/// The value is nested too deep.
pub fn encode(value: &Variant, mut buffer: Vec<u8>) -> Result<Draft, EncodeError> {
    buffer.clear();
    let mut draft = Draft { json: buffer, ..Draft::default() };
    write(&mut draft, value, 0)?;
    Ok(draft)
}

fn write(draft: &mut Draft, value: &Variant, depth: usize) -> Result<(), EncodeError> {
    match value.get_type() {
        VariantType::ARRAY => return write_array(draft, &value.to(), depth + 1),
        VariantType::DICTIONARY => return write_dictionary(draft, &value.to(), depth + 1),
        VariantType::STRING => {
            let text: GString = value.to();
            let chars = text.chars();
            match string_size(chars) {
                size if size >= LONG => leave_out(draft, value.clone(), size),
                _ => string::write(&mut draft.json, chars),
            }
        }
        kind => match packed_size(value, kind) {
            size if size >= LONG => leave_out(draft, packed_share(value, kind), size),
            _ => write_leaf(&mut draft.json, value, kind),
        },
    }
    Ok(())
}

fn leave_out(draft: &mut Draft, value: Variant, size: usize) {
    draft.missing += size;
    draft.leaves.push(Leaf { at: draft.json.len(), value });
}

fn write_array(draft: &mut Draft, array: &AnyArray, depth: usize) -> Result<(), EncodeError> {
    check(depth)?;
    draft.json.push(b'[');
    for (index, element) in array.iter_shared().enumerate() {
        if index > 0 {
            draft.json.push(b',');
        }
        write(draft, &element, depth)?;
    }
    draft.json.push(b']');
    Ok(())
}

fn write_dictionary(draft: &mut Draft, dictionary: &AnyDictionary, depth: usize) -> Result<(), EncodeError> {
    check(depth)?;
    draft.json.push(b'{');
    if !dictionary.is_empty() {
        write_members(draft, dictionary, depth)?;
    }
    draft.json.push(b'}');
    Ok(())
}

fn write_members(draft: &mut Draft, dictionary: &AnyDictionary, depth: usize) -> Result<(), EncodeError> {
    // Both lists at once: going from key to key and looking each value up costs more. And before a key's script is asked
    // for its name, which may change the Dictionary.
    let (keys, values) = (dictionary.keys_array(), dictionary.values_array());
    let names = Names::of(&keys);
    let mut first = true;
    for (index, (name, value)) in names.all.iter().zip(values.iter_shared()).enumerate() {
        if !names.is_last(index, name) {
            continue;
        }
        if !first {
            draft.json.push(b',');
        }
        first = false;
        string::write(&mut draft.json, name.chars());
        draft.json.push(b':');
        write(draft, &value, depth)?;
    }
    Ok(())
}

/// The keys of a Dictionary as names.
struct Names {
    all: Vec<GString>,
    /// Where the last key of each name stands, if some keys are no strings: others differ from each other as names,
    /// too.
    last: Option<HashMap<GString, usize>>,
}

impl Names {
    fn of(keys: &AnyArray) -> Self {
        let mut are_names = true;
        let mut name_of = |key: Variant| match key.get_type() {
            VariantType::STRING => key.to(),
            kind => {
                are_names &= kind == VariantType::STRING_NAME;
                key.stringify()
            }
        };
        let all: Vec<GString> = keys.iter_shared().map(&mut name_of).collect();
        let last = (!are_names).then(|| all.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect());
        Self { all, last }
    }

    /// Whether no later key has the same name.
    fn is_last(&self, index: usize, name: &GString) -> bool {
        self.last.as_ref().is_none_or(|last| last.get(name) == Some(&index))
    }
}

fn check(depth: usize) -> Result<(), EncodeError> {
    if depth > MAX_DEPTH { Err(EncodeError::TooDeep) } else { Ok(()) }
}
