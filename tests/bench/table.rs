//! The table on the terminal.

use std::fmt::{self, Write};

use crate::host;
use crate::report::{Line, Report, Verdict};
use crate::samples::{median, spread};
use crate::targets::{Target, Unit};

const METHOD: &str = "\
Medians of interleaved repetitions; in brackets the smallest and the largest repetition.
Frame-thread figures are CPU time of the thread (CLOCK_THREAD_CPUTIME_ID), wall time stands beside them.
Operations too short for a clock are timed by the block; single ones carry one reading of the clock, shown in the floors.
Ratios are the median of the ratios within each repetition. The peer server is the same for all clients, alone in its
process, on the last core; the measuring thread is on the first. Sleeping frame loops sleep 0.1 ms when nothing is there.
Allocations and frees are counted by malloc and free themselves, on the calling thread; system calls by ptrace.
";

/// The whole report as text.
pub fn render(report: &Report) -> String {
    let mut text = format!(
        "Framewire beside its peers: {} (load {:.1} before), {} repetitions\n\n{METHOD}",
        host::description(),
        report.load,
        report.repetitions
    );
    let mut section = "";
    for line in &report.lines {
        if line.row.section != section {
            section = line.row.section;
            let _ = writeln!(text, "\n{section}");
        }
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    let figures = |verdict| report.with(verdict).map(|line| line.row.figure.clone()).collect();
    list(&mut text, "targets missed", figures(Verdict::Missed));
    list(&mut text, "COUNTS BROKEN", figures(Verdict::Broken));
    list(&mut text, "left out", reasons(&report.left_out));
    list(&mut text, "not measured", reasons(&report.not_measured));
    list(&mut text, "FAILED", reasons(&report.failed));
    text
}

fn reasons(steps: &[(String, String)]) -> Vec<String> {
    steps.iter().map(|(step, reason)| format!("{step}: {reason}")).collect()
}

fn list(text: &mut String, title: &str, entries: Vec<String>) {
    if !entries.is_empty() {
        let _ = writeln!(text, "{title}:\n  {}", entries.join("\n  "));
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "  {:<60}", self.row.label)?;
        if let Some(reason) = &self.missing {
            return write!(formatter, "{}", reason.lines().next().unwrap_or_default());
        }
        let unit = self.row.unit;
        let (smallest, largest) = spread(&self.samples);
        let range = format!("[{} .. {}]", write_value(smallest, unit), write_value(largest, unit));
        write!(formatter, "{:>11}  {range:<25}", write_value(median(&self.samples), unit))?;
        let wall = self.wall.map(|wall| format!("wall {}", write_value(wall, unit))).unwrap_or_default();
        write!(formatter, " {wall:<14}")?;
        for judged in &self.judged {
            let verdict = match judged.verdict {
                Verdict::Met => "met",
                Verdict::Missed => "MISSED",
                Verdict::Broken => "BROKEN",
                Verdict::Unknown => "unknown",
            };
            let ratio = judged.ratio.map(|ratio| format!("{}: ", write_ratio(ratio))).unwrap_or_default();
            write!(formatter, "  {ratio}{} {verdict}", write_target(&judged.target, unit))?;
        }
        Ok(())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(limit) | Self::Count(limit) => write!(formatter, "<= {limit}"),
            Self::RatioAtMost { limit, of } => {
                write!(formatter, "<= {}x {}", short(*limit), who(of))
            }
            Self::RatioAtLeast { limit, of } => {
                write!(formatter, ">= {}x {}", short(*limit), who(of))
            }
            Self::RatioToKnown { limit, what, .. } => {
                write!(formatter, "<= {}x {what}", short(*limit))
            }
        }
    }
}

fn write_target(target: &Target, unit: Unit) -> String {
    match target {
        Target::AtMost(limit) | Target::Count(limit) => format!("<= {}", write_value(*limit, unit)),
        ratio => ratio.to_string(),
    }
}

/// The peers of a ratio, by their measurements' first words.
fn who(figures: &[String]) -> String {
    let name = |figure: &String| match figure.split('.').next().unwrap_or_default() {
        "bare" => "bare",
        "each" => "bare flushing each",
        "lws" => "lws",
        "curl" => "curl",
        "frame" => "memcpy",
        "godot" => "WebSocketPeer",
        _ => "floor",
    };
    if figures.len() > 1 { "best peer".to_owned() } else { figures.first().map(name).unwrap_or_default().to_owned() }
}

fn write_value(value: f64, unit: Unit) -> String {
    let scaled = |steps: &[(f64, &str)]| {
        let (divisor, name) =
            steps.iter().copied().find(|(divisor, _)| value.abs() >= *divisor).unwrap_or(steps[steps.len() - 1]);
        format!("{} {name}", short(value / divisor))
    };
    match unit {
        Unit::Time => scaled(&[(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")]),
        Unit::Messages => scaled(&[(1e6, "M/s"), (1e3, "k/s"), (1.0, "/s")]),
        Unit::Throughput => scaled(&[((1 << 30) as f64, "GiB/s"), ((1 << 20) as f64, "MiB/s")]),
        Unit::Size => scaled(&[((1 << 20) as f64, "MiB"), (1024.0, "KiB"), (1.0, "B")]),
        Unit::Count => short(value),
    }
}

fn write_ratio(ratio: f64) -> String {
    format!("{}x", short(ratio))
}

/// Three significant digits, without needless zeros.
fn short(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
