//! Since when the frame loop is silent.

/// Watches the age of the last poll.
#[derive(Debug)]
pub struct Silence {
    /// As long as it may be, ns; `None` = for ever.
    limit: Option<u64>,
    opened_at: u64,
    since_utc: Option<u64>,
}

impl Silence {
    /// The silence of a link opened at `opened_at`, ns.
    pub fn new(limit: Option<u64>, opened_at: u64) -> Self {
        Self { limit, opened_at, since_utc: None }
    }

    /// Looks at `now` at the age of the last poll (ns; `u64::MAX` before the first); whether silence began or ended.
    /// `utc` tells the time of day, ns since 1970.
    pub fn look(&mut self, now: u64, poll_age: u64, utc: impl FnOnce() -> u64) -> bool {
        // Before the first poll the editor counts as silent since the link was opened.
        let age = poll_age.min(now.saturating_sub(self.opened_at));
        let is_silent = self.limit.is_some_and(|limit| age >= limit);
        if is_silent == self.since_utc.is_some() {
            return false;
        }
        self.since_utc = is_silent.then(|| utc().saturating_sub(age));
        true
    }

    /// Since when, ns since 1970 UTC; `None` = it is not.
    pub fn since_utc(&self) -> Option<u64> {
        self.since_utc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_begins_with_the_last_poll_and_ends_with_the_next() {
        let mut silence = Silence::new(Some(2000), 100);
        assert!(!silence.look(2099, u64::MAX, || 0));
        assert!(silence.look(2100, u64::MAX, || 10_000));
        assert_eq!(silence.since_utc(), Some(8000));
        assert!(!silence.look(9000, 8000, || 0), "it goes on, and since when stays");
        assert!(silence.look(9001, 0, || 0));
        assert_eq!(silence.since_utc(), None);
        assert!(silence.look(20_000, 2500, || 50_000));
        assert_eq!(silence.since_utc(), Some(47_500));
        assert!(!Silence::new(None, 0).look(u64::MAX, u64::MAX, || 0));
    }
}
