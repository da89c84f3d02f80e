//! Whatever goes back is JSON, bears the id of the call, and keeps to its bound; payloads are taken exactly where they
//! are what the profile carries.

use framewire::protocol::{Conversation, Envelope, LARGEST_COMPACT, Purpose};
use serde_json::Value;

use super::Talk;
use crate::oracle;

impl Talk {
    /// Every answer that a call may get.
    pub(super) fn answers(&self, wire_id: &str, method: &str) {
        let Self { conversation, readiness, .. } = self;
        let Envelope { head, tail } = conversation.response(wire_id, readiness);
        self.is_answer(wire_id, &[&head, &b"{\"a\":[1]}"[..], &tail].concat());
        let worded = conversation.envelope_start(wire_id);
        if !worded.is_empty() {
            self.is_answer(wire_id, &[&worded[..], b",\"status\":\"ok\"}"].concat());
        }
        for data in [None, Some("{\"code\":1}"), Some("{ }"), Some("[\"\\ud800\"]"), Some("1e400")] {
            for code in ["-32000", "7", "no such node", "é\"\u{1}", method] {
                let text = conversation.error(wire_id, code, method, data, readiness);
                self.is_answer(wire_id, text.as_bytes());
            }
        }
        let (most, size) = (u64::MAX, usize::MAX);
        for text in [
            conversation.too_large(wire_id, size, size, size, readiness),
            conversation.expired(wire_id, method, most, most, readiness),
            conversation.busy(wire_id, method, most, readiness),
            conversation.closing(wire_id, readiness),
            conversation.bad_answer(wire_id, method, readiness),
        ] {
            assert!(text.len() <= LARGEST_COMPACT, "{} bytes: {text}", text.len());
            self.is_answer(wire_id, text.as_bytes());
        }
    }

    fn is_answer(&self, wire_id: &str, answer: &[u8]) {
        let Ok(value) = serde_json::from_slice::<Value>(answer) else {
            // Valid, though it holds what no Rust value does.
            assert!(oracle::json(answer).is_some(), "no JSON: {}", String::from_utf8_lossy(answer));
            return;
        };
        let id = value.get(self.shape.id).expect("an answer has the id of its call");
        if self.shape.has_raw_ids {
            let known: Option<Value> = serde_json::from_str(wire_id).ok();
            assert!(known.is_none_or(|known| known == *id));
        } else {
            assert_eq!(id.as_str(), Some(wire_id));
        }
    }

    /// A payload is taken exactly where the profile carries it, and makes a whole message then.
    pub(super) fn payloads(&self, payload: &[u8]) {
        let text = oracle::json(payload);
        for purpose in [Purpose::Answer, Purpose::ErrorData, Purpose::Notification, Purpose::Call] {
            let are_parameters = matches!(purpose, Purpose::Notification | Purpose::Call);
            let is_taken = match (&self.conversation, text) {
                (Conversation::JsonRpc(_), _) if are_parameters && payload.is_empty() => true,
                (Conversation::JsonRpc(_), Some(text)) => {
                    !are_parameters || oracle::is_object(text) || text.trim_ascii_start().starts_with('[')
                }
                (_, Some(text)) => oracle::is_object(text),
                (_, None) => false,
            };
            match self.conversation.check_payload(payload, purpose) {
                Ok(()) => assert!(is_taken, "{purpose:?}: {}", String::from_utf8_lossy(payload)),
                Err(bad) => {
                    assert!(!is_taken, "{purpose:?}: {bad:?}");
                    assert!(bad.offset <= payload.len() && !bad.detail.is_empty() && bad.detail.len() <= 400);
                    let valid = std::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
                    let is_utf8 = valid == payload.len();
                    assert!(is_utf8 || bad.offset == valid, "the first byte at fault is told: {bad:?}");
                }
            }
        }
        let Ok(name) = std::str::from_utf8(payload) else { return };
        let has_content = text.is_some_and(oracle::is_object);
        let content = if has_content { payload } else { b"{}" };
        for Envelope { head, tail } in [self.conversation.event(name, true), self.conversation.call(name, name, true)] {
            let message = [&head, content, &tail].concat();
            assert!(head.is_empty() || oracle::json(&message).is_some(), "{}", String::from_utf8_lossy(&message));
        }
        for text in [self.conversation.readiness_changed(self.readiness), self.conversation.cancelled(name)] {
            text.iter().for_each(|text| drop(oracle::value(text.as_bytes())));
        }
    }
}
