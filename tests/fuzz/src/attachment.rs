//! Raw bytes in the place of a value, held against cutting and pasting. Input: pointer, NUL, JSON, NUL, bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use framewire::protocol::attachment::{self, Attachment};
use framewire::protocol::pointer::MAX_DEPTH;

use crate::oracle::{self, Found};
use crate::pieces;

/// Tries one input.
pub fn run(input: &[u8]) {
    let [pointer, json, bytes] = pieces::row::<3>(input);
    let (pointer, json, bytes) = (pointer.unwrap_or_default(), json.unwrap_or_default(), bytes.unwrap_or_default());
    piecewise(bytes);
    let Ok(pointer) = std::str::from_utf8(pointer) else { return };
    let found = Attachment::find(json, pointer);
    let Some(text) = oracle::json(json).filter(|text| oracle::depth(text) <= MAX_DEPTH) else {
        let bad = found.expect_err("what is no JSON takes no bytes");
        return assert!(bad.offset <= json.len() && !bad.detail.is_empty());
    };
    if !oracle::is_pointer(pointer) {
        return assert!(found.is_err());
    }
    match oracle::follow(text, pointer) {
        Found::Value(value) => {
            let at = value.as_ptr() as usize - text.as_ptr() as usize;
            let (before, after) = (&text[..at], &text[at + value.len()..]);
            let expected = format!("{before}\"{}\"{after}", STANDARD.encode(bytes));
            let payload = [json, bytes].concat();
            let attachment = found.unwrap_or_else(|bad| panic!("{bad:?}"));
            let mut written = b"x".to_vec();
            attachment.write(&payload, &mut written);
            assert_eq!(&written[1..], expected.as_bytes(), "{pointer:?} in {text:?}");
            assert_eq!(attachment.len(payload.len()), expected.len());
            assert_eq!(attachment.bytes(payload.len()), json.len()..payload.len());
            oracle::json(expected.as_bytes()).expect("JSON stays JSON");
        }
        Found::Nowhere => assert!(found.is_err(), "{pointer:?} leads nowhere in {text:?}"),
        Found::Unknown => {}
    }
}

/// Base64 in pieces is base64 as a whole.
fn piecewise(bytes: &[u8]) {
    let step = 3 * (1 + bytes.first().map_or(0, |byte| usize::from(*byte)));
    let mut encoded = Vec::new();
    for piece in bytes.chunks(step) {
        let mut room = vec![0; attachment::encoded_len(piece.len())].into_boxed_slice();
        assert_eq!(attachment::encode(piece, &mut room), room.len());
        encoded.extend_from_slice(&room);
    }
    assert_eq!(encoded, STANDARD.encode(bytes).as_bytes());
    assert_eq!(attachment::string_len(bytes.len()), encoded.len() + 2);
}
