//! Tables for each rule, and random texts against serde_json as the reference.
use proptest::prelude::*;

use super::{Fault, Kind, MAX_DEPTH, get, is_pointer};

fn text(json: &str, pointer: &str) -> Option<(Kind, String)> {
    get(json, pointer).unwrap().map(|value| (value.kind, value.text.to_owned()))
}

#[test]
fn the_examples_of_rfc_6901() {
    let json = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
    let rows = [
        ("", json),
        ("/foo", r#"["bar","baz"]"#),
        ("/foo/0", "bar"),
        ("/foo/1", "baz"),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ];
    for (pointer, expected) in rows {
        assert_eq!(text(json, pointer).expect(pointer).1, expected, "{pointer}");
    }
}

#[test]
fn every_kind_with_space_around_it() {
    let json =
        " { \"n\" : null , \"t\" : true,\"f\":false, \"i\":-12.5e+3 ,\"s\" : \"a\\n\" , \"a\" : [ ] , \"o\" : { } } ";
    let rows = [
        ("/n", Kind::Null, "null"),
        ("/t", Kind::Boolean, "true"),
        ("/f", Kind::Boolean, "false"),
        ("/i", Kind::Number, "-12.5e+3"),
        ("/s", Kind::String, "a\\n"),
        ("/a", Kind::Array, "[ ]"),
        ("/o", Kind::Object, "{ }"),
    ];
    for (pointer, kind, expected) in rows {
        assert_eq!(text(json, pointer), Some((kind, expected.to_owned())), "{pointer}");
    }
    assert_eq!(text(json, "").unwrap().1, json.trim());
}

#[test]
fn numbers_are_read_whole() {
    for number in ["0", "-0", "10", "1.5", "1e5", "1E5", "1e+5", "1e-5", "-1.25E-10"] {
        assert_eq!(text(&format!("[{number}]"), "/0"), Some((Kind::Number, number.into())), "{number}");
    }
}

#[test]
fn pointers_that_lead_nowhere() {
    let json = r#"{"a":[10,[20,21],{"b":1}],"01":1,"s":"x"}"#;
    for pointer in [
        "/b",
        "/a/3",
        "/a/-",
        "/a/01",
        "/a/+1",
        "/a/",
        "/a/1/2",
        "/a/1/0/0",
        "/s/0",
        "/a/b",
        "/a/99999999999999999999",
        "//",
    ] {
        assert_eq!(text(json, pointer), None, "{pointer}");
    }
    assert_eq!(text(json, "/01").unwrap().1, "1");
    assert_eq!(text(json, "/a/1/1").unwrap().1, "21");
    assert_eq!(text(json, "/a/2/b").unwrap().1, "1");
}

#[test]
fn the_element_after_a_nested_array_is_still_counted_right() {
    let json = r#"[[0,1,2,[3]],[4,5],6]"#;
    assert_eq!(text(json, "/0/3/0").unwrap().1, "3");
    assert_eq!(text(json, "/0/2").unwrap().1, "2");
    assert_eq!(text(json, "/1/1").unwrap().1, "5");
    assert_eq!(text(json, "/2").unwrap().1, "6");
    assert_eq!(text(json, "/3"), None);
}

#[test]
fn of_duplicate_keys_the_last_wins_whole() {
    assert_eq!(text(r#"{"a":1,"a":2}"#, "/a").unwrap().1, "2");
    assert_eq!(text(r#"{"a":{"b":1},"a":{"c":2}}"#, "/a/b"), None);
    assert_eq!(text(r#"{"a":{"b":1},"a":3}"#, "/a/b"), None);
    assert_eq!(text(r#"{"a":1,"\u0061":2}"#, "/a").unwrap().1, "2");
}

#[test]
fn keys_are_compared_unescaped() {
    let json = r#"{"\u007e\/":1,"\ud83d\ude00":2,"\t\"\\":3,"\ud800":4,"é":5}"#;
    for (pointer, expected) in [("/~0~1", "1"), ("/😀", "2"), ("/\t\"\\", "3"), ("/\u{e9}", "5")] {
        assert_eq!(text(json, pointer).expect(pointer).1, expected, "{pointer}");
    }
    assert_eq!(text(json, "/\u{fffd}"), None, "a lone surrogate is no character");
}

#[test]
fn half_a_surrogate_pair_is_no_character_whatever_stands_before_it() {
    for key in [r"\u0061\udc00", r"\udc00\udc00", r"\ud800\ud800", r"\ud800a"] {
        let json = format!(r#"{{"{key}":1}}"#);
        for pointer in ["/a", "/\u{10000}", "/"] {
            assert_eq!(get(&json, pointer), Ok(None), "{key} {pointer}");
        }
    }
}

#[test]
fn faults_name_the_byte() {
    let rows = [
        ("", 0),
        ("\u{feff}1", 0),
        ("NaN", 0),
        ("-", 1),
        ("01", 1),
        ("1.", 2),
        ("1e", 2),
        ("1e+-5", 3),
        ("1e--5", 3),
        ("[1,]", 3),
        ("[1 2]", 3),
        ("[,1]", 1),
        ("{,}", 1),
        ("{\"a\"}", 4),
        ("{\"a\":}", 5),
        ("{\"a\":1,}", 7),
        ("{1:1}", 1),
        ("[1}", 2),
        ("{\"a\":1]", 6),
        ("[", 1),
        ("[[]", 3),
        ("\"a", 2),
        ("\"\n\"", 1),
        ("\"\\x\"", 2),
        ("\"\\u12g4\"", 3),
        ("tru", 0),
        ("null null", 5),
        ("1\0", 1),
    ];
    for (json, at) in rows {
        assert_eq!(get(json, ""), Err(Fault::Json(at)), "{json:?}");
    }
    // Also behind the value that was sought.
    assert_eq!(get("{\"a\":1,x}", "/a"), Err(Fault::Json(7)));
}

#[test]
fn pointers_that_are_none() {
    for pointer in ["a", "a/b", "/~", "/~2", "/a~/b", "/~~0"] {
        assert_eq!(get("{}", pointer), Err(Fault::Pointer), "{pointer}");
        assert!(!is_pointer(pointer), "{pointer}");
    }
}

#[test]
fn faults_are_worded_for_a_person() {
    assert!(is_pointer("/name/0") && is_pointer(""));
    for (fault, words) in [(Fault::Pointer, "/name/0"), (Fault::Json(7), "byte 7"), (Fault::Depth(9), "byte 9")] {
        assert!(fault.to_string().contains(words), "{fault}");
    }
}

#[test]
fn depth_is_bounded_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(text(&nested(MAX_DEPTH), &"/0".repeat(MAX_DEPTH - 1)).unwrap().1, "[]");
    assert_eq!(get(&nested(MAX_DEPTH + 1), ""), Err(Fault::Depth(MAX_DEPTH)));
    assert_eq!(get(&nested(100_000), ""), Err(Fault::Depth(MAX_DEPTH)));
}

/// JSON values with few keys, so that random pointers often hit.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let key = prop_oneof!["[ab/~\"\\\\é😀]{0,2}", "[0-9]{1,2}"];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".{0,6}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pointers to every value inside `value`.
fn pointers(value: &serde_json::Value, here: String, all: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, format!("{here}/{index}"), all));
        }
        serde_json::Value::Object(members) => members.iter().for_each(|(key, item)| {
            pointers(item, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all);
        }),
        _ => {}
    }
    all.push(here);
}

/// The text with every other character of its strings written as `\uXXXX`.
fn escaped(json: &str) -> String {
    let mut units = [0; 2];
    json.char_indices().fold(String::new(), |mut text, (at, next)| {
        if next.is_ascii() || at % 2 == 0 {
            text.push(next);
        } else {
            next.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
        text
    })
}

proptest! {
    #[test]
    fn agrees_with_serde_json(value in values(), stray in "(/[ab0-9]{0,2}){0,3}", pretty: bool) {
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut all = vec![stray];
        pointers(&value, String::new(), &mut all);
        for pointer in all {
            for json in [json.clone(), escaped(&json)] {
                let ours = get(&json, &pointer).unwrap();
                let ours = ours.map(|found| match found.kind {
                    Kind::String => serde_json::from_str(&format!("\"{}\"", found.text)).unwrap(),
                    _ => serde_json::from_str::<serde_json::Value>(found.text).unwrap(),
                });
                prop_assert_eq!(ours.as_ref(), value.pointer(&pointer), "{} in {}", pointer, json);
            }
        }
    }

    #[test]
    fn takes_exactly_what_is_json(text in "[\\[\\]{}:,\" \\\\u0-9ae.+\\-trufalsn]{0,12}") {
        let reference = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
        prop_assert_eq!(get(&text, "/a/0").is_ok(), reference, "{}", text);
    }

    #[test]
    fn damage_never_panics(value in values(), cut in any::<prop::sample::Index>(), byte in any::<char>(), pointer in ".{0,8}") {
        let mut json: Vec<char> = value.to_string().chars().collect();
        let at = cut.index(json.len());
        json[at] = byte;
        let json: String = json.into_iter().collect();
        let reference = serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok();
        prop_assert_eq!(get(&json, "").is_ok(), reference, "{}", json);
        let _ = get(&json, &pointer);
    }
}
