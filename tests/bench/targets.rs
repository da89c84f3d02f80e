//! What a row of the table is: a figure, its unit, and what it should reach.

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// ns in, ns to s out.
    Time,
    /// Messages a second.
    Messages,
    /// Bytes a second.
    Throughput,
    /// Bytes.
    Size,
    Count,
}

/// What a figure should reach. Only a `Count` decides whether the run passes.
#[derive(Clone, Debug)]
pub enum Target {
    AtMost(f64),
    /// At most this count; more fails the run.
    Count(f64),
    /// At most `limit` times the smallest of the figures `of`.
    RatioAtMost {
        limit: f64,
        of: Vec<String>,
    },
    /// At least `limit` times the largest of the figures `of`.
    RatioAtLeast {
        limit: f64,
        of: Vec<String>,
    },
    /// At most this part of a figure measured elsewhere, named in the text.
    RatioToKnown {
        limit: f64,
        known: f64,
        what: &'static str,
    },
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub section: &'static str,
    pub label: String,
    pub figure: String,
    pub unit: Unit,
    /// The same work in wall time.
    pub wall: Option<String>,
    pub targets: Vec<Target>,
}

pub fn names(figures: &[&str]) -> Vec<String> {
    figures.iter().map(|figure| (*figure).to_owned()).collect()
}

/// Rows under construction, section by section.
#[derive(Default)]
pub struct Table {
    pub section: &'static str,
    pub rows: Vec<Row>,
}

impl Table {
    /// Appends a row to the present section.
    pub fn row(&mut self, label: &str, figure: &str, unit: Unit) -> &mut Row {
        let index = self.rows.len();
        let row = Row {
            section: self.section,
            label: label.to_owned(),
            figure: figure.to_owned(),
            unit,
            wall: None,
            targets: vec![],
        };
        self.rows.push(row);
        &mut self.rows[index]
    }

    /// The allocations and frees of a measurement on the frame thread; neither may happen.
    pub fn memory_calls(&mut self, measurement: &str) {
        for what in ["allocations", "frees"] {
            self.row(&format!("  {what}"), &format!("{measurement}.{what}"), Unit::Count).target(Target::Count(0.0));
        }
    }
}

impl Row {
    pub fn wall(&mut self, figure: &str) -> &mut Self {
        self.wall = Some(figure.to_owned());
        self
    }

    pub fn target(&mut self, target: Target) -> &mut Self {
        self.targets.push(target);
        self
    }
}
