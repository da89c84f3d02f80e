//! The reader of state files, on records as texts and on files. Input: settings, then what lies at the final name, at that
//! of the complete record, at that of the previous one, and in the lock file.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use framewire::ffi::{FRAMEWIRE_OK, framewire_record, framewire_state_file_read};
use framewire::state_file::{Liveness, Reading, Record, Verdict, format_utc, lock_path, parse_utc, read, sidecars};
use serde_json::Value;

use crate::pieces;
use crate::scratch;
use crate::views::{Room, Text};

/// Tries one input.
pub fn run(input: &[u8]) {
    let (settings, texts) = pieces::split(input);
    let texts: Vec<&[u8]> = texts.take(4).collect();
    texts.iter().for_each(|text| parse(text));
    let path = place();
    let beside = sidecars(path);
    let places = [path.clone(), beside.complete, beside.previous, lock_path(path)];
    let is_there = |index: usize| settings.choice(0, 16) >> index & 1 == 0;
    for (index, (place, text)) in places.iter().zip(&texts).enumerate() {
        if is_there(index) {
            fs::write(place, text).expect("the scratch directory takes files");
        }
    }
    let counts = (0..3).find(|&index| index < texts.len() && is_there(index)).map(|index| texts[index]);
    let reading = read(path);
    check(&reading, counts);
    by_c(&reading, path);
    for place in &places {
        let _ = fs::remove_file(place);
    }
}

fn place() -> &'static PathBuf {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| scratch::directory().join("state.json"))
}

/// A text becomes a record exactly where a plain reader agrees, and a record survives being written.
fn parse(text: &[u8]) {
    let record = match Record::parse(text) {
        Ok(record) => record,
        Err(why) => return assert!(!why.is_empty()),
    };
    let Ok(Value::Object(_)) = serde_json::from_slice::<Value>(text) else { panic!("a record of what is no object") };
    let written = record.to_text();
    let Ok(Value::Object(keys)) = serde_json::from_str::<Value>(&written) else { panic!("{written}") };
    assert_eq!(keys.len(), 17, "every key is written");
    let again = Record::parse(written.as_bytes()).expect("what is written is read");
    let in_ticks = |ns: u64| ns / 100 * 100;
    let expected = Record {
        updated_at_ns: Some(in_ticks(record.updated_at_ns.unwrap_or(0))),
        main_thread_silent_since_ns: record.main_thread_silent_since_ns.map(in_ticks),
        ..record.clone()
    };
    assert_eq!(again, expected);
    for time in [record.updated_at_ns, record.main_thread_silent_since_ns].into_iter().flatten() {
        assert_eq!(parse_utc(&format_utc(time)), Some(in_ticks(time)));
    }
}

/// The verdict follows from the newest record that is there.
fn check(reading: &Reading, counts: Option<&[u8]>) {
    let Some(text) = counts else { return assert_eq!(reading.verdict, Verdict::Missing) };
    let Some(record) = Record::parse(text).ok().filter(|_| text.len() <= 64 << 10) else {
        return assert_eq!((reading.verdict, &reading.record), (Verdict::Unreadable, &None));
    };
    let is_outlived = reading.liveness == Liveness::Gone;
    let expected = match record.phase.as_str() {
        "stopped" => Verdict::Stopped,
        "starting" | "compiling" | "reloading" | "recovering" | "importing" | "playing" | "no_scene" | "stopping"
        | "ready" | "failed"
            if is_outlived =>
        {
            Verdict::Stale
        }
        "ready" => Verdict::Ready,
        "failed" => Verdict::Failed,
        "starting" | "compiling" | "reloading" | "recovering" | "importing" | "playing" | "no_scene" | "stopping" => {
            Verdict::Busy
        }
        _ => Verdict::Unreadable,
    };
    assert_eq!(reading.verdict, expected, "{record:?}");
    assert_eq!(reading.is_foreign, record.pid.is_none());
    assert!(!reading.is_foreign || reading.liveness == Liveness::Unknown);
    assert!(!reading.is_failed_by_link || reading.verdict == Verdict::Failed);
    assert_eq!(reading.record.as_ref(), Some(&record));
}

/// C is told the same, in room that ends where it ends.
fn by_c(reading: &Reading, path: &std::path::Path) {
    let path = Text::of(path.to_str().map(str::as_bytes));
    let mut room = Room::new(size_of::<framewire_record>());
    let size = size_of::<framewire_record>() as u64;
    // SAFETY: the view and the room are as long as they say.
    let status = unsafe { framewire_state_file_read(path.view(), room.pointer(), size) };
    assert_eq!(status, FRAMEWIRE_OK);
    let record = room.read::<framewire_record>(0);
    assert_eq!(record.verdict, reading.verdict as u32);
    for text in [&record.reason[..], &record.endpoint, &record.last_error, &record.session_id, &record.advice] {
        let bytes: Vec<u8> = text.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
        assert!(bytes.len() < text.len(), "NUL-terminated");
        std::str::from_utf8(&bytes).expect("cut at a character");
    }
}
