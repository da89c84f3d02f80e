//! The JSON ping of a session: the server sees that the editor's program lives, not only its socket.

use std::time::{Duration, Instant};

use crate::serve::options::Options;

/// What goes to the editor.
pub const PING: &str = r#"{"type":"ping"}"#;

/// The pings of one session. Its silence is judged at each tick.
pub struct SessionPing {
    interval: Duration,
    timeout: Duration,
    next: Instant,
    last_pong: Instant,
}

/// What a tick asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Tick {
    Nothing,
    Ping,
    GiveUp,
}

impl SessionPing {
    /// Begins at the registration, which counts as a pong.
    pub fn start(options: &Options, now: Instant) -> Self {
        let interval = options.json_ping_interval;
        Self { interval, timeout: options.json_pong_timeout, next: now + interval, last_pong: now }
    }

    /// When the next tick is; never without pings.
    pub fn next(&self) -> Option<Instant> {
        (!self.interval.is_zero()).then_some(self.next)
    }

    /// What is to be done now. A ping counts as sent.
    pub fn tick(&mut self, now: Instant) -> Tick {
        if self.next().is_none_or(|next| now < next) {
            return Tick::Nothing;
        }
        self.next = now + self.interval;
        if now.saturating_duration_since(self.last_pong) >= self.timeout { Tick::GiveUp } else { Tick::Ping }
    }

    /// Notes a pong.
    pub fn answered(&mut self, now: Instant) {
        self.last_pong = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn silence_ends_the_session_at_a_tick() {
        let start = Instant::now();
        let mut ping =
            SessionPing { interval: 10 * SECOND, timeout: 20 * SECOND, next: start + 10 * SECOND, last_pong: start };
        assert_eq!(ping.tick(start + 9 * SECOND), Tick::Nothing);
        assert_eq!(ping.tick(start + 10 * SECOND), Tick::Ping);
        assert_eq!(ping.tick(start + 10 * SECOND), Tick::Nothing);
        ping.answered(start + 11 * SECOND);
        assert_eq!(ping.tick(start + 20 * SECOND), Tick::Ping);
        assert_eq!(ping.tick(start + 30 * SECOND), Tick::Ping);
        assert_eq!(ping.tick(start + 40 * SECOND), Tick::GiveUp);
    }

    #[test]
    fn an_interval_of_zero_is_no_pings() {
        let now = Instant::now();
        let mut ping = SessionPing { interval: Duration::ZERO, timeout: SECOND, next: now, last_pong: now };
        assert_eq!((ping.next(), ping.tick(now + 100 * SECOND)), (None, Tick::Nothing));
    }
}
