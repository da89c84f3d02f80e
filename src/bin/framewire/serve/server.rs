//! The server itself: one thread that knows every editor and command, decides, and prints.

mod lines;
mod news;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Input;
use super::editor::{Handle, News, Order};
use super::flood::Flood;
use super::identity::Identity;
use super::ledger::{IdForm, Ledger, Open, Purpose};
use super::options::Options;
use super::profile::Profile;
use super::report::{GivenUp, Printer, Report};

/// Inputs taken in a row before output is shown and editors are woken.
const TURN: usize = 256;

/// An editor whose handshake is accepted.
struct Editor {
    identity: Identity,
    handle: Handle,
    open: usize,
    /// Another editor has taken its place: it is being closed, and nothing more is sent to it.
    superseded: bool,
}

/// What holds the next lines back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Answers,
    Editors(usize),
    /// Standard input has ended: the last answers, then the end.
    TheEnd,
}

/// All the server knows.
pub struct Server {
    options: Arc<Options>,
    printer: Printer,
    ledger: Ledger,
    /// By connection number, which grows: the first is the editor that came first.
    editors: BTreeMap<u64, Editor>,
    connections: u64,
    malformed: u64,
    flood: Option<Flood>,
    /// Lines not looked at yet; `None` is the end of standard input.
    lines: VecDeque<Option<String>>,
    waiting: Option<Waiting>,
    /// Editors with new orders.
    to_wake: BTreeSet<u64>,
    /// Set when all ends.
    quit_by: Option<Instant>,
}

impl Server {
    /// A server without editors. `run` makes its request ids its own.
    pub fn new(options: Arc<Options>, run: u64) -> Self {
        Self {
            printer: Printer::new(&options),
            ledger: Ledger::new(run, if options.profile == Profile::GodotAi { IdForm::Digits } else { IdForm::Uuid }),
            options,
            editors: BTreeMap::new(),
            connections: 0,
            malformed: 0,
            flood: None,
            lines: VecDeque::new(),
            waiting: None,
            to_wake: BTreeSet::new(),
            quit_by: None,
        }
    }

    /// Serves until the end.
    ///
    /// # Errors
    /// Standard output failed.
    pub fn run(mut self, address: SocketAddr, inputs: &Receiver<Input>) -> io::Result<()> {
        let options = Arc::clone(&self.options);
        self.printer.print(&Report::Listening {
            url: format!("ws://{address}{}", options.profile.path().unwrap_or("")),
            port: address.port(),
            pid: std::process::id(),
            server_version: &options.server_version,
        })?;
        loop {
            self.pump_flood()?;
            self.take_lines()?;
            self.printer.flush()?;
            for connection in std::mem::take(&mut self.to_wake) {
                if let Some(editor) = self.editors.get(&connection) {
                    editor.handle.wake();
                }
            }
            if self.quit_by.is_some_and(|by| self.editors.is_empty() || Instant::now() >= by) {
                self.print_stats()?;
                return self.printer.flush();
            }
            match self.receive(inputs) {
                Ok(input) => {
                    self.take(input)?;
                    for input in inputs.try_iter().take(TURN) {
                        self.take(input)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.expire()?;
        }
    }

    fn receive(&mut self, inputs: &Receiver<Input>) -> Result<Input, RecvTimeoutError> {
        let deadlines = [self.ledger.next_deadline(), self.quit_by];
        match deadlines.into_iter().flatten().min() {
            Some(deadline) => inputs.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn take(&mut self, input: Input) -> io::Result<()> {
        match input {
            Input::Line(line) => self.lines.push_back(Some(line)),
            Input::End => self.lines.push_back(None),
            Input::Connected { connection, peer } => {
                self.connections += 1;
                self.printer.print(&Report::Connected { connection, peer })?;
            }
            Input::Editor { connection, at, news } => match news {
                News::Acknowledged { identity, handle } => self.take_editor(connection, at, identity, handle)?,
                News::Incoming(incoming) => self.take_message(connection, at, incoming)?,
                News::Gone(ending) => self.take_end(connection, at, &ending)?,
            },
        }
        Ok(())
    }

    fn expire(&mut self) -> io::Result<()> {
        let now = Instant::now();
        for (request_id, open) in self.ledger.expire(now) {
            let session_id = match self.editors.get_mut(&open.connection) {
                Some(editor) => {
                    editor.open = editor.open.saturating_sub(1);
                    editor.identity.session_id().to_owned()
                }
                None => String::new(),
            };
            self.give_up(&session_id, &request_id, &open, now, GivenUp::TimedOut)?;
        }
        Ok(())
    }

    fn give_up(
        &mut self,
        session_id: &str,
        request_id: &str,
        open: &Open,
        at: Instant,
        why: GivenUp,
    ) -> io::Result<()> {
        match (&open.purpose, &mut self.flood, why) {
            (Purpose::Flood, Some(flood), GivenUp::EditorGone | GivenUp::Superseded) => flood.lost(),
            (Purpose::Flood, Some(flood), GivenUp::TimedOut) => flood.timed_out(),
            (Purpose::Flood, None, _) => {}
            (Purpose::Line { command, tag }, _, _) => {
                let elapsed_ms = milliseconds(at.saturating_duration_since(open.sent_at));
                let tag = tag.as_deref();
                self.printer.print(&Report::Lost { session_id, request_id, command, why, elapsed_ms, tag })?;
            }
        }
        Ok(())
    }

    /// Sends what the flood may send now, and reports it when it is over.
    fn pump_flood(&mut self) -> io::Result<()> {
        let Some(mut flood) = self.flood.take() else {
            return Ok(());
        };
        while flood.take_next() {
            self.send(flood.connection, &flood.call.command, &flood.call.params, Purpose::Flood);
        }
        if !flood.is_over() {
            self.flood = Some(flood);
            return Ok(());
        }
        let report = flood.report(self.ledger.totals);
        self.printer.print(&Report::Flood { report: &report })
    }

    fn send(
        &mut self,
        connection: u64,
        command: &str,
        params: &serde_json::value::RawValue,
        purpose: Purpose,
    ) -> Option<String> {
        let editor = self.editors.get_mut(&connection)?;
        let (profile, sent_at) = (self.options.profile, Instant::now());
        let limit = profile.time_limit(command, self.options.command_timeout);
        let deadline = (!limit.is_zero()).then(|| sent_at + limit);
        let request_id = self.ledger.enter(Open { connection, sent_at, deadline, purpose });
        editor.open += 1;
        editor.handle.order(Order::Send(profile.command(&request_id, command, params, limit)));
        self.to_wake.insert(connection);
        Some(request_id)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
