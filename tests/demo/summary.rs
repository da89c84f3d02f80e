//! What the acts add up to, and what of it is a fault.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::child::Event;
use crate::table::{grouped, time};

/// Frame times of one stretch of the demo.
struct Frames {
    label: &'static str,
    count: u64,
    p50: Duration,
    p99: Duration,
    worst: Duration,
}

/// Everything that is counted.
#[derive(Default)]
pub struct Summary {
    sent: u64,
    answered: u64,
    lost: u64,
    doubled: u64,
    /// Answers to nothing, answers too late, messages that were no JSON.
    stray: u64,
    /// Error answers by their code.
    errors: BTreeMap<String, u64>,
    frames: Vec<Frames>,
    most_events: u64,
    most_bytes: u64,
    pub capacity: u64,
    pub budget: u64,
    pub reconnects: u64,
    pub back_after: Duration,
    pub idle_poll_ns: f64,
}

impl Summary {
    /// Adds the `stats` of one life of the server, told when nothing is under way any more.
    pub fn add_stats(&mut self, stats: &Event) {
        self.sent += stats.number("sent");
        self.answered += stats.number("answered");
        self.lost += stats.number("lost") + stats.number("timed_out") + stats.number("open");
        self.doubled += stats.number("doubled");
        self.stray += stats.number("late") + stats.number("unknown") + stats.number("malformed");
    }

    /// Adds the error answers of a flood.
    pub fn add_flood(&mut self, flood: &Event) {
        let errors = flood.fields.get("errors").and_then(Value::as_object);
        for (code, count) in errors.into_iter().flatten() {
            *self.errors.entry(code.clone()).or_default() += count.as_u64().unwrap_or_default();
        }
    }

    /// Adds the outcome of a single command.
    pub fn add_answer(&mut self, answer: &Event) {
        if answer.text("status") != "ok" {
            let code = answer.fields["error"]["code"].as_str().unwrap_or("UNKNOWN").to_owned();
            *self.errors.entry(code).or_default() += 1;
        }
    }

    /// Adds the frames since the last time.
    pub fn add_frames(&mut self, label: Option<&'static str>, frames: &Event) {
        self.most_events = self.most_events.max(frames.number("max_events"));
        self.most_bytes = self.most_bytes.max(frames.number("max_bytes"));
        if let Some(label) = label {
            let microseconds =
                |field| Duration::from_secs_f64(frames.fields[field].as_f64().unwrap_or_default().max(0.0) / 1e6);
            self.frames.push(Frames {
                label,
                count: frames.number("count"),
                p50: microseconds("p50_us"),
                p99: microseconds("p99_us"),
                worst: microseconds("worst_us"),
            });
        }
    }

    /// Prints it all.
    pub fn print(&self) {
        println!();
        println!(
            "  commands     {} sent, {} answered, {} lost, {} doubled",
            grouped(self.sent),
            grouped(self.answered),
            grouped(self.lost),
            grouped(self.doubled)
        );
        println!(
            "  reconnects   {}, acknowledged {} after the server was back",
            self.reconnects,
            time(self.back_after)
        );
        println!(
            "  polls        at most {} events (capacity {}) and {} bytes (budget {})",
            self.most_events,
            self.capacity,
            grouped(self.most_bytes),
            grouped(self.budget)
        );
        println!("  idle poll    {:.1} ns", self.idle_poll_ns);
        println!("  frame time   {:<24}{:>8}{:>11}{:>11}{:>11}", "", "frames", "p50", "p99", "worst");
        for frames in &self.frames {
            println!(
                "               {:<24}{:>8}{:>11}{:>11}{:>11}",
                frames.label,
                grouped(frames.count),
                time(frames.p50),
                time(frames.p99),
                time(frames.worst)
            );
        }
        println!("               (CPU time of the editor's main thread: poll, its own answers, release)\n");
    }

    /// What must not be, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, text: String| {
            if wrong {
                faults.push(text);
            }
        };
        fault(self.lost > 0, format!("{} commands have no answer", self.lost));
        fault(self.sent != self.answered + self.lost, "the commands do not add up".to_owned());
        fault(self.doubled > 0, format!("{} commands were answered twice", self.doubled));
        fault(self.stray > 0, format!("{} messages belong to no command", self.stray));
        for (code, count) in &self.errors {
            fault(true, format!("{count} answers are the error {code}"));
        }
        fault(self.most_events > self.capacity, "a poll handed out more events than its capacity".to_owned());
        fault(self.most_bytes > self.budget, "a poll handed out more bytes than its budget".to_owned());
        fault(self.frames.iter().any(|frames| frames.count == 0), "a stretch has no frames".to_owned());
        faults
    }
}
