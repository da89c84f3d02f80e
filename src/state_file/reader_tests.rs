//! Tests of reading: verdicts, sidecars, what lies in the file's place, no side effects.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use super::*;
use crate::state_file::scratch::Scratch;

fn said(phase: &str) -> String {
    format!("{{\"phase\":\"{phase}\",\"generationId\":\"g\"}}")
}

/// Every name in the directory and what it holds.
fn listing(scratch: &Scratch) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(scratch.path()).unwrap().flatten();
    entries
        .map(|entry| {
            let content = fs::read(entry.path()).unwrap_or_default();
            (entry.file_name().into_string().unwrap(), content)
        })
        .collect()
}

#[test]
fn other_writers_are_taken_at_their_word() {
    let scratch = Scratch::new();
    for (phase, verdict) in [
        ("stopped", Verdict::Stopped),
        ("starting", Verdict::Busy),
        ("compiling", Verdict::Busy),
        ("reloading", Verdict::Busy),
        ("recovering", Verdict::Busy),
        ("ready", Verdict::Ready),
        ("failed", Verdict::Failed),
        ("stopping", Verdict::Busy),
        ("Ready", Verdict::Unreadable),
        ("", Verdict::Unreadable),
    ] {
        fs::write(scratch.file(), said(phase)).unwrap();
        let reading = read(&scratch.file());
        assert_eq!((reading.verdict, reading.is_foreign), (verdict, true), "{phase:?}");
        assert_eq!(reading.liveness, Liveness::Unknown);
        assert!(reading.advice.is_empty() == matches!(verdict, Verdict::Busy | Verdict::Ready), "{}", reading.advice);
    }
}

/// Every state in which a writer that renames in two steps can die, and what it leaves.
#[test]
fn every_crash_window_is_read() {
    const FINAL: &str = "state.json";
    /// What happened, which names are there with which phase, and which phase is read.
    type Row = (&'static str, &'static [(&'static str, &'static str)], Option<&'static str>);
    let rows: [Row; 12] = [
        ("nothing was ever written", &[], None),
        ("part of the first", &[(".tmp.write", "{\"pha")], None),
        ("part of a later one", &[(FINAL, "starting"), (".bak", "stopped"), (".tmp.write", "{")], Some("starting")),
        ("the first is complete", &[(".tmp", "starting")], Some("starting")),
        ("a later one is complete", &[(FINAL, "starting"), (".bak", "stopped"), (".tmp", "ready")], Some("starting")),
        ("before the old sidecar is dropped", &[(FINAL, "ready"), (".tmp", "stopped")], Some("ready")),
        ("the final one is moved away", &[(".tmp", "ready"), (".bak", "starting")], Some("ready")),
        ("in place", &[(FINAL, "ready"), (".bak", "starting")], Some("ready")),
        ("the final one was lost", &[(".bak", "starting")], Some("starting")),
        ("lost while another is written", &[(".bak", "starting"), (".tmp.write", "{")], Some("starting")),
        ("only the unfinished one", &[(".tmp.write", "whole")], None),
        ("all four", &[(FINAL, "ready"), (".tmp", "failed"), (".bak", "failed"), (".tmp.write", "")], Some("ready")),
    ];
    for (what, files, expected) in rows {
        let scratch = Scratch::new();
        for (name, phase) in files {
            let path = if *name == FINAL { scratch.file() } else { scratch.path().join(format!("{FINAL}{name}")) };
            fs::write(path, if phase.starts_with('{') { (*phase).to_owned() } else { said(phase) }).unwrap();
        }
        let before = listing(&scratch);
        let reading = read(&scratch.file());
        assert_eq!(reading.record.map(|record| record.phase).as_deref(), expected, "{what}");
        assert_eq!(reading.verdict == Verdict::Missing, expected.is_none(), "{what}");
        assert_eq!(listing(&scratch), before, "{what}: reading changes nothing");
    }
}

#[test]
fn a_broken_file_is_not_covered_by_a_good_sidecar() {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("state.json.tmp"), said("ready")).unwrap();
    for content in ["", "{", "null", "\u{feff}{}"] {
        fs::write(scratch.file(), content).unwrap();
        let reading = read(&scratch.file());
        assert_eq!(reading.verdict, Verdict::Unreadable, "{content:?}");
        assert!(reading.advice.contains("move it away"), "{}", reading.advice);
    }
}

#[test]
fn what_is_no_small_regular_file_is_unreadable() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.file()).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Unreadable);
    let large = scratch.path().join("large.json");
    fs::write(&large, " ".repeat(100_000)).unwrap();
    let reading = read(&large);
    assert_eq!(reading.verdict, Verdict::Unreadable);
    assert!(reading.advice.contains("65536 bytes"), "{}", reading.advice);
    assert_eq!(read(&large.join("below")).verdict, Verdict::Missing);
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_writer_does_not_hang_the_reader() {
    let scratch = Scratch::new();
    let made = std::process::Command::new("mkfifo").arg(scratch.file()).status().unwrap();
    assert!(made.success());
    assert_eq!(read(&scratch.file()).verdict, Verdict::Unreadable);
}

#[test]
fn a_record_outlives_its_process_only_as_stopped() {
    let scratch = Scratch::new();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let mut child = child.arg("--list").stdout(std::process::Stdio::null()).spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    for (phase, verdict) in [
        ("ready", Verdict::Stale),
        ("compiling", Verdict::Stale),
        ("failed", Verdict::Stale),
        ("stopped", Verdict::Stopped),
    ] {
        let record = Record { phase: phase.into(), pid: Some(pid), ..Record::default() };
        fs::write(scratch.file(), record.to_text()).unwrap();
        let reading = read(&scratch.file());
        assert_eq!((reading.verdict, reading.liveness), (verdict, Liveness::Gone), "{phase}");
        assert!(!reading.is_foreign);
    }
}

#[test]
fn a_number_that_another_process_got_proves_no_life() {
    let scratch = Scratch::new();
    let start = crate::sys::process::process_start(std::process::id()).unwrap();
    assert!(start.is_some(), "this process lives");
    for (start, verdict) in [(start, Verdict::Ready), (Some("before".into()), Verdict::Stale), (None, Verdict::Ready)] {
        let pid = Some(std::process::id());
        let record = Record { phase: "ready".into(), pid, process_start_time: start, ..Record::default() };
        fs::write(scratch.file(), record.to_text()).unwrap();
        assert_eq!(read(&scratch.file()).verdict, verdict);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn p9_true_of_a_process_that_stands_still_nobody_is_told_ready() {
    let scratch = Scratch::new();
    let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let pid = child.id();
    let process_start_time = crate::sys::process::process_start(pid).unwrap();
    let record = |phase: &str, start: &Option<String>| {
        let record =
            Record { phase: phase.into(), pid: Some(pid), process_start_time: start.clone(), ..Record::default() };
        fs::write(scratch.file(), record.to_text()).unwrap();
        read(&scratch.file())
    };
    let signal = |name: &str, state: bool| {
        let done = std::process::Command::new("kill").args([name, &pid.to_string()]).status().unwrap();
        assert!(done.success());
        let is_seen = (0..6000).any(|_| {
            crate::state_file::waiter::pause(Duration::from_millis(10));
            crate::sys::process::is_halted(pid) == state
        });
        assert!(is_seen, "{name} comes to nothing");
    };
    assert_eq!(record("ready", &process_start_time).verdict, Verdict::Ready);
    signal("-STOP", true);
    let halted = record("ready", &process_start_time);
    assert_eq!((halted.verdict, halted.is_halted, halted.liveness), (Verdict::Busy, true, Liveness::Alive));
    assert!(halted.advice.contains("stands still"), "{}", halted.advice);
    // What does not say ready is told as it is; nor does a process count of which nobody knows that it is the same.
    assert_eq!(record("failed", &process_start_time).verdict, Verdict::Failed);
    assert_eq!(record("ready", &None).verdict, Verdict::Ready);
    signal("-CONT", false);
    assert_eq!(record("ready", &process_start_time).verdict, Verdict::Ready);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn only_the_links_own_failure_counts_as_the_links() {
    let scratch = Scratch::new();
    for (phase, is_failed_by_link) in [("failed", true), ("ready", false)] {
        let record = Record {
            phase: phase.into(),
            pid: Some(std::process::id()),
            is_failed_by_link: true,
            last_error: Some("nothing listens on 127.0.0.1:9".into()),
            ..Record::default()
        };
        fs::write(scratch.file(), record.to_text()).unwrap();
        let reading = read(&scratch.file());
        assert_eq!(reading.is_failed_by_link, is_failed_by_link);
        assert_eq!(reading.advice.starts_with("nothing listens on 127.0.0.1:9 (the editor"), is_failed_by_link);
    }
}
