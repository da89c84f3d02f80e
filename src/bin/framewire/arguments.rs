//! Values of the command line that several commands take.

use std::time::Duration;

/// Seconds, fractions allowed, up to a day.
///
/// # Errors
/// What to give instead.
pub fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "give seconds between 0 and 86400, such as 20 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_fractions_and_bounds() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        for text in ["", "-1", "86401", "NaN", "inf", "1 s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
