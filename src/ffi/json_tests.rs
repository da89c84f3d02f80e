//! Values as C sees them, and arguments that are wrong. What a pointer finds is tested with the reader.
use super::*;
use crate::ffi::testing::{kept, of, raw, seen};

fn get(json: framewire_str, pointer: framewire_str) -> Result<framewire_json, framewire_status> {
    let mut value = framewire_json { kind: 99, flags: 99, integer: 99, number: 99.0, text: of("untouched") };
    // SAFETY: static texts, or lengths that are refused before anything is read.
    match unsafe { framewire_json_get(json, pointer, &mut value, size_of::<framewire_json>() as u64) } {
        FRAMEWIRE_OK => Ok(value),
        status => {
            assert_eq!((value.kind, value.integer), (99, 99), "written in spite of {status}");
            Err(status)
        }
    }
}

#[test]
fn each_kind_is_shown() {
    let json = r#" {"n":null,"t":true,"f":false,"i":-7,"m":9223372036854775807,"b":9223372036854775808,
        "d":1.5e2,"h":1e999,"z":-0,"s":"plain","e":"a\n","q":"","a":[1, 2],"o":{}} "#;
    let rows = [
        ("/n", FRAMEWIRE_JSON_NULL, 0, 0, 0.0, "null"),
        ("/t", FRAMEWIRE_JSON_BOOLEAN, 0, 1, 0.0, "true"),
        ("/f", FRAMEWIRE_JSON_BOOLEAN, 0, 0, 0.0, "false"),
        ("/i", FRAMEWIRE_JSON_NUMBER, 1, -7, -7.0, "-7"),
        ("/m", FRAMEWIRE_JSON_NUMBER, 1, i64::MAX, 9_223_372_036_854_775_807.0, "9223372036854775807"),
        ("/b", FRAMEWIRE_JSON_NUMBER, 0, 0, 9_223_372_036_854_775_808.0, "9223372036854775808"),
        ("/d", FRAMEWIRE_JSON_NUMBER, 0, 0, 150.0, "1.5e2"),
        ("/h", FRAMEWIRE_JSON_NUMBER, 0, 0, f64::INFINITY, "1e999"),
        ("/z", FRAMEWIRE_JSON_NUMBER, 1, 0, 0.0, "-0"),
        ("/s", FRAMEWIRE_JSON_STRING, 0, 0, 0.0, "plain"),
        ("/e", FRAMEWIRE_JSON_STRING, FRAMEWIRE_JSON_FLAG_ESCAPED, 0, 0.0, "a\\n"),
        ("/q", FRAMEWIRE_JSON_STRING, 0, 0, 0.0, ""),
        ("/a", FRAMEWIRE_JSON_ARRAY, 0, 0, 0.0, "[1, 2]"),
        ("/a/1", FRAMEWIRE_JSON_NUMBER, 1, 2, 2.0, "2"),
        ("/o", FRAMEWIRE_JSON_OBJECT, 0, 0, 0.0, "{}"),
        ("/none", FRAMEWIRE_JSON_MISSING, 0, 0, 0.0, ""),
        ("", FRAMEWIRE_JSON_OBJECT, 0, 0, 0.0, json.trim()),
    ];
    for (pointer, kind, flags, integer, number, text) in rows {
        let value = get(of(json), of(pointer)).expect(pointer);
        assert_eq!((value.kind, value.flags, value.integer), (kind, flags, integer), "{pointer}");
        assert_eq!(value.number, number, "{pointer}");
        // SAFETY: points into `json`.
        assert_eq!(unsafe { seen(value.text) }, text, "{pointer}");
        assert_eq!(value.text.ptr.is_null(), kind == FRAMEWIRE_JSON_MISSING, "{pointer}");
    }
    let whole = get(of(json), text::ABSENT).expect("absent pointer");
    assert_eq!(whole.kind, FRAMEWIRE_JSON_OBJECT);
}

#[test]
fn wrong_arguments_are_invalid() {
    let null_with_length = framewire_str { len: 1, ..text::ABSENT };
    let endless = framewire_str { len: u64::MAX, ..of("{}") };
    for json in [
        text::ABSENT,
        null_with_length,
        endless,
        of(""),
        raw(b"\"\xff\""),
        raw(b"\xef\xbb\xbf{}"),
        of("NaN"),
        of("{} {}"),
        of("\"\0\""),
    ] {
        assert_eq!(get(json, of("")).err(), Some(FRAMEWIRE_INVALID), "{json:?}");
    }
    for pointer in [null_with_length, endless, of("a"), of("/~"), raw(b"/\xff")] {
        assert_eq!(get(of("{}"), pointer).err(), Some(FRAMEWIRE_INVALID), "{pointer:?}");
    }
    let deep = kept("[".repeat(100_000));
    assert_eq!(get(of(deep), of("/0")).err(), Some(FRAMEWIRE_INVALID));
}

#[test]
fn a_key_may_hold_a_nul() {
    let value = get(of(r#"{"a\u0000b":1}"#), of("/a\0b")).unwrap();
    assert_eq!(value.integer, 1);
}

#[test]
fn places_and_sizes_that_are_wrong() {
    let mut value = framewire_json { kind: 99, flags: 0, integer: 0, number: 0.0, text: text::ABSENT };
    let good = &raw mut value;
    let odd = core::ptr::without_provenance_mut::<framewire_json>(4);
    let size = size_of::<framewire_json>() as u64;
    for (to, size) in
        [(core::ptr::null_mut(), size), (odd, size), (good, 0), (good, size - 8), (good, size + 1), (good, 1 << 20)]
    {
        // SAFETY: nothing is written.
        let status = unsafe { framewire_json_get(of("1"), of(""), to, size) };
        assert_eq!(status, FRAMEWIRE_INVALID, "{to:?} {size}");
    }
    assert_eq!(value.kind, 99);
}

#[test]
fn a_larger_value_is_zeroed_behind_ours() {
    let mut large = [u64::MAX; 8];
    // SAFETY: 48 of the 64 bytes are given.
    let status = unsafe { framewire_json_get(of("7"), of(""), large.as_mut_ptr().cast(), 48) };
    assert_eq!((status, large[1], large[5], large[6]), (FRAMEWIRE_OK, 7, 0, u64::MAX));
}
