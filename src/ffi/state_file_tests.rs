//! Tests of the C side of state files: arguments, and what becomes of each field.

use std::ffi::CStr;
use std::fs;

use super::testing::kept;
use super::text::view;
use super::*;

fn read_into(path: framewire_str, record: *mut framewire_record, size: u64) -> framewire_status {
    // SAFETY: each test gives a path that is there, and a record of that size or a pointer that is refused.
    unsafe { framewire_state_file_read(path, record, size) }
}

fn blank() -> framewire_record {
    // SAFETY: made of integers alone.
    unsafe { core::mem::zeroed() }
}

fn words(field: &[c_char]) -> &str {
    // SAFETY: fields are NUL-terminated inside their array.
    unsafe { CStr::from_ptr(field.as_ptr()) }.to_str().unwrap()
}

/// A file of this test in the system's directory for such.
fn file(name: &str) -> &'static str {
    let name = format!("framewire-ffi-{}-{name}.json", std::process::id());
    kept(std::env::temp_dir().join(name).to_str().unwrap().to_owned())
}

#[test]
fn arguments_are_checked_before_anything_is_read() {
    const SIZE: u64 = size_of::<framewire_record>() as u64;
    let path = view(file("arguments").as_bytes());
    let mut record = blank();
    let to = &raw mut record;
    assert_eq!(read_into(text::ABSENT, to, SIZE), FRAMEWIRE_INVALID);
    assert_eq!(read_into(framewire_str { len: 0, ..path }, to, SIZE), FRAMEWIRE_INVALID);
    assert_eq!(read_into(view(b"\xff"), to, SIZE), FRAMEWIRE_INVALID);
    assert_eq!(read_into(path, core::ptr::null_mut(), SIZE), FRAMEWIRE_INVALID);
    assert_eq!(read_into(path, to, SIZE - 8), FRAMEWIRE_INVALID);
    assert_eq!(read_into(path, to, SIZE), FRAMEWIRE_OK);
    assert_eq!(record.verdict, FRAMEWIRE_VERDICT_MISSING);
    assert_eq!((record.phase, record.editor_phase, record.link_phase), (u32::MAX, u32::MAX, u32::MAX));
    assert!(words(&record.advice).contains("no editor"));
    let wait = |flags| {
        // SAFETY: as for `read_into`.
        unsafe { framewire_state_file_wait(path, 1, flags, to, SIZE) }
    };
    assert_eq!(wait(2), FRAMEWIRE_INVALID);
    assert_eq!(wait(FRAMEWIRE_WAIT_FAIL_FAST), FRAMEWIRE_TIMED_OUT);
}

#[test]
fn every_field_arrives() {
    let path = file("fields");
    let told = Record {
        phase: "failed".into(),
        generation_id: "0123456789abcdef0123456789abcdef".into(),
        updated_at_ns: Some(1_778_893_323_456_789_000),
        reason: Some("reason".into()),
        endpoint: Some("ws://127.0.0.1:9500/".into()),
        last_error: Some("é".repeat(400)),
        editor_phase: Some(Readiness::Playing),
        link_phase: Some("waiting".into()),
        is_failed_by_link: true,
        main_thread_silent_since_ns: Some(1_778_893_000_000_000_000),
        session_id: Some("game@1".into()),
        pid: Some(std::process::id()),
        ..Record::default()
    };
    fs::write(path, told.to_text()).unwrap();
    let mut record = blank();
    // SAFETY: path and record live across the call.
    let status = unsafe {
        let size = size_of::<framewire_record>() as u64;
        framewire_state_file_wait(view(path.as_bytes()), 0, FRAMEWIRE_WAIT_FAIL_FAST, &raw mut record, size)
    };
    fs::remove_file(path).unwrap();
    assert_eq!((status, record.verdict), (FRAMEWIRE_OK, FRAMEWIRE_VERDICT_FAILED));
    assert_eq!((record.phase, record.editor_phase), (Readiness::Failed as u32, Readiness::Playing as u32));
    assert_eq!((record.link_phase, record.flags), (FRAMEWIRE_PHASE_WAITING, FRAMEWIRE_RECORD_FLAG_FAILED_BY_LINK));
    assert_eq!((record.pid, record.updated_at_ms), (std::process::id(), 1_778_893_323_456));
    assert_eq!(record.silent_since_ms, 1_778_893_000_000);
    assert_eq!(words(&record.generation_id), told.generation_id);
    assert_eq!((words(&record.reason), words(&record.session_id)), ("reason", "game@1"));
    assert_eq!(words(&record.endpoint), "ws://127.0.0.1:9500/");
    assert_eq!(words(&record.last_error), "é".repeat(255), "cut at a character");
    assert!(words(&record.advice).starts_with("éé"));
}

#[test]
fn every_word_of_a_link_has_its_number() {
    for phase in Phase::ALL {
        let number = link_phase(phase.name());
        let expected = if phase.is_dialling() { FRAMEWIRE_PHASE_CONNECTING } else { phase as u32 };
        assert_eq!(number, expected, "{phase:?}");
    }
    assert_eq!(link_phase("asleep"), u32::MAX);
}
