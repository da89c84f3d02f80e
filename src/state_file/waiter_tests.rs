//! Tests of waiting: what ends it, and what does not.

use std::cell::Cell;
use std::fs;

use super::*;
use crate::state_file::Record;
use crate::state_file::scratch::Scratch;

const SECOND: u64 = 1_000_000_000;

/// Waits under a clock that goes on by 50 ms a look; `at_look` is called before each.
fn waited(scratch: &Scratch, until: Until, seconds: u64, at_look: impl Fn(u32)) -> (Waited, u32) {
    let (now, looks) = (Cell::new(0), Cell::new(0));
    let clock = || {
        looks.set(looks.get() + 1);
        at_look(looks.get());
        now.set(now.get() + SECOND / 20);
        now.get()
    };
    (wait(&scratch.file(), Duration::from_secs(seconds), until, clock), looks.get())
}

fn say(scratch: &Scratch, phase: &str, pid: Option<u32>, by_link: bool) {
    let record = Record { phase: phase.into(), pid, is_failed_by_link: by_link, ..Record::default() };
    fs::write(scratch.file(), record.to_text()).unwrap();
}

#[test]
fn each_verdict_ends_the_wait_or_not() {
    let alive = Some(std::process::id());
    let fast = Until { fail_fast: true, ..Until::default() };
    let gone = Until { target: Target::Stopped, ..Until::default() };
    let rows = [
        ("ready", alive, false, Until::default(), true),
        ("stopped", alive, false, Until::default(), true),
        ("ready", Some(u32::MAX - 7), false, Until::default(), true),
        ("compiling", alive, false, Until::default(), false),
        ("failed", alive, false, Until::default(), true),
        ("failed", alive, true, Until::default(), false),
        ("failed", alive, true, fast, true),
        ("failed", None, false, Until::default(), true),
        ("ready", alive, false, gone, false),
        ("failed", alive, false, gone, false),
        ("stopped", alive, false, gone, true),
        ("compiling", Some(u32::MAX - 7), false, gone, true),
    ];
    for (phase, pid, by_link, until, ends) in rows {
        let scratch = Scratch::new();
        say(&scratch, phase, pid, by_link);
        let (waited, _) = waited(&scratch, until, 1, |_| ());
        assert_eq!(waited.is_timed_out, !ends, "{phase} {pid:?} {by_link} {until:?}: {:?}", waited.reading);
    }
}

#[test]
fn a_missing_file_is_waited_for() {
    let scratch = Scratch::new();
    let (late, looks) = waited(&scratch, Until::default(), 1, |_| ());
    assert!(late.is_timed_out && late.reading.verdict == Verdict::Missing);
    assert!(looks > 10, "looked at {looks} times in a second");
    let (found, _) = waited(&scratch, Until::default(), 60, |look| {
        if look == 5 {
            say(&scratch, "ready", Some(std::process::id()), false);
        }
    });
    assert_eq!((found.is_timed_out, found.reading.verdict), (false, Verdict::Ready));
    let gone = Until { target: Target::Stopped, ..Until::default() };
    assert_eq!(waited(&Scratch::new(), gone, 1, |_| ()).1, 2, "nothing is there to be waited for");
}

#[test]
fn an_unreadable_file_gets_a_second() {
    let scratch = Scratch::new();
    fs::write(scratch.file(), "{").unwrap();
    let (broken, looks) = waited(&scratch, Until::default(), 60, |_| ());
    assert_eq!((broken.is_timed_out, broken.reading.verdict), (false, Verdict::Unreadable));
    assert!((20..30).contains(&looks), "{looks}");
    let (mended, _) = waited(&scratch, Until::default(), 60, |look| {
        if look == 5 {
            say(&scratch, "stopped", None, false);
        }
    });
    assert_eq!(mended.reading.verdict, Verdict::Stopped);
}

#[test]
fn no_time_is_enough_for_one_look() {
    let scratch = Scratch::new();
    say(&scratch, "ready", Some(std::process::id()), false);
    assert!(!waited(&scratch, Until::default(), 0, |_| ()).0.is_timed_out);
}
