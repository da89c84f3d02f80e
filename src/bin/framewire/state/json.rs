//! What was found, as one JSON object whose keys stay.

use std::borrow::Cow;

use framewire::readiness::Readiness;
use framewire::state_file::{Liveness, Reading, format_utc};
use serde::Serialize;

/// The object of `status --json`. Every key is always there; `null` where nothing is known.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found<'a> {
    verdict: &'static str,
    path: Cow<'a, str>,
    phase: Option<&'a str>,
    generation_id: Option<&'a str>,
    updated_at: Option<String>,
    reason: Option<&'a str>,
    endpoint: Option<&'a str>,
    last_error: Option<&'a str>,
    editor_phase: Option<&'static str>,
    link_phase: Option<&'a str>,
    link_cause: Option<&'a str>,
    failed_by_link: bool,
    main_thread_silent_since: Option<String>,
    name: Option<&'a str>,
    session_id: Option<&'a str>,
    pid: Option<u32>,
    /// Whether the writer lives; `null` where nothing tells.
    alive: Option<bool>,
    /// Whether another program wrote it.
    foreign: bool,
    /// What to do next; empty where nothing is to be done.
    advice: &'a str,
}

/// The object of `wait --json`: the same, and how the wait went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Awaited<'a> {
    #[serde(flatten)]
    found: Found<'a>,
    timed_out: bool,
    waited_ms: u64,
}

impl<'a> Found<'a> {
    /// What this reading found.
    pub fn of(reading: &'a Reading) -> Self {
        let record = reading.record.as_ref();
        let generation_id = record.map(|record| record.generation_id.as_str());
        Self {
            verdict: reading.verdict.name(),
            path: reading.path.to_string_lossy(),
            phase: record.map(|record| record.phase.as_str()),
            generation_id: generation_id.filter(|id| !id.is_empty()),
            updated_at: record.and_then(|record| record.updated_at_ns).map(format_utc),
            reason: record.and_then(|record| record.reason.as_deref()),
            endpoint: record.and_then(|record| record.endpoint.as_deref()),
            last_error: record.and_then(|record| record.last_error.as_deref()),
            editor_phase: record.and_then(|record| record.editor_phase).map(Readiness::name),
            link_phase: record.and_then(|record| record.link_phase.as_deref()),
            link_cause: record.and_then(|record| record.link_cause.as_deref()),
            failed_by_link: reading.is_failed_by_link,
            main_thread_silent_since: record.and_then(|record| record.main_thread_silent_since_ns).map(format_utc),
            name: record.and_then(|record| record.name.as_deref()),
            session_id: record.and_then(|record| record.session_id.as_deref()),
            pid: record.and_then(|record| record.pid),
            alive: match reading.liveness {
                Liveness::Alive => Some(true),
                Liveness::Gone => Some(false),
                Liveness::Unknown => None,
            },
            foreign: reading.is_foreign,
            advice: &reading.advice,
        }
    }

    /// The same at the end of a wait.
    pub fn after_wait(self, timed_out: bool, waited_ms: u64) -> Awaited<'a> {
        Awaited { found: self, timed_out, waited_ms }
    }
}
