//! How long an `execute` may wait for the host, from the time that its caller waits.

use serde_json::value::RawValue;

use crate::protocol::inbound::Patience;

/// The server waits 2 s for these and words a retry by itself. A refusal of ours would be taken for their result.
const FAST: [&str; 3] = ["ping", "read_console", "get_editor_state"];
/// Longer than any wait that servers ask for, ms.
const LONGEST_MS: u64 = 86_400_000;

/// The patience for a call of that name. `timeout`: seconds, as the `execute` carries them; without a usable one the
/// link's own times count.
pub(super) fn of(name: &str, timeout: Option<&RawValue>) -> Patience {
    let is_silent = FAST.contains(&name);
    let seconds = timeout.and_then(|timeout| timeout.get().parse::<f64>().ok());
    let Some(seconds) = seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0) else {
        return Patience { is_silent, ..Patience::default() };
    };
    let timeout_ms = ((seconds * 1000.0) as u64).clamp(1, LONGEST_MS);
    // The refusal must be there before the caller gives up, and the server may be slow.
    let margin = (timeout_ms / 20).clamp(250, 1000).min(timeout_ms / 2).max(1);
    Patience {
        hold_ms: Some(timeout_ms - margin),
        // What is told of a call that was taken and not answered says more than the server's own time-out, which would
        // have it repeated. Of the fast ones nothing is told.
        answer_ms: Some(if is_silent { timeout_ms } else { timeout_ms - margin / 2 }),
        is_silent,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::of;

    fn times(name: &str, timeout: &str) -> (Option<u64>, Option<u64>, bool) {
        let timeout = RawValue::from_string(timeout.into()).unwrap();
        let patience = of(name, Some(&timeout));
        (patience.hold_ms, patience.answer_ms, patience.is_silent)
    }

    #[test]
    fn the_margin_grows_with_the_time_up_to_a_second() {
        for (timeout, hold, answer) in [
            ("30.0", 29_000, 29_500),
            ("30", 29_000, 29_500),
            ("3e1", 29_000, 29_500),
            ("10", 9_500, 9_750),
            ("5.0", 4_750, 4_875),
            ("0.4", 200, 300),
            ("0.001", 0, 1),
            ("0.0001", 0, 1),
            ("3600.0", 3_599_000, 3_599_500),
            ("1e300", 86_399_000, 86_399_500),
        ] {
            assert_eq!(times("manage_scene", timeout), (Some(hold), Some(answer), false), "{timeout}");
        }
    }

    #[test]
    fn the_fast_ones_are_silent() {
        for name in ["ping", "read_console", "get_editor_state"] {
            assert_eq!(times(name, "2.0"), (Some(1_750), Some(2_000), true), "{name}");
            assert!(of(name, None).is_silent);
        }
        assert!(!of("Ping", None).is_silent);
    }

    #[test]
    fn without_a_usable_time_the_links_own_counts() {
        for timeout in ["0", "-1.0", "null", "\"30\"", "[]", "true", "1e999", "-1e999"] {
            assert_eq!(times("manage_scene", timeout), (None, None, false), "{timeout}");
        }
        assert_eq!(of("manage_scene", None), super::Patience::default());
    }
}
