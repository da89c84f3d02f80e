use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{WELCOME, hello, open, receive, registered, registered_message};
use crate::protocol::{Inbound, Limits, Purpose, Text};

fn read(message: &[u8]) -> Inbound {
    registered().receive(message, true, "ready", &Limits::default())
}

/// Id, name and parameters of a call as text.
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
fn an_execute_is_a_request_whose_parameters_are_untouched() {
    for params in [
        "{}",
        r#"{ "b" : 1 , "a" : 2 }"#,
        r#"{"n":9007199254740993,"m":1e-7,"h":1e999,"z":-0.0}"#,
        r#"{"s":"\u00e9\ud83d\ude00\/","t":"é😀","lone":"\ud800","dup":1,"dup":2}"#,
    ] {
        let message = format!(
            r#" {{"type":"execute","id":"0a1b","name":"manage_scene","params": {params} ,"timeout":30.0,"more":[{{}}]}} "#
        );
        assert_eq!(request(message.as_bytes()), ("0a1b".into(), "manage_scene".into(), params.into()));
    }
    let any_order = br#"{"params":{"id":"no"},"name":"yes","id":"7","type":"execute"}"#;
    assert_eq!(request(any_order), ("7".into(), "yes".into(), r#"{"id":"no"}"#.into()));
    assert_eq!(request(br#"{"type":"execute","id":"7","name":"c"}"#).2, "", "absent parameters are an empty range");
    let escaped = br#"{"\u0074ype":"e\u0078ecute","id":"a\"\u00e9","name":"caf\u00e9","params":{}}"#;
    assert_eq!(request(escaped), ("a\"é".into(), "café".into(), "{}".into()));
    let plain = br#"{"type":"execute","id":"1","name":"ping"}"#;
    assert!(
        matches!(read(plain), Inbound::Request { method: Text::Slice(range), .. } if &plain[range.clone()] == b"ping")
    );
    assert!(matches!(registered().receive(plain, false, "ready", &Limits::default()), Inbound::Request { .. }));
}

#[test]
fn patience_comes_with_the_call() {
    let of = |name: &str, timeout: &str| {
        let message = format!(r#"{{"type":"execute","id":"1","name":"{name}","params":{{}},"timeout":{timeout}}}"#);
        match read(message.as_bytes()) {
            Inbound::Request { patience, .. } => (patience.hold_ms, patience.answer_ms, patience.is_silent),
            other => panic!("no request: {other:?}"),
        }
    };
    assert_eq!(of("create_script", "30.0"), (Some(29_000), Some(29_500), false));
    assert_eq!(of("read_console", "2.0"), (Some(1750), Some(2000), true));
    assert_eq!(of("r\\u0065ad_console", "2"), (Some(1750), Some(2000), true), "by the name, however it is written");
    assert_eq!(of("create_script", "\"soon\""), (None, None, false));
}

#[test]
fn what_is_of_no_interest_is_ignored() {
    for text in [
        "[]",
        "null",
        "\"execute\"",
        "[{\"type\":\"execute\",\"id\":\"1\",\"name\":\"c\"}]",
        "{}",
        "{\"type\":\"news\"}",
        "{\"type\":7}",
        "{\"id\":\"1\",\"name\":\"c\"}",
        "{\"type\":\"command_result\",\"id\":\"1\",\"result\":{}}",
        "{\"type\":\"welcome\"}",
        "{\"unknown\":1,\"unknown\":2}",
    ] {
        assert_eq!(read(text.as_bytes()), Inbound::Ignored, "{text}");
    }
}

#[test]
fn a_bad_call_is_answered_where_it_can_be() {
    let long = format!("\"{}\"", "m".repeat(1025));
    for (name, params, text) in [
        ("7", "{}", "name must be"),
        ("null", "{}", "name must be"),
        ("\"\\ud800\"", "{}", "name must be"),
        (long.as_str(), "{}", "name must be"),
        ("\"c\"", "[]", "params must be"),
        ("\"c\"", "null", "params must be"),
    ] {
        let message = format!(r#"{{"type":"execute","id":"i\"d","name":{name},"params":{params}}}"#);
        let Inbound::Answer(answer) = read(message.as_bytes()) else { panic!("no answer to {message}") };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((&answer["type"], &answer["id"]), (&json!("command_result"), &json!("i\"d")));
        assert_eq!(
            (&answer["result"]["success"], &answer["result"]["code"]),
            (&json!(false), &json!("invalid_params"))
        );
        assert!(answer["result"]["error"].as_str().unwrap().starts_with(text), "{answer}");
    }
}

#[test]
fn what_cannot_be_read_is_malformed_and_shown_in_part_only() {
    let deep = format!(r#"{{"type":"execute","id":"1","name":"c","params":{}{}}}"#, "[".repeat(9999), "]".repeat(9999));
    let long_id = format!(r#"{{"type":"execute","id":"{}","name":"c"}}"#, "i".repeat(257));
    let rows: [(&[u8], &str); 13] = [
        (b"", "EOF while parsing a value at byte 0"),
        (b"garbage", "expected value at byte 0"),
        (b"{\"type\":\"ping\",", "at byte 15"),
        (b"{\"type\":\"ping\"}{}", "trailing characters at byte 15"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"a\":\"\xff\"}", "UTF-8 at byte 6"),
        (b"{\"type\":\"execute\",\"id\":\"1\",\"id\":\"1\",\"name\":\"c\"}", "`id` is there twice"),
        (b"{\"type\":\"execute\",\"name\":\"c\"}", "cannot be answered"),
        (b"{\"type\":\"execute\",\"id\":\"\",\"name\":\"c\"}", "cannot be answered"),
        (b"{\"type\":\"execute\",\"id\":7,\"name\":\"c\"}", "cannot be answered"),
        (b"{\"type\":\"execute\",\"id\":\"\\udc00\",\"name\":\"c\"}", "cannot be answered"),
        (long_id.as_bytes(), "cannot be answered"),
        (deep.as_bytes(), "nested deeper than max_depth (128)"),
    ];
    for (message, expected) in rows {
        let Inbound::Malformed(why) = read(message) else { panic!("took {}", String::from_utf8_lossy(message)) };
        assert!(why.contains(expected), "{why} lacks {expected}");
        assert!(why.len() < 250 && !why.contains(char::is_control), "{why}");
    }
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

proptest! {
    #[test]
    fn any_bytes_are_survived(message in prop::collection::vec(any::<u8>(), 0..300), is_text: bool) {
        for mut talk in [open(&hello(None)), registered()] {
            let inbound = talk.receive(&message, is_text, "ready", &Limits { max_depth: 8 });
            check_ranges(&message, &inbound);
            let _ = talk.check_payload(&message, Purpose::Answer);
        }
    }

    #[test]
    fn damaged_messages_are_survived(which in 0_usize..4, place in 0_usize..200, byte: u8, remove in 0_usize..9) {
        let execute = r#"{"type":"execute","id":"0a\u0041","name":"ta\"ke","params":{"a":[1.5e3,{"b":"\ud83d\ude00"}]},"timeout":30.0}"#;
        let registered_message = registered_message();
        let mut message = [execute, WELCOME, &registered_message, r#"{"type":"ping"}"#][which].as_bytes().to_vec();
        let place = place % message.len();
        let end = (place + remove).min(message.len());
        message.splice(place..end, [byte]);
        for mut talk in [open(&hello(None)), registered()] {
            check_ranges(&message, &talk.receive(&message, true, "ready", &Limits::default()));
        }
    }

    #[test]
    fn messages_in_any_order_are_survived(order in prop::collection::vec(0_usize..5, 0..12)) {
        let mut talk = open(&hello(Some("[]")));
        let (mut registrations, registered_message) = (0, registered_message());
        for which in order {
            let known = which == 4;
            let text = [WELCOME, &registered_message, r#"{"type":"ping"}"#, r#"{"type":"execute","id":"1","name":"c"}"#, "?"][which];
            let inbound = receive(&mut talk, text);
            prop_assert_eq!(known, matches!(inbound, Inbound::Malformed(_)));
            registrations += usize::from(matches!(inbound, Inbound::Answer(text) if text.contains(r#""register""#)));
            prop_assert_eq!(talk.is_acknowledged(), talk.given_session_id().is_some());
        }
        prop_assert!(registrations <= 1);
    }

    #[test]
    fn any_call_is_read_back(id in ".{1,60}", name in ".{0,60}", key in ".*", timeout: f64) {
        let params = json!({ key: [name.clone()] });
        let message = json!({"type": "execute", "id": id, "name": name, "params": params, "timeout": timeout}).to_string();
        prop_assert_eq!(request(message.as_bytes()), (id, name, params.to_string()));
    }
}
