//! Reads one message of the peer, by its shape.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::hello::Hello;
use super::{LONGEST_METHOD, encode};
use crate::protocol::inbound::{Inbound, Outcome, Patience, Reply, Text};
use crate::protocol::json;

/// Longest id that is kept and echoed, bytes of JSON.
const LONGEST_ID: usize = 256;

/// The values of an envelope's keys, undecoded. The first one counts where there are several.
struct Fields<'m> {
    id: Option<&'m RawValue>,
    method: Option<&'m RawValue>,
    params: Option<&'m RawValue>,
    result: Option<&'m RawValue>,
    error: Option<&'m RawValue>,
}

/// Reads a message; only its envelope is decoded. Ranges count from the start of `text`.
pub(super) fn message(text: &str, options: &Hello) -> Result<Inbound, json::Fault> {
    let keys = ["id", "method", "params", "result", "error"];
    let Some(members) = json::members(text, keys)? else {
        return Ok(malformed("it is no object", text));
    };
    let [id, method, params, result, error] = members.values;
    // A null id is none; so are a null method and a null error, which some peers write beside what they mean.
    let stated = |value: &&RawValue| value.get() != "null";
    let fields =
        Fields { id: id.filter(stated), method: method.filter(stated), params, result, error: error.filter(stated) };
    Ok(match (fields.method, fields.id) {
        (Some(method), Some(id)) => request(text, id, method, fields.params, options),
        (Some(method), None) => match method_text(text, method) {
            Some(name) => Inbound::Notification { name, params: range(text, fields.params) },
            None => malformed(&format!("a notification's {}", method_rule()), text),
        },
        (None, Some(id)) => Inbound::Reply(Reply { wire_id: reply_id(id), outcome: outcome(text, &fields) }),
        (None, None) => match fields.error.and_then(|error| failure(text, error)) {
            Some((code, words, _)) => {
                let words = excerpt(words.as_str(text.as_bytes()).as_bytes());
                Inbound::Malformed(format!(
                    "an error that belongs to no call: the peer could not read what it was sent (code {code}, {words})"
                ))
            }
            None => malformed("it has neither a method nor an id", text),
        },
    })
}

fn request(text: &str, id: &RawValue, method: &RawValue, params: Option<&RawValue>, options: &Hello) -> Inbound {
    let id = id.get();
    if id.len() > LONGEST_ID {
        let what = format!("the id has {} bytes, and {LONGEST_ID} are taken", id.len());
        return Inbound::Answer(encode::invalid_request("null", &what));
    }
    let Some(method) = method_text(text, method) else {
        return Inbound::Answer(encode::invalid_request(id, &method_rule()));
    };
    let name = method.as_str(text.as_bytes());
    if options.methods.as_ref().is_some_and(|methods| !methods.contains(name)) {
        return Inbound::Answer(encode::method_not_found(id));
    }
    Inbound::Request { wire_id: id.into(), method, params: range(text, params), patience: Patience::default() }
}

/// The id as the call of ours would have it. Ours are strings; what is none keeps its JSON form, which is the form of
/// no id of ours.
fn reply_id(id: &RawValue) -> Box<str> {
    let text = json::string(id).unwrap_or(id.get().into());
    if text.len() <= LONGEST_ID { text.into() } else { Box::default() }
}

fn outcome(text: &str, fields: &Fields<'_>) -> Outcome {
    match (fields.result, fields.error) {
        (Some(result), Some(_)) if result.get() != "null" => {
            Outcome::Bad("the reply has both a result and an error".into())
        }
        (_, Some(error)) => match failure(text, error) {
            Some((code, message, data)) => Outcome::Error { code, message, data },
            None => Outcome::Bad("the error of the reply is no object with a whole number as code".into()),
        },
        (Some(result), None) => Outcome::Result(json::range_in(text, result.get())),
        (None, None) => Outcome::Bad("the reply has neither a result nor an error".into()),
    }
}

/// Code, message and data of an error object; a message that is absent or no string is empty.
fn failure(text: &str, error: &RawValue) -> Option<(i64, Text, core::ops::Range<usize>)> {
    let members = json::members(error.get(), ["code", "message", "data"]).ok().flatten()?;
    let [code, message, data] = members.values;
    let code = code?.get().parse().ok()?;
    let message = message.and_then(json::string).map_or(Text::Slice(0..0), |message| slice(text, message));
    Some((code, message, range(text, data)))
}

fn method_text(text: &str, method: &RawValue) -> Option<Text> {
    json::string(method).filter(|method| method.len() <= LONGEST_METHOD).map(|method| slice(text, method))
}

fn method_rule() -> String {
    format!("method must be a string of up to {LONGEST_METHOD} bytes")
}

fn slice(text: &str, part: Cow<'_, str>) -> Text {
    match part {
        Cow::Borrowed(part) => Text::Slice(json::range_in(text, part)),
        Cow::Owned(part) => Text::Owned(part),
    }
}

fn range(text: &str, value: Option<&RawValue>) -> core::ops::Range<usize> {
    value.map_or(0..0, |value| json::range_in(text, value.get()))
}

pub(super) fn malformed(why: &str, text: &str) -> Inbound {
    Inbound::Malformed(format!("{why}: {}", excerpt(text.as_bytes())))
}

/// The start of a message, fit for a log: what is as long as a token or key is left out.
pub(super) fn excerpt(message: &[u8]) -> String {
    const WINDOW: usize = 256;
    const LONGEST_WORD: usize = 20;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+=".contains(byte);
    let mut shown = Vec::new();
    for run in message.get(..WINDOW).unwrap_or(message).chunk_by(|one, next| is_word(one) == is_word(next)) {
        let is_long = run.len() > LONGEST_WORD && run.first().is_some_and(is_word);
        shown.extend_from_slice(if is_long { b"***" } else { run });
    }
    if message.len() > WINDOW {
        shown.extend_from_slice(b"...");
    }
    json::excerpt(&shown)
}
