//! The server's side of JSON-RPC 2.0: a peer whose method `echo` gives its parameters back, and which has no other.

pub mod wire;

use serde::Serialize;
use serde_json::value::RawValue;

use super::incoming::Incoming;
use super::talk::Received;
use wire::Message;

/// The only method of this server.
const ECHO: &str = "echo";

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;

/// A peer. It does not say who it is.
#[derive(Clone, Debug, Serialize)]
pub struct Peer {
    pub session_id: String,
}

impl Peer {
    /// The peer of that connection.
    pub fn new(connection: u64) -> Self {
        Self { session_id: format!("peer-{connection}") }
    }
}

/// Reads a message or a batch of them.
pub fn receive(text: &str) -> Received {
    if !text.trim_start().starts_with('[') {
        return one(text, text.len());
    }
    let batch: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(batch) => batch,
        Err(error) => return broken(PARSE_ERROR, &format!("the batch is no JSON: {error}")),
    };
    if batch.is_empty() {
        return broken(INVALID_REQUEST, "an empty batch");
    }
    let mut whole = Received::default();
    let mut replies = Vec::new();
    for message in batch {
        let part = one(message.get(), message.get().len());
        whole.incoming.extend(part.incoming);
        replies.extend(part.reply);
    }
    whole.reply = (!replies.is_empty()).then(|| format!("[{}]", replies.join(",")));
    whole
}

fn one(text: &str, bytes: usize) -> Received {
    match wire::read(text, bytes) {
        Message::Request { id, method, params } => {
            let found = method == ECHO;
            let reply = if found {
                wire::result(id, params)
            } else {
                wire::error(Some(id), METHOD_NOT_FOUND, &format!("Method not found: this server knows only {ECHO}"))
            };
            let refused = (!found).then_some(METHOD_NOT_FOUND);
            let incoming = Incoming::Called { method, params: params.map(ToOwned::to_owned), refused };
            Received { reply: Some(reply), ..Received::of(incoming) }
        }
        Message::Notification { method, params } => {
            Received::of(Incoming::Event { name: method, data: params.map(ToOwned::to_owned) })
        }
        Message::Answer(answer) => Received::of(Incoming::Answer(answer)),
        // An error about a message whose id the peer could not read: to answer it could go on for ever.
        Message::Complaint { why } => Received::of(Incoming::malformed(why)),
        Message::NoJson { why } => broken(PARSE_ERROR, &why),
        Message::Invalid { why } => broken(INVALID_REQUEST, why),
    }
}

/// A message that is answered with an error and no id.
fn broken(code: i32, why: &str) -> Received {
    Received { reply: Some(wire::error(None, code, why)), ..Received::of(Incoming::malformed(why)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> String {
        receive(text).reply.unwrap_or_default()
    }

    #[test]
    fn echo_gives_parameters_and_id_back_byte_for_byte() {
        for (id, params) in [("1.0", "[1.50]"), ("\"\\u0041\"", "{\"a\":1e-7}"), ("-0", "[]")] {
            assert_eq!(
                reply(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"echo","params":{params}}}"#)),
                format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{params}}}"#)
            );
        }
        assert_eq!(reply(r#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#), r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
    }

    #[test]
    fn other_methods_are_not_found() {
        let text = reply(r#"{"jsonrpc":"2.0","id":"x","method":"fly","params":[]}"#);
        assert!(text.contains(r#""id":"x""#) && text.contains("-32601"), "{text}");
    }

    #[test]
    fn what_is_no_request_is_answered_with_a_null_id() {
        for (text, code) in [
            ("nonsense", "-32700"),
            ("[", "-32700"),
            ("[]", "-32600"),
            ("7", "-32600"),
            ("{}", "-32600"),
            (r#"{"jsonrpc":"2.0","id":{},"method":"echo"}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":1,"method":"echo","params":7}"#, "-32600"),
        ] {
            let reply = reply(text);
            assert!(reply.contains(code) && reply.contains(r#""id":null"#), "{text}: {reply}");
        }
    }

    #[test]
    fn a_batch_is_answered_by_one_batch_without_its_notifications() {
        let received = receive(r#"[{"method":"a"},{"id":1,"method":"echo","params":[1]},{"id":2,"method":"no"},3]"#);
        assert_eq!(received.incoming.len(), 4);
        let replies: Vec<serde_json::Value> = serde_json::from_str(&received.reply.unwrap()).unwrap();
        assert_eq!(replies.len(), 3);
        assert_eq!(replies[0]["result"], serde_json::json!([1]));
        assert!(receive(r#"[{"method":"a"}]"#).reply.is_none());
    }

    #[test]
    fn errors_without_an_id_are_never_answered() {
        let received = receive(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#);
        assert!(received.reply.is_none());
        assert!(matches!(&received.incoming[..], [Incoming::Malformed { why }] if why.contains("Parse error")));
    }
}
