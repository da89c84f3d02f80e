//! What the server does at the news of an editor's thread.

use std::io;
use std::time::Instant;

use super::{Editor, Server, milliseconds};
use crate::serve::editor::{Handle, Order};
use crate::serve::ending::Ending;
use crate::serve::identity::Identity;
use crate::serve::incoming::{Answer, Incoming};
use crate::serve::ledger::{Open, Purpose, Settled};
use crate::serve::report::{GivenUp, Report, Status, Unmatched};

impl Server {
    pub(super) fn take_editor(
        &mut self,
        connection: u64,
        at: Instant,
        identity: Identity,
        handle: Handle,
    ) -> io::Result<()> {
        if let Some(hash) = identity.project_hash() {
            self.supersede(hash, at)?;
        }
        self.printer.print(&Report::Acknowledged { connection, identity: &identity })?;
        self.editors.insert(connection, Editor { identity, handle, open: 0, superseded: false });
        Ok(())
    }

    /// Closes the editor of that project, if there is one. What it has not answered is given up now.
    fn supersede(&mut self, hash: &str, at: Instant) -> io::Result<()> {
        let same = |editor: &Editor| !editor.superseded && editor.identity.project_hash() == Some(hash);
        let Some((connection, editor)) = self.editors.iter_mut().find(|(_, editor)| same(editor)) else {
            return Ok(());
        };
        let (connection, session_id) = (*connection, editor.identity.session_id().to_owned());
        editor.superseded = true;
        editor.open = 0;
        editor.handle.order(Order::Close { code: 1001, reason: "replaced by a newer registration".to_owned() });
        self.to_wake.insert(connection);
        for (request_id, open) in self.ledger.lose(connection) {
            self.give_up(&session_id, &request_id, &open, at, GivenUp::Superseded)?;
        }
        self.end_flood(connection);
        Ok(())
    }

    fn end_flood(&mut self, connection: u64) {
        if let Some(flood) = self.flood.as_mut().filter(|flood| flood.connection == connection) {
            flood.end_early();
        }
    }

    pub(super) fn take_message(&mut self, connection: u64, at: Instant, incoming: Incoming) -> io::Result<()> {
        let Some(editor) = self.editors.get_mut(&connection) else {
            return match incoming {
                Incoming::Malformed { why } => self.take_malformed(&format!("#{connection}"), &why),
                // Only what is wrong is told of an editor that has not said who it is.
                _ => Ok(()),
            };
        };
        let session_id = editor.identity.session_id();
        match incoming {
            Incoming::Answer(answer) => {
                if let Some(readiness) = &answer.readiness {
                    editor.identity.set_readiness(readiness);
                }
                self.take_answer(connection, at, answer)
            }
            Incoming::Event { name, data } => {
                if let ("readiness_changed", Some(readiness)) = (name.as_str(), data.as_deref().and_then(readiness)) {
                    editor.identity.set_readiness(&readiness);
                }
                let data = self.printer.body(data);
                self.printer.print(&Report::Event { session_id: editor.identity.session_id(), name: &name, data })
            }
            Incoming::Tools { names, tools } => {
                let data = self.printer.body(Some(tools));
                self.printer.print(&Report::Tools { session_id, names: &names, data })
            }
            Incoming::Called { method, params, refused } => {
                let data = self.printer.body(params);
                self.printer.print(&Report::Called { session_id, method: &method, refused, data })
            }
            Incoming::Malformed { why } => {
                let session_id = session_id.to_owned();
                self.take_malformed(&session_id, &why)
            }
        }
    }

    fn take_malformed(&mut self, session_id: &str, why: &str) -> io::Result<()> {
        self.malformed += 1;
        self.printer.print(&Report::Malformed { session_id, why })
    }

    fn take_answer(&mut self, connection: u64, at: Instant, answer: Answer) -> io::Result<()> {
        let Some(editor) = self.editors.get_mut(&connection) else {
            return Ok(());
        };
        let session_id = editor.identity.session_id();
        let Answer { request_id, result, readiness, bytes } = answer;
        let unmatched = match self.ledger.settle(&request_id, connection) {
            Settled::Answered(Open { sent_at, purpose, .. }) => {
                editor.open = editor.open.saturating_sub(1);
                let elapsed = at.saturating_duration_since(sent_at);
                let (data, error) = match result {
                    Ok(data) => (data, None),
                    Err(failure) => (None, Some(failure)),
                };
                return match purpose {
                    Purpose::Flood => {
                        if let Some(flood) = &mut self.flood {
                            flood.answered(elapsed, error.as_ref().map(|failure| failure.code.as_str()));
                        }
                        Ok(())
                    }
                    Purpose::Line { command, tag } => self.printer.print(&Report::Answer {
                        session_id,
                        request_id: &request_id,
                        command: &command,
                        status: if error.is_some() { Status::Error } else { Status::Ok },
                        data: self.printer.body(data),
                        error: error.as_ref(),
                        readiness: readiness.as_deref(),
                        bytes,
                        elapsed_ms: milliseconds(elapsed),
                        tag: tag.as_deref(),
                    }),
                };
            }
            Settled::Doubled => Unmatched::Doubled,
            Settled::Late => Unmatched::Late,
            Settled::Unknown => Unmatched::Unknown,
        };
        self.printer.print(&Report::Unmatched { session_id, request_id: &request_id, why: unmatched })
    }

    pub(super) fn take_end(&mut self, connection: u64, at: Instant, ending: &Ending) -> io::Result<()> {
        let editor = self.editors.remove(&connection);
        let session_id = editor.as_ref().map(|editor| editor.identity.session_id());
        let lost = self.ledger.lose(connection);
        for (request_id, open) in &lost {
            self.give_up(session_id.unwrap_or_default(), request_id, open, at, GivenUp::EditorGone)?;
        }
        self.end_flood(connection);
        self.printer.print(&Report::Gone { connection, session_id, ending, lost: lost.len() })
    }
}

/// The `readiness` in an event's data.
fn readiness(data: &serde_json::value::RawValue) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Data {
        readiness: String,
    }
    serde_json::from_str::<Data>(data.get()).ok().map(|data| data.readiness)
}
