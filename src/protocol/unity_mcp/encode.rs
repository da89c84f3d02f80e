//! Words the messages to a server.

use serde::Serialize;
use serde_json::value::RawValue;

use super::hello::Hello;
use crate::protocol::json;
use crate::protocol::outbound::Envelope;

/// What stands around the result of a call. Servers hand a payload that has `success` to their client as it is, and
/// make any other the `data` of a success.
pub(in crate::protocol) fn response(wire_id: &str) -> Envelope {
    Envelope {
        head: format!(
            r#"{{"type":"command_result","id":{},"result":{{"status":"success","result":"#,
            json::write(wire_id)
        )
        .into_bytes(),
        tail: b"}}".to_vec(),
    }
}

/// An error answer. `data_json` is left out unless it is a JSON object, which is what servers read.
pub(in crate::protocol) fn error(wire_id: &str, code: &str, message: &str, data_json: Option<&str>) -> String {
    let data = data_json.filter(|text| json::opens_object(text));
    let data: Option<&RawValue> = data.and_then(|text| serde_json::from_str(text).ok());
    failure(wire_id, code, message, None, data)
}

/// An error answer with that data. `hint`: what the client is to do, in a word of the server's.
pub(super) fn failure(id: &str, code: &str, message: &str, hint: Option<&str>, data: Option<impl Serialize>) -> String {
    #[derive(Serialize)]
    struct CommandResult<'a, D> {
        r#type: &'a str,
        id: &'a str,
        result: Failure<'a, D>,
    }
    // With `success` the server hands on every member; by `status` alone it would drop `code` and `data`.
    #[derive(Serialize)]
    struct Failure<'a, D> {
        status: &'a str,
        success: bool,
        error: &'a str,
        code: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<D>,
    }
    let result = Failure { status: "error", success: false, error: message, code, hint, data };
    json::write(&CommandResult { r#type: "command_result", id, result })
}

/// The registration.
pub(super) fn register(hello: &Hello) -> String {
    #[derive(Serialize)]
    struct Register<'a> {
        r#type: &'a str,
        project_hash: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        project_name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unity_version: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        project_path: Option<&'a str>,
    }
    json::write(&Register {
        r#type: "register",
        project_hash: &hello.project_hash,
        project_name: hello.project_name.as_deref(),
        unity_version: hello.unity_version.as_deref(),
        project_path: hello.project_path.as_deref(),
    })
}

/// The list of tools; `tools` is a JSON array.
pub(super) fn register_tools(tools: &str) -> String {
    format!(r#"{{"type":"register_tools","tools":{tools}}}"#)
}

/// The sign of life, which counts only with the session id.
pub(super) fn pong(session_id: &str) -> String {
    format!(r#"{{"type":"pong","session_id":{}}}"#, json::write(session_id))
}
