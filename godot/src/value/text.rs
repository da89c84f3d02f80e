//! Bytes of a message as a Godot string.

use godot::prelude::*;

/// The text of `bytes`; what is no UTF-8 becomes U+FFFD. So does a NUL: Godot's strings end there, and what stands behind it
/// would be lost, and another word read than was written.
pub fn gstring(bytes: &[u8]) -> GString {
    // Plain text is the usual case, and the shorter way.
    GString::try_from_bytes(bytes, Encoding::Ascii).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(bytes);
        if text.contains('\0') { GString::from(&text.replace('\0', "\u{fffd}")) } else { GString::from(text.as_ref()) }
    })
}
