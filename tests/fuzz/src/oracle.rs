//! What is known of JSON without the library: the answers that its own readers are held against.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The bytes, if they are one JSON text.
pub fn json(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    serde_json::from_str::<IgnoredAny>(text).ok().map(|_| text)
}

/// The value of a text that must be JSON.
pub fn value(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(text)))
}

/// The value of a raw part; `None` where no Rust value holds it (lone surrogates, numbers out of range).
pub fn held(part: &RawValue) -> Option<Value> {
    serde_json::from_str(part.get()).ok()
}

/// Whether the text, which is JSON, opens an object.
pub fn is_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
}

/// Levels of arrays and objects in a text that is JSON.
pub fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => drop(bytes.next()),
                    Some(b'"') | None => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The members of an object in their order, duplicates included.
pub struct Members<'m>(Vec<(String, &'m RawValue)>);

impl<'m> Members<'m> {
    /// Reads them; `None` if the text is no object, or has a name that no Rust string holds.
    pub fn read(text: &'m str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The first value of that name.
    pub fn first(&self, name: &str) -> Option<&'m RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The last value of that name.
    pub fn last(&self, name: &str) -> Option<&'m RawValue> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// Whether a name is there twice.
    pub fn has_twice(&self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }
}

impl<'m> Deserialize<'m> for Members<'m> {
    fn deserialize<D: Deserializer<'m>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'m> Visitor<'m> for InOrder {
            type Value = Members<'m>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Where a JSON pointer leads, by RFC 6901, step by step.
#[derive(Debug)]
pub enum Found<'m> {
    /// To this value.
    Value(&'m str),
    /// Nowhere.
    Nowhere,
    /// A name on the way is one that no Rust string holds: not known here.
    Unknown,
}

/// Follows `pointer`, which is one, through `json`, which is one. Of members of the same name the last counts.
pub fn follow<'m>(json: &'m str, pointer: &str) -> Found<'m> {
    let mut at = json.trim_matches([' ', '\t', '\n', '\r']);
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let next = if at.starts_with('{') {
            let Some(members) = Members::read(at) else { return Found::Unknown };
            members.last(&name)
        } else if at.starts_with('[') {
            let elements: Vec<&RawValue> = serde_json::from_str(at).expect("an array");
            let is_index = name == "0" || !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit());
            let index: Option<usize> = name.parse().ok().filter(|_| is_index && !name.is_empty());
            index.and_then(|index| elements.get(index).copied())
        } else {
            None
        };
        match next {
            Some(value) => at = value.get(),
            None => return Found::Nowhere,
        }
    }
    Found::Value(at)
}

/// Whether a text is a JSON pointer.
pub fn is_pointer(text: &str) -> bool {
    let is_escape = |at: usize| matches!(text.as_bytes().get(at + 1), Some(b'0' | b'1'));
    (text.is_empty() || text.starts_with('/')) && text.match_indices('~').all(|(at, _)| is_escape(at))
}
