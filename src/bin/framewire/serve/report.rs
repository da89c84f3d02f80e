//! What the server says on standard output: one whole line for each thing that happens, for people or as JSON.

use std::io::{self, BufWriter, Stdout, Write};
use std::time::Instant;

use serde::Serialize;
use serde_json::value::RawValue;

use super::ending::Ending;
use super::flood::FloodReport;
use super::identity::Identity;
use super::incoming::Failure;
use super::ledger::Totals;
use super::{human, options::Options};

/// Data longer than this is cut for people.
const HUMAN_MAX_PRINT: usize = 2000;

/// A thing that happened. As JSON, the variant's name is `event` and the fields stand beside it.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Report<'a> {
    /// The server takes connections.
    Listening { url: String, port: u16, pid: u32, server_version: &'a str },
    /// An editor connected; its handshake is not over.
    Connected { connection: u64, peer: String },
    /// An editor's handshake was accepted, or is not needed.
    Acknowledged {
        connection: u64,
        #[serde(flatten)]
        identity: &'a Identity,
    },
    /// A connection ended. `lost` commands had no answer. Without a session its handshake was never accepted.
    Gone {
        connection: u64,
        session_id: Option<&'a str>,
        #[serde(flatten)]
        ending: &'a Ending,
        lost: usize,
    },
    /// An editor told news of its own.
    Event {
        session_id: &'a str,
        name: &'a str,
        #[serde(flatten)]
        data: Body,
    },
    /// An editor listed its tools.
    Tools {
        session_id: &'a str,
        names: &'a [String],
        #[serde(flatten)]
        data: Body,
    },
    /// An editor called the server, which has answered; `refused` is the code of an error answer.
    Called {
        session_id: &'a str,
        method: &'a str,
        refused: Option<i32>,
        #[serde(flatten)]
        data: Body,
    },
    /// A command went out.
    Sent { session_id: &'a str, request_id: &'a str, command: &'a str, tag: Option<&'a RawValue> },
    /// A command's first answer.
    Answer {
        session_id: &'a str,
        request_id: &'a str,
        command: &'a str,
        status: Status,
        #[serde(flatten)]
        data: Body,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a Failure>,
        readiness: Option<&'a str>,
        /// Of the whole message.
        bytes: usize,
        elapsed_ms: f64,
        tag: Option<&'a RawValue>,
    },
    /// A command was given up.
    Lost {
        session_id: &'a str,
        request_id: &'a str,
        command: &'a str,
        why: GivenUp,
        elapsed_ms: f64,
        tag: Option<&'a RawValue>,
    },
    /// An answer that settled nothing.
    Unmatched { session_id: &'a str, request_id: &'a str, why: Unmatched },
    /// A message that is neither answer nor event.
    Malformed { session_id: &'a str, why: &'a str },
    /// A flood is over.
    Flood {
        #[serde(flatten)]
        report: &'a FloodReport,
    },
    /// `.wait` is over.
    Waited,
    /// The reply to `.editors`.
    Editors { editors: &'a [EditorRow<'a>] },
    /// The reply to `.stats`, and the last words.
    Stats {
        connections: u64,
        malformed: u64,
        open: usize,
        #[serde(flatten)]
        totals: Totals,
    },
    /// The reply to `.help`.
    Help { text: &'a str },
    /// A line was not understood or could not be done.
    Error { message: &'a str },
}

/// Whether an answer is a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    Error,
}

/// Why a command was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenUp {
    EditorGone,
    /// Another editor of the same project took its place.
    Superseded,
    TimedOut,
}

/// Why an answer settled nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    Doubled,
    Late,
    Unknown,
}

/// The data of an answer or event, or its length when it is too long to print.
#[derive(Debug, Serialize)]
pub struct Body {
    pub data: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_omitted_bytes: Option<usize>,
}

/// One connected editor in [`Report::Editors`].
#[derive(Debug, Serialize)]
pub struct EditorRow<'a> {
    pub connection: u64,
    /// Commands without a session go to it.
    pub first: bool,
    pub open: usize,
    #[serde(flatten)]
    pub identity: &'a Identity,
}

/// Prints reports. Only one thread has it, so lines never interleave.
pub struct Printer {
    out: BufWriter<Stdout>,
    json: bool,
    max_print: usize,
    started: Instant,
}

impl Printer {
    /// A printer in the chosen form.
    pub fn new(options: &Options) -> Self {
        let default = if options.json { 0 } else { HUMAN_MAX_PRINT };
        let max_print = match options.max_print.unwrap_or(default) {
            0 => usize::MAX,
            limit => limit,
        };
        Self { out: BufWriter::new(io::stdout()), json: options.json, max_print, started: Instant::now() }
    }

    /// Data as it may be printed.
    pub fn body(&self, data: Option<Box<RawValue>>) -> Body {
        match data {
            Some(data) if data.get().len() > self.max_print => {
                Body { data_omitted_bytes: Some(data.get().len()), data: None }
            }
            data => Body { data, data_omitted_bytes: None },
        }
    }

    /// Prints one report; [`Printer::flush`] shows it.
    pub fn print(&mut self, report: &Report) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.out, report)?;
            self.out.write_all(b"\n")
        } else {
            human::write(&mut self.out, self.started.elapsed(), report)
        }
    }

    /// Shows what was printed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
