//! The messages of godot_ai protocol 1 after the handshake: commands, answers and events.

use std::borrow::Cow;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::serve::incoming::{Answer, Failure, Incoming, MALFORMED_ANSWER};

/// A command, as it goes to the editor.
pub fn command(request_id: &str, command: &str, params: &RawValue) -> String {
    #[derive(Serialize)]
    struct Command<'a> {
        request_id: &'a str,
        command: &'a str,
        params: &'a RawValue,
    }
    // Strings and valid JSON always serialize.
    serde_json::to_string(&Command { request_id, command, params }).unwrap_or_default()
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    request_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    readiness: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event: Option<Cow<'a, str>>,
}

/// Keeps `null`, which is no valid `data`, apart from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads a message that came after the handshake.
pub fn read(text: &str) -> Incoming {
    let envelope: Envelope = match serde_json::from_str(text) {
        Ok(envelope) => envelope,
        Err(error) => return Incoming::malformed(error.to_string()),
    };
    if let Some(request_id) = &envelope.request_id {
        let request_id = request_id.to_string();
        let readiness = envelope.readiness.as_deref().map(str::to_owned);
        return Incoming::Answer(Answer { request_id, result: outcome(&envelope), readiness, bytes: text.len() });
    }
    match (envelope.kind.as_deref(), envelope.event) {
        (Some("event"), Some(name)) => {
            Incoming::Event { name: name.into_owned(), data: envelope.data.map(ToOwned::to_owned) }
        }
        _ => Incoming::malformed("neither an answer (request_id) nor an event (type, event)"),
    }
}

fn outcome(envelope: &Envelope) -> Result<Option<Box<RawValue>>, Failure> {
    let malformed = |why: &str| Err(Failure::new(MALFORMED_ANSWER, why));
    match envelope.status.as_deref() {
        None => malformed("the answer has no status"),
        Some("error") => match envelope.error {
            None => Err(Failure::new("UNKNOWN", "Unknown error")),
            Some(error) => Err(serde_json::from_str(error.get()).unwrap_or_else(|_| {
                Failure::new(MALFORMED_ANSWER, "the answer's error is no object with code and message")
            })),
        },
        Some(_) => match envelope.data {
            Some(data) if !data.get().starts_with('{') => malformed("the answer's data is no object"),
            data => Ok(data.map(ToOwned::to_owned)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Answer {
        match read(text) {
            Incoming::Answer(answer) => answer,
            other => panic!("no answer: {other:?}"),
        }
    }

    fn code(text: &str) -> String {
        answer(text).result.unwrap_err().code
    }

    #[test]
    fn answers_keep_their_data_untouched() {
        let answer = answer(r#"{"request_id":"a","status":"ok","data":{"n":1.0,"s":"\u0041"},"readiness":"ready"}"#);
        assert_eq!(answer.result.unwrap().unwrap().get(), r#"{"n":1.0,"s":"\u0041"}"#);
        assert_eq!(answer.readiness.as_deref(), Some("ready"));
    }

    #[test]
    fn answers_that_break_the_protocol_fail_their_command() {
        assert_eq!(code(r#"{"request_id":"a","status":"error"}"#), "UNKNOWN");
        assert_eq!(code(r#"{"request_id":"a","status":"error","error":{"code":"X","message":"m"}}"#), "X");
        assert_eq!(code(r#"{"request_id":"a"}"#), MALFORMED_ANSWER);
        assert_eq!(code(r#"{"request_id":"a","status":"ok","data":null}"#), MALFORMED_ANSWER);
        assert_eq!(code(r#"{"request_id":"a","status":"ok","data":[]}"#), MALFORMED_ANSWER);
        assert_eq!(code(r#"{"request_id":"a","status":"error","error":"x"}"#), MALFORMED_ANSWER);
    }

    #[test]
    fn events_and_garbage_are_told_apart() {
        let event = read(r#"{"type":"event","event":"scene_changed","data":{"current_scene":"a"}}"#);
        assert!(matches!(event, Incoming::Event { name, .. } if name == "scene_changed"));
        for text in ["", "nonsense", "[]", "{}", r#"{"request_id":7}"#, r#"{"status":"a","status":"b"}"#] {
            assert!(matches!(read(text), Incoming::Malformed { .. }), "{text}");
        }
    }

    #[test]
    fn a_command_is_one_object() {
        let params = RawValue::from_string(r#"{"a":1.50}"#.to_owned()).unwrap();
        assert_eq!(command("id", "add", &params), r#"{"request_id":"id","command":"add","params":{"a":1.50}}"#);
    }
}
