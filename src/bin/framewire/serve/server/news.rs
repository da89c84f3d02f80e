//! What the server does at the news of an editor's thread.

use std::io;
use std::time::Instant;

use super::{Server, milliseconds};
use crate::serve::ending::Ending;
use crate::serve::ledger::{Open, Purpose, Settled};
use crate::serve::report::{GivenUp, Report, Status, Unmatched};
use crate::serve::wire::{Answer, Incoming};

impl Server {
    pub(super) fn take_message(&mut self, connection: u64, at: Instant, incoming: Incoming) -> io::Result<()> {
        let Some(editor) = self.editors.get_mut(&connection) else {
            return Ok(());
        };
        match incoming {
            Incoming::Answer(answer) => {
                if let Some(readiness) = &answer.readiness {
                    editor.hello.readiness.clone_from(readiness);
                }
                self.take_answer(connection, at, answer)
            }
            Incoming::Event { name, data } => {
                if let ("readiness_changed", Some(readiness)) = (name.as_str(), data.as_deref().and_then(readiness)) {
                    editor.hello.readiness = readiness;
                }
                let data = self.printer.body(data);
                self.printer.print(&Report::Event { session_id: &editor.hello.session_id, name: &name, data })
            }
            Incoming::Malformed { why } => {
                self.malformed += 1;
                self.printer.print(&Report::Malformed { session_id: &editor.hello.session_id, why: &why })
            }
        }
    }

    fn take_answer(&mut self, connection: u64, at: Instant, answer: Answer) -> io::Result<()> {
        let Some(editor) = self.editors.get_mut(&connection) else {
            return Ok(());
        };
        let session_id = editor.hello.session_id.as_str();
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
        let session_id = editor.as_ref().map(|editor| editor.hello.session_id.as_str());
        let lost = self.ledger.lose(connection);
        for (request_id, open) in &lost {
            self.give_up(session_id.unwrap_or_default(), request_id, open, at, GivenUp::EditorGone)?;
        }
        if let Some(flood) = self.flood.as_mut().filter(|flood| flood.connection == connection) {
            flood.end_early();
        }
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
