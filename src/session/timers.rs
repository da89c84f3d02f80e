//! What the session waits for: a small table of deadlines.

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Timer {
    /// Dial again.
    Redial,
    /// The profile's hello must be done.
    Hello,
    /// Send a ping.
    Heartbeat,
    /// Nothing was received for too long.
    Silence,
    /// The earliest deadline of a request may have passed.
    Requests,
    /// The close must be done.
    Close,
    /// A call of ours may have run out of time.
    Calls,
    /// Send the keep-alive message.
    KeepAlive,
}

impl Timer {
    /// Every timer, in the order in which those due at once are handled.
    pub const ALL: [Self; 8] = [
        Self::Requests,
        Self::Calls,
        Self::Hello,
        Self::Heartbeat,
        Self::KeepAlive,
        Self::Silence,
        Self::Close,
        Self::Redial,
    ];
}

/// One deadline a timer, in ns. The next to be waited for is the least.
#[derive(Clone, Debug, Default)]
pub struct Timers([Option<u64>; Timer::ALL.len()]);

#[allow(clippy::indexing_slicing, reason = "there is a place for each timer, by its number")]
impl Timers {
    /// Arms `timer`.
    pub fn set(&mut self, timer: Timer, deadline: u64) {
        self.0[timer as usize] = Some(deadline);
    }

    /// Arms `timer`, unless it is due earlier already; `u64::MAX` is never.
    pub fn lower(&mut self, timer: Timer, deadline: u64) {
        if deadline == u64::MAX {
            return;
        }
        let slot = &mut self.0[timer as usize];
        *slot = Some(slot.map_or(deadline, |known| known.min(deadline)));
    }

    /// Disarms `timer`.
    pub fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    /// When `timer` is due, if it is armed.
    pub fn get(&self, timer: Timer) -> Option<u64> {
        self.0[timer as usize]
    }

    /// The least deadline.
    pub fn next(&self) -> Option<u64> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes one timer that is due at `now`, with its deadline, disarming it.
    pub fn take_due(&mut self, now: u64) -> Option<(Timer, u64)> {
        let timer = Timer::ALL.into_iter().find(|&timer| self.get(timer).is_some_and(|at| at <= now))?;
        self.0[timer as usize].take().map(|deadline| (timer, deadline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_wake_is_the_least_and_due_timers_come_once() {
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        for (position, timer) in Timer::ALL.into_iter().enumerate() {
            timers.set(timer, 100 - position as u64);
        }
        timers.lower(Timer::Close, 500);
        timers.lower(Timer::Hello, 1);
        assert_eq!(timers.next(), Some(1));
        assert_eq!(timers.take_due(0), None);
        assert_eq!(timers.take_due(1), Some((Timer::Hello, 1)));
        assert_eq!(timers.take_due(1), None);
        timers.clear(Timer::Redial);
        let mut due = Vec::new();
        while let Some((timer, _)) = timers.take_due(1000) {
            due.push(timer);
        }
        assert_eq!(
            due,
            [Timer::Requests, Timer::Calls, Timer::Heartbeat, Timer::KeepAlive, Timer::Silence, Timer::Close]
        );
    }
}
