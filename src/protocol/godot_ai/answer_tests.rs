use serde_json::{Value, json};

use super::fixture::acknowledged;
use crate::protocol::{BadPayloadKind, LARGEST_COMPACT, Purpose, WORDED_ENVELOPE};

#[test]
fn answers_and_events_frame_the_hosts_json() {
    let talk = acknowledged(2);
    let framed = |envelope: crate::protocol::Envelope, json: &str| {
        String::from_utf8([envelope.head, json.as_bytes().to_vec(), envelope.tail].concat()).unwrap()
    };
    let data = r#"{"n": 9007199254740993}"#;
    assert_eq!(
        framed(talk.response("a\"b", "playing"), data),
        r#"{"request_id":"a\"b","status":"ok","data":{"n": 9007199254740993},"readiness":"playing"}"#
    );
    let start = talk.envelope_start("a\"b");
    assert_eq!(start, br#"{"request_id":"a\"b""#);
    let envelope = talk.response("a\"b", "");
    assert_eq!(envelope.head.len() + envelope.tail.len(), start.len() + WORDED_ENVELOPE);
    assert_eq!(
        framed(talk.event("scene\n", true), data),
        r#"{"type":"event","event":"scene\n","data":{"n": 9007199254740993}}"#
    );
    assert_eq!(
        talk.readiness_changed("ready").unwrap(),
        r#"{"type":"event","event":"readiness_changed","data":{"readiness":"ready"}}"#
    );
    assert_eq!(
        talk.error("1", "NODE_NOT_FOUND", "no \"x\"", Some("{ \"a\": 1e-7 }"), "ready"),
        r#"{"request_id":"1","status":"error","data":{},"error":{"code":"NODE_NOT_FOUND","message":"no \"x\"","data":{ "a": 1e-7 }},"readiness":"ready"}"#
    );
    for no_object in [None, Some("[]"), Some("null"), Some("{"), Some("{}}"), Some("")] {
        assert_eq!(
            talk.error("1", "C", "m", no_object, "ready"),
            r#"{"request_id":"1","status":"error","data":{},"error":{"code":"C","message":"m"},"readiness":"ready"}"#
        );
    }
}

#[test]
fn answers_in_the_hosts_stead_have_what_servers_read() {
    let talk = acknowledged(2);
    let rows = [
        (
            talk.too_large("7", 11, 4_194_305, 4_194_304, "ready"),
            "INTERNAL_ERROR",
            vec!["max_resolution", "include_image=false"],
            json!({"buffered_bytes": 11, "message_bytes": 4_194_305, "limit_bytes": 4_194_304}),
        ),
        (
            talk.expired("7", "take_\"shot", 4501, 4500, "ready"),
            "DEFERRED_TIMEOUT",
            vec!["4500 ms"],
            json!({"command": "take_\"shot", "elapsed_ms": 4501, "timeout_ms": 4500}),
        ),
        (
            talk.busy("7", "the editor's queue is full", 2100, "ready"),
            "EDITOR_NOT_READY",
            vec!["queue is full"],
            json!({"retryable": true, "editor_state": "ready", "stall_ms": 2100}),
        ),
        (
            talk.closing("7", "ready"),
            "TRANSPORT_OUTCOME_UNKNOWN",
            vec!["closes"],
            json!({"sub_code": "EDITOR_DISCONNECTED", "retryable": false}),
        ),
        (talk.bad_answer("7", "trailing comma", "ready"), "INTERNAL_ERROR", vec!["trailing comma"], Value::Null),
    ];
    for (answer, code, texts, data) in rows {
        assert!(answer.len() < 600, "compact: {answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let keys: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["data", "error", "readiness", "request_id", "status"]);
        assert_eq!(
            (&answer["request_id"], &answer["status"], &answer["data"]),
            (&json!("7"), &json!("error"), &json!({}))
        );
        assert_eq!((&answer["error"]["code"], &answer["error"]["data"]), (&json!(code), &data));
        assert_eq!(answer["readiness"], "ready");
        for text in texts {
            assert!(answer["error"]["message"].as_str().unwrap().contains(text), "{answer}");
        }
    }
}

#[test]
fn payloads_are_checked_and_the_fault_is_located() {
    let talk = acknowledged(2);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for good in ["{}", " {\"a\":1} \n", "{\"a\":\"\\ud800\"}", deep.as_str()] {
        assert_eq!(talk.check_payload(good.as_bytes(), Purpose::Answer), Ok(()));
    }
    for (bad, kind, offset) in [
        (&b""[..], BadPayloadKind::BadJson, 0),
        (b"{\"a\":NaN}", BadPayloadKind::BadJson, 5),
        (b"{\n\"a\":\n1,\n}", BadPayloadKind::BadJson, 10),
        (b"{\"a\":1", BadPayloadKind::BadJson, 6),
        (b"{} {}", BadPayloadKind::BadJson, 3),
        (b"{\"a\":\"\xc3\"}", BadPayloadKind::BadUtf8, 6),
        (b"{\"a\":\"\xed\xa0\x80\"}", BadPayloadKind::BadUtf8, 6),
        (b"  [1]", BadPayloadKind::BadJson, 2),
        (b"null", BadPayloadKind::BadJson, 0),
        (b"\xef\xbb\xbf{}", BadPayloadKind::BadJson, 0),
    ] {
        let error = talk.check_payload(bad, Purpose::Answer).expect_err("must be refused");
        assert_eq!((error.kind, error.offset), (kind, offset), "{} of {}", error.detail, String::from_utf8_lossy(bad));
    }
}

#[test]
fn answers_in_the_hosts_stead_are_bounded() {
    let talk = acknowledged(2);
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
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["request_id"], id);
    }
    let cut = talk.bad_answer("7", &"é".repeat(300), "ready");
    assert!(cut.contains("é") && serde_json::from_str::<Value>(&cut).is_ok());
}
