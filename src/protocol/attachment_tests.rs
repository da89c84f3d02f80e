//! Attachments against serde_json and a second base64 encoder.

use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What goes on the wire for `bytes` at `pointer` of `json`.
fn spliced(json: &str, pointer: &str, bytes: &[u8]) -> Result<String, BadPayload> {
    let attachment = Attachment::find(json.as_bytes(), pointer)?;
    let payload = [json.as_bytes(), bytes].concat();
    let mut written = b"kept".to_vec();
    attachment.write(&payload, &mut written);
    assert_eq!(written.len(), 4 + attachment.len(payload.len()));
    let text = String::from_utf8(written).unwrap();
    Ok(text.strip_prefix("kept").unwrap().to_owned())
}

/// The same by other means.
fn expected(json: &str, pointer: &str, bytes: &[u8]) -> Option<Value> {
    let mut value: Value = serde_json::from_str(json).unwrap();
    *value.pointer_mut(pointer)? = Value::String(STANDARD.encode(bytes));
    Some(value)
}

#[test]
fn a_value_of_any_type_at_any_place_gives_way() {
    let text = r#" {"a/b": [1, {"~": "say \"no\""}, [], -2.5e3], "m~n" : null,"": {"x":{"deep":[[true]]}} , "s":""} "#;
    let pointers = [
        "",
        "/a~1b",
        "/a~1b/0",
        "/a~1b/1",
        "/a~1b/1/~0",
        "/a~1b/2",
        "/a~1b/3",
        "/m~0n",
        "/",
        "//x",
        "//x/deep/0/0",
        "/s",
    ];
    for pointer in pointers {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"foob", b"\0\xff\xfe"] {
            let text_out = spliced(text, pointer, bytes).unwrap();
            let found: Value = serde_json::from_str(&text_out).unwrap();
            assert_eq!(Some(found), expected(text, pointer, bytes), "{pointer}: {text_out}");
        }
    }
}

#[test]
fn all_around_the_value_stays_as_it_was_written() {
    let text = "{ \"n\": 1.50e+10,\t\"é\\u00e9\": null , \"z\":0 }";
    let out = spliced(text, "/éé", b"Man").unwrap();
    assert_eq!(out, "{ \"n\": 1.50e+10,\t\"é\\u00e9\": \"TWFu\" , \"z\":0 }");
}

#[test]
fn known_texts_of_the_rfc() {
    for (bytes, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
    {
        assert_eq!(spliced("null", "", bytes.as_bytes()).unwrap(), format!("\"{text}\""));
    }
    assert_eq!(spliced("[0]", "/0", &[0xfb, 0xff, 0xbf]).unwrap(), r#"["+/+/"]"#);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (json, pointer, offset) in [
        (r#"{"a":1}"#, "/b", 7),
        (r#"{"a":[1]}"#, "/a/1", 9),
        (r#"{"a":[1]}"#, "/a/-", 9),
        (r#"{"a":}"#, "/a", 5),
        (r#"{"a":1"#, "/a", 6),
        ("{}", "a", 0),
        ("{}", "/~2", 0),
    ] {
        let bad = spliced(json, pointer, b"bytes").unwrap_err();
        assert_eq!((bad.kind, bad.offset), (BadPayloadKind::BadJson, offset), "{json} {pointer}: {}", bad.detail);
    }
    let deep = "[".repeat(2000) + &"]".repeat(2000);
    assert_eq!(spliced(&deep, "/0", b"").unwrap_err().offset, pointer::MAX_DEPTH);
    assert_eq!(Attachment::find(b"[\"\xff\"]", "/0").unwrap_err().kind, BadPayloadKind::BadUtf8);
}

#[test]
fn lengths_near_the_end_of_memory_do_not_wrap() {
    assert!(string_len(usize::MAX) > usize::MAX / 2);
    assert!(string_len(isize::MAX.unsigned_abs()) > isize::MAX.unsigned_abs());
}

/// JSON with pointers into it.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a~/\"\\\\é0-9]{0,3}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Every pointer that leads somewhere.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), all);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                pointers(member, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_place_in_any_text_takes_any_bytes(
        value in document(), pretty: bool, bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        for pointer in all {
            let found: Value = serde_json::from_str(&spliced(&text, &pointer, &bytes).unwrap()).unwrap();
            prop_assert_eq!(Some(found), expected(&text, &pointer, &bytes), "{}", pointer);
        }
        prop_assert!(spliced(&text, "/nowhere at all", &bytes).is_err());
    }
}
