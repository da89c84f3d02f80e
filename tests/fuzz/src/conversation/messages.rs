//! What a message turned out to be, held against what a plain reader of JSON finds in it.

use framewire::protocol::{Inbound, Outcome, Reply, Text};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Talk;
use crate::oracle::{self, Members};

/// Longest words about a message that could not be read.
const LONGEST_WHY: usize = 400;

impl Talk {
    /// Reads a message and looks at what came of it.
    pub(super) fn message(&mut self, message: &[u8], is_text: bool) {
        let inbound = self.conversation.receive(message, is_text, self.readiness, &self.limits);
        let text = oracle::json(message).filter(|text| oracle::depth(text) <= self.limits.max_depth);
        let Some(text) = text else {
            return match inbound {
                Inbound::Malformed(why) => check_why(&why),
                other => panic!("what is no JSON, or too deep, is malformed, and not {other:?}"),
            };
        };
        self.inbound(text, &inbound);
    }

    /// What came of a message that is JSON.
    fn inbound(&self, text: &str, inbound: &Inbound) {
        match inbound {
            Inbound::Request { wire_id, method, params, .. } => self.request(text, wire_id, method, params),
            Inbound::Notification { name, params } => {
                let members = Members::read(text).expect("an object");
                assert_eq!(same_text(text, name), string(members.first(self.shape.method)), "the name");
                assert_eq!(text.get(params.clone()).unwrap(), raw(members.first("params")), "the content");
            }
            Inbound::Reply(reply) => self.reply(text, reply),
            Inbound::Batch(parts) => {
                let mut end = 0;
                for part in parts {
                    assert!(end < part.range.start && part.range.end < text.len(), "parts lie in their order");
                    end = part.range.end;
                    assert!(!matches!(part.inbound, Inbound::Batch(_)), "no part is a batch");
                    self.inbound(&text[part.range.clone()], &part.inbound);
                }
                let elements: Vec<&RawValue> = serde_json::from_str(text).expect("an array");
                assert_eq!(elements.len(), parts.len(), "no part is left out");
            }
            Inbound::Answer(answer) => drop(oracle::value(answer.as_bytes())),
            Inbound::Malformed(why) => {
                check_why(why);
                self.refusable(text);
            }
            Inbound::Acknowledged { server_version } => assert!(server_version.chars().count() <= 64),
            Inbound::Ignored => {}
            other @ (Inbound::Message | Inbound::Refused(_)) => panic!("{other:?}"),
        }
    }

    fn request(&self, text: &str, wire_id: &str, method: &Text, params: &core::ops::Range<usize>) {
        let members = Members::read(text).expect("an object");
        assert!(wire_id.len() <= 256);
        let id = members.first(self.shape.id).expect("a call has an id");
        if self.shape.has_raw_ids {
            assert_eq!(id.get(), wire_id, "the id is kept byte for byte");
        } else {
            assert_eq!(string(Some(id)).as_deref(), Some(wire_id));
        }
        let name = same_text(text, method);
        assert!(name.as_ref().is_some_and(|name| name.len() <= 1024));
        assert_eq!(name, string(members.first(self.shape.method)), "the method");
        let params = text.get(params.clone()).expect("parameters lie in the message");
        assert_eq!(params, raw(members.first("params")), "parameters come byte for byte");
        assert!(!self.shape.takes_objects || params.is_empty() || oracle::is_object(params));
        let twins = [self.shape.id, self.shape.method, "params"];
        assert!(!self.shape.refuses_twins || !twins.iter().any(|name| members.has_twice(name)));
        self.answers(wire_id, name.as_deref().unwrap_or_default());
    }

    fn reply(&self, text: &str, reply: &Reply) {
        assert!(self.shape.has_raw_ids && reply.wire_id.len() <= 256);
        let members = Members::read(text).expect("an object");
        assert!(members.first("id").is_some_and(|id| id.get() != "null"));
        match &reply.outcome {
            Outcome::Result(range) => assert_eq!(&text[range.clone()], raw(members.first("result"))),
            Outcome::Error { code, message, data } => {
                let error = Members::read(members.first("error").expect("an error").get()).expect("an object");
                assert_eq!(raw(error.first("code")).parse(), Ok(*code));
                assert_eq!(&text[data.clone()], raw(error.first("data")));
                let words = string(error.first("message")).unwrap_or_default();
                assert_eq!(same_text(text, message).unwrap_or_default(), words);
            }
            Outcome::Bad(why) => assert!(!why.is_empty()),
        }
    }

    /// A message that is JSON is malformed for a reason.
    fn refusable(&self, text: &str) {
        let Some(members) = Members::read(text) else { return };
        let keys = ["type", "request_id", "command", "params", "server_version", "id", "name", "timeout", "session_id"];
        let has_twins = self.shape.refuses_twins && keys.iter().any(|key| members.has_twice(key));
        let id = string(members.first(self.shape.id));
        let method = string(members.first(self.shape.method));
        let is_sound = id.is_some_and(|id| (1..=256).contains(&id.len()))
            && method.is_some_and(|method| method.len() <= 1024)
            && !text.contains("\"registered\"")
            && !text.contains('\\');
        assert!(has_twins || !is_sound, "a sound call is malformed: {text}");
    }
}

fn check_why(why: &str) {
    assert!(!why.is_empty() && why.len() <= LONGEST_WHY, "{} bytes: {why}", why.len());
    assert!(!why.chars().any(char::is_control), "{why:?}");
}

/// The text, checked to lie where it is said to.
fn same_text(message: &str, text: &Text) -> Option<String> {
    if let Text::Slice(range) = text {
        assert!(message.get(range.clone()).is_some(), "{range:?} of {message:?}");
    }
    Some(text.as_str(message.as_bytes()).to_owned())
}

fn string(value: Option<&RawValue>) -> Option<String> {
    match oracle::held(value?)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn raw(value: Option<&RawValue>) -> &str {
    value.map_or("", RawValue::get)
}
