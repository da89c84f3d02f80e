//! One record: what a state file holds, as a value and as text.

use serde::Serialize;
use serde_json::Value;

use super::time::{format_utc, parse_utc};
use crate::readiness::Readiness;

/// What a state file says. The first six are in every file; the others are `None` where another writer left it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The word that decides: `stopped starting compiling reloading recovering ready failed stopping`.
    pub phase: String,
    /// Id of the operation that the phase belongs to.
    pub generation_id: String,
    /// When it was written, ns since 1970 UTC; `None` if it was not to be understood.
    pub updated_at_ns: Option<u64>,
    /// Why the phase is what it is.
    pub reason: Option<String>,
    /// Where the link connects to.
    pub endpoint: Option<String>,
    /// What failed.
    pub last_error: Option<String>,
    /// The editor's own word.
    pub editor_phase: Option<Readiness>,
    /// What the link is doing: a word.
    pub link_phase: Option<String>,
    /// Why the link is not up.
    pub link_cause: Option<String>,
    /// The link alone is why the phase is `failed`.
    pub is_failed_by_link: bool,
    /// Since when the frame loop is silent, ns since 1970 UTC.
    pub main_thread_silent_since_ns: Option<u64>,
    /// Name of the link.
    pub name: Option<String>,
    /// Session id told to the server.
    pub session_id: Option<String>,
    /// Process that wrote it.
    pub pid: Option<u32>,
    /// When that process started; words for comparing only.
    pub process_start_time: Option<String>,
    /// The byte of the lock file that its writer keeps locked while it lives.
    pub lock_byte: Option<u64>,
    /// Version of the writer's ABI.
    pub abi: Option<String>,
}

/// The order of the keys is the order in the file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    phase: &'a str,
    generation_id: &'a str,
    updated_at: String,
    reason: Option<&'a str>,
    endpoint: Option<&'a str>,
    last_error: Option<&'a str>,
    editor_phase: Option<&'a str>,
    link_phase: Option<&'a str>,
    link_cause: Option<&'a str>,
    failed_by_link: bool,
    main_thread_silent_since: Option<String>,
    name: Option<&'a str>,
    session_id: Option<&'a str>,
    pid: Option<u32>,
    process_start_time: Option<&'a str>,
    lock_byte: Option<u64>,
    abi: Option<&'a str>,
}

impl Record {
    /// The phase, if this library knows the word.
    pub fn readiness(&self) -> Option<Readiness> {
        Readiness::of_name(&self.phase)
    }

    /// Whether it was left by another writer: nothing tells whether that lives.
    pub fn is_foreign(&self) -> bool {
        self.pid.is_none()
    }

    /// The text of the file: two spaces of indent, every key, no byte order mark, no newline at the end.
    pub fn to_text(&self) -> String {
        let written = Written {
            phase: &self.phase,
            generation_id: &self.generation_id,
            updated_at: format_utc(self.updated_at_ns.unwrap_or(0)),
            reason: self.reason.as_deref(),
            endpoint: self.endpoint.as_deref(),
            last_error: self.last_error.as_deref(),
            editor_phase: self.editor_phase.map(Readiness::name),
            link_phase: self.link_phase.as_deref(),
            link_cause: self.link_cause.as_deref(),
            failed_by_link: self.is_failed_by_link,
            main_thread_silent_since: self.main_thread_silent_since_ns.map(format_utc),
            name: self.name.as_deref(),
            session_id: self.session_id.as_deref(),
            pid: self.pid,
            process_start_time: self.process_start_time.as_deref(),
            lock_byte: self.lock_byte,
            abi: self.abi.as_deref(),
        };
        // Texts and numbers always have a form in JSON.
        serde_json::to_string_pretty(&written).unwrap_or_default()
    }

    /// Reads the text of a file. Unknown keys, the case of keys and `null` in place of a text are no fault.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err("it begins with a byte order mark".into());
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err("it is empty".into());
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
        let Value::Object(keys) = value else {
            return Err("it holds no JSON object".into());
        };
        let mut record = Self::default();
        for (key, value) in keys {
            record.take(&key.to_ascii_lowercase(), value)?;
        }
        Ok(record)
    }

    fn take(&mut self, key: &str, value: Value) -> Result<(), String> {
        match key {
            "phase" => self.phase = text(key, value)?.unwrap_or_default(),
            "generationid" => self.generation_id = text(key, value)?.unwrap_or_default(),
            "updatedat" => self.updated_at_ns = text(key, value)?.as_deref().and_then(parse_utc),
            "reason" => self.reason = text(key, value)?,
            "endpoint" => self.endpoint = text(key, value)?,
            "lasterror" => self.last_error = text(key, value)?,
            "editorphase" => self.editor_phase = value.as_str().and_then(Readiness::of_name),
            "linkphase" => self.link_phase = text(key, value)?,
            "linkcause" => self.link_cause = text(key, value)?,
            "failedbylink" => self.is_failed_by_link = value.as_bool().unwrap_or(false),
            "mainthreadsilentsince" => self.main_thread_silent_since_ns = value.as_str().and_then(parse_utc),
            "name" => self.name = text(key, value)?,
            "sessionid" => self.session_id = text(key, value)?,
            "pid" => self.pid = value.as_u64().and_then(|pid| u32::try_from(pid).ok()).filter(|pid| *pid != 0),
            "processstarttime" => self.process_start_time = text(key, value)?,
            "lockbyte" => self.lock_byte = value.as_u64(),
            "abi" => self.abi = text(key, value)?,
            _ => {}
        }
        Ok(())
    }
}

fn text(key: &str, value: Value) -> Result<Option<String>, String> {
    let no_text = |what| format!("its key `{key}` holds {what} and no text");
    match value {
        Value::String(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        Value::Bool(_) => Err(no_text("true or false")),
        Value::Number(_) => Err(no_text("a number")),
        Value::Array(_) => Err(no_text("an array")),
        Value::Object(_) => Err(no_text("an object")),
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
