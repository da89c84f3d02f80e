//! Copies into the caller's structs, and numbers that are no readiness.
use super::*;
use crate::ffi::testing::{close, of, open, raw, words};
use crate::ffi::text::ABSENT;

#[test]
fn every_readiness_is_known_and_no_other() {
    let link = open("readiness");
    // SAFETY: static texts, or lengths that are refused before anything is read.
    let set = |readiness, reason| unsafe { framewire_set_readiness(link, readiness, reason) };
    for readiness in FRAMEWIRE_READINESS_STARTING..=FRAMEWIRE_READINESS_FAILED {
        assert_eq!(set(readiness, ABSENT), FRAMEWIRE_OK);
    }
    for unknown in [FRAMEWIRE_READINESS_FAILED + 1, 1000, u32::MAX] {
        assert_eq!(set(unknown, ABSENT), FRAMEWIRE_INVALID);
    }
    for reason in [raw(b"\xff"), raw(b"a\0"), framewire_str { len: 1, ..ABSENT }] {
        assert_eq!(set(FRAMEWIRE_READINESS_READY, reason), FRAMEWIRE_INVALID);
    }
    assert_eq!(set(FRAMEWIRE_READINESS_READY, raw(&[b'x'; 1024])), FRAMEWIRE_OK);
    assert_eq!(set(FRAMEWIRE_READINESS_READY, raw(&[b'x'; 1025])), FRAMEWIRE_TOO_LARGE);
    assert_eq!(set(FRAMEWIRE_READINESS_READY, of("")), FRAMEWIRE_OK);
    close(link);
    assert_eq!(set(FRAMEWIRE_READINESS_READY, ABSENT), FRAMEWIRE_STALE);
}

#[test]
fn state_and_stats_of_any_size_that_may_be() {
    let link = open("sizes");
    let mut words = [u64::MAX; 600];
    let to = words.as_mut_ptr();
    let call = |size: u64, to: *mut u64| {
        // SAFETY: 4800 bytes are given, or the size is refused before anything is written.
        unsafe { (framewire_get_state(link, to.cast(), size), framewire_get_stats(link, to.cast(), size)) }
    };
    for size in [0, 8, 156, 4097, 4104, u64::MAX] {
        assert_eq!(call(size, to), (FRAMEWIRE_INVALID, FRAMEWIRE_INVALID), "{size}");
    }
    assert_eq!(call(4096, core::ptr::null_mut()), (FRAMEWIRE_INVALID, FRAMEWIRE_INVALID));
    assert_eq!(call(4096, core::ptr::without_provenance_mut(4)), (FRAMEWIRE_INVALID, FRAMEWIRE_INVALID));
    assert!(words.iter().all(|&word| word == u64::MAX));
    assert_eq!(call(4096, words.as_mut_ptr()), (FRAMEWIRE_OK, FRAMEWIRE_OK));
    assert!(words[size_of::<framewire_stats>() / 8..512].iter().all(|&word| word == 0));
    assert!(words[512..].iter().all(|&word| word == u64::MAX));
    close(link);
}

#[test]
fn a_state_is_copied_whole_and_long_texts_are_cut() {
    let state = State {
        phase: FRAMEWIRE_PHASE_ACTIVE,
        readiness: Readiness::Playing,
        generation: 3,
        session_id: "é".repeat(100),
        server_version: "2.4.2".to_owned(),
        poll_age_ns: u64::MAX,
        ..State::default()
    };
    let shown = shown_state(&state);
    assert_eq!((shown.phase, shown.readiness), (FRAMEWIRE_PHASE_ACTIVE, FRAMEWIRE_READINESS_PLAYING));
    assert_eq!((shown.generation, shown.poll_age_ns), (3, u64::MAX));
    assert_eq!((shown.session_id_len, shown.server_version_len), (134, 5));
    assert_eq!(words(&shown.session_id), "é".repeat(67));
    assert_eq!(words(&shown.server_version), "2.4.2");
}

#[test]
fn an_operation_ends_once_and_only_by_its_own_name() {
    let mut link = 0;
    let config = testing::config("restore");
    // SAFETY: the configuration's texts live on, and the pointers across the calls.
    unsafe {
        assert_eq!(framewire_open(&raw const config, &raw mut link, core::ptr::null_mut()), FRAMEWIRE_OK);
        assert_eq!(framewire_set_readiness(link, FRAMEWIRE_READINESS_READY, ABSENT), FRAMEWIRE_OK);
        assert_eq!(framewire_set_readiness(link, FRAMEWIRE_READINESS_COMPILING, ABSENT), FRAMEWIRE_OK);
    }
    let readiness = || {
        let mut state = core::mem::MaybeUninit::<framewire_state>::zeroed();
        // SAFETY: zeroed integers are a state, and there is room for one.
        unsafe {
            let size = size_of::<framewire_state>() as u64;
            assert_eq!(framewire_get_state(link, state.as_mut_ptr(), size), FRAMEWIRE_OK);
            state.assume_init().readiness
        }
    };
    assert_eq!(framewire_restore_readiness(link, 11), FRAMEWIRE_INVALID);
    assert_eq!(framewire_restore_readiness(link, FRAMEWIRE_READINESS_IMPORTING), FRAMEWIRE_OK);
    assert_eq!(readiness(), FRAMEWIRE_READINESS_COMPILING);
    for _ in 0..2 {
        assert_eq!(framewire_restore_readiness(link, FRAMEWIRE_READINESS_COMPILING), FRAMEWIRE_OK);
        assert_eq!(readiness(), FRAMEWIRE_READINESS_READY);
    }
    // SAFETY: no report is asked for.
    assert_eq!(unsafe { framewire_close(link, 0, core::ptr::null_mut(), 0) }, FRAMEWIRE_OK);
    assert_eq!(framewire_restore_readiness(link, FRAMEWIRE_READINESS_COMPILING), FRAMEWIRE_STALE);
}
