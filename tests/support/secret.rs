//! Secrets of tests. Each bears a mark, by which `tests/leaks.py` finds it wherever it was told.

/// Stands in every secret: legal in a header, a query, and in a capability, which is lower-case hex.
pub const MARK: &str = "5ec2e75ec2e7";

/// A secret of that kind.
pub fn secret(kind: &str) -> String {
    format!("{MARK}-{kind}")
}

/// A capability of a Godot AI server: 64 lower-case hex digits.
pub fn capability() -> String {
    format!("{}9f31", MARK.repeat(5))
}
