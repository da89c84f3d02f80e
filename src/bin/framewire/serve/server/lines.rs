//! What the server does at each line of standard input.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use super::{Editor, Server, Waiting};
use crate::serve::commands::{Call, HELP, Line};
use crate::serve::editor::Order;
use crate::serve::flood::Flood;
use crate::serve::ledger::Purpose;
use crate::serve::report::{EditorRow, Report};

/// How long the last connections may take to close.
const QUIT_TIMEOUT: Duration = Duration::from_secs(3);

impl Server {
    /// Takes the lines that nothing holds back.
    pub(super) fn take_lines(&mut self) -> io::Result<()> {
        while self.quit_by.is_none() {
            if let Some(waiting) = self.waiting {
                if !self.is_over(waiting) {
                    return Ok(());
                }
                self.waiting = None;
                if waiting == Waiting::TheEnd {
                    self.quit();
                    return Ok(());
                }
                self.printer.print(&Report::Waited)?;
            }
            match self.lines.pop_front() {
                Some(Some(line)) => self.take_line(&line)?,
                Some(None) if self.options.stay => {}
                Some(None) => self.waiting = Some(Waiting::TheEnd),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn is_over(&self, waiting: Waiting) -> bool {
        match waiting {
            Waiting::Answers | Waiting::TheEnd => self.flood.is_none() && self.ledger.open() == 0,
            Waiting::Editors(count) => serving(&self.editors).count() >= count,
        }
    }

    fn take_line(&mut self, line: &str) -> io::Result<()> {
        let outcome = match Line::parse(line) {
            Ok(line) => self.obey(line)?,
            Err(message) => Err(message),
        };
        match outcome {
            Ok(()) => Ok(()),
            Err(message) => self.printer.print(&Report::Error { message: &message }),
        }
    }

    /// Does what the line says, or tells why not. The outer error is one of standard output.
    fn obey(&mut self, line: Line) -> io::Result<Result<(), String>> {
        match line {
            Line::Nothing => {}
            Line::Call(call) => return self.call(call),
            Line::Notify(call) => return Ok(self.notify(&call)),
            Line::Raw { editor, text } => return Ok(self.raw(editor.as_deref(), text)),
            Line::Flood { count, in_flight, call } => return self.start_flood(count, in_flight, call),
            Line::WaitForAnswers => self.waiting = Some(Waiting::Answers),
            Line::WaitForEditors(count) => self.waiting = Some(Waiting::Editors(count)),
            Line::Editors => self.print_editors()?,
            Line::Stats => self.print_stats()?,
            Line::Close { editor, code, reason } => return Ok(self.close(editor.as_deref(), code, reason)),
            Line::Quit => self.quit(),
            Line::Help => self.printer.print(&Report::Help { text: HELP })?,
        }
        Ok(Ok(()))
    }

    fn notify(&mut self, call: &Call) -> Result<(), String> {
        let connection = self.choose_for(call)?;
        let text = self.options.profile.notification(&call.command, &call.params);
        self.order(connection, Order::Send(text.ok_or("this profile has no notifications to editors: .help")?));
        Ok(())
    }

    fn raw(&mut self, editor: Option<&str>, text: String) -> Result<(), String> {
        let connection = self.choose(editor)?;
        self.order(connection, Order::Send(text));
        Ok(())
    }

    fn order(&mut self, connection: u64, order: Order) {
        if let Some(editor) = self.editors.get(&connection) {
            editor.handle.order(order);
            self.to_wake.insert(connection);
        }
    }

    /// The connection that a call means, if its profile takes such parameters.
    fn choose_for(&self, call: &Call) -> Result<u64, String> {
        if call.params.get().starts_with('[') && !self.options.profile.takes_arrays() {
            return Err("the parameters must be a JSON object: NAME {\"key\": value}".to_owned());
        }
        self.choose(call.editor.as_deref())
    }

    fn call(&mut self, call: Call) -> io::Result<Result<(), String>> {
        let connection = match self.choose_for(&call) {
            Ok(connection) => connection,
            Err(message) => return Ok(Err(message)),
        };
        let purpose = Purpose::Line { command: call.command.clone(), tag: call.tag.clone() };
        let request_id = self.send(connection, &call.command, &call.params, purpose);
        if let (Some(request_id), Some(editor)) = (request_id, self.editors.get(&connection)) {
            self.printer.print(&Report::Sent {
                session_id: editor.identity.session_id(),
                request_id: &request_id,
                command: &call.command,
                tag: call.tag.as_deref(),
            })?;
        }
        Ok(Ok(()))
    }

    fn start_flood(&mut self, count: u64, in_flight: u64, call: Call) -> io::Result<Result<(), String>> {
        if self.flood.is_some() {
            return Ok(Err("a flood is running: put .wait before the next one".to_owned()));
        }
        let connection = match self.choose_for(&call) {
            Ok(connection) => connection,
            Err(message) => return Ok(Err(message)),
        };
        if let Some(editor) = self.editors.get(&connection) {
            let session_id = editor.identity.session_id().to_owned();
            self.flood = Some(Flood::new(connection, session_id, call, count, in_flight, self.ledger.totals));
        }
        self.pump_flood().map(Ok)
    }

    fn close(&mut self, editor: Option<&str>, code: u16, reason: String) -> Result<(), String> {
        let connection = self.choose(editor)?;
        self.order(connection, Order::Close { code, reason });
        Ok(())
    }

    fn quit(&mut self) {
        self.quit_by = Some(Instant::now() + QUIT_TIMEOUT);
        for (connection, editor) in &self.editors {
            editor.handle.order(Order::Close { code: 1001, reason: "the server ends".to_owned() });
            self.to_wake.insert(*connection);
        }
    }

    /// The connection that a line means: the first editor, or the one whose session id is or begins so.
    fn choose(&self, editor: Option<&str>) -> Result<u64, String> {
        let Some(session) = editor else {
            let first = serving(&self.editors).next().map(|(connection, _)| connection);
            return first.ok_or_else(|| {
                "no editor is connected: start one, or put `.wait editors 1` before this line".to_owned()
            });
        };
        let named = |editor: &Editor, is: &dyn Fn(&str) -> bool| {
            is(editor.identity.session_id()) || editor.identity.project_hash().is_some_and(is)
        };
        if let Some((connection, _)) = serving(&self.editors).find(|(_, editor)| named(editor, &|name| name == session))
        {
            return Ok(connection);
        }
        let mut matching =
            serving(&self.editors).filter(|(_, editor)| named(editor, &|name| name.starts_with(session)));
        match (matching.next(), matching.next()) {
            (Some((connection, _)), None) => Ok(connection),
            (None, _) => Err(format!("no session id is or begins with `{session}`: .editors lists them")),
            (Some(_), Some(_)) => Err(format!("several session ids begin with `{session}`: give more of it")),
        }
    }

    fn print_editors(&mut self) -> io::Result<()> {
        let first = serving(&self.editors).next().map(|(connection, _)| connection);
        let rows: Vec<EditorRow> = serving(&self.editors)
            .map(|(connection, editor)| EditorRow {
                connection,
                first: Some(connection) == first,
                open: editor.open,
                identity: &editor.identity,
            })
            .collect();
        self.printer.print(&Report::Editors { editors: &rows })
    }

    pub(super) fn print_stats(&mut self) -> io::Result<()> {
        self.printer.print(&Report::Stats {
            connections: self.connections,
            malformed: self.malformed,
            open: self.ledger.open(),
            totals: self.ledger.totals,
        })
    }
}

/// The editors that lines may mean, the one that came first at the front.
fn serving(editors: &BTreeMap<u64, Editor>) -> impl Iterator<Item = (u64, &Editor)> {
    let present = editors.iter().filter(|(_, editor)| !editor.superseded);
    present.map(|(connection, editor)| (*connection, editor))
}
