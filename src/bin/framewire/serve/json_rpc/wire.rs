//! The messages of JSON-RPC 2.0.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::serve::incoming::{Answer, Failure, MALFORMED_ANSWER};

/// One message, by its shape.
#[derive(Debug)]
pub enum Message<'a> {
    Request {
        id: &'a RawValue,
        method: String,
        params: Option<&'a RawValue>,
    },
    Notification {
        method: String,
        params: Option<&'a RawValue>,
    },
    Answer(Answer),
    /// An error that belongs to no request.
    Complaint {
        why: String,
    },
    NoJson {
        why: String,
    },
    Invalid {
        why: &'static str,
    },
}

/// A request.
pub fn request(id: &str, method: &str, params: &RawValue) -> String {
    #[derive(Serialize)]
    struct Request<'a> {
        jsonrpc: &'static str,
        id: &'a str,
        method: &'a str,
        params: &'a RawValue,
    }
    encode(&Request { jsonrpc: "2.0", id, method, params })
}

/// A notification.
pub fn notification(method: &str, params: &RawValue) -> String {
    #[derive(Serialize)]
    struct Notification<'a> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a RawValue,
    }
    encode(&Notification { jsonrpc: "2.0", method, params })
}

/// An answer.
pub fn result(id: &RawValue, result: Option<&RawValue>) -> String {
    #[derive(Serialize)]
    struct Response<'a> {
        jsonrpc: &'static str,
        id: &'a RawValue,
        result: Option<&'a RawValue>,
    }
    encode(&Response { jsonrpc: "2.0", id, result })
}

/// An error answer; without an id when the request's is not known.
pub fn error(id: Option<&RawValue>, code: i32, message: &str) -> String {
    #[derive(Serialize)]
    struct Error<'a> {
        code: i32,
        message: &'a str,
    }
    #[derive(Serialize)]
    struct Response<'a> {
        jsonrpc: &'static str,
        id: Option<&'a RawValue>,
        error: Error<'a>,
    }
    encode(&Response { jsonrpc: "2.0", id, error: Error { code, message } })
}

fn encode(message: &impl Serialize) -> String {
    // Strings, numbers and valid JSON always serialize.
    serde_json::to_string(message).unwrap_or_default()
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Keeps `null` apart from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads one message of `bytes` bytes.
pub fn read(text: &str, bytes: usize) -> Message<'_> {
    if let Err(error) = serde_json::from_str::<&RawValue>(text) {
        return Message::NoJson { why: error.to_string() };
    }
    let Ok(Envelope { id, method, params, result, error }) = serde_json::from_str(text) else {
        return Message::Invalid { why: "no object, or a member twice or of a wrong type" };
    };
    let Some(method) = method else {
        return answer(id, result, error, bytes);
    };
    let method = method.into_owned();
    if params.is_some_and(|params| !params.get().starts_with(['{', '['])) {
        return Message::Invalid { why: "params must be an object or an array" };
    }
    match id {
        None => Message::Notification { method, params },
        Some(id) if id.get().starts_with(['{', '[', 't', 'f']) => {
            Message::Invalid { why: "the id must be a string, a number or null" }
        }
        Some(id) => Message::Request { id, method, params },
    }
}

fn answer<'a>(id: Option<&RawValue>, result: Option<&RawValue>, error: Option<&RawValue>, bytes: usize) -> Message<'a> {
    let result = match (result, error) {
        (None, None) => return Message::Invalid { why: "neither a request (method) nor an answer (result, error)" },
        (Some(result), None) => Ok(Some(result.to_owned())),
        (None, Some(error)) => Err(failure(error)),
        (Some(_), Some(_)) => Err(Failure::new(MALFORMED_ANSWER, "the answer has both result and error")),
    };
    let id = match id.map(RawValue::get) {
        None | Some("null") => {
            let what = match result {
                Ok(_) => "a result without an id".to_owned(),
                Err(failure) => format!("an error without an id: {} {}", failure.code, failure.message),
            };
            return Message::Complaint { why: what };
        }
        // Ids of this server are strings: any other is that of no request.
        Some(id) => serde_json::from_str(id).unwrap_or_else(|_| id.to_owned()),
    };
    Message::Answer(Answer { request_id: id, result, readiness: None, bytes })
}

fn failure(error: &RawValue) -> Failure {
    #[derive(Deserialize)]
    struct Error {
        code: i64,
        message: String,
        data: Option<Box<RawValue>>,
    }
    match serde_json::from_str::<Error>(error.get()) {
        Ok(Error { code, message, data }) => Failure { code: code.to_string(), message, data },
        Err(_) => Failure::new(MALFORMED_ANSWER, "the answer's error is no object with a whole code and a message"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_of(text: &str) -> Answer {
        match read(text, text.len()) {
            Message::Answer(answer) => answer,
            other => panic!("no answer: {other:?}"),
        }
    }

    #[test]
    fn answers_keep_their_result_untouched() {
        let answer = answer_of(r#"{"jsonrpc":"2.0","id":"\u0061","result":[1.0,null]}"#);
        assert_eq!((answer.request_id.as_str(), answer.result.unwrap().unwrap().get()), ("a", "[1.0,null]"));
        assert_eq!(answer_of(r#"{"id":"a","result":null}"#).result.unwrap().unwrap().get(), "null");
        // The number 1 is not the string "1".
        assert_eq!(answer_of(r#"{"id":1,"result":null}"#).request_id, "1");
    }

    #[test]
    fn answers_that_break_the_protocol_fail_their_command() {
        let code = |text: &str| answer_of(text).result.unwrap_err().code;
        assert_eq!(code(r#"{"id":"a","error":{"code":-32601,"message":"m","data":[1]}}"#), "-32601");
        assert_eq!(code(r#"{"id":"a","error":{"code":"x","message":"m"}}"#), MALFORMED_ANSWER);
        assert_eq!(code(r#"{"id":"a","error":null}"#), MALFORMED_ANSWER);
        assert_eq!(code(r#"{"id":"a","result":1,"error":{"code":1,"message":"m"}}"#), MALFORMED_ANSWER);
    }

    #[test]
    fn an_id_of_null_is_still_a_request() {
        assert!(matches!(read(r#"{"id":null,"method":"echo"}"#, 0), Message::Request { .. }));
        assert!(matches!(read(r#"{"method":"echo"}"#, 0), Message::Notification { .. }));
    }

    #[test]
    fn calls_are_one_object() {
        let params = RawValue::from_string("[1.50]".to_owned()).unwrap();
        assert_eq!(request("id", "add", &params), r#"{"jsonrpc":"2.0","id":"id","method":"add","params":[1.50]}"#);
        assert_eq!(notification("add", &params), r#"{"jsonrpc":"2.0","method":"add","params":[1.50]}"#);
    }
}
