//! Reads what a server sends once the hello is under way (protocol 1) or done (protocol 2).

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::encode;
use crate::protocol::inbound::{Inbound, Limits, Patience, Text};
use crate::protocol::json;

/// Longest id that is kept and echoed, bytes. Servers use 32.
const LONGEST_ID: usize = 256;
/// Longest method, bytes. Servers use 140 at most.
const LONGEST_METHOD: usize = 1024;
/// Longest server version that is kept, characters.
const LONGEST_VERSION: usize = 64;

/// What a message is.
pub(super) enum Decoded {
    /// The server took the hello.
    Acknowledgement { server_version: String },
    /// Anything else.
    Other(Inbound),
}

/// Reads a message; only its envelope is decoded.
pub(super) fn message(bytes: &[u8], readiness: &str, limits: &Limits) -> Decoded {
    match envelope(bytes, limits) {
        Err(why) => Decoded::Other(Inbound::Malformed(format!("{why}: {}", json::excerpt(bytes)))),
        Ok(None) => Decoded::Other(Inbound::Ignored),
        Ok(Some((text, fields))) => interpret(text, fields, readiness),
    }
}

/// The values of an envelope's keys, undecoded.
struct Fields<'m> {
    kind: Option<&'m RawValue>,
    request_id: Option<&'m RawValue>,
    command: Option<&'m RawValue>,
    params: Option<&'m RawValue>,
    server_version: Option<&'m RawValue>,
}

/// The envelope and the text it is in; `None` for JSON that is no object.
fn envelope<'m>(bytes: &'m [u8], limits: &Limits) -> Result<Option<(&'m str, Fields<'m>)>, String> {
    let keys = ["type", "request_id", "command", "params", "server_version"];
    let read = json::envelope(bytes, limits, keys)?;
    Ok(read.map(|(text, [kind, request_id, command, params, server_version])| {
        (text, Fields { kind, request_id, command, params, server_version })
    }))
}

fn interpret(text: &str, fields: Fields<'_>, readiness: &str) -> Decoded {
    if fields.kind.and_then(json::string).as_deref() == Some("handshake_ack") {
        return Decoded::Acknowledgement { server_version: version_text(fields.server_version) };
    }
    let (Some(request_id), Some(command)) = (fields.request_id, fields.command) else {
        return Decoded::Other(Inbound::Ignored);
    };
    let Some(wire_id) = json::string(request_id).filter(|id| id.len() <= LONGEST_ID) else {
        let why = format!("a command's request_id is no string of up to {LONGEST_ID} bytes, so it cannot be answered");
        return Decoded::Other(Inbound::Malformed(format!("{why}: {}", json::excerpt(request_id.get().as_bytes()))));
    };
    let refuse =
        |what: &str| Decoded::Other(Inbound::Answer(encode::error(&wire_id, "INVALID_PARAMS", what, None, readiness)));
    let Some(method) = method(text, command) else {
        return refuse(&format!("command must be a string of up to {LONGEST_METHOD} bytes"));
    };
    let params = match fields.params {
        None => 0..0,
        Some(params) if json::opens_object(params.get()) => json::range_in(text, params.get()),
        Some(_) => return refuse("params must be an object"),
    };
    Decoded::Other(Inbound::Request { wire_id: wire_id.into(), method, params, patience: Patience::default() })
}

fn method(text: &str, command: &RawValue) -> Option<Text> {
    let method = json::string(command).filter(|method| method.len() <= LONGEST_METHOD)?;
    Some(match method {
        Cow::Borrowed(method) => Text::Slice(json::range_in(text, method)),
        Cow::Owned(method) => Text::Owned(method),
    })
}

/// The version as text, whatever type it has; empty if it is absent or null.
fn version_text(version: Option<&RawValue>) -> String {
    let Some(version) = version.filter(|version| version.get() != "null") else {
        return String::new();
    };
    let text = json::string(version).unwrap_or(version.get().into());
    text.chars().take(LONGEST_VERSION).collect()
}
