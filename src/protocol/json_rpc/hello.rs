//! What a json_rpc link is configured with.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::LONGEST_METHOD;
use crate::protocol::hello::fields;
use crate::protocol::json;

/// The options of the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// Sent as they are at each open, in this order.
    pub(super) messages: Vec<String>,
    /// What the host can be asked; `None`: anything.
    pub(super) methods: Option<BTreeSet<String>>,
    /// The notification that takes a call of ours back.
    pub(super) cancel_method: Option<String>,
}

const KEYS: [&str; 3] = ["messages", "methods", "cancel_method"];

impl Hello {
    /// Reads the options from a JSON object; see [`crate::protocol::Hello::parse`].
    pub(in crate::protocol) fn parse(text: &str) -> Result<Self, String> {
        let [messages, methods, cancel_method] = fields(text, KEYS)?;
        Ok(Self {
            messages: messages.map(first_messages).transpose()?.unwrap_or_default(),
            methods: methods.map(method_names).transpose()?,
            cancel_method: cancel_method
                .map(|value| {
                    method_name(value)
                        .ok_or_else(|| format!("hello.cancel_method must be a string of 1 to {LONGEST_METHOD} bytes"))
                })
                .transpose()?,
        })
    }
}

fn first_messages(value: &RawValue) -> Result<Vec<String>, String> {
    let wrong = || "hello.messages must be an array of JSON-RPC messages, each a JSON object".to_owned();
    let messages: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|_| wrong())?;
    let one = |message: &&RawValue| json::opens_object(message.get()).then(|| message.get().to_owned());
    messages.iter().map(|message| one(message).ok_or_else(wrong)).collect()
}

fn method_names(value: &RawValue) -> Result<BTreeSet<String>, String> {
    let wrong =
        || format!("hello.methods must be an array of method names, each a string of 1 to {LONGEST_METHOD} bytes");
    let names: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|_| wrong())?;
    names.into_iter().map(|name| method_name(name).ok_or_else(wrong)).collect()
}

fn method_name(value: &RawValue) -> Option<String> {
    let name = json::string(value)?;
    (1..=LONGEST_METHOD).contains(&name.len()).then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        assert_eq!(Hello::parse("{}"), Ok(Hello::default()));
        let text = r#" {"messages":[{"b":1 , "a":1.0},{"id":"\u00e9"}], "methods":["a/b","\u00e9","a/b"],
            "cancel_method":"$/cancelRequest"} "#;
        let hello = Hello::parse(text).unwrap();
        assert_eq!(hello.messages, [r#"{"b":1 , "a":1.0}"#, r#"{"id":"\u00e9"}"#], "byte for byte");
        assert_eq!(hello.methods, Some(["a/b".to_owned(), "é".to_owned()].into()));
        assert_eq!(hello.cancel_method.as_deref(), Some("$/cancelRequest"));
        assert_eq!(Hello::parse(r#"{"methods":[]}"#).unwrap().methods, Some(BTreeSet::new()), "none is not all");
    }

    #[test]
    fn wrong_options_are_named() {
        let long = format!(r#"{{"cancel_method":"{}"}}"#, "m".repeat(1025));
        for (text, complaint) in [
            ("", "hello is no JSON"),
            ("[]", "hello must be a JSON object"),
            (r#"{"method":[]}"#, "no field `method`; its fields are messages, methods, cancel_method"),
            (r#"{"methods":[],"methods":[]}"#, "hello.methods is given twice"),
            (r#"{"methods":"a"}"#, "hello.methods must be an array"),
            (r#"{"methods":null}"#, "hello.methods must be an array"),
            (r#"{"methods":[1]}"#, "hello.methods must be an array"),
            (r#"{"methods":[""]}"#, "hello.methods must be an array"),
            (r#"{"messages":{}}"#, "hello.messages must be an array"),
            (r#"{"messages":["text"]}"#, "hello.messages must be an array"),
            (r#"{"messages":[[{}]]}"#, "hello.messages must be an array"),
            (r#"{"cancel_method":7}"#, "hello.cancel_method must be"),
            (r#"{"cancel_method":"\ud800"}"#, "hello.cancel_method must be"),
            (long.as_str(), "hello.cancel_method must be"),
        ] {
            let error = Hello::parse(text).unwrap_err();
            assert!(error.contains(complaint), "{text}: {error}");
        }
    }
}
