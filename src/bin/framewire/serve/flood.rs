//! A flood: many commands of one kind, a bounded number of them unanswered, and what became of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::commands::Call;
use super::ledger::Totals;

/// A flood that runs.
pub struct Flood {
    pub connection: u64,
    pub session_id: String,
    pub call: Call,
    count: u64,
    in_flight: u64,
    sent: u64,
    open: u64,
    ok: u64,
    lost: u64,
    timed_out: u64,
    errors: BTreeMap<String, u64>,
    /// Microseconds.
    latencies: Vec<u32>,
    started: Instant,
    before: Totals,
    ended_early: bool,
}

/// What a flood reports at its end. `sent` = `answered` + `lost` + `timed_out`.
#[derive(Debug, Serialize)]
pub struct FloodReport {
    pub session_id: String,
    pub command: String,
    pub count: u64,
    pub in_flight: u64,
    pub sent: u64,
    pub answered: u64,
    pub ok: u64,
    /// Error answers by their code.
    pub errors: BTreeMap<String, u64>,
    pub lost: u64,
    pub timed_out: u64,
    /// Second answers that came while it ran.
    pub doubled: u64,
    /// Answers to nothing that came while it ran.
    pub unknown: u64,
    pub elapsed_ms: f64,
    pub per_second: f64,
    pub latency_us: Latency,
}

/// Percentiles of the time from sending a command to its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latency {
    pub p50: u32,
    pub p99: u32,
    pub worst: u32,
}

impl Latency {
    fn of(mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        // The nearest rank: the smallest time that so many of a hundred do not exceed.
        let rank = |percent: usize| (times.len() * percent).div_ceil(100).saturating_sub(1);
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        Self { p50: at(rank(50)), p99: at(rank(99)), worst: at(times.len().saturating_sub(1)) }
    }
}

impl Flood {
    /// A flood that has sent nothing yet. `before` is the ledger's count at its start.
    pub fn new(connection: u64, session_id: String, call: Call, count: u64, in_flight: u64, before: Totals) -> Self {
        Self {
            connection,
            session_id,
            call,
            count,
            in_flight,
            sent: 0,
            open: 0,
            ok: 0,
            lost: 0,
            timed_out: 0,
            errors: BTreeMap::new(),
            latencies: Vec::new(),
            started: Instant::now(),
            before,
            ended_early: false,
        }
    }

    /// Whether one more command is to be sent now; it counts as sent then.
    pub fn take_next(&mut self) -> bool {
        let next = !self.ended_early && self.sent < self.count && self.open < self.in_flight;
        if next {
            self.sent += 1;
            self.open += 1;
        }
        next
    }

    /// Notes an answer: `None` for ok, or the error's code.
    pub fn answered(&mut self, latency: Duration, error: Option<&str>) {
        self.open = self.open.saturating_sub(1);
        self.latencies.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
        match error {
            None => self.ok += 1,
            Some(code) => *self.errors.entry(code.to_owned()).or_default() += 1,
        }
    }

    /// Notes a command whose connection ended.
    pub fn lost(&mut self) {
        self.open = self.open.saturating_sub(1);
        self.lost += 1;
    }

    /// Notes a command whose time was over.
    pub fn timed_out(&mut self) {
        self.open = self.open.saturating_sub(1);
        self.timed_out += 1;
    }

    /// Sends no more: its editor is gone.
    pub fn end_early(&mut self) {
        self.ended_early = true;
    }

    /// Whether nothing is left to send or to wait for.
    pub fn is_over(&self) -> bool {
        self.open == 0 && (self.ended_early || self.sent == self.count)
    }

    /// The report. `now` is the ledger's count.
    pub fn report(self, now: Totals) -> FloodReport {
        let elapsed = self.started.elapsed().as_secs_f64();
        let answered = self.latencies.len() as u64;
        FloodReport {
            session_id: self.session_id,
            command: self.call.command,
            count: self.count,
            in_flight: self.in_flight,
            sent: self.sent,
            answered,
            ok: self.ok,
            errors: self.errors,
            lost: self.lost,
            timed_out: self.timed_out,
            doubled: now.doubled - self.before.doubled,
            unknown: now.unknown - self.before.unknown,
            elapsed_ms: elapsed * 1e3,
            per_second: if elapsed > 0.0 { answered as f64 / elapsed } else { 0.0 },
            latency_us: Latency::of(self.latencies),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::commands::Line;

    fn flood(count: u64, in_flight: u64) -> Flood {
        let Ok(Line::Call(call)) = Line::parse("echo {}") else { panic!("no call") };
        Flood::new(1, "s".to_owned(), call, count, in_flight, Totals::default())
    }

    #[test]
    fn no_more_than_the_limit_is_in_flight() {
        let mut flood = flood(3, 2);
        assert_eq!([flood.take_next(), flood.take_next(), flood.take_next()], [true, true, false]);
        flood.answered(Duration::from_micros(5), None);
        assert_eq!([flood.take_next(), flood.take_next()], [true, false]);
        flood.answered(Duration::from_micros(7), Some("BUSY"));
        flood.lost();
        assert!(flood.is_over() && !flood.take_next());
        let report = flood.report(Totals::default());
        assert_eq!((report.sent, report.answered, report.ok, report.lost), (3, 2, 1, 1));
        assert_eq!(report.errors.get("BUSY"), Some(&1));
    }

    #[test]
    fn a_flood_whose_editor_went_waits_only_for_what_it_sent() {
        let mut flood = flood(10, 1);
        assert!(flood.take_next());
        flood.end_early();
        assert!(!flood.is_over());
        flood.lost();
        assert!(flood.is_over());
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        assert_eq!(Latency::of((1..=200).rev().collect()), Latency { p50: 100, p99: 198, worst: 200 });
        assert_eq!(Latency::of(vec![7]), Latency { p50: 7, p99: 7, worst: 7 });
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }
}
