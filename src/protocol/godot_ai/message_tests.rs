use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{acknowledged, receive};
use crate::protocol::{Inbound, Limits, Purpose, Text};

fn read(message: &[u8]) -> Inbound {
    acknowledged(2).receive(message, true, "ready", &Limits::default())
}

/// Id, method and parameters of a request as text.
fn request(message: &[u8]) -> (String, String, String) {
    match read(message) {
        Inbound::Request { wire_id, method, params, .. } => {
            let params = core::str::from_utf8(&message[params]).unwrap();
            (wire_id.into(), method.as_str(message).into(), params.into())
        }
        other => panic!("no request: {other:?}"),
    }
}

#[test]
fn a_command_is_a_request_whose_parameters_are_untouched() {
    for params in [
        "{}",
        r#"{ "b" : 1 , "a" : 2 }"#,
        r#"{"n":9007199254740993,"m":1e-7,"h":1e999,"z":-0.0,"i":123456789012345678901234567890}"#,
        r#"{"s":"\u00e9\ud83d\ude00\/","t":"é😀","lone":"\ud800","dup":1,"dup":2}"#,
        "{\n\t\"a\" : [ 1 , [ ] , { } ] \r\n}",
    ] {
        let message =
            format!(r#" {{"request_id":"0a1b","command":"get_scene_tree","params": {params} ,"more":[{{}}]}} "#);
        assert_eq!(request(message.as_bytes()), ("0a1b".into(), "get_scene_tree".into(), params.into()));
    }
    let any_order = br#"{"params":{"command":"no"},"command":"yes","request_id":"7"}"#;
    assert_eq!(request(any_order), ("7".into(), "yes".into(), r#"{"command":"no"}"#.into()));
    assert_eq!(request(br#"{"request_id":"7","command":"c"}"#).2, "", "absent parameters are an empty range");
    let binary = acknowledged(1).receive(br#"{"request_id":"7","command":"c"}"#, false, "ready", &Limits::default());
    assert!(matches!(binary, Inbound::Request { .. }), "servers' binary frames are read alike");
}

#[test]
fn escapes_in_the_envelope_are_decoded() {
    let message = br#"{"request_\u0069d":"a\"\u00e9","command":"custom_tool:caf\u00e9","params":{}}"#;
    assert_eq!(request(message), ("a\"é".into(), "custom_tool:café".into(), "{}".into()));
    let plain = br#"{"request_id":"1","command":"ping"}"#;
    assert!(
        matches!(read(plain), Inbound::Request { method: Text::Slice(range), .. } if &plain[range.clone()] == b"ping")
    );
}

#[test]
fn what_is_of_no_interest_is_ignored() {
    for text in [
        "[]",
        "null",
        "1",
        "\"text\"",
        "[{\"request_id\":\"1\",\"command\":\"c\"}]",
        "{}",
        "{\"type\":\"news\"}",
        "{\"request_id\":\"1\"}",
        "{\"command\":\"c\"}",
        "{\"type\":7}",
        "{\"type\":\"handshake_ack\"}",
        "{\"type\":\"event\",\"event\":\"x\",\"data\":{}}",
        "{\"unknown\":1,\"unknown\":2}",
    ] {
        assert_eq!(read(text.as_bytes()), Inbound::Ignored, "{text}");
    }
}

#[test]
fn a_bad_command_is_answered_where_it_can_be() {
    let long = format!("\"{}\"", "m".repeat(1025));
    for (command, params, text) in [
        ("7", "{}", "command must be"),
        ("null", "{}", "command must be"),
        ("\"\\ud800\"", "{}", "command must be"),
        (long.as_str(), "{}", "command must be"),
        ("\"c\"", "[]", "params must be"),
        ("\"c\"", "null", "params must be"),
        ("\"c\"", "\"{}\"", "params must be"),
    ] {
        let message = format!(r#"{{"request_id":"i\"d","command":{command},"params":{params}}}"#);
        let Inbound::Answer(answer) = read(message.as_bytes()) else { panic!("no answer to {message}") };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["request_id"], "i\"d");
        assert_eq!(
            (&answer["status"], &answer["data"], &answer["readiness"]),
            (&json!("error"), &json!({}), &json!("ready"))
        );
        assert_eq!(answer["error"]["code"], "INVALID_PARAMS");
        assert!(answer["error"]["message"].as_str().unwrap().starts_with(text), "{answer}");
    }
}

#[test]
fn what_cannot_be_read_is_malformed_and_shown_in_part_only() {
    let deep = format!(r#"{{"request_id":"1","command":"c","params":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let long_id = format!(r#"{{"request_id":"{}","command":"c"}}"#, "i".repeat(257));
    let rows: [(&[u8], &str); 19] = [
        (b"", "EOF while parsing a value at byte 0"),
        (b"garbage", "expected value at byte 0"),
        (b"{\"request_id\":\"1\",", "at byte 18"),
        (b"{\"request_id\":\"1\",\"command\":\"c\",\"params\":{\"a\":NaN}}", "expected value at byte 46"),
        (b"{\"a\":Infinity}", "expected value"),
        (b"{\"a\":01}", "invalid number"),
        (b"{\"a\":1,}", "trailing comma"),
        (b"{\"a\":\"\n\"}", "control character"),
        (b"{'a':1}", "key must be a string"),
        (b"{\"a\":1}{\"a\":1}", "trailing characters at byte 7"),
        (b"{\"a\":1}\0", "trailing characters"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"a\":\"\xff\"}", "UTF-8 at byte 6"),
        (b"{\"request_id\":\"1\",\"request_id\":\"1\",\"command\":\"c\"}", "`request_id` is there twice"),
        (b"{\"request_id\":\"1\",\"command\":\"c\",\"params\":{},\"\\u0070arams\":{}}", "`params` is there twice"),
        (b"{\"request_id\":\"\\udc00\",\"command\":\"c\"}", "cannot be answered"),
        (b"{\"request_id\":7,\"command\":\"c\"}", "cannot be answered"),
        (long_id.as_bytes(), "cannot be answered"),
        (deep.as_bytes(), "nested deeper than max_depth (128) at byte 168"),
    ];
    for (message, expected) in rows {
        let Inbound::Malformed(why) = read(message) else { panic!("took {}", String::from_utf8_lossy(message)) };
        assert!(why.contains(expected), "{why} lacks {expected}");
        assert!(why.len() < 250 && !why.contains(char::is_control), "{why}");
    }
    let valid = br#"{"request_id":"1","command":"c","params":{"a":[1,{"b":"\u00e9"}]}}"#;
    for cut in 0..valid.len() {
        assert!(matches!(read(&valid[..cut]), Inbound::Malformed(_)), "cut at {cut}");
    }
}

#[test]
fn depth_counts_what_is_outside_of_strings() {
    let at = |depth: usize| {
        format!(
            r#"{{"request_id":"1","command":"c","params":{{"s":"[[[\"{{{{","a":{}{}}}}}"#,
            "[".repeat(depth - 2),
            "]".repeat(depth - 2)
        )
    };
    let limits = Limits { max_depth: 10 };
    let read = |text: String| acknowledged(1).receive(text.as_bytes(), true, "ready", &limits);
    assert!(matches!(read(at(10)), Inbound::Request { .. }));
    assert!(matches!(read(at(11)), Inbound::Malformed(_)));
}

/// Whatever comes in, what goes out is within it.
fn check_ranges(message: &[u8], inbound: &Inbound) {
    if let Inbound::Request { method, params, .. } = inbound {
        let params = message.get(params.clone()).expect("in bounds");
        assert!(params.is_empty() || serde_json::from_slice::<&serde_json::value::RawValue>(params).is_ok());
        if let Text::Slice(range) = method {
            assert!(core::str::from_utf8(message.get(range.clone()).expect("in bounds")).is_ok());
        }
    }
    if let Inbound::Answer(answer) = inbound {
        assert!(serde_json::from_str::<Value>(answer).is_ok());
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("request_id|command|params|.*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_survived(message in prop::collection::vec(any::<u8>(), 0..300), protocol in 1_u32..=2, is_text: bool) {
        let inbound = acknowledged(protocol).receive(&message, is_text, "ready", &Limits { max_depth: 8 });
        check_ranges(&message, &inbound);
        let _ = acknowledged(protocol).check_payload(&message, Purpose::Answer);
    }

    #[test]
    fn damaged_commands_are_survived(place in 0_usize..200, byte: u8, remove in 0_usize..9) {
        let mut message = br#"{"request_id":"0a\u0041","command":"ta\"ke","params":{"a":[1.5e3,{"b":"\ud83d\ude00"}],"c":null}}"#.to_vec();
        let place = place % message.len();
        let end = (place + remove).min(message.len());
        message.splice(place..end, [byte]);
        check_ranges(&message, &read(&message));
    }

    #[test]
    fn an_object_is_read_as_a_json_library_reads_it(value in value()) {
        let message = value.to_string().into_bytes();
        let inbound = receive(&mut acknowledged(2), &value.to_string());
        check_ranges(&message, &inbound);
        match (&value["request_id"], &value["command"], &value["params"]) {
            (Value::String(id), Value::String(command), params) if params.is_object() && id.len() <= 256 && command.len() <= 1024 => {
                let (wire_id, method, text) = request(&message);
                prop_assert_eq!((&wire_id, &method), (id, command));
                prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), params);
            }
            _ => prop_assert!(!matches!(inbound, Inbound::Malformed(_)) || !value["request_id"].is_string() || value["request_id"].as_str().is_some_and(|id| id.len() > 256)),
        }
    }

    #[test]
    fn any_request_is_read_back(id in ".{0,60}", command in ".{0,60}", params in prop::collection::btree_map(".*", value(), 0..4)) {
        let params = Value::Object(params.into_iter().collect());
        let message = json!({"request_id": id, "command": command, "params": params}).to_string();
        prop_assert_eq!(request(message.as_bytes()), (id, command, params.to_string()));
    }
}
