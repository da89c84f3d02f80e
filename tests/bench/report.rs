//! The rows with their figures and verdicts, and the same as JSON.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::host;
use crate::plan::Results;
use crate::samples::{median, spread};
use crate::targets::{Row, Table, Target, Unit};
use crate::{frame_rows, godot_rows, link_rows, mono_rows};

/// What came of one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Met,
    Missed,
    /// A count that must hold does not: the run fails.
    Broken,
    /// A figure is not there.
    Unknown,
}

/// One target, judged.
pub struct Judged {
    pub target: Target,
    pub verdict: Verdict,
    /// The ratio, for targets that are one.
    pub ratio: Option<f64>,
}

/// One row, filled in.
pub struct Line {
    pub row: Row,
    pub samples: Vec<f64>,
    pub wall: Option<f64>,
    pub judged: Vec<Judged>,
    /// Why there are no samples.
    pub missing: Option<String>,
}

pub struct Report {
    pub lines: Vec<Line>,
    pub failed: Vec<(String, String)>,
    pub not_measured: Vec<(String, String)>,
    pub left_out: Vec<(String, String)>,
    pub repetitions: usize,
    pub load: f64,
    require_all: bool,
}

impl Report {
    pub fn new(results: Results, repetitions: usize, require_all: bool) -> Self {
        let mut table = Table::default();
        frame_rows::add(&mut table);
        link_rows::add(&mut table, host::cores());
        mono_rows::add(&mut table);
        godot_rows::add(&mut table);
        let lines = table.rows.into_iter().filter_map(|row| line(row, &results)).collect();
        Self {
            lines,
            failed: results.failed.into_iter().collect(),
            not_measured: results.not_measured.into_iter().collect(),
            left_out: results.left_out.into_iter().collect(),
            repetitions,
            load: results.load,
            require_all,
        }
    }

    /// Whether every measurement ran and every count held. Times have no say.
    pub fn passed(&self) -> bool {
        let complete = self.failed.is_empty() && (self.not_measured.is_empty() || !self.require_all);
        complete && self.with(Verdict::Broken).next().is_none()
    }

    /// The lines that have a target of that verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.judged.iter().any(|judged| judged.verdict == verdict))
    }

    pub fn write_json(&self, path: &Path) -> io::Result<()> {
        let lines: Vec<Value> = self.lines.iter().map(Line::json).collect();
        let labels = |verdict| -> Vec<&str> { self.with(verdict).map(|line| line.row.figure.as_str()).collect() };
        let report = json!({
            "machine": host::description(),
            "load_average_before": self.load,
            "repetitions": self.repetitions,
            "passed": self.passed(),
            "missed": labels(Verdict::Missed),
            "broken": labels(Verdict::Broken),
            "failed": self.failed,
            "not_measured": self.not_measured,
            "left_out": self.left_out,
            "rows": lines,
        });
        fs::write(path, format!("{report:#}\n"))
    }
}

impl Line {
    fn json(&self) -> Value {
        let (smallest, largest) = spread(&self.samples);
        let judged: Vec<Value> = self
            .judged
            .iter()
            .map(|judged| json!({"target": judged.target.to_string(), "ratio": judged.ratio, "verdict": format!("{:?}", judged.verdict).to_lowercase()}))
            .collect();
        json!({
            "section": self.row.section,
            "label": self.row.label.trim(),
            "figure": self.row.figure,
            "unit": match self.row.unit {
                Unit::Time => "ns",
                Unit::Messages => "messages/s",
                Unit::Throughput => "bytes/s",
                Unit::Size => "bytes",
                Unit::Count => "count",
            },
            "median": median(&self.samples),
            "smallest": smallest,
            "largest": largest,
            "samples": self.samples,
            "wall_median": self.wall,
            "targets": judged,
            "missing": self.missing,
        })
    }
}

/// `None` when the run was not asked for this row.
fn line(row: Row, results: &Results) -> Option<Line> {
    let samples = results.samples.get(&row.figure).cloned().unwrap_or_default();
    let missing = if samples.is_empty() { Some(reason(&row.figure, results)?) } else { None };
    let wall = row.wall.as_ref().and_then(|figure| results.samples.get(figure)).map(|samples| median(samples));
    let judged = row.targets.iter().map(|target| judge(target, &samples, results)).collect();
    Some(Line { row, samples, wall, judged, missing })
}

/// Why a figure is not there, from the measurement that should have made it.
fn reason(figure: &str, results: &Results) -> Option<String> {
    let sources =
        [("not measured", &results.not_measured), ("left out", &results.left_out), ("failed", &results.failed)];
    sources.into_iter().find_map(|(word, reasons)| {
        let mut reasons = reasons.iter();
        let (_, reason) = reasons.find(|(step, _)| figure.starts_with(&format!("{step}.")))?;
        Some(format!("{word}: {reason}"))
    })
}

fn judge(target: &Target, samples: &[f64], results: &Results) -> Judged {
    let verdict = |met: bool| if met { Verdict::Met } else { Verdict::Missed };
    let value = median(samples);
    let unknown = Judged { target: target.clone(), verdict: Verdict::Unknown, ratio: None };
    if samples.is_empty() {
        return unknown;
    }
    let (verdict, ratio) = match target {
        Target::AtMost(limit) => (verdict(value <= *limit), None),
        Target::Count(limit) => (if spread(samples).1 <= *limit { Verdict::Met } else { Verdict::Broken }, None),
        Target::RatioToKnown { limit, known, .. } => (verdict(value / known <= *limit), Some(value / known)),
        Target::RatioAtMost { limit, of } => match ratio(samples, of, results, f64::max) {
            Some(ratio) => (verdict(ratio <= *limit), Some(ratio)),
            None => return unknown,
        },
        Target::RatioAtLeast { limit, of } => match ratio(samples, of, results, f64::min) {
            Some(ratio) => (verdict(ratio >= *limit), Some(ratio)),
            None => return unknown,
        },
    };
    Judged { target: target.clone(), verdict, ratio }
}

/// The median of the ratios of each repetition, against the hardest of the figures `of`.
fn ratio(samples: &[f64], of: &[String], results: &Results, harder: fn(f64, f64) -> f64) -> Option<f64> {
    let against = |figure: &String| {
        let others = results.samples.get(figure)?;
        let ratios: Vec<f64> = samples.iter().zip(others).map(|(ours, theirs)| ours / theirs).collect();
        Some(median(&ratios))
    };
    of.iter().filter_map(against).reduce(harder)
}
