//! Reads what a server sends; only the envelope of a message is decoded.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{encode, patience};
use crate::protocol::inbound::{Inbound, Limits, Text};
use crate::protocol::json;

/// Longest id that is kept and echoed, bytes. Servers use 36.
const LONGEST_ID: usize = 256;
/// Longest session id, bytes; as much as the host can be told. Servers use 36.
const LONGEST_SESSION_ID: usize = 128;
/// Longest method, bytes.
const LONGEST_METHOD: usize = 1024;

/// What a message is.
pub(super) enum Decoded {
    /// The server is there.
    Welcome,
    /// The server took the registration.
    Registered { session_id: String },
    /// The server wants a sign of life.
    Ping,
    /// Anything else.
    Other(Inbound),
}

/// Reads a message.
pub(super) fn message(bytes: &[u8], limits: &Limits) -> Decoded {
    match envelope(bytes, limits) {
        Err(why) => malformed(&why, bytes),
        Ok(None) => Decoded::Other(Inbound::Ignored),
        Ok(Some((text, fields))) => interpret(text, &fields),
    }
}

/// The values of an envelope's keys, undecoded.
struct Fields<'m> {
    kind: Option<&'m RawValue>,
    id: Option<&'m RawValue>,
    name: Option<&'m RawValue>,
    params: Option<&'m RawValue>,
    timeout: Option<&'m RawValue>,
    session_id: Option<&'m RawValue>,
}

/// The envelope and the text it is in; `None` for JSON that is no object.
fn envelope<'m>(bytes: &'m [u8], limits: &Limits) -> Result<Option<(&'m str, Fields<'m>)>, String> {
    let keys = ["type", "id", "name", "params", "timeout", "session_id"];
    let read = json::envelope(bytes, limits, keys)?;
    Ok(read.map(|(text, [kind, id, name, params, timeout, session_id])| {
        (text, Fields { kind, id, name, params, timeout, session_id })
    }))
}

fn interpret(text: &str, fields: &Fields<'_>) -> Decoded {
    match fields.kind.and_then(json::string).as_deref() {
        Some("welcome") => Decoded::Welcome,
        Some("registered") => match fields.session_id.and_then(|id| text_up_to(LONGEST_SESSION_ID, id)) {
            Some(session_id) => Decoded::Registered { session_id: session_id.into() },
            None => malformed("the server took the registration and gave no usable session id", text.as_bytes()),
        },
        Some("ping") => Decoded::Ping,
        Some("execute") => execute(text, fields),
        _ => Decoded::Other(Inbound::Ignored),
    }
}

fn execute(text: &str, fields: &Fields<'_>) -> Decoded {
    let Some(wire_id) = fields.id.and_then(|id| text_up_to(LONGEST_ID, id)) else {
        let why = format!("the id of an execute is no string of 1 to {LONGEST_ID} bytes, so it cannot be answered");
        return malformed(&why, fields.id.map_or(text, RawValue::get).as_bytes());
    };
    let refuse = |what: &str| Decoded::Other(Inbound::Answer(encode::error(&wire_id, "invalid_params", what, None)));
    let Some(name) = fields.name.and_then(json::string).filter(|name| name.len() <= LONGEST_METHOD) else {
        return refuse(&format!("name must be a string of up to {LONGEST_METHOD} bytes"));
    };
    let params = match fields.params {
        None => 0..0,
        Some(params) if json::opens_object(params.get()) => json::range_in(text, params.get()),
        Some(_) => return refuse("params must be an object"),
    };
    let patience = patience::of(&name, fields.timeout);
    let method = match name {
        Cow::Borrowed(name) => Text::Slice(json::range_in(text, name)),
        Cow::Owned(name) => Text::Owned(name),
    };
    Decoded::Other(Inbound::Request { wire_id: wire_id.into(), method, params, patience })
}

fn text_up_to(longest: usize, value: &RawValue) -> Option<Cow<'_, str>> {
    json::string(value).filter(|text| (1..=longest).contains(&text.len()))
}

fn malformed(why: &str, excerpt: &[u8]) -> Decoded {
    Decoded::Other(Inbound::Malformed(format!("{why}: {}", json::excerpt(excerpt))))
}
