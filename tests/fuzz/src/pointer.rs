//! JSON Pointer, the tokens of a text, and `framewire_json_get`, held against a plain walk. Input: pointer, NUL, JSON.

use framewire::ffi::{
    FRAMEWIRE_INVALID, FRAMEWIRE_JSON_FLAG_ESCAPED, FRAMEWIRE_JSON_FLAG_INTEGER, FRAMEWIRE_JSON_MISSING, FRAMEWIRE_OK,
    framewire_json, framewire_json_get,
};
use framewire::protocol::pointer::{self, Fault, Kind, MAX_DEPTH, Token, Tokens, Value};

use crate::oracle::{self, Found};
use crate::pieces;
use crate::views::{Room, Text, touch};

/// Tries one input.
pub fn run(input: &[u8]) {
    let [path, json] = pieces::row::<2>(input);
    let (path, json) = (path.unwrap_or_default(), json.unwrap_or_default());
    c_interface(path, json);
    let (Ok(path), Ok(text)) = (std::str::from_utf8(path), std::str::from_utf8(json)) else { return };
    assert_eq!(pointer::is_pointer(path), oracle::is_pointer(path), "{path:?}");
    tokens(text);

    let found = pointer::get(text, path);
    if !oracle::is_pointer(path) {
        return assert_eq!(found, Err(Fault::Pointer));
    }
    let Some(text) = oracle::json(json) else {
        assert!(matches!(found, Err(Fault::Json(_) | Fault::Depth(_))), "{found:?} of what is no JSON");
        return;
    };
    if oracle::depth(text) > MAX_DEPTH {
        return assert!(matches!(found, Err(Fault::Depth(_))), "{found:?}");
    }
    let found = found.unwrap_or_else(|fault| panic!("{fault} in {text:?}"));
    match oracle::follow(text, path) {
        Found::Value(expected) => {
            let found = found.unwrap_or_else(|| panic!("{path:?} leads to {expected:?} in {text:?}"));
            assert_eq!(whole(&found), expected, "{path:?} in {text:?}");
            assert_eq!(found.kind, kind(expected));
            assert!(text.as_bytes().as_ptr_range().contains(&found.text.as_ptr()) || found.text.is_empty());
        }
        Found::Nowhere => assert_eq!(found, None, "{path:?} in {text:?}"),
        Found::Unknown => {}
    }
}

/// The value with the quotes of a string.
fn whole(value: &Value<'_>) -> String {
    if value.kind == Kind::String { format!("\"{}\"", value.text) } else { value.text.into() }
}

fn kind(text: &str) -> Kind {
    match text.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b'n') => Kind::Null,
        Some(b't' | b'f') => Kind::Boolean,
        _ => Kind::Number,
    }
}

/// The tokens end without a fault exactly where the text is JSON, and are balanced.
fn tokens(text: &str) {
    let mut depth = 0_usize;
    let mut fault = None;
    for token in Tokens::new(text) {
        assert_eq!(fault, None, "nothing follows a fault");
        match token {
            Ok(Token::OpenArray | Token::OpenObject) => depth += 1,
            Ok(Token::Close) => depth = depth.checked_sub(1).expect("what closes was open"),
            Ok(Token::Key(_) | Token::Scalar(_)) => {}
            Err(error) => fault = Some(error),
        }
    }
    let is_shallow = || oracle::depth(text) <= MAX_DEPTH;
    assert_eq!(fault.is_none(), oracle::json(text.as_bytes()).is_some() && is_shallow(), "{fault:?} in {text:?}");
    assert!(fault.is_some() || depth == 0);
    assert_eq!(fault, pointer::get(text, "").err(), "both readers find the same fault");
}

/// The same by the C interface, on memory of the exact length.
fn c_interface(path: &[u8], json: &[u8]) {
    let (path_text, json_text) = (Text::of(Some(path)), Text::of(Some(json)));
    let mut room = Room::new(size_of::<framewire_json>());
    let size = size_of::<framewire_json>() as u64;
    // SAFETY: the views and the room are as long as they say.
    let status = unsafe { framewire_json_get(json_text.view(), path_text.view(), room.pointer(), size) };
    let (Ok(path), Ok(json)) = (std::str::from_utf8(path), std::str::from_utf8(json)) else {
        return assert_eq!(status, FRAMEWIRE_INVALID);
    };
    let Ok(found) = pointer::get(json, path) else { return assert_eq!(status, FRAMEWIRE_INVALID) };
    assert_eq!(status, FRAMEWIRE_OK);
    let shown = room.read::<framewire_json>(0);
    let text = touch(shown.text);
    let Some(found) = found else { return assert_eq!(shown.kind, FRAMEWIRE_JSON_MISSING) };
    assert_eq!(text, found.text.as_bytes());
    if found.kind == Kind::Number {
        let number: f64 = found.text.parse().expect("JSON's numbers are Rust's");
        assert_eq!(shown.number.to_bits(), number.to_bits());
        let integer = found.text.parse::<i64>().ok();
        assert_eq!((shown.flags & FRAMEWIRE_JSON_FLAG_INTEGER != 0).then_some(shown.integer), integer);
    }
    let has_escapes = found.kind == Kind::String && found.text.contains('\\');
    assert_eq!(shown.flags & FRAMEWIRE_JSON_FLAG_ESCAPED != 0, has_escapes);
}
