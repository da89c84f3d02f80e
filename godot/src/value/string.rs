//! Strings of a JSON text, and strings written into one. Pure.

use std::borrow::Cow;

/// A string has half of a surrogate pair: no text of Unicode, which Godot's own reader refuses, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoneSurrogate;

/// What stands between the quotes of a string, read. Godot's strings cannot hold a NUL: it becomes U+FFFD, as it does
/// there.
pub(super) fn read(raw: &str) -> Result<Cow<'_, str>, LoneSurrogate> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut quoted = String::with_capacity(raw.len() + 2);
    quoted.extend(["\"", raw, "\""]);
    // The scanner has checked the escapes; what it leaves to find are surrogates.
    let text = serde_json::from_str::<String>(&quoted).map_err(|_| LoneSurrogate)?;
    Ok(Cow::Owned(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }))
}

/// Writes a string, escaped and in quotes.
pub(super) fn write(out: &mut Vec<u8>, mut chars: &[char]) {
    out.reserve(chars.len() + 2);
    out.push(b'"');
    loop {
        let plain = chars.iter().position(|&char| !is_plain(char)).unwrap_or(chars.len());
        let (run, rest) = chars.split_at_checked(plain).unwrap_or((chars, &[]));
        out.extend(run.iter().map(|&char| char as u8));
        let Some((&special, after)) = rest.split_first() else { break };
        write_special(out, special);
        chars = after;
    }
    out.push(b'"');
}

/// Whether `char` is one byte that stands for itself.
fn is_plain(char: char) -> bool {
    matches!(char, ' '..='~') && char != '"' && char != '\\'
}

fn write_special(out: &mut Vec<u8>, char: char) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match char {
        '"' | '\\' => char as u8,
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\0'..='\x1f' | '\x7f' => {
            let digit = |shift: u32| HEX.get((char as usize >> shift) & 15).copied().unwrap_or(b'0');
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(4), digit(0)]);
        }
        _ => return out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_nul_is_replaced() {
        assert!(matches!(read("plain é"), Ok(Cow::Borrowed("plain é"))));
        for (raw, text) in [
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00e9\uffff", "Aé\u{ffff}"),
            (r"\ud83d\ude00", "😀"),
            (r"a\u0000b\u0000", "a\u{fffd}b\u{fffd}"),
        ] {
            assert_eq!(read(raw).as_deref(), Ok(text), "{raw}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        for raw in [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\ud800", r"\ud83d\u0041", r"\ud800\n"] {
            assert_eq!(read(raw), Err(LoneSurrogate), "{raw}");
        }
    }

    #[test]
    fn every_character_is_written_so_that_it_reads_back() {
        let mut all: Vec<char> = ('\0'..='\u{250}').collect();
        all.extend("\u{2028}\u{feff}\u{ffff}😀\u{10ffff}\"\\plain".chars());
        let mut out = Vec::new();
        write(&mut out, &all);
        assert!(out.iter().all(|byte| *byte >= 0x20), "no control character is left");
        let back: String = serde_json::from_slice(&out).unwrap();
        assert!(back.chars().eq(all));
        out.clear();
        write(&mut out, &[]);
        assert_eq!(out, b"\"\"");
    }
}
