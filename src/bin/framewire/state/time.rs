//! Times and ages as people read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use framewire::state_file::format_utc;

/// Now, ns since 1970 UTC.
pub fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// How long something lasts, in its two largest units.
pub fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => two(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => two(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => two(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

fn two(large: u64, unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small} {small_unit}") }
}

/// How long ago that was, both ns since 1970 UTC; a moment of the future is now.
pub fn age(then_ns: u64, now_ns: u64) -> String {
    length(Duration::from_nanos(now_ns.saturating_sub(then_ns)))
}

/// A moment, ns since 1970 UTC, to the second: `2026-05-16 01:02:03 UTC`.
pub fn moment(ns: u64) -> String {
    let text = format_utc(ns);
    let to_the_second = text.split('.').next().unwrap_or_default();
    format!("{} UTC", to_the_second.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units_at_most() {
        for (seconds, text) in
            [(3, "3.0 s"), (42, "42 s"), (125, "2 min 5 s"), (180, "3 min"), (7260, "2 h 1 min"), (90_000, "1 d 1 h")]
        {
            assert_eq!(length(Duration::from_secs(seconds)), text);
        }
        assert_eq!(age(5, 0), "0.0 s");
    }

    #[test]
    fn moments_are_utc_to_the_second() {
        assert_eq!(moment(1_778_893_323_456_789_000), "2026-05-16 01:02:03 UTC");
    }
}
