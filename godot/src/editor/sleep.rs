//! How long the engine may sleep between two frames while commands come in. Pure.
//!
//! An editor without the focus sleeps 100 ms a frame, which every command would wait for. While a server talks it
//! sleeps [`AWAKE_US`] instead. The editor's own settings are not touched, and what the editor sets meanwhile counts.

/// The sleep while a server talks, microseconds.
pub const AWAKE_US: i32 = 7_000;
/// How long after the last message it lasts, microseconds.
const AWAKE_FOR_US: u64 = 2_000_000;

/// Decides about the engine's sleep; its owner reads and writes it.
#[derive(Debug, Default)]
pub struct SleepGovernor {
    /// When the server has been silent for long enough.
    awake_until_us: Option<u64>,
    /// What was found, and is put back.
    found_us: Option<i32>,
}

impl SleepGovernor {
    /// A message has come or gone.
    pub fn stir(&mut self, now_us: u64) {
        self.awake_until_us = Some(now_us.saturating_add(AWAKE_FOR_US));
    }

    /// The editor has got the focus and has set a sleep for it, which may happen to be the same as ours.
    pub fn focus_gained(&mut self) {
        self.found_us = None;
    }

    /// Whether there is anything to decide, so that the engine need not be asked in most frames.
    pub fn is_idle(&self) -> bool {
        self.awake_until_us.is_none()
    }

    /// What the sleep should become, if not the `present_us`.
    pub fn judge(&mut self, present_us: i32, now_us: u64) -> Option<i32> {
        if self.awake_until_us.is_none_or(|until| until <= now_us) {
            return self.end(present_us);
        }
        if present_us <= AWAKE_US {
            return None;
        }
        // Found like this, or set by the editor meanwhile, which then is what comes back.
        self.found_us = Some(present_us);
        Some(AWAKE_US)
    }

    /// What the sleep should become, if not the `present_us`, now that nothing is to be kept awake.
    pub fn end(&mut self, present_us: i32) -> Option<i32> {
        self.awake_until_us = None;
        // A value that is not ours was set by somebody else, who knows better.
        self.found_us.take().filter(|_| present_us == AWAKE_US)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOCUSED: i32 = 6_900;
    const UNFOCUSED: i32 = 100_000;
    const SECOND: u64 = 1_000_000;

    /// A governor with the engine's value.
    struct Engine {
        governor: SleepGovernor,
        sleep_us: i32,
    }

    impl Engine {
        fn with(sleep_us: i32) -> Self {
            Self { governor: SleepGovernor::default(), sleep_us }
        }

        fn frame(&mut self, now_us: u64) -> i32 {
            self.sleep_us = self.governor.judge(self.sleep_us, now_us).unwrap_or(self.sleep_us);
            self.sleep_us
        }
    }

    #[test]
    fn a_message_wakes_and_silence_puts_back() {
        let mut engine = Engine::with(UNFOCUSED);
        assert!(engine.governor.is_idle());
        assert_eq!(engine.frame(0), UNFOCUSED);
        engine.governor.stir(SECOND);
        assert_eq!(engine.frame(SECOND), AWAKE_US);
        engine.governor.stir(2 * SECOND);
        assert_eq!(engine.frame(4 * SECOND - 1), AWAKE_US, "counted from the last message");
        assert_eq!(engine.frame(4 * SECOND), UNFOCUSED);
        assert!(engine.governor.is_idle());
        assert_eq!(engine.frame(9 * SECOND), UNFOCUSED);
    }

    #[test]
    fn an_editor_with_the_focus_is_left_alone() {
        let mut engine = Engine::with(FOCUSED);
        engine.governor.stir(0);
        assert_eq!(engine.frame(1), FOCUSED);
        assert_eq!(engine.frame(3 * SECOND), FOCUSED);
    }

    #[test]
    fn focus_that_comes_meanwhile_counts() {
        for focused in [FOCUSED, AWAKE_US] {
            let mut engine = Engine::with(UNFOCUSED);
            engine.governor.stir(0);
            engine.frame(1);
            engine.sleep_us = focused;
            engine.governor.focus_gained();
            assert_eq!(engine.frame(2), focused);
            assert_eq!(engine.frame(3 * SECOND), focused, "the value found before is out of date");
        }
    }

    #[test]
    fn a_value_set_by_others_counts_without_any_notice() {
        let mut engine = Engine::with(UNFOCUSED);
        engine.governor.stir(0);
        engine.frame(1);
        engine.sleep_us = FOCUSED;
        assert_eq!(engine.frame(3 * SECOND), FOCUSED);
    }

    #[test]
    fn focus_that_goes_meanwhile_is_outdone_and_put_back() {
        let mut engine = Engine::with(FOCUSED);
        engine.governor.stir(0);
        engine.frame(1);
        engine.sleep_us = UNFOCUSED;
        assert_eq!(engine.frame(2), AWAKE_US);
        assert_eq!(engine.frame(3 * SECOND), UNFOCUSED);
    }

    #[test]
    fn focus_that_comes_and_goes_leaves_the_newest_value() {
        let mut engine = Engine::with(UNFOCUSED);
        engine.governor.stir(0);
        engine.frame(1);
        engine.sleep_us = FOCUSED;
        engine.governor.focus_gained();
        engine.frame(2);
        engine.sleep_us = 50_000;
        assert_eq!(engine.frame(3), AWAKE_US);
        assert_eq!(engine.frame(3 * SECOND), 50_000);
    }

    #[test]
    fn an_end_in_the_middle_puts_back_at_once() {
        let mut engine = Engine::with(UNFOCUSED);
        engine.governor.stir(0);
        engine.frame(1);
        assert_eq!(engine.governor.end(engine.sleep_us), Some(UNFOCUSED));
        assert_eq!(engine.governor.end(UNFOCUSED), None);
    }

    #[test]
    fn two_that_keep_awake_end_with_the_value_of_the_first() {
        let mut first = SleepGovernor::default();
        let mut second = SleepGovernor::default();
        let mut sleep_us = UNFOCUSED;
        first.stir(0);
        second.stir(SECOND);
        for now_us in [0, SECOND, 2 * SECOND, 2 * SECOND + 1, 3 * SECOND, 4 * SECOND] {
            for governor in [&mut first, &mut second] {
                sleep_us = governor.judge(sleep_us, now_us).unwrap_or(sleep_us);
            }
            assert_eq!(sleep_us == AWAKE_US, now_us < 3 * SECOND, "{now_us}");
        }
        assert_eq!(sleep_us, UNFOCUSED);
    }
}
