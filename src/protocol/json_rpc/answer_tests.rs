use serde_json::{Value, json};

use super::fixture::open;
use crate::protocol::{BadPayloadKind, Conversation, Envelope, LARGEST_COMPACT, Purpose};

fn talk() -> Conversation {
    open("{}").0
}

fn framed(envelope: Envelope, payload: &str) -> String {
    String::from_utf8([envelope.head, payload.into(), envelope.tail].concat()).unwrap()
}

fn error_of(text: &str) -> Value {
    let mut told: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(told["jsonrpc"], "2.0");
    told["error"].take()
}

#[test]
fn the_first_messages_go_out_as_they_are() {
    let (talk, first) = open(r#"{"messages":[{"method":"initialized" , "v":1.0}, {"b":1}],"methods":[]}"#);
    assert_eq!(first, [r#"{"method":"initialized" , "v":1.0}"#, r#"{"b":1}"#]);
    assert!(talk.is_acknowledged());
    assert!(open("{}").1.is_empty());
}

#[test]
fn envelopes() {
    let talk = talk();
    assert_eq!(framed(talk.response("1.0", "ready"), "[1]"), r#"{"jsonrpc":"2.0","id":1.0,"result":[1]}"#);
    assert_eq!(framed(talk.event("a\"b", true), "{}"), r#"{"jsonrpc":"2.0","method":"a\"b","params":{}}"#);
    assert_eq!(framed(talk.event("a", false), ""), r#"{"jsonrpc":"2.0","method":"a"}"#);
    assert_eq!(framed(talk.call("id", "m", true), "[]"), r#"{"jsonrpc":"2.0","id":"id","method":"m","params":[]}"#);
    assert_eq!(framed(talk.call("id", "m", false), ""), r#"{"jsonrpc":"2.0","id":"id","method":"m"}"#);
    assert_eq!(talk.readiness_changed("ready"), None);
}

#[test]
fn a_call_is_taken_back_where_the_peer_knows_how() {
    assert_eq!(talk().cancelled("id"), None);
    assert_eq!(
        open(r#"{"cancel_method":"$/cancelRequest"}"#).0.cancelled("i\"d").as_deref(),
        Some(r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"i\"d"}}"#)
    );
}

#[test]
fn codes_of_the_host() {
    let error = |code: &str, data: Option<&str>| error_of(&talk().error("7", code, "Words", data, ""));
    assert_eq!(error("-32601", None), json!({"code": -32601, "message": "Words"}));
    assert_eq!(error("5", Some("[1]")), json!({"code": 5, "message": "Words", "data": [1]}));
    assert_eq!(error("5", Some("null")), json!({"code": 5, "message": "Words", "data": null}));
    let named = |data: Option<&str>| {
        let error = error("NOT_FOUND", data);
        assert_eq!((&error["code"], &error["message"]), (&json!(-32000), &json!("Words")));
        error["data"].clone()
    };
    assert_eq!(named(None), json!({"code": "NOT_FOUND"}));
    assert_eq!(named(Some(" { } ")), json!({"code": "NOT_FOUND"}));
    assert_eq!(named(Some(r#" {"a":1 } "#)), json!({"code": "NOT_FOUND", "a": 1}));
    assert_eq!(named(Some("[1]")), json!({"code": "NOT_FOUND", "data": [1]}));
    assert_eq!(named(Some(r#"{"code":1}"#)), json!({"code": "NOT_FOUND", "data": {"code": 1}}));
    assert_eq!(error("99999999999999999999", None)["data"]["code"], "99999999999999999999");
    let verbatim = talk().error("7", "1", "", Some(r#"{"b":1.0,"a":"\ud800"}"#), "");
    assert!(verbatim.ends_with(r#""data":{"b":1.0,"a":"\ud800"}}}"#), "{verbatim}");
    let coded = talk().error("7", "X", "", Some(r#"{"b":1.0,"a":"\ud800"}"#), "");
    assert!(coded.ends_with(r#""data":{"code":"X","b":1.0,"a":"\ud800"}}}"#), "{coded}");
}

#[test]
fn answers_in_the_hosts_stead_are_short_and_say_what_to_do() {
    let talk = talk();
    // What grows most when it is written as JSON.
    let long = "\u{1}".repeat(5000);
    let id = format!("\"{}\"", "i".repeat(254));
    let most = u64::MAX;
    let size = usize::MAX;
    for (text, code, reason, retryable) in [
        (talk.too_large(&id, size, size, size, &long), -32011, "too_large", false),
        (talk.expired(&id, &long, most, most, &long), -32012, "expired", false),
        (talk.busy(&id, &long, most, &long), -32013, "busy", true),
        (talk.closing(&id, &long), -32014, "closing", false),
        (talk.bad_answer(&id, &long, &long), -32603, "bad_answer", false),
    ] {
        assert!(text.len() <= LARGEST_COMPACT, "{} bytes: {text}", text.len());
        assert!(text.contains(&format!(r#""id":{id},"#)));
        let error = error_of(&text);
        assert_eq!((&error["code"], &error["data"]["reason"]), (&json!(code), &json!(reason)));
        assert_eq!(error["data"]["retryable"], retryable);
    }
    let error = error_of(&talk.busy("1", "the frame loop does not poll", 5000, "compiling"));
    assert_eq!(error["data"], json!({"reason": "busy", "retryable": true, "phase": "compiling", "stall_ms": 5000}));
    assert_eq!(error["message"], "The request was not run: the frame loop does not poll. Try again shortly.");
}

#[test]
fn payloads_are_checked_for_their_purpose() {
    let talk = talk();
    let values = ["{}", " [1]", "7", "null", "\"\\ud800\"", "\t{\"a\":1e999}\n"];
    for purpose in [Purpose::Answer, Purpose::ErrorData] {
        for value in values {
            assert_eq!(talk.check_payload(value.as_bytes(), purpose), Ok(()), "{value}");
        }
    }
    for purpose in [Purpose::Call, Purpose::Notification] {
        for value in ["", "{}", " [1]", "\t{\"a\":1e999}\n"] {
            assert_eq!(talk.check_payload(value.as_bytes(), purpose), Ok(()), "{value}");
        }
    }
    let rows: [(&[u8], Purpose, BadPayloadKind, usize, &str); 9] = [
        (b"", Purpose::Answer, BadPayloadKind::BadJson, 0, "one JSON value"),
        (b" ", Purpose::Call, BadPayloadKind::BadJson, 1, "object or array"),
        (b" 7", Purpose::Call, BadPayloadKind::BadJson, 1, "object or array"),
        (b"null", Purpose::Notification, BadPayloadKind::BadJson, 0, "object or array"),
        (b"{\"a\":}", Purpose::Call, BadPayloadKind::BadJson, 5, "object or array"),
        (b"{\"a\":1} x", Purpose::Answer, BadPayloadKind::BadJson, 8, "trailing"),
        (b"[1,2", Purpose::Notification, BadPayloadKind::BadJson, 4, "object or array"),
        (b"\"a\xff\"", Purpose::ErrorData, BadPayloadKind::BadUtf8, 2, "UTF-8"),
        (b"NaN", Purpose::Answer, BadPayloadKind::BadJson, 0, "one JSON value"),
    ];
    for (payload, purpose, kind, offset, words) in rows {
        let bad = talk.check_payload(payload, purpose).unwrap_err();
        assert_eq!((bad.kind, bad.offset), (kind, offset), "{payload:?}");
        assert!(bad.detail.contains(words), "{}", bad.detail);
    }
}
