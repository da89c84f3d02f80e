//! How long to wait before the next dial.

/// When to stop dialling by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reconnect {
    /// Never stop.
    #[default]
    Forever,
    /// After that many redials in a row.
    Limited(u32),
    /// Never dial again.
    None,
}

/// The waits between dials: a schedule, a counter and jitter from a seed.
#[derive(Clone, Debug)]
pub struct Backoff {
    delays_ms: Box<[u32]>,
    policy: Reconnect,
    jitter_percent: u32,
    random: u64,
    redials: u32,
    /// The last connection was stable, so the next redial is immediate.
    fresh: bool,
}

impl Backoff {
    /// Waits as in `delays_ms`, the last one repeating (empty: no waits); up to `jitter_percent` of each is taken off.
    pub fn new(delays_ms: &[u32], policy: Reconnect, jitter_percent: u32, seed: u64) -> Self {
        let jitter_percent = jitter_percent.min(100);
        Self { delays_ms: delays_ms.into(), policy, jitter_percent, random: seed, redials: 0, fresh: false }
    }

    /// Redials since the counter was last reset.
    pub fn redials(&self) -> u32 {
        self.redials
    }

    /// The connection proved stable: the counter starts again and the next redial is immediate.
    pub fn reset(&mut self) {
        self.redials = 0;
        self.fresh = true;
    }

    /// The host asked for a dial: the counter starts again, the schedule too.
    pub fn restart(&mut self) {
        self.redials = 0;
        self.fresh = false;
    }

    /// The wait before the next dial, or `None` if there is to be none; counts it.
    pub fn next_delay_ms(&mut self) -> Option<u32> {
        match self.policy {
            Reconnect::None => return None,
            Reconnect::Limited(limit) if self.redials >= limit => return None,
            Reconnect::Limited(_) | Reconnect::Forever => {}
        }
        self.redials = self.redials.saturating_add(1);
        if core::mem::take(&mut self.fresh) {
            return Some(0);
        }
        let step = (self.redials - 1) as usize;
        let delay = self.delays_ms.get(step).or(self.delays_ms.last()).copied().unwrap_or(0);
        let most = u64::from(delay) * u64::from(self.jitter_percent) / 100;
        let off = if most == 0 { 0 } else { self.draw() % (most + 1) };
        Some(delay - u32::try_from(off).unwrap_or(delay))
    }

    /// SplitMix64: plenty for spreading redials, and repeatable from the seed.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: [u32; 7] = [1000, 2000, 4000, 8000, 16_000, 30_000, 60_000];

    fn waits(backoff: &mut Backoff, count: usize) -> Vec<Option<u32>> {
        (0..count).map(|_| backoff.next_delay_ms()).collect()
    }

    #[test]
    fn exact_waits_follow_the_schedule_and_the_last_repeats() {
        let mut backoff = Backoff::new(&SCHEDULE, Reconnect::Forever, 0, 1);
        let expected = [1000, 2000, 4000, 8000, 16_000, 30_000, 60_000, 60_000, 60_000].map(Some);
        assert_eq!(waits(&mut backoff, 9), expected);
        assert_eq!(backoff.redials(), 9);
    }

    #[test]
    fn only_after_a_stable_connection_is_the_first_redial_immediate() {
        let mut backoff = Backoff::new(&SCHEDULE, Reconnect::Forever, 0, 1);
        backoff.next_delay_ms();
        backoff.reset();
        assert_eq!(waits(&mut backoff, 3), [Some(0), Some(2000), Some(4000)]);
        backoff.restart();
        assert_eq!(waits(&mut backoff, 2), [Some(1000), Some(2000)]);
    }

    #[test]
    fn limits_end_the_dialling() {
        let mut limited = Backoff::new(&SCHEDULE, Reconnect::Limited(2), 0, 1);
        assert_eq!(waits(&mut limited, 4), [Some(1000), Some(2000), None, None]);
        limited.reset();
        assert_eq!(limited.next_delay_ms(), Some(0));
        assert_eq!(Backoff::new(&SCHEDULE, Reconnect::None, 0, 1).next_delay_ms(), None);
        assert_eq!(Backoff::new(&[], Reconnect::Forever, 50, 1).next_delay_ms(), Some(0));
    }

    #[test]
    fn jitter_is_repeatable_and_stays_in_bounds() {
        let draw = |seed| waits(&mut Backoff::new(&SCHEDULE, Reconnect::Forever, 50, seed), 200);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().skip(7).all(|wait| (30_000..=60_000).contains(&wait.unwrap())));
    }

    #[test]
    fn jitter_reaches_both_ends() {
        let mut backoff = Backoff::new(&[2], Reconnect::Forever, 100, 1);
        let drawn: std::collections::BTreeSet<_> = waits(&mut backoff, 200).into_iter().flatten().collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2]);
    }

    /// The first numbers of SplitMix64 from the seed 0, as its reference implementation gives them.
    #[test]
    fn draws_are_those_of_split_mix() {
        let mut backoff = Backoff::new(&SCHEDULE, Reconnect::Forever, 50, 0);
        let draws: Vec<u64> = (0..3).map(|_| backoff.draw()).collect();
        assert_eq!(draws, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
    }
}
