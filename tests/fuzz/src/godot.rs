//! Numbers and strings as the Godot extension reads and writes them, from its own source. Input: any text.

// The extension's files that know no engine; the extension uses more of them.
#[allow(dead_code)]
#[path = "../../../godot/src/value/number.rs"]
mod number;
#[allow(dead_code)]
#[path = "../../../godot/src/value/string.rs"]
mod string;

use framewire::protocol::pointer::{Kind, Token, Tokens, Value};
use number::Number;

/// Tries one input.
pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for token in Tokens::new(text) {
        match token {
            Ok(Token::Scalar(Value { kind: Kind::Number, text })) => check_number(text),
            Ok(Token::Key(text) | Token::Scalar(Value { kind: Kind::String, text })) => check_string(text),
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// A number: an int where it is asked for and fits, else the nearest float; written, it reads back as itself.
fn check_number(literal: &str) {
    let float: f64 = literal.parse().expect("the scanner lets nothing else through");
    for integers_as_int in [false, true] {
        match number::read(literal, integers_as_int) {
            Number::Float(read) => assert_eq!(read.to_bits(), float.to_bits(), "{literal}"),
            Number::Int(read) => {
                assert!(integers_as_int && literal != "-0");
                assert_eq!(literal.trim_start_matches('-'), read.unsigned_abs().to_string(), "{literal}");
                assert_eq!(literal.starts_with('-'), read < 0);
                let mut out = Vec::new();
                number::write_int(&mut out, read);
                assert_eq!(out, literal.as_bytes());
            }
        }
    }
    if let Ok(known) = serde_json::from_str::<f64>(literal) {
        // Another reader, which may be off by the last bits.
        let difference = (known - float).abs();
        assert!(known == float || difference <= float.abs() * 1e-13 || float.abs() < 1e-300, "{literal}: {known}");
    } else {
        assert!(float.is_infinite(), "{literal}");
    }
    let mut out = Vec::new();
    number::write_float(&mut out, float);
    let written = std::str::from_utf8(&out).expect("digits");
    assert!(written.contains(['.', 'e']), "{written} stays a float");
    assert_eq!(written.parse::<f64>().map(f64::to_bits), Ok(float.to_bits()), "{written}");
}

/// A string between its quotes: read as any reader reads it, but for NUL; written, it reads back as itself.
fn check_string(raw: &str) {
    let known = serde_json::from_str::<String>(&format!("\"{raw}\"")).ok();
    let read = string::read(raw).ok();
    assert_eq!(read.as_deref(), known.map(|text| text.replace('\0', "\u{fffd}")).as_deref(), "{raw}");
    let Some(read) = read else { return };
    let chars: Vec<char> = read.chars().collect();
    let mut out = Vec::new();
    string::write(&mut out, &chars);
    assert_eq!(serde_json::from_slice::<String>(&out).ok().as_deref(), Some(&*read));
    assert!(out.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f), "no control character is left");
}
