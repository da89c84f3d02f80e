//! What a person should do about a state file.

use super::reader::{Reading, Verdict};
use super::record::Record;

/// What is wrong and what to do next; empty where nothing is. `reading.advice` holds the fault of a file that cannot be
/// read.
pub fn of(reading: &Reading) -> String {
    let record = reading.record.as_ref();
    match reading.verdict {
        Verdict::Missing => {
            "no editor publishes its state here: open the project in an editor that has the plugin".into()
        }
        Verdict::Unreadable => unreadable(record, &reading.advice),
        Verdict::Stale => stale(record),
        Verdict::Stopped => "the editor has stopped serving: start the plugin, or open the project again".into(),
        Verdict::Failed if reading.is_failed_by_link && is_down_for_good(record) => {
            format!("{} (the editor dials no more by itself: tell its plugin to connect)", why(record))
        }
        Verdict::Failed if reading.is_failed_by_link => {
            format!("{} (the editor connects by itself as soon as it can)", why(record))
        }
        Verdict::Failed => format!("{}: look into the editor's log", why(record)),
        Verdict::Busy if reading.is_halted => {
            "the editor's process stands still: let it go on, in the debugger or the shell that stopped it".into()
        }
        Verdict::Busy | Verdict::Ready => String::new(),
    }
}

fn unreadable(record: Option<&Record>, fault: &str) -> String {
    match record {
        Some(record) if record.phase.is_empty() => {
            "it tells no phase: remove the file; an editor writes it anew".into()
        }
        Some(record) => {
            format!("its phase \"{}\" is not known to this version: update what reads it", cut(&record.phase))
        }
        None => format!("{fault}: look at what lies there and move it away; an editor writes its state anew"),
    }
}

fn stale(record: Option<&Record>) -> String {
    let (phase, pid) = record.map_or(("", None), |record| (record.phase.as_str(), record.pid));
    let process = pid.map_or(String::new(), |pid| format!(" (process {pid})"));
    format!(
        "the file says {phase}, but the editor that wrote it{process} is gone, or cannot write it any more: open the \
         project again; if the editor still runs, its log says what is wrong with the file"
    )
}

/// The link dials no more by itself.
fn is_down_for_good(record: Option<&Record>) -> bool {
    record.is_some_and(|record| record.link_phase.as_deref() == Some("disconnected"))
}

fn why(record: Option<&Record>) -> &str {
    let told = record.and_then(|record| record.last_error.as_deref().or(record.reason.as_deref()));
    told.filter(|text| !text.is_empty()).unwrap_or("the editor does not say what failed")
}

/// Enough of a word that another program wrote.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(40)).unwrap_or(text)
}
