//! Reads the outermost object of a JSON text and checks whole texts: linear time, no recursion, nothing decoded
//! that was not asked for.

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;

use memchr::memchr2;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::value::RawValue;

use super::inbound::Limits;

/// Why a text could not be read. Holds nothing of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// First byte at fault; the text's length if it ends too early.
    pub offset: usize,
    /// What is wrong there.
    pub what: String,
}

/// The bytes as text.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    // The basic check is the faster one but does not say where; the other one is asked only then.
    simdutf8::basic::from_utf8(bytes).map_err(|_| Fault {
        offset: simdutf8::compat::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len),
        what: "the bytes are not valid UTF-8".into(),
    })
}

/// Where arrays and objects are nested deeper than `max_depth`, if they are. Right for valid JSON, harmless for
/// any other text.
pub(super) fn deeper_than(text: &str, max_depth: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut rest = text.as_bytes();
    while let [byte, behind @ ..] = rest {
        rest = behind;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > max_depth {
                    return Some(text.len() - rest.len() - 1);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => rest = behind_string(rest),
            _ => {}
        }
    }
    None
}

/// What follows the string whose inside `rest` begins with.
fn behind_string(mut rest: &[u8]) -> &[u8] {
    // Most strings are shorter than what it costs to set up the vectorized search.
    const SHORT: usize = 16;
    loop {
        let sign = |byte: &u8| *byte == b'"' || *byte == b'\\';
        let near = rest.iter().take(SHORT).position(sign);
        let sign = near.or_else(|| Some(SHORT + memchr2(b'"', b'\\', rest.get(SHORT..)?)?));
        // An escape takes the byte behind it along.
        match sign.and_then(|at| Some((*rest.get(at)?, at))) {
            Some((b'"', at)) => return rest.get(at + 1..).unwrap_or_default(),
            Some((_, at)) => rest = rest.get(at + 2..).unwrap_or_default(),
            None => return &[],
        }
    }
}

/// Whether the text is one JSON value (RFC 8259) with nothing behind it.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| fault(text, &error))
}

/// Whether the first byte that is no white space opens an object.
pub(super) fn opens_object(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{')
}

/// The members of an object that have one of `N` known keys.
#[derive(Debug)]
pub(super) struct Members<'m, const N: usize> {
    /// The value of each key, in the order that the keys were asked for; the first one if there are several.
    pub values: [Option<&'m RawValue>; N],
    /// A known key that came twice.
    pub duplicate: Option<&'static str>,
    /// The first unknown key.
    pub unknown: Option<String>,
}

/// Reads the members of the outermost object; `None` if the text is valid JSON but no object.
pub(super) fn members<'m, const N: usize>(
    text: &'m str,
    keys: [&'static str; N],
) -> Result<Option<Members<'m, N>>, Fault> {
    if !opens_object(text) {
        return check(text).map(|()| None);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    (&mut deserializer)
        .deserialize_map(MembersVisitor { keys })
        .and_then(|members| deserializer.end().map(|()| Some(members)))
        .map_err(|error| fault(text, &error))
}

/// A text, and the values of some of the keys of the object that it is.
pub(super) type Envelope<'m, const N: usize> = (&'m str, [Option<&'m RawValue>; N]);

/// A message as text, with the values of the keys of its outermost object, each there once at most; `None` for JSON that
/// is no object.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn envelope<'m, const N: usize>(
    bytes: &'m [u8],
    limits: &Limits,
    keys: [&'static str; N],
) -> Result<Option<Envelope<'m, N>>, String> {
    let at = |fault: Fault| format!("{} at byte {}", fault.what, fault.offset);
    let text = utf8(bytes).map_err(at)?;
    if let Some(offset) = deeper_than(text, limits.max_depth) {
        return Err(format!("nested deeper than max_depth ({}) at byte {offset}", limits.max_depth));
    }
    match members(text, keys).map_err(at)? {
        Some(Members { duplicate: Some(key), .. }) => Err(format!("`{key}` is there twice")),
        Some(members) => Ok(Some((text, members.values))),
        None => Ok(None),
    }
}

/// The string that `value` is; `None` for any other type, and for one that no Rust string can hold (lone surrogates).
pub(super) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(text).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// Where `part` lies in `whole`, of which it must be a slice.
pub(super) fn range_in(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start.saturating_add(part.len())
}

/// `value` as JSON text.
pub(super) fn write(value: &(impl Serialize + ?Sized)) -> String {
    // Only maps with keys that are no strings and failing Serialize impls can fail; neither is used here.
    serde_json::to_string(value).unwrap_or_default()
}

/// The start of a peer's bytes, fit for a log: at most 80 bytes, control characters escaped; with dots if that is not all.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 77;
    let mut text = String::new();
    // No text of 80 bytes becomes shorter by this.
    for character in String::from_utf8_lossy(bytes.get(..80).unwrap_or(bytes)).chars() {
        let before = text.len();
        if character == '"' || character == '\'' {
            text.push(character);
        } else {
            text.extend(character.escape_debug());
        }
        if text.len() > LONGEST {
            text.truncate(before);
            text.push_str("...");
            break;
        }
    }
    text
}

fn fault(text: &str, error: &serde_json::Error) -> Fault {
    if text.starts_with('\u{feff}') {
        let what = "a byte order mark stands before the JSON".into();
        return Fault { offset: 0, what };
    }
    // serde_json counts lines and, within a line, bytes; both from 1.
    let line = match error.line() {
        0 | 1 => 0,
        line => {
            let mut newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            newlines.nth(line - 2).map_or(text.len(), |(newline, _)| newline + 1)
        }
    };
    let offset = if error.is_eof() { text.len() } else { (line + error.column()).saturating_sub(1) };
    let what = error.to_string();
    let what = what.rfind(" at line ").and_then(|end| what.get(..end)).unwrap_or(&what);
    Fault { offset: offset.min(text.len()), what: what.into() }
}

struct MembersVisitor<const N: usize> {
    keys: [&'static str; N],
}

impl<'m, const N: usize> Visitor<'m> for MembersVisitor<N> {
    type Value = Members<'m, N>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members { values: [None; N], duplicate: None, unknown: None };
        while let Some(key) = map.next_key_seed(KeySeed { keys: &self.keys })? {
            match key {
                Key::Known(name, place) => match members.values.get_mut(place) {
                    Some(slot @ None) => *slot = Some(map.next_value()?),
                    _ => {
                        members.duplicate.get_or_insert(name);
                        map.next_value::<IgnoredAny>()?;
                    }
                },
                Key::Unknown(name) => {
                    if members.unknown.is_none() {
                        members.unknown = Some(excerpt(name.as_bytes()));
                    }
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(members)
    }
}

enum Key<'m> {
    Known(&'static str, usize),
    Unknown(Cow<'m, str>),
}

struct KeySeed<'k> {
    keys: &'k [&'static str],
}

impl KeySeed<'_> {
    fn place<'m>(&self, key: Cow<'m, str>) -> Key<'m> {
        match self.keys.iter().enumerate().find(|(_, known)| **known == key) {
            Some((place, name)) => Key::Known(name, place),
            None => Key::Unknown(key),
        }
    }
}

impl<'m> DeserializeSeed<'m> for KeySeed<'_> {
    type Value = Key<'m>;

    fn deserialize<D: Deserializer<'m>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'m> Visitor<'m> for KeySeed<'_> {
    type Value = Key<'m>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'m str) -> Result<Self::Value, E> {
        Ok(self.place(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.place(Cow::Owned(key.into())))
    }
}
