//! Tests of records: the exact text, what is read, what is refused.

use proptest::prelude::*;

use super::*;

fn full() -> Record {
    Record {
        phase: "failed".into(),
        generation_id: "0123456789abcdef0123456789abcdef".into(),
        updated_at_ns: Some(1_778_893_323_456_789_000),
        reason: Some("a \"quoted\" reason\nof two lines".into()),
        endpoint: Some("ws://127.0.0.1:9500/".into()),
        last_error: Some("nothing listens on 127.0.0.1:9500".into()),
        editor_phase: Some(Readiness::NoScene),
        link_phase: Some("waiting".into()),
        link_cause: Some("nothing listens".into()),
        is_failed_by_link: true,
        main_thread_silent_since_ns: Some(1_778_893_320_000_000_000),
        name: Some("editor".into()),
        session_id: Some("game@1234".into()),
        pid: Some(77),
        process_start_time: Some("12345@abcdef01".into()),
        lock_byte: Some(9_007_199_254_740_991),
        abi: Some("1.1".into()),
    }
}

#[test]
fn the_text_is_what_the_format_says() {
    let record = Record { phase: "ready".into(), generation_id: "a".into(), ..Record::default() };
    let text = record.to_text();
    let six = "{\n  \"phase\": \"ready\",\n  \"generationId\": \"a\",\n  \"updatedAt\": \"1970-01-01T00:00:00.0000000Z\",\n  \
               \"reason\": null,\n  \"endpoint\": null,\n  \"lastError\": null,\n  \"editorPhase\": null,\n";
    assert!(text.starts_with(six), "{text}");
    assert!(text.ends_with("\n}"), "{text}");
    assert!(full().to_text().contains("\"updatedAt\": \"2026-05-16T01:02:03.4567890Z\""));
}

#[test]
fn what_is_written_is_read_again() {
    for record in [full(), Record { updated_at_ns: Some(0), ..Record::default() }] {
        assert_eq!(Record::parse(record.to_text().as_bytes()).as_ref(), Ok(&record));
    }
}

#[test]
fn other_writers_are_understood() {
    let record = Record::parse(br#" {"Phase":"busy?","REASON":null,"more":{"phase":1},"generationId":null} "#).unwrap();
    assert_eq!(record, Record { phase: "busy?".into(), ..Record::default() });
    assert!(record.is_foreign());
    assert_eq!(record.readiness(), None);
    assert!(Record::parse(b"{}").is_ok());
    let odd =
        Record::parse(br#"{"phase":"ready","pid":-1,"lockByte":"x","editorPhase":3,"updatedAt":"noon"}"#).unwrap();
    assert!(odd.is_foreign() && odd.lock_byte.is_none() && odd.updated_at_ns.is_none());
}

#[test]
fn what_is_no_record_is_refused_with_words() {
    let deep = "[".repeat(10_000);
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{", "no JSON"),
        (b"{\"phase\":\"\xff\"}", "no JSON"),
        (deep.as_bytes(), "no JSON"),
        (b"null", "no JSON object"),
        (b"[]", "no JSON object"),
        (br#"{"phase":7}"#, "`phase`"),
        (br#"{"lastError":true}"#, "`lasterror`"),
    ] {
        let error = Record::parse(bytes).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

proptest! {
    #[test]
    fn any_text_in_any_key_comes_back(texts in prop::collection::vec(any::<String>(), 6)) {
        let [phase, generation_id, reason, endpoint, last_error, name] = <[String; 6]>::try_from(texts).unwrap();
        let record = Record {
            phase,
            generation_id,
            reason: Some(reason),
            endpoint: Some(endpoint),
            last_error: Some(last_error),
            name: Some(name),
            ..full()
        };
        prop_assert_eq!(Record::parse(record.to_text().as_bytes()), Ok(record));
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Record::parse(&bytes);
    }
}
