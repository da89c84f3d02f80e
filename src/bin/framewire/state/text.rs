//! What was found, for one glance: what, since when, why, the link, the main thread, and what to do next.

use std::fmt::Write;

use framewire::readiness::Readiness;
use framewire::state_file::{Liveness, Reading, Record, Verdict};

use super::time::{age, moment};

/// The block that `status` prints. `now_ns`: ns since 1970 UTC.
pub fn block(reading: &Reading, now_ns: u64) -> String {
    let mut text = headline(reading, now_ns);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  {name:<8} {}", plain(&value));
        }
    };
    if let Some(record) = &reading.record {
        line("why", why(record));
        if reading.verdict != Verdict::Stopped {
            line("editor", editor(record));
        }
        line("link", link(record));
        line("thread", thread(record, now_ns));
        line("process", process(reading, record));
    }
    line("file", reading.path.display().to_string());
    line("next", next(reading));
    text
}

/// The line that `status --watch` prints at a change.
pub fn line(reading: &Reading, now_ns: u64) -> String {
    let mut parts = vec![what(reading)];
    if let Some(record) = &reading.record {
        let silent =
            record.main_thread_silent_since_ns.map(|since| format!("main thread silent since {}", moment(since)));
        let of_link = link(record);
        let of_link = if of_link.is_empty() { of_link } else { format!("link {of_link}") };
        parts.extend([why(record), of_link, silent.unwrap_or_default()]);
    }
    parts.retain(|part| !part.is_empty());
    plain(&format!("{}  {}", moment(now_ns), parts.join("; ")))
}

/// What it comes to, in a few words.
pub fn what(reading: &Reading) -> String {
    let phase = reading.record.as_ref().map_or("", |record| record.phase.as_str());
    match reading.verdict {
        Verdict::Missing => "missing: there is no state file".to_owned(),
        Verdict::Unreadable => "unreadable: no state can be read from what lies there".to_owned(),
        Verdict::Stale => format!("stale: the file says {phase}, but the editor is gone"),
        Verdict::Busy if reading.is_halted => "busy: the editor's process stands still".to_owned(),
        Verdict::Busy => format!("busy: {phase}"),
        Verdict::Failed if reading.is_failed_by_link => "failed: the link is not up".to_owned(),
        verdict => verdict.name().to_owned(),
    }
}

fn headline(reading: &Reading, now_ns: u64) -> String {
    let written = reading.record.as_ref().and_then(|record| record.updated_at_ns);
    let since = written.map(|at| format!(", last change {} ago ({})", age(at, now_ns), moment(at)));
    plain(&format!("{}{}", summary(reading), since.unwrap_or_default()))
}

/// The same, with a word on what `ready` may hide.
pub fn summary(reading: &Reading) -> String {
    let silent =
        if reading.verdict == Verdict::Ready && is_silent(reading) { ", but its main thread is silent" } else { "" };
    format!("{}{silent}", what(reading))
}

fn is_silent(reading: &Reading) -> bool {
    reading.record.as_ref().is_some_and(|record| record.main_thread_silent_since_ns.is_some())
}

fn why(record: &Record) -> String {
    let told = [record.last_error.as_deref(), record.reason.as_deref()];
    told.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// The editor's own word, where it says more than the phase.
fn editor(record: &Record) -> String {
    match record.editor_phase.map(Readiness::name) {
        Some(word) if word != record.phase => format!("says {word} itself"),
        _ => String::new(),
    }
}

fn link(record: &Record) -> String {
    let Some(phase) = &record.link_phase else {
        return record.endpoint.clone().unwrap_or_default();
    };
    let mut text = phase.clone();
    let session = record.session_id.as_ref().map(|session| format!("session {session}"));
    // Often it is the whole reason, which is told already.
    let cause = record.link_cause.as_ref().filter(|cause| !why(record).contains(cause.as_str()));
    for part in [record.endpoint.as_ref(), cause, session.as_ref()].into_iter().flatten() {
        if !part.is_empty() {
            text = format!("{text}, {part}");
        }
    }
    text
}

fn thread(record: &Record, now_ns: u64) -> String {
    match record.main_thread_silent_since_ns {
        Some(since) => format!("silent for {}, since {}", age(since, now_ns), moment(since)),
        None => String::new(),
    }
}

fn process(reading: &Reading, record: &Record) -> String {
    let Some(pid) = record.pid else {
        return "unknown: another program wrote the file, so nothing tells whether it lives".to_owned();
    };
    let name = record.name.as_ref().map(|name| format!(", link {name}")).unwrap_or_default();
    let life = match reading.liveness {
        Liveness::Alive => "",
        Liveness::Gone => ", gone",
        Liveness::Unknown => ", nothing tells whether it lives",
    };
    format!("{pid}{name}{life}")
}

fn next(reading: &Reading) -> String {
    match reading.verdict {
        Verdict::Busy if reading.is_halted => reading.advice.clone(),
        Verdict::Busy | Verdict::Ready if is_silent(reading) => {
            "look at the editor: a dialog, a breakpoint or long work holds its main thread".to_owned()
        }
        Verdict::Busy if is_stopping(reading) => {
            "`framewire wait --for stopped` returns when it has stopped".to_owned()
        }
        Verdict::Busy => {
            "`framewire wait` returns when it is ready; if that takes too long, look at the editor".to_owned()
        }
        Verdict::Failed if reading.is_failed_by_link && is_down_for_good(reading) => {
            "tell the editor's plugin to connect: its link does not dial by itself now".to_owned()
        }
        Verdict::Failed if reading.is_failed_by_link => {
            "see whether the server runs; the editor connects to it by itself".to_owned()
        }
        Verdict::Stale => "open the project again; `framewire fix` removes the file".to_owned(),
        _ => {
            // The advice repeats what failed, which has a line of its own here.
            let told = reading.record.as_ref().map(|record| format!("{}: ", why(record)));
            let rest = told.and_then(|told| reading.advice.strip_prefix(&told));
            rest.unwrap_or(&reading.advice).to_owned()
        }
    }
}

fn is_stopping(reading: &Reading) -> bool {
    reading.record.as_ref().and_then(Record::readiness) == Some(Readiness::Stopping)
}

/// The link dials no more by itself.
fn is_down_for_good(reading: &Reading) -> bool {
    reading.record.as_ref().is_some_and(|record| record.link_phase.as_deref() == Some("disconnected"))
}

/// Text of another program without what a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
