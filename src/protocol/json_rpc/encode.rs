//! Words the messages that carry what the host says.

use core::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::protocol::json;
use crate::protocol::outbound::{BadPayload, BadPayloadKind, Envelope, Purpose};

/// The code for codes of the host that are no number.
const HOST_ERROR: i64 = -32000;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;

/// What stands around the result of a request. `wire_id` is JSON, as in all answers.
pub(in crate::protocol) fn response(wire_id: &str) -> Envelope {
    envelope(format_args!(r#""id":{wire_id},"result":"#))
}

/// What stands around the parameters of a notification of ours.
pub(in crate::protocol) fn notification(name: &str, has_content: bool) -> Envelope {
    let params = if has_content { r#","params":"# } else { "" };
    envelope(format_args!(r#""method":{}{params}"#, json::write(name)))
}

/// What stands around the parameters of a call of ours. `wire_id` is the text of its id.
pub(in crate::protocol) fn call(wire_id: &str, method: &str, has_parameters: bool) -> Envelope {
    let params = if has_parameters { r#","params":"# } else { "" };
    envelope(format_args!(r#""id":{},"method":{}{params}"#, json::write(wire_id), json::write(method)))
}

fn envelope(members: fmt::Arguments<'_>) -> Envelope {
    Envelope { head: format!(r#"{{"jsonrpc":"2.0",{members}"#).into_bytes(), tail: b"}".to_vec() }
}

/// The host's error answer. A `code` that is a whole number is the code; any other text goes into `data.code`, beside
/// the members of `data_json` where that is an object without a `code`, else beside `data_json` as `data.data`.
pub(in crate::protocol) fn error(wire_id: &str, code: &str, message: &str, data_json: Option<&str>) -> String {
    let data: Option<&RawValue> = data_json.and_then(|text| serde_json::from_str(text).ok());
    match code.parse() {
        Ok(code) => failure(wire_id, code, message, data),
        Err(_) => failure(wire_id, HOST_ERROR, message, Some(coded(code, data))),
    }
}

/// Data that holds the code.
fn coded(code: &str, data: Option<&RawValue>) -> Box<RawValue> {
    let code = json::write(code);
    let text = match data.map(RawValue::get) {
        None => format!(r#"{{"code":{code}}}"#),
        Some(data) => match members_of(data) {
            Some("") => format!(r#"{{"code":{code}}}"#),
            Some(members) => format!(r#"{{"code":{code},{members}}}"#),
            None => format!(r#"{{"code":{code},"data":{data}}}"#),
        },
    };
    // Made of JSON, it is JSON; `null` stands in for what cannot be.
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// What stands between the braces of an object that has no `code`.
fn members_of(data: &str) -> Option<&str> {
    let has_code = json::members(data, ["code"]).ok()??.values.into_iter().flatten().next().is_some();
    let inside = data.strip_prefix('{')?.strip_suffix('}')?;
    (!has_code).then(|| inside.trim_ascii())
}

/// Refuses a message that is no request. `wire_id`: `null` where it has no id that could be echoed.
pub(super) fn invalid_request(wire_id: &str, what: &str) -> String {
    failure(wire_id, INVALID_REQUEST, &format!("Invalid request: {what}"), None::<()>)
}

/// Refuses a method that the host does not know.
pub(super) fn method_not_found(wire_id: &str) -> String {
    failure(wire_id, METHOD_NOT_FOUND, "Method not found", None::<()>)
}

/// An error answer with that data.
pub(super) fn failure(wire_id: &str, code: i64, message: &str, data: Option<impl Serialize>) -> String {
    #[derive(Serialize)]
    struct Failure<'a, D> {
        code: i64,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<D>,
    }
    // The id goes back as it came, so it is not parsed again.
    format!(r#"{{"jsonrpc":"2.0","id":{wire_id},"error":{}}}"#, json::write(&Failure { code, message, data }))
}

/// One JSON value; parameters are an object, an array, or absent.
pub(in crate::protocol) fn check_payload(bytes: &[u8], purpose: Purpose) -> Result<(), BadPayload> {
    let are_parameters = matches!(purpose, Purpose::Call | Purpose::Notification);
    if are_parameters && bytes.is_empty() {
        return Ok(());
    }
    let wanted = if are_parameters { "a JSON object or array, or nothing," } else { "one JSON value" };
    let bad = |kind, fault: json::Fault| BadPayload {
        kind,
        offset: fault.offset,
        detail: format!("{}; send {wanted} as UTF-8", fault.what),
    };
    let text = json::utf8(bytes).map_err(|fault| bad(BadPayloadKind::BadUtf8, fault))?;
    json::check(text).map_err(|fault| bad(BadPayloadKind::BadJson, fault))?;
    let offset = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    if are_parameters && !matches!(bytes.get(offset), Some(b'{' | b'[')) {
        let what = "the parameters are neither an object nor an array".into();
        return Err(bad(BadPayloadKind::BadJson, json::Fault { offset, what }));
    }
    Ok(())
}
