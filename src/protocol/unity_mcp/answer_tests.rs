use serde_json::{Value, json};

use super::fixture::registered;
use crate::protocol::{BadPayloadKind, LARGEST_COMPACT, Purpose};

#[test]
fn results_frame_the_hosts_json() {
    let talk = registered();
    let envelope = talk.response("a\"b", "playing");
    let framed = [envelope.head, br#"{"n": 9007199254740993}"#.to_vec(), envelope.tail].concat();
    assert_eq!(
        String::from_utf8(framed).unwrap(),
        r#"{"type":"command_result","id":"a\"b","result":{"status":"success","result":{"n": 9007199254740993}}}"#
    );
    assert_eq!(
        talk.error("1", "not_found", "no \"x\"", Some("{ \"a\": 1e-7 }"), "ready"),
        r#"{"type":"command_result","id":"1","result":{"status":"error","success":false,"error":"no \"x\"","code":"not_found","data":{ "a": 1e-7 }}}"#
    );
    for no_object in [None, Some("[]"), Some("null"), Some("{"), Some("{}}"), Some("")] {
        assert_eq!(
            talk.error("1", "c", "m", no_object, "ready"),
            r#"{"type":"command_result","id":"1","result":{"status":"error","success":false,"error":"m","code":"c"}}"#
        );
    }
    assert_eq!((talk.readiness_changed("ready"), talk.cancelled("1")), (None, None));
    assert!(talk.event("e", true).head.is_empty() && talk.call("1", "m", true).head.is_empty());
}

/// The `result` of an answer to "7".
fn result(answer: &str) -> Value {
    assert!(answer.len() < 600, "compact: {answer}");
    let mut answer: Value = serde_json::from_str(answer).unwrap();
    assert_eq!((&answer["type"], &answer["id"]), (&json!("command_result"), &json!("7")));
    assert_eq!((&answer["result"]["success"], &answer["result"]["status"]), (&json!(false), &json!("error")));
    answer["result"].take()
}

#[test]
fn answers_in_the_hosts_stead_say_what_to_do_next() {
    let talk = registered();
    let too_large = result(&talk.too_large("7", 11, 16_777_217, 16 << 20, "ready"));
    assert!(too_large["error"].as_str().unwrap().contains("16 MiB"), "{too_large}");
    assert_eq!(too_large["data"], json!({"buffered_bytes": 11, "message_bytes": 16_777_217, "limit_bytes": 16 << 20}));
    for limit in [1000, (1 << 20) + 1] {
        let odd = result(&talk.too_large("7", 0, 2_000_000, limit, "ready"));
        assert!(odd["error"].as_str().unwrap().contains(&format!("over {limit} bytes")), "{odd}");
    }

    let expired = result(&talk.expired("7", "ba\"ke", 29_501, 29_500, "ready"));
    assert!(expired["error"].as_str().unwrap().contains("29500 ms"), "{expired}");
    assert_eq!(expired["data"], json!({"command": "ba\"ke", "elapsed_ms": 29_501, "timeout_ms": 29_500}));

    let bad = result(&talk.bad_answer("7", "trailing comma", "ready"));
    assert!(bad["error"].as_str().unwrap().contains("trailing comma"), "{bad}");
}

#[test]
fn a_client_is_told_to_retry_exactly_where_the_host_saw_nothing() {
    let talk = registered();
    let busy = result(&talk.busy("7", "the editor reloads", 29_000, "reloading"));
    assert_eq!((&busy["hint"], &busy["code"]), (&json!("retry"), &json!("editor_busy")));
    assert_eq!(
        busy["data"],
        json!({"reason": "reloading", "retry_after_ms": 500, "editor_state": "reloading", "stall_ms": 29_000})
    );
    for (readiness, reason) in [
        ("starting", "reloading"),
        ("recovering", "reloading"),
        ("compiling", "compiling"),
        ("importing", "asset_import"),
        ("ready", "busy"),
        ("playing", "busy"),
        ("stopping", "busy"),
    ] {
        assert_eq!(result(&talk.busy("7", "w", 1, readiness))["data"]["reason"], reason, "{readiness}");
    }
    // What servers read as "it may have run".
    let unsure = ["disconnected", "aborted", "connection closed", "timeout"];
    let is_unsure = |result: &Value| unsure.iter().any(|word| result["error"].as_str().unwrap().contains(word));
    assert!(!is_unsure(&busy));
    for answer in [talk.expired("7", "bake", 1, 1, "ready"), talk.closing("7", "ready")] {
        let answer = result(&answer);
        assert!(answer.get("hint").is_none() && is_unsure(&answer), "{answer}");
    }
    for answer in [talk.too_large("7", 0, 2, 1, "ready"), talk.bad_answer("7", "d", "ready")] {
        let answer = result(&answer);
        assert!(answer.get("hint").is_none() && !is_unsure(&answer), "{answer}");
    }
}

#[test]
fn answers_in_the_hosts_stead_are_bounded() {
    let talk = registered();
    // The longest that a request may have, of characters that JSON writes at the greatest length.
    let (id, method, text) = ("\u{1}".repeat(256), "\u{1}".repeat(1024), "\u{1}".repeat(9999));
    for answer in [
        talk.too_large(&id, usize::MAX, usize::MAX, usize::MAX, "importing"),
        talk.expired(&id, &method, u64::MAX, u64::MAX, "importing"),
        talk.busy(&id, &text, u64::MAX, "importing"),
        talk.closing(&id, "importing"),
        talk.bad_answer(&id, &text, "importing"),
    ] {
        assert!(answer.len() <= LARGEST_COMPACT, "{} bytes", answer.len());
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["id"], id);
    }
    let cut = talk.bad_answer("7", &"é".repeat(300), "ready");
    assert!(cut.contains("é") && serde_json::from_str::<Value>(&cut).is_ok());
}

#[test]
fn a_result_is_one_object() {
    let talk = registered();
    assert_eq!(talk.check_payload(b" {\"a\":1} \n", Purpose::Answer), Ok(()));
    for (bad, kind, offset) in [
        (&b""[..], BadPayloadKind::BadJson, 0),
        (b"  [1]", BadPayloadKind::BadJson, 2),
        (b"{\"a\":NaN}", BadPayloadKind::BadJson, 5),
        (b"{\"a\":\"\xc3\"}", BadPayloadKind::BadUtf8, 6),
    ] {
        let error = talk.check_payload(bad, Purpose::Answer).expect_err("must be refused");
        assert_eq!((error.kind, error.offset), (kind, offset), "{}", error.detail);
    }
}
