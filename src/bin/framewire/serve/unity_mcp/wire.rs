//! The messages of unity-mcp's hub.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::register::Register;
use crate::serve::incoming::{Answer, Failure, MALFORMED_ANSWER};

/// The longest time that an `execute` may name, and the one named when none is set.
const LONGEST: Duration = Duration::from_secs(3600);

/// Seconds between pongs that a plugin sends unasked.
const KEEP_ALIVE_SECONDS: u64 = 15;

/// One message of an editor.
#[derive(Debug)]
pub enum Message {
    Register(Register),
    Tools {
        names: Vec<String>,
        tools: Box<RawValue>,
    },
    Answer(Answer),
    Pong {
        session_id: Option<String>,
    },
    /// It is ignored.
    Other {
        why: String,
    },
    /// It ends the connection.
    NoJson {
        why: String,
    },
}

/// What the server says first. `timeout`: of a command, 0 = for ever.
pub fn welcome(timeout: Duration) -> String {
    let seconds = limited(timeout).as_secs();
    serde_json::json!({ "type": "welcome", "serverTimeout": seconds, "keepAliveInterval": KEEP_ALIVE_SECONDS })
        .to_string()
}

/// The reply to `register`.
pub fn registered(session_id: &str) -> String {
    serde_json::json!({ "type": "registered", "session_id": session_id }).to_string()
}

/// A command, which the server waits for so long.
pub fn execute(id: &str, name: &str, params: &RawValue, limit: Duration) -> String {
    #[derive(Serialize)]
    struct Execute<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        id: &'a str,
        name: &'a str,
        params: &'a RawValue,
        timeout: f64,
    }
    let timeout = limited(limit).as_secs_f64();
    // Strings, finite numbers and valid JSON always serialize.
    serde_json::to_string(&Execute { kind: "execute", id, name, params, timeout }).unwrap_or_default()
}

fn limited(time: Duration) -> Duration {
    if time.is_zero() { LONGEST } else { time.min(LONGEST) }
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

/// Reads a message.
pub fn read(text: &str) -> Message {
    if let Err(error) = serde_json::from_str::<&RawValue>(text) {
        return Message::NoJson { why: error.to_string() };
    }
    let Ok(Kind { kind }) = serde_json::from_str(text) else {
        return Message::Other { why: "no object with a `type`".to_owned() };
    };
    let wrong = |error: serde_json::Error| Message::Other { why: format!("`{kind}` is not understood: {error}") };
    match kind.as_ref() {
        "register" => serde_json::from_str(text).map_or_else(wrong, Message::Register),
        "register_tools" => tools(text).unwrap_or_else(wrong),
        "command_result" => answer(text).unwrap_or_else(wrong),
        "pong" => {
            #[derive(Deserialize)]
            struct Pong {
                session_id: Option<String>,
            }
            serde_json::from_str(text).map_or_else(wrong, |Pong { session_id }| Message::Pong { session_id })
        }
        _ => Message::Other { why: format!("a message of unknown type `{kind}`") },
    }
}

fn tools(text: &str) -> Result<Message, serde_json::Error> {
    #[derive(Deserialize)]
    struct Tools {
        tools: Box<RawValue>,
    }
    #[derive(Deserialize)]
    struct Tool {
        name: String,
    }
    let Tools { tools } = serde_json::from_str(text)?;
    let list: Vec<Tool> = serde_json::from_str(tools.get())?;
    Ok(Message::Tools { names: list.into_iter().map(|tool| tool.name).collect(), tools })
}

fn answer(text: &str) -> Result<Message, serde_json::Error> {
    #[derive(Deserialize)]
    struct CommandResult<'a> {
        id: String,
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    let CommandResult { id, result } = serde_json::from_str(text)?;
    Ok(Message::Answer(Answer { request_id: id, result: outcome(result), readiness: None, bytes: text.len() }))
}

/// What an answer says about itself, by `status` or `success`.
#[derive(Default, Deserialize)]
struct Outcome {
    status: Option<String>,
    success: Option<bool>,
    code: Option<String>,
    error: Option<serde_json::Value>,
    message: Option<serde_json::Value>,
    data: Option<serde_json::Value>,
}

impl Outcome {
    fn failed(&self) -> bool {
        self.status.as_deref() == Some("error") || self.success == Some(false)
    }

    /// The shortest name of what went wrong: scripts count failures by it.
    fn code(&self) -> String {
        let reason = self.data.as_ref().and_then(|data| data.get("reason")?.as_str());
        self.code.as_deref().or(reason).unwrap_or("error").to_owned()
    }

    fn text(&self) -> String {
        match self.error.as_ref().or(self.message.as_ref()) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "the answer does not say why".to_owned(),
        }
    }
}

fn outcome(result: Option<&RawValue>) -> Result<Option<Box<RawValue>>, Failure> {
    let malformed = |why: &str| Failure::new(MALFORMED_ANSWER, why);
    let result = result.ok_or_else(|| malformed("the answer has no result"))?;
    if !result.get().starts_with('{') {
        return Err(malformed("the answer's result is no object"));
    }
    let outcome: Outcome = serde_json::from_str(result.get())
        .map_err(|error| malformed(&format!("the answer's result is not understood: {error}")))?;
    if !outcome.failed() {
        return Ok(Some(result.to_owned()));
    }
    Err(Failure { code: outcome.code(), message: outcome.text(), data: Some(result.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(result: &str) -> Failure {
        match read(&format!(r#"{{"type":"command_result","id":"a","result":{result}}}"#)) {
            Message::Answer(answer) => answer.result.unwrap_err(),
            other => panic!("no answer: {other:?}"),
        }
    }

    #[test]
    fn answers_keep_their_result_untouched() {
        let result = r#"{"status":"success","result":{"n":1.0}}"#;
        let Message::Answer(answer) = read(&format!(r#"{{"type":"command_result","id":"a","result":{result}}}"#))
        else {
            panic!("no answer")
        };
        assert_eq!((answer.request_id.as_str(), answer.result.unwrap().unwrap().get()), ("a", result));
    }

    #[test]
    fn failures_are_told_by_status_or_success() {
        assert_eq!(failure(r#"{"status":"error","error":"no scene"}"#).message, "no scene");
        let busy = failure(r#"{"success":false,"error":"busy","hint":"retry","data":{"reason":"compiling"}}"#);
        assert_eq!((busy.code.as_str(), busy.message.as_str()), ("compiling", "busy"));
        assert_eq!(failure("7").code, MALFORMED_ANSWER);
        assert_eq!(failure("null").code, MALFORMED_ANSWER);
    }

    #[test]
    fn an_execute_names_its_time() {
        let params = RawValue::from_string("{}".to_owned()).unwrap();
        let text = |limit| execute("i", "n", &params, limit);
        assert_eq!(
            text(Duration::from_secs(30)),
            r#"{"type":"execute","id":"i","name":"n","params":{},"timeout":30.0}"#
        );
        assert!(text(Duration::ZERO).ends_with("\"timeout\":3600.0}"));
    }

    #[test]
    fn tools_are_known_by_name() {
        let read_tools = read(r#"{"type":"register_tools","tools":[{"name":"a"},{"name":"b","parameters":[]}]}"#);
        assert!(matches!(read_tools, Message::Tools { names, .. } if names == ["a", "b"]));
        assert!(matches!(read(r#"{"type":"register_tools","tools":[{}]}"#), Message::Other { .. }));
    }

    #[test]
    fn what_is_ignored_and_what_ends_the_connection() {
        for text in ["[]", "7", "{}", r#"{"type":7}"#, r#"{"type":"other"}"#, r#"{"type":"command_result"}"#] {
            assert!(matches!(read(text), Message::Other { .. }), "{text}");
        }
        for text in ["", "{", "nonsense"] {
            assert!(matches!(read(text), Message::NoJson { .. }), "{text}");
        }
    }
}
