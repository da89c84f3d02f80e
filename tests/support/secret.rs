//! Secrets of tests.

pub use super::scratch::MARK;

/// A secret of that kind.
pub fn secret(kind: &str) -> String {
    format!("{MARK}-{kind}")
}

/// A capability of a Godot AI server: 64 lower-case hex digits.
pub fn capability() -> String {
    format!("{}9f31", MARK.repeat(5))
}
