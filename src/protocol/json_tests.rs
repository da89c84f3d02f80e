use proptest::prelude::*;
use serde_json::Value;

use super::json::*;

/// The depth of a value, found the simple way.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn nested() -> impl Strategy<Value = Value> {
    let text = r#"[\[\]{}"\\a]{0,40}"#;
    text.prop_map(Value::from).prop_recursive(6, 40, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn depth_is_that_of_the_value(value in nested()) {
        let (text, depth) = (value.to_string(), depth(&value));
        prop_assert_eq!(deeper_than(&text, depth), None);
        if depth > 0 {
            let offset = deeper_than(&text, depth - 1).expect("deeper");
            let opens = matches!(text.as_bytes()[offset], b'{' | b'[');
            prop_assert!(opens);
        }
    }

    #[test]
    fn any_text_is_survived(text in r#"([\[\]{}"\\:,a\n]|.){0,60}"#) {
        let _ = deeper_than(&text, 2);
        let fault = check(&text).err();
        prop_assert_eq!(fault.is_none(), serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok());
        prop_assert!(fault.is_none_or(|fault| fault.offset <= text.len()));
        let _ = members(&text, ["a", "b"]);
    }

    #[test]
    fn excerpts_are_short_and_printable(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,200}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let excerpt = excerpt(bytes);
            prop_assert!(excerpt.len() <= 80 && !excerpt.contains(char::is_control), "{}", excerpt);
        }
    }
}

#[test]
fn brackets_in_long_strings_do_not_count() {
    for length in 0..70 {
        let fill = "x".repeat(length);
        for end in ["", "\\\"", "\\\\", "\\\"[[", "\\u005b[["] {
            let text = format!(r#"{{"{fill}{end}": "{end}{fill}[[{end}"}}"#);
            check(&text).unwrap();
            assert_eq!(deeper_than(&text, 1), None, "{text}");
            assert_eq!(deeper_than(&format!("[{text}"), 1), Some(1), "{text}");
            assert_eq!(deeper_than(&format!("{{{},[", &text[1..text.len() - 1]), 1), Some(text.len()), "{text}");
        }
    }
}

#[test]
fn excerpts_escape_what_a_terminal_would_obey() {
    assert_eq!(excerpt(b"{\"a\": 'b'}"), "{\"a\": 'b'}");
    assert_eq!(excerpt(b"\x1b[2J\n\0\xff"), "\\u{1b}[2J\\n\\0\u{fffd}");
    assert_eq!(excerpt("\u{202e}x".as_bytes()), "\\u{202e}x");
    assert_eq!(excerpt(&[b'x'; 77]), "x".repeat(77));
    assert_eq!(excerpt(&[b'x'; 78]), format!("{}...", "x".repeat(77)));
    assert_eq!(excerpt(&[b'x'; 81]), format!("{}...", "x".repeat(77)));
}

#[test]
fn a_fault_is_found_in_whichever_line_it_stands() {
    for lines in 0..5 {
        let text = format!("{}[?", " \n".repeat(lines));
        assert_eq!(check(&text).unwrap_err().offset, text.len() - 1, "{text:?}");
    }
}

#[test]
fn members_are_found_whatever_stands_around_them() {
    let text = " \t\r\n{\"b\" : [1] , \"x\":0, \"\\u0061\":null,\"y\":0 }\n";
    let found = members(text, ["a", "b", "c"]).unwrap().unwrap();
    assert_eq!(
        found.values.map(|value| value.map(serde_json::value::RawValue::get)),
        [Some("null"), Some("[1]"), None]
    );
    assert_eq!((found.duplicate, found.unknown.as_deref()), (None, Some("x")));
    let twice = members("{\"a\":1,\"a\":2}", ["a"]).unwrap().unwrap();
    assert_eq!(
        (twice.values.map(|value| value.map(serde_json::value::RawValue::get)), twice.duplicate),
        ([Some("1")], Some("a"))
    );
}
