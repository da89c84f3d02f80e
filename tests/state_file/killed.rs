//! Writers that are killed at any moment, thousands of them, while others read.

use std::process::{Command, Stdio};
use std::time::Duration;

use framewire::state_file::{Publisher, Record, Verdict, read};

use crate::support::scratch::Scratch;
use crate::support::until;
use crate::watch::Watch;

/// How many are killed, unless `FRAMEWIRE_KILLED_WRITERS` says another number.
const WRITERS: u64 = 2000;
/// Numbers that one writer may use.
const NUMBERS: u64 = 1_000_000_000;

/// One writer, in a process of its own: publishes records with rising numbers until it is killed.
#[test]
fn a_writer_to_be_killed() {
    let (Ok(file), Ok(first)) = (std::env::var("FRAMEWIRE_TEST_FILE"), std::env::var("FRAMEWIRE_TEST_FIRST")) else {
        return;
    };
    let mut publisher = Publisher::new(file.into());
    let first: u64 = first.parse().unwrap();
    for number in first..first + NUMBERS {
        let phase = if number % 2 == 0 { "ready" } else { "compiling" };
        let reason = Some("x".repeat(number as usize % 3000));
        let record = Record { phase: phase.into(), generation_id: number.to_string(), reason, ..Record::default() };
        publisher.publish(record).expect("nobody else publishes there");
    }
}

#[test]
fn killed_writers_leave_whole_records_that_are_known_to_be_dead() {
    let writers = std::env::var("FRAMEWIRE_KILLED_WRITERS").map_or(WRITERS, |text| text.parse().expect("a number"));
    let scratch = Scratch::new();
    let watch = Watch::start(scratch.file(), 2);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for writer in 1..=writers {
        let first = writer * NUMBERS;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::a_writer_to_be_killed", "--test-threads=1"])
            .env("FRAMEWIRE_TEST_FILE", scratch.file())
            .env("FRAMEWIRE_TEST_FIRST", first.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Some are killed in their first write, the others somewhere in the many behind it.
        if !writer.is_multiple_of(4) {
            until("its first record", || watch.newest() >= first || watch.has_failed());
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(writer);
        std::thread::sleep(Duration::from_micros((state >> 33) % 4000));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = read(&scratch.file());
        assert!(matches!(left.verdict, Verdict::Stale | Verdict::Missing), "nobody lives: {left:?}");
        assert!(left.verdict == Verdict::Stale || writer < 4, "missing after it was there");
        if watch.has_failed() {
            break;
        }
    }
    let looks = watch.end();
    assert!(looks > writers, "{looks} looks");
}
