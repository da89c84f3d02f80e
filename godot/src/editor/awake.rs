//! Keeps the engine's frames coming while a server talks, and puts the sleep back that was found.

use super::live;
use super::sleep::SleepGovernor;

/// The governor over the engine's real sleep.
#[derive(Default)]
pub struct Awake {
    governor: SleepGovernor,
}

impl Awake {
    /// A message has come or gone.
    pub fn stir(&mut self) {
        self.governor.stir(live::now_us());
    }

    /// The editor has got the focus.
    pub fn focus_gained(&mut self) {
        self.governor.focus_gained();
    }

    /// Looks at the sleep; to be called once a frame.
    pub fn turn(&mut self) {
        if !self.governor.is_idle()
            && let Some(sleep_us) = self.governor.judge(live::sleep_us(), live::now_us())
        {
            live::set_sleep_us(sleep_us);
        }
    }

    /// Puts back what was found.
    pub fn end(&mut self) {
        if !self.governor.is_idle()
            && let Some(sleep_us) = self.governor.end(live::sleep_us())
        {
            live::set_sleep_us(sleep_us);
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.end();
    }
}
