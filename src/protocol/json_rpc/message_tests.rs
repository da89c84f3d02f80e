use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{open, read, read_with};
use crate::protocol::{Inbound, Limits, Outcome, Part, Reply, Text};

/// Id, method and parameters of a request as text.
fn request(message: &str) -> (String, String, String) {
    match read(message) {
        Inbound::Request { wire_id, method, params, .. } => {
            (wire_id.into(), method.as_str(message.as_bytes()).into(), message[params].into())
        }
        other => panic!("{message} is no request: {other:?}"),
    }
}

/// Name and parameters of a notification as text.
fn notification(message: &str) -> (String, String) {
    match read(message) {
        Inbound::Notification { name, params } => (name.as_str(message.as_bytes()).into(), message[params].into()),
        other => panic!("{message} is no notification: {other:?}"),
    }
}

fn reply(message: &str) -> (String, Outcome) {
    match read(message) {
        Inbound::Reply(Reply { wire_id, outcome }) => (wire_id.into(), outcome),
        other => panic!("{message} is no reply: {other:?}"),
    }
}

fn answer(inbound: &Inbound) -> Value {
    match inbound {
        Inbound::Answer(text) => serde_json::from_str(text).unwrap(),
        other => panic!("no answer: {other:?}"),
    }
}

fn complaint(inbound: &Inbound) -> &str {
    match inbound {
        Inbound::Malformed(why) => why,
        other => panic!("not malformed: {other:?}"),
    }
}

#[test]
fn an_id_is_kept_byte_for_byte() {
    for id in [
        "0",
        "-7",
        "1.0",
        "1e2",
        "9007199254740993",
        "123456789012345678901234567890",
        "\"1\"",
        "\"\"",
        "\"a\\u00e9\\/\"",
        "\"\\ud800\"",
        "true",
        "false",
        "[1 , 2]",
        "{ \"b\":1,\"a\":2 }",
        "\"é\"",
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","id": {id} ,"method":"m"}}"#);
        assert_eq!(request(&message), (id.into(), "m".into(), String::new()));
    }
    let longest = format!("\"{}\"", "i".repeat(254));
    assert_eq!(request(&format!(r#"{{"id":{longest},"method":"m"}}"#)).0, longest);
}

#[test]
fn parameters_are_untouched() {
    for params in [
        "{}",
        "[]",
        "null",
        "7",
        "\"text\"",
        r#"{ "b" : 1 , "a" : 2, "session_id": 1, "sessionId": 2 }"#,
        r#"[9007199254740993,1.0,1e-7,1e999,-0.0,123456789012345678901234567890]"#,
        r#"{"s":"\u00e9\ud83d\ude00\/","t":"é😀","lone":"\ud800","dup":1,"dup":2}"#,
        "{\n\t\"a\" : [ 1 , [ ] , { } ] \r\n}",
    ] {
        let call = format!(r#" {{"method":"m","params": {params} ,"id":1}} "#);
        assert_eq!(request(&call), ("1".into(), "m".into(), params.into()));
        let news = format!(r#"{{"params":{params},"method":"m"}}"#);
        assert_eq!(notification(&news), ("m".into(), params.into()));
    }
    let digits = "1".repeat(5000);
    assert_eq!(request(&format!(r#"{{"id":1,"method":"m","params":[{digits}]}}"#)).2, format!("[{digits}]"));
}

#[test]
fn a_method_goes_before_everything_else() {
    assert_eq!(request(r#"{"id":1,"method":"m","result":2,"error":{"code":1}}"#).0, "1");
    assert_eq!(notification(r#"{"method":"m","result":2}"#).0, "m");
    assert_eq!(notification(r#"{"id":null,"method":"m"}"#).0, "m", "a null id is none");
    assert_eq!(notification(r#"{"method":"caf\u00e9/\"x\""}"#).0, "café/\"x\"");
    assert_eq!(request(r#"{"id":1,"method":"first","method":"second","id":2}"#).1, "first");
    let binary = open("{}").0.receive(br#"{"method":"m"}"#, false, "", &Limits::default());
    assert!(matches!(binary, Inbound::Notification { name: Text::Slice(range), .. } if range == (11..12)));
}

#[test]
fn replies_end_calls() {
    let result = |text: &str| Outcome::Result(text.len() - 2..text.len() - 1);
    let one = r#"{"jsonrpc":"2.0","id":"a-b","result":1}"#;
    assert_eq!(reply(one), ("a-b".into(), result(one)));
    let nulls = r#"{"id":"a","method":null,"error":null,"result":1}"#;
    assert_eq!(reply(nulls), ("a".into(), result(nulls)), "null members beside the result are none");
    assert_eq!(reply(r#"{"id":"a","result":null}"#).1, Outcome::Result(19..23), "a null result is one");
    assert_eq!(reply(r#"{"id":"\u0061","result":1}"#).0, "a", "escapes do not part an id from its call");

    let failed = r#"{"id":"a","error":{"code":-32603,"message":"No \"way\"","data":[1, 2]},"result":null}"#;
    let (_, Outcome::Error { code, message, data }) = reply(failed) else { panic!("no error") };
    assert_eq!((code, message.as_str(failed.as_bytes()), &failed[data]), (-32603, "No \"way\"", "[1, 2]"));
    let terse = r#"{"id":"a","error":{"code":7,"message":null}}"#;
    assert_eq!(reply(terse).1, Outcome::Error { code: 7, message: Text::Slice(0..0), data: 0..0 });
}

#[test]
fn an_id_of_another_type_is_no_id_of_ours() {
    for (id, kept) in [
        ("1", "1"),
        ("\"1\"", "1"),
        ("true", "true"),
        ("[\"a\"]", "[\"a\"]"),
        ("\"\\ud800\"", "\"\\ud800\""),
        (&format!("\"{}\"", "i".repeat(257)), ""),
    ] {
        assert_eq!(reply(&format!(r#"{{"id":{id},"result":1}}"#)).0, kept);
    }
}

#[test]
fn replies_that_say_nothing_are_bad() {
    for (members, why) in [
        (r#""id":"a""#, "neither"),
        (r#""id":"a","error":null"#, "neither"),
        (r#""id":"a","result":1,"error":{"code":1}"#, "both"),
        (r#""id":"a","error":"text""#, "no object with a whole number"),
        (r#""id":"a","error":{}"#, "no object with a whole number"),
        (r#""id":"a","error":{"code":"1"}"#, "no object with a whole number"),
        (r#""id":"a","error":{"code":1.5}"#, "no object with a whole number"),
        (r#""id":"a","error":{"code":9223372036854775808}"#, "no object with a whole number"),
    ] {
        match reply(&format!("{{{members}}}")) {
            (id, Outcome::Bad(text)) => assert!(id == "a" && text.contains(why), "{text}"),
            other => panic!("{members}: {other:?}"),
        }
    }
}

#[test]
fn an_error_without_an_id_is_told() {
    for id in ["", r#""id":null,"#] {
        let text = format!(r#"{{"jsonrpc":"2.0",{id}"error":{{"code":-32700,"message":"Parse\n error"}}}}"#);
        let inbound = read(text);
        let why = complaint(&inbound);
        assert!(
            why.contains("belongs to no call") && why.contains("-32700") && why.contains(r"Parse\n error"),
            "{why}"
        );
    }
}

#[test]
fn what_is_no_message_is_malformed_and_shown_in_part_only() {
    let deep = format!(r#"{{"id":1,"method":"m","params":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let long = format!(r#"{{"method":"{}"}}"#, "m".repeat(1025));
    let rows: [(&[u8], &str); 22] = [
        (b"", "EOF while parsing a value at byte 0"),
        (b"  ", "EOF while parsing a value at byte 2"),
        (b"garbage", "expected value at byte 0"),
        (b"{\"id\":1,", "at byte 8"),
        (b"[{\"id\":1},", "at byte 10"),
        (b"{\"method\":\"m\",\"params\":[NaN]}", "expected value at byte 24"),
        (b"{\"a\":01}", "invalid number"),
        (b"{\"a\":1}{\"a\":1}", "trailing characters at byte 7"),
        (b"[]{}", "trailing characters at byte 2"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"a\":\"\xff\"}", "UTF-8 at byte 6"),
        (b"{}", "neither a method nor an id"),
        (b"{\"id\":null,\"result\":1}", "neither a method nor an id"),
        (b"{\"params\":[1]}", "neither a method nor an id"),
        (b"1", "no object"),
        (b"null", "no object"),
        (b"\"result\"", "no object"),
        (b"{\"method\":7}", "method must be a string"),
        (b"{\"method\":\"\\ud800\"}", "method must be a string"),
        (b"{\"method\":{}}", "method must be a string"),
        (long.as_bytes(), "method must be a string"),
        (deep.as_bytes(), "nested deeper than max_depth (128)"),
    ];
    for (message, why) in rows {
        let inbound = read(message);
        let text = complaint(&inbound);
        assert!(text.contains(why), "{text}");
        assert!(text.len() < 256, "{} bytes", text.len());
    }
}

#[test]
fn what_may_be_a_secret_is_shown_nowhere() {
    let token = "A-b_9".repeat(8);
    for text in [
        format!(r#"{{"result":{{"resume_token":"{token}"}}"#),
        format!(r#"{{"params":["{token}"]}}"#),
        format!(r#"{{"error":{{"code":1,"message":"not {token}"}}}}"#),
        format!(r#"[7{}{token}"#, " ".repeat(70)),
    ] {
        let inbound = read(&text);
        let why = complaint(&inbound);
        assert!(!why.contains("A-b_9A-b_9"), "{why}");
    }
    let inbound = read(r#"{"result":{"sessionId":"punie-session-1"}"#);
    assert!(complaint(&inbound).contains("punie-session-1"), "{inbound:?}");
    assert!(complaint(&read("x ".repeat(200))).ends_with("..."));
    for (length, end) in [(20, "xxx"), (21, ": ***"), (256, ": ***"), (257, ": ***...")] {
        assert!(complaint(&read("x".repeat(length))).ends_with(end), "{length}");
    }
}

#[test]
fn a_request_that_cannot_be_handed_on_is_answered() {
    let long = format!("\"{}\"", "m".repeat(1025));
    for method in ["7", "\"\\ud800\"", "[]", long.as_str()] {
        let told = answer(&read(format!(r#"{{"id":"i\"d","method":{method}}}"#)));
        assert_eq!((&told["id"], &told["error"]["code"]), (&json!("i\"d"), &json!(-32600)));
        assert!(told["error"]["message"].as_str().unwrap().contains("method must be"), "{told}");
    }
    let told = answer(&read(format!(r#"{{"id":"{}","method":"m"}}"#, "i".repeat(255))));
    assert_eq!((&told["id"], &told["error"]["code"]), (&Value::Null, &json!(-32600)));
    assert!(told["error"]["message"].as_str().unwrap().contains("257 bytes"), "{told}");
}

#[test]
fn methods_that_nobody_handles_are_refused() {
    let options = r#"{"methods":["known","caf\u00e9"]}"#;
    for known in ["known", "caf\\u00e9", "café"] {
        let inbound = read_with(options, format!(r#"{{"id":1,"method":"{known}"}}"#));
        assert!(matches!(inbound, Inbound::Request { .. }), "{inbound:?}");
    }
    for options in [options, r#"{"methods":[]}"#] {
        let told = answer(&read_with(options, r#"{"id":1.0,"method":"unknown"}"#));
        assert_eq!(
            told,
            json!({"jsonrpc": "2.0", "id": 1.0, "error": {"code": -32601, "message": "Method not found"}})
        );
        let news = read_with(options, r#"{"method":"unknown"}"#);
        assert!(matches!(news, Inbound::Notification { .. }), "only requests are refused: {news:?}");
    }
}

#[test]
fn a_batch_is_taken_apart() {
    let text = r#" [ {"id":"a","result":[1]} , {"method":"n","params":{"x":1}},7,[{"method":"n"}], {"id":3,"method":"no"} ,{}] "#;
    let Inbound::Batch(parts) = read_with(r#"{"methods":[]}"#, text) else { panic!("no batch") };
    let whole: Vec<&str> = parts.iter().map(|part| &text[part.range.clone()]).collect();
    assert_eq!(
        whole,
        [
            r#"{"id":"a","result":[1]}"#,
            r#"{"method":"n","params":{"x":1}}"#,
            "7",
            r#"[{"method":"n"}]"#,
            r#"{"id":3,"method":"no"}"#,
            "{}"
        ]
    );
    let inner = |at: usize, range: core::ops::Range<usize>| &whole[at][range];
    match &parts[0].inbound {
        Inbound::Reply(Reply { outcome: Outcome::Result(range), .. }) => assert_eq!(inner(0, range.clone()), "[1]"),
        other => panic!("{other:?}"),
    }
    match &parts[1].inbound {
        Inbound::Notification { name, params } => {
            assert_eq!((name.as_str(whole[1].as_bytes()), inner(1, params.clone())), ("n", r#"{"x":1}"#));
        }
        other => panic!("{other:?}"),
    }
    assert!(complaint(&parts[2].inbound).contains("no object"));
    assert!(complaint(&parts[3].inbound).contains("no object"), "a batch in a batch is none");
    assert_eq!(answer(&parts[4].inbound)["error"]["code"], -32601);
    assert!(complaint(&parts[5].inbound).contains("neither"));
}

#[test]
fn a_batch_is_bounded() {
    let told = answer(&read(" [ ] "));
    assert_eq!((&told["id"], &told["error"]["code"]), (&Value::Null, &json!(-32600)));
    let batch = |count: usize| format!("[{}]", vec![r#"{"method":"m"}"#; count].join(","));
    assert!(matches!(read(batch(1024)), Inbound::Batch(parts) if parts.len() == 1024));
    assert!(answer(&read(batch(1025)))["error"]["message"].as_str().unwrap().contains("1024"));
    assert!(complaint(&read(format!("{}x", batch(1025)))).contains("trailing"));
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?(e[-+]?[0-9]{1,3})?",
        "\"([a-zé😀 ]|\\\\u[0-9a-f]{4}|\\\\[\"\\\\/bfnrt]){0,12}\"",
        Just("true".to_owned()),
        Just("null".to_owned()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[ {} ]", items.join(" ,"))),
            prop::collection::vec(("[a-z]{0,3}", inner), 0..4).prop_map(|items| {
                let members: Vec<String> =
                    items.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    })
}

/// All that a range can point at must lie in the text.
fn stays_inside(inbound: &Inbound, text: &[u8]) -> bool {
    let fits = |range: &core::ops::Range<usize>| text.get(range.clone()).is_some();
    match inbound {
        Inbound::Request { params, .. } | Inbound::Notification { params, .. } => fits(params),
        Inbound::Reply(Reply { outcome: Outcome::Result(data) | Outcome::Error { data, .. }, .. }) => fits(data),
        Inbound::Batch(parts) => {
            parts.iter().all(|Part { range, inbound }| fits(range) && stays_inside(inbound, &text[range.clone()]))
        }
        _ => true,
    }
}

proptest! {
    #[test]
    fn ids_and_parameters_come_back(id in json_text(), params in json_text(), spare in json_text()) {
        prop_assume!(id.len() <= 256 && id != "null");
        let message = format!(r#"{{"x":{spare},"id":{id} ,"method":"m","params": {params}}}"#);
        prop_assert_eq!(request(&message), (id.clone(), "m".into(), params.clone()));
        let batch = format!("[{spare},{message}]");
        let Inbound::Batch(parts) = read(&batch) else { panic!("no batch") };
        prop_assert_eq!(&batch[parts[1].range.clone()], &message);
        let head = open("{}").0.response(&id, "").head;
        prop_assert_eq!(String::from_utf8(head).unwrap(), format!(r#"{{"jsonrpc":"2.0","id":{id},"result":"#));
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(stays_inside(&read(&bytes), &bytes));
    }

    #[test]
    fn nothing_that_looks_like_a_message_panics(
        members in prop::collection::vec(
            (prop::sample::select(vec!["id", "method", "params", "result", "error", "jsonrpc"]), json_text()), 0..6),
        in_batch in any::<bool>(),
        cut in 0_usize..200,
    ) {
        let members: Vec<String> = members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let message = format!("{{{}}}", members.join(","));
        let message = if in_batch { format!("[{message},{message}]") } else { message };
        prop_assert!(stays_inside(&read(&message), message.as_bytes()));
        let part = &message.as_bytes()[..cut.min(message.len())];
        prop_assert!(stays_inside(&read(part), part));
    }
}
