//! How long the commands of one frame may run. Pure.

/// The time that commands may take in one frame.
///
/// It decides whether one more may begin; one that runs is never cut.
#[derive(Clone, Copy, Debug)]
pub struct FrameBudget {
    limit_us: u64,
    started_us: u64,
}

impl FrameBudget {
    /// A frame whose commands begin now. `limit_ms` that is no number or below zero counts as zero.
    pub fn begin(limit_ms: f64, now_us: u64) -> Self {
        // A float that is cast to an integer saturates, and NaN becomes zero.
        Self { limit_us: (limit_ms * 1000.0) as u64, started_us: now_us }
    }

    /// Whether another command may begin, after `begun` of this frame. The first always may.
    pub fn allows(self, begun: usize, now_us: u64) -> bool {
        begun == 0 || now_us.saturating_sub(self.started_us) < self.limit_us
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_begin_until_the_time_is_spent() {
        let budget = FrameBudget::begin(4.0, 1_000);
        assert!(budget.allows(1, 1_000));
        assert!(budget.allows(50, 4_999));
        assert!(!budget.allows(1, 5_000));
    }

    #[test]
    fn one_command_a_frame_always_begins() {
        for limit_ms in [0.0, -1.0, f64::NAN, 4.0] {
            assert!(FrameBudget::begin(limit_ms, 0).allows(0, 1_000_000), "{limit_ms}");
        }
        for limit_ms in [0.0, -1.0, f64::NAN] {
            assert!(!FrameBudget::begin(limit_ms, 7).allows(1, 7), "{limit_ms}");
        }
    }

    #[test]
    fn no_limit_and_a_clock_that_stands_are_no_trouble() {
        assert!(FrameBudget::begin(f64::INFINITY, 0).allows(1_000, u64::MAX - 1));
        assert!(FrameBudget::begin(1.0, 500).allows(9, 0), "a time before the start is no time spent");
    }
}
