//! Texts for people.

use std::path::PathBuf;

use super::*;

const NOW: u64 = 1_778_893_323_000_000_000;
const SECOND: u64 = 1_000_000_000;

fn reading(verdict: Verdict, record: Record) -> Reading {
    let (record, path) = (Some(record), PathBuf::from("/p/state.json"));
    Reading { verdict, record, path, liveness: Liveness::Alive, ..Reading::default() }
}

fn record(phase: &str) -> Record {
    let updated_at_ns = Some(NOW - 12 * SECOND);
    Record { phase: phase.to_owned(), updated_at_ns, pid: Some(7), ..Record::default() }
}

#[test]
fn a_busy_editor_is_one_glance() {
    let record = Record {
        reason: Some("script changed".to_owned()),
        editor_phase: Some(Readiness::Ready),
        link_phase: Some("open".to_owned()),
        endpoint: Some("ws://127.0.0.1:9500".to_owned()),
        session_id: Some("game@1a2b".to_owned()),
        main_thread_silent_since_ns: Some(NOW - 42 * SECOND),
        name: Some("editor".to_owned()),
        ..record("recovering")
    };
    assert_eq!(
        block(&reading(Verdict::Busy, record), NOW),
        "busy: recovering, last change 12 s ago (2026-05-16 01:01:51 UTC)\n  \
         why      script changed\n  \
         editor   says ready itself\n  \
         link     open, ws://127.0.0.1:9500, session game@1a2b\n  \
         thread   silent for 42 s, since 2026-05-16 01:01:21 UTC\n  \
         process  7, link editor\n  \
         file     /p/state.json\n  \
         next     look at the editor: a dialog, a breakpoint or long work holds its main thread"
    );
}

#[test]
fn what_is_not_known_has_no_line() {
    let text = block(&reading(Verdict::Ready, record("ready")), NOW);
    assert_eq!(text, "ready, last change 12 s ago (2026-05-16 01:01:51 UTC)\n  process  7\n  file     /p/state.json");
}

#[test]
fn a_change_is_one_line() {
    let record = Record {
        last_error: Some("nothing listens on 127.0.0.1:9500".to_owned()),
        reason: Some("link".to_owned()),
        link_phase: Some("waiting".to_owned()),
        ..record("failed")
    };
    let reading = Reading { is_failed_by_link: true, ..reading(Verdict::Failed, record) };
    assert_eq!(
        line(&reading, NOW),
        "2026-05-16 01:02:03 UTC  failed: the link is not up; nothing listens on 127.0.0.1:9500; link waiting"
    );
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    let reading = reading(Verdict::Busy, Record { reason: Some("\u{1b}[2J\nfake".to_owned()), ..record("\u{1b}x") });
    for text in [block(&reading, NOW), line(&reading, NOW)] {
        assert!(!text.contains('\u{1b}') && !text.contains("\nfake"), "{text:?}");
    }
}

#[test]
fn what_failed_is_told_once() {
    let record = Record { last_error: Some("the port is taken".to_owned()), ..record("failed") };
    let advice = "the port is taken: look into the editor's log".to_owned();
    let text = block(&Reading { advice, ..reading(Verdict::Failed, record) }, NOW);
    assert!(
        text.contains("why      the port is taken\n") && text.ends_with("next     look into the editor's log"),
        "{text}"
    );
}

#[test]
fn a_stale_file_names_the_way_out() {
    assert!(
        block(&reading(Verdict::Stale, record("ready")), NOW)
            .ends_with("open the project again; `framewire fix` removes the file")
    );
}

#[test]
fn a_cause_is_told_once_and_a_silent_main_thread_at_once() {
    let told = Some("nothing listens on 127.0.0.1:9500".to_owned());
    let down = Record {
        reason: told.clone(),
        link_cause: told,
        link_phase: Some("waiting".to_owned()),
        ..record("recovering")
    };
    for text in [block(&reading(Verdict::Busy, down.clone()), NOW), line(&reading(Verdict::Busy, down.clone()), NOW)] {
        assert_eq!(text.matches("nothing listens").count(), 1, "{text}");
    }
    let down = Record { link_phase: Some("disconnected".to_owned()), ..down };
    let text = block(&Reading { is_failed_by_link: true, ..reading(Verdict::Failed, down) }, NOW);
    assert!(text.contains("next     tell the editor's plugin to connect"), "{text}");
    let silent = Record { main_thread_silent_since_ns: Some(NOW - 42 * SECOND), ..record("ready") };
    assert!(block(&reading(Verdict::Ready, silent), NOW).starts_with("ready, but its main thread is silent, last"));
    assert!(block(&reading(Verdict::Busy, record("stopping")), NOW).contains("wait --for stopped"));
}
