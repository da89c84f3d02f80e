//! One value of a configuration: its type is checked, and the message says what was expected.

use std::path::PathBuf;

use godot::builtin::AnyArray;
use godot::classes::ProjectSettings;
use godot::prelude::*;

use crate::value::encode;

/// What is wrong with a configuration, and what to do about it.
#[derive(Debug)]
pub struct Wrong(pub String);

/// A value and its key.
pub struct Given<'a> {
    /// The key.
    pub key: &'a str,
    value: &'a Variant,
}

impl<'a> Given<'a> {
    /// The value `value` of `key`.
    pub fn new(key: &'a str, value: &'a Variant) -> Self {
        Self { key, value }
    }

    fn wrong(&self, expected: &str) -> Wrong {
        let shown = self.value.stringify().to_string();
        let mut shown: String = shown.chars().take(40).collect();
        if self.key == "token" {
            // Not even a wrong one is for the log.
            shown = "(hidden)".into();
        }
        Wrong(format!("`{}` is {shown}, a {:?}: give {expected}", self.key, self.value.get_type()))
    }

    /// A String or StringName.
    pub fn text(&self) -> Result<String, Wrong> {
        match self.value.get_type() {
            VariantType::STRING | VariantType::STRING_NAME => Ok(self.value.stringify().to_string()),
            _ => Err(self.wrong("a String")),
        }
    }

    /// As [`Given::text`]; empty is none.
    pub fn optional_text(&self) -> Result<Option<String>, Wrong> {
        Ok(Some(self.text()?).filter(|text| !text.is_empty()))
    }

    /// A path; those that begin with `res://` or `user://` are the engine's.
    pub fn path(&self) -> Result<Option<PathBuf>, Wrong> {
        let Some(text) = self.optional_text()? else { return Ok(None) };
        if !text.starts_with("res://") && !text.starts_with("user://") {
            return Ok(Some(text.into()));
        }
        Ok(Some(ProjectSettings::singleton().globalize_path(&text).to_string().into()))
    }

    /// A bool.
    pub fn truth(&self) -> Result<bool, Wrong> {
        self.value.try_to().map_err(|_| self.wrong("true or false"))
    }

    /// An int, or a float without a fraction, such as settings read from JSON have.
    pub fn integer(&self) -> Result<i64, Wrong> {
        if let Ok(number) = self.value.try_to::<i64>() {
            return Ok(number);
        }
        let whole = self.value.try_to::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
        whole.map(|number| number as i64).ok_or_else(|| self.wrong("an int"))
    }

    /// As [`Given::integer`], in the range of the field.
    pub fn number<T: TryFrom<i64>>(&self) -> Result<T, Wrong> {
        self.integer()?.try_into().map_err(|_| self.wrong("a number that is not negative, and in range"))
    }

    /// A count that is not zero.
    pub fn count(&self) -> Result<usize, Wrong> {
        let count = usize::try_from(self.integer()?).ok().filter(|count| *count != 0);
        count.ok_or_else(|| self.wrong("a number from 1"))
    }

    /// A port.
    pub fn port(&self) -> Result<u16, Wrong> {
        let port = u16::try_from(self.integer()?).ok().filter(|port| *port != 0);
        port.ok_or_else(|| self.wrong("a port, 1 to 65535"))
    }

    /// An array of ints.
    pub fn numbers(&self) -> Result<Vec<u32>, Wrong> {
        let expected = "an Array of ints";
        let one = |value: &Variant| Given::new(self.key, value).number();
        match self.value.get_type() {
            VariantType::PACKED_INT32_ARRAY | VariantType::PACKED_INT64_ARRAY | VariantType::ARRAY => {}
            _ => return Err(self.wrong(expected)),
        }
        let size: i64 = self.value.call("size", &[]).try_to().map_err(|_| self.wrong(expected))?;
        (0..size).map(|index| one(&self.value.call("get", &[index.to_variant()]))).collect()
    }

    /// A Dictionary of Strings, or an array of `Name: value` lines as `WebSocketPeer` takes them.
    pub fn headers(&self) -> Result<Vec<(String, String)>, Wrong> {
        let expected = "a Dictionary, or an Array of \"Name: value\" lines";
        if let Ok(headers) = self.value.try_to::<VarDictionary>() {
            let pairs = headers.iter_shared();
            return Ok(pairs
                .map(|(name, value)| (name.stringify().to_string(), value.stringify().to_string()))
                .collect());
        }
        let lines: PackedStringArray = match self.value.get_type() {
            VariantType::PACKED_STRING_ARRAY => self.value.to(),
            // Typed or not.
            VariantType::ARRAY => self.value.to::<AnyArray>().iter_shared().map(|line| line.stringify()).collect(),
            _ => return Err(self.wrong(expected)),
        };
        let parts = lines.as_slice().iter().map(|line| match line.to_string().split_once(':') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(self.wrong(expected)),
        });
        parts.collect()
    }

    /// JSON: as text, or a Dictionary that is written as such.
    pub fn json(&self) -> Result<Option<String>, Wrong> {
        match self.value.get_type() {
            VariantType::DICTIONARY => {
                let draft =
                    encode(self.value, Vec::new()).map_err(|error| Wrong(format!("`{}` is {error}", self.key)))?;
                Ok(Some(String::from_utf8_lossy(&draft.finish()).into_owned()))
            }
            VariantType::STRING => self.optional_text(),
            _ => Err(self.wrong("a Dictionary, or a String of JSON")),
        }
    }

    /// One of several, by its number or its name; numbers count from 0.
    pub fn choice<T: Copy>(&self, all: &[(&str, T)]) -> Result<T, Wrong> {
        let chosen = match self.value.get_type() {
            VariantType::STRING | VariantType::STRING_NAME => {
                let name = self.text()?.to_lowercase();
                all.iter().find(|(known, _)| *known == name)
            }
            _ => self.integer().ok().and_then(|number| all.get(usize::try_from(number).ok()?)),
        };
        let names = || all.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        chosen.map(|(_, value)| *value).ok_or_else(|| self.wrong(&format!("one of {}, or its constant", names())))
    }
}
