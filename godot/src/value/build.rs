//! Builds a Variant out of the tokens of a JSON text.

use std::collections::HashMap;

use framewire::protocol::pointer::{Kind, Token, Value};
use godot::prelude::*;

use super::decode::{DecodeError, Options};
use super::number::{self, Number};
use super::string::{self, LoneSurrogate};

/// Memory of Godot's values, as measured with 4.6: for the estimate of a document's weight.
const ARRAY_BYTES: usize = 120;
const ELEMENT_BYTES: usize = 32;
const OBJECT_BYTES: usize = 400;
const MEMBER_BYTES: usize = 64;
const STRING_BYTES: usize = 40;
/// Godot's strings are UTF-32.
const CHAR_BYTES: usize = 4;

/// Names of members that are shared within a document: so many, so long at most. Documents repeat few and short names.
const SHARED_NAMES: usize = 1024;
const SHARED_NAME_BYTES: usize = 64;

enum Open {
    Array(Vec<Variant>),
    Object(VarDictionary, Variant),
}

/// A value under construction. Nesting lies on the heap, so depth costs no stack.
pub(super) struct Builder<'a> {
    options: Options,
    nodes: usize,
    weight: usize,
    open: Vec<Open>,
    names: HashMap<&'a str, Variant>,
    root: Variant,
}

impl<'a> Builder<'a> {
    pub(super) fn new(options: Options) -> Self {
        Self { options, nodes: 0, weight: 0, open: Vec::new(), names: HashMap::new(), root: Variant::nil() }
    }

    /// The value and its weight.
    pub(super) fn finish(self) -> (Variant, usize) {
        (self.root, self.weight)
    }

    /// Takes the next token.
    pub(super) fn take(&mut self, token: Token<'a>) -> Result<(), DecodeError> {
        match token {
            Token::OpenObject => {
                self.count(OBJECT_BYTES)?;
                self.open.push(Open::Object(VarDictionary::new(), Variant::nil()));
            }
            Token::OpenArray => {
                self.count(ARRAY_BYTES)?;
                self.open.push(Open::Array(Vec::new()));
            }
            Token::Key(raw) => {
                let name = self.name(raw)?;
                if let Some(Open::Object(_, next)) = self.open.last_mut() {
                    *next = name;
                }
            }
            Token::Scalar(value) => {
                self.count(0)?;
                let value = self.scalar(value)?;
                self.put(value);
            }
            Token::Close => {
                let value = match self.open.pop() {
                    Some(Open::Object(object, _)) => object.to_variant(),
                    Some(Open::Array(elements)) => VarArray::from(elements.as_slice()).to_variant(),
                    None => return Ok(()),
                };
                self.put(value);
            }
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.nodes += 1;
        self.weight += bytes;
        if self.nodes > self.options.node_budget { Err(DecodeError::OverBudget) } else { Ok(()) }
    }

    /// Puts a value that is ready where it belongs. Of members of the same name the last one stays, at the place of the
    /// first.
    fn put(&mut self, value: Variant) {
        match self.open.last_mut() {
            Some(Open::Array(elements)) => {
                self.weight += ELEMENT_BYTES;
                elements.push(value);
            }
            Some(Open::Object(object, name)) => {
                self.weight += MEMBER_BYTES;
                object.set(&*name, &value);
            }
            None => self.root = value,
        }
    }

    fn name(&mut self, raw: &'a str) -> Result<Variant, DecodeError> {
        if let Some(name) = self.names.get(raw) {
            return Ok(name.clone());
        }
        let name = self.string(raw)?;
        if raw.len() <= SHARED_NAME_BYTES && self.names.len() < SHARED_NAMES {
            self.names.insert(raw, name.clone());
        }
        Ok(name)
    }

    fn scalar(&mut self, value: Value<'a>) -> Result<Variant, DecodeError> {
        Ok(match value.kind {
            Kind::String => self.string(value.text)?,
            Kind::Number => match number::read(value.text, self.options.integers_as_int) {
                Number::Int(int) => int.to_variant(),
                Number::Float(float) => float.to_variant(),
            },
            Kind::Boolean => (value.text == "true").to_variant(),
            // Objects and arrays come as tokens of their own.
            Kind::Null | Kind::Object | Kind::Array => Variant::nil(),
        })
    }

    fn string(&mut self, raw: &str) -> Result<Variant, DecodeError> {
        let text = string::read(raw).map_err(|LoneSurrogate| DecodeError::Surrogate)?;
        self.weight += STRING_BYTES + CHAR_BYTES * text.len();
        Ok(string_of(&text).to_variant())
    }
}

/// A Godot string; the way past UTF-8 is shorter.
fn string_of(text: &str) -> GString {
    GString::try_from_bytes(text.as_bytes(), Encoding::Ascii).unwrap_or_else(|_| GString::from(text))
}
