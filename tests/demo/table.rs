//! The table of acts: one row each, live on a terminal, whole lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";
/// The least time between two updates of a row.
const UPDATE: Duration = Duration::from_millis(50);
/// Back to the first column, and the line cleared.
const AGAIN: &str = "\r\x1b[2K";

/// The table on standard output.
pub struct Table {
    terminal: bool,
    /// The act that runs: its title and beginning.
    row: Option<(String, Instant)>,
    updated: Option<Instant>,
}

impl Table {
    /// Prints the head.
    pub fn start() -> Self {
        let table = Self { terminal: io::stdout().is_terminal(), row: None, updated: None };
        println!(
            "\n  {}",
            table.styled(BOLD, "Framewire: a tool server, an editor in C at 60 frames a second, one link")
        );
        println!("\n  {}", table.styled(DIM, &format!("{:<42}{:>8}  result", "act", "time")));
        table
    }

    /// Begins a row.
    pub fn begin(&mut self, title: &str) {
        self.row = Some((title.to_owned(), Instant::now()));
        self.updated = None;
        self.tick();
    }

    /// Shows the time of the running row.
    pub fn tick(&mut self) {
        if self.updated.is_some_and(|updated| updated.elapsed() < UPDATE) {
            return;
        }
        if let (true, Some((title, begun))) = (self.terminal, &self.row) {
            print!("{AGAIN}  {title:<42}{:>8}  {}", time(begun.elapsed()), self.styled(DIM, "..."));
            // A terminal that takes no output shows no progress; the row's end is printed all the same.
            let _ = io::stdout().flush();
            self.updated = Some(Instant::now());
        }
    }

    /// Ends the row.
    pub fn end(&mut self, result: &str) {
        self.finish(GREEN, "ok", result);
    }

    /// A line more about the row that has ended.
    pub fn note(&self, text: &str) {
        println!("  {:<42}{:>8}      {}", "", "", self.styled(DIM, text));
    }

    /// Ends the row, or the whole, with an error.
    pub fn fail(&mut self, error: &str) {
        if self.row.is_none() {
            self.begin("");
        }
        self.finish(RED, "FAILED", error);
    }

    fn finish(&mut self, style: &str, verdict: &str, result: &str) {
        if let Some((title, begun)) = self.row.take() {
            let again = if self.terminal { AGAIN } else { "" };
            let verdict = self.styled(style, verdict);
            println!("{again}  {title:<42}{:>8}  {verdict}  {result}", time(begun.elapsed()));
        }
    }

    fn styled(&self, style: &str, text: &str) -> String {
        if self.terminal { format!("{style}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// A time in the unit that reads best.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 1e-3 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.1} us", seconds * 1e6)
    }
}

/// A whole number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
