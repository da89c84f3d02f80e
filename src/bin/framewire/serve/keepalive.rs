//! When an editor is pinged, and when its silence ends the connection.

use std::time::{Duration, Instant};

use super::options::Options;

/// The keepalive of one connection.
pub struct Ping {
    interval: Duration,
    timeout: Duration,
    next: Instant,
    unanswered_since: Option<Instant>,
}

/// What [`Ping::due`] asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    Nothing,
    Ping,
    GiveUp,
}

impl Ping {
    /// The first ping is due after one interval.
    pub fn start(options: &Options) -> Self {
        let interval = options.ping_interval;
        Self { interval, timeout: options.pong_timeout, next: Instant::now() + interval, unanswered_since: None }
    }

    /// When there is something to do next; never without pings.
    pub fn next(&self) -> Option<Instant> {
        if self.interval.is_zero() {
            return None;
        }
        Some(self.unanswered_since.map_or(self.next, |since| since + self.timeout))
    }

    /// What is to be done now. A ping counts as sent.
    pub fn due(&mut self, now: Instant) -> Due {
        match self.next() {
            Some(next) if now >= next => {}
            _ => return Due::Nothing,
        }
        if self.unanswered_since.is_some() {
            return Due::GiveUp;
        }
        self.unanswered_since = Some(now);
        self.next = now + self.interval;
        Due::Ping
    }

    /// Notes a pong.
    pub fn answered(&mut self) {
        self.unanswered_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ping(interval: Duration, now: Instant) -> Ping {
        Ping { interval, timeout: 2 * SECOND, next: now + interval, unanswered_since: None }
    }

    #[test]
    fn a_pong_in_time_keeps_the_connection() {
        let now = Instant::now();
        let mut ping = ping(SECOND, now);
        assert_eq!(ping.due(now), Due::Nothing);
        assert_eq!(ping.due(now + SECOND), Due::Ping);
        ping.answered();
        assert_eq!(ping.due(now + 2 * SECOND), Due::Ping);
        assert_eq!(ping.due(now + 3 * SECOND), Due::Nothing);
        assert_eq!(ping.due(now + 4 * SECOND), Due::GiveUp);
    }

    #[test]
    fn an_interval_of_zero_is_no_pings() {
        let now = Instant::now();
        let mut ping = ping(Duration::ZERO, now);
        assert_eq!((ping.next(), ping.due(now + 100 * SECOND)), (None, Due::Nothing));
    }
}
