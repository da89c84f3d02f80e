//! Words the messages that carry what the host says.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::protocol::json;
use crate::protocol::outbound::Envelope;

/// What stands around the `data` of an answer.
pub(in crate::protocol) fn response(wire_id: &str, readiness: &str) -> Envelope {
    Envelope {
        head: format!(r#"{{"request_id":{},"status":"ok","data":"#, json::write(wire_id)).into_bytes(),
        tail: format!(r#","readiness":{}}}"#, json::write(readiness)).into_bytes(),
    }
}

/// Bytes of an answer besides those of its payload, of the member with the id, and of the readiness.
pub const WORDED_ENVELOPE: usize = r#","status":"ok","data":"#.len() + r#","readiness":""}"#.len();

/// What stands before an answer whose envelope the host worded, in the place of its opening brace.
pub(in crate::protocol) fn envelope_start(wire_id: &str) -> Vec<u8> {
    format!(r#"{{"request_id":{}"#, json::write(wire_id)).into_bytes()
}

/// What stands around the `data` of an event.
pub(in crate::protocol) fn event(name: &str) -> Envelope {
    Envelope {
        head: format!(r#"{{"type":"event","event":{},"data":"#, json::write(name)).into_bytes(),
        tail: b"}".to_vec(),
    }
}

/// The event that tells a new readiness.
pub(in crate::protocol) fn readiness_changed(readiness: &str) -> String {
    format!(r#"{{"type":"event","event":"readiness_changed","data":{{"readiness":{}}}}}"#, json::write(readiness))
}

/// An error answer. `data_json` is left out unless it is a JSON object, which is all that servers take.
pub(in crate::protocol) fn error(
    wire_id: &str,
    code: &str,
    message: &str,
    data_json: Option<&str>,
    readiness: &str,
) -> String {
    let data = data_json.filter(|text| json::opens_object(text));
    let data: Option<&RawValue> = data.and_then(|text| serde_json::from_str(text).ok());
    failure(wire_id, code, message, data, readiness)
}

/// An error answer with that data.
pub(super) fn failure(
    request_id: &str,
    code: &str,
    message: &str,
    data: Option<impl Serialize>,
    readiness: &str,
) -> String {
    #[derive(Serialize)]
    struct Answer<'a, D> {
        request_id: &'a str,
        status: &'a str,
        data: Nothing,
        error: Failure<'a, D>,
        readiness: &'a str,
    }
    #[derive(Serialize)]
    struct Nothing {}
    #[derive(Serialize)]
    struct Failure<'a, D> {
        code: &'a str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<D>,
    }
    let error = Failure { code, message, data };
    json::write(&Answer { request_id, status: "error", data: Nothing {}, error, readiness })
}
