//! Opening and closing; panics that stay inside.
use super::*;
use crate::ffi::testing::*;
use crate::ffi::text::ABSENT;

#[test]
fn open_needs_a_place_for_the_handle() {
    let given = config("place");
    let mut link = 77;
    let mut error = framewire_error { status: 77, field: 77, text: [1; 256] };
    // SAFETY: locals; NULL and misaligned pointers are found out.
    unsafe {
        assert_eq!(framewire_open(&given, core::ptr::null_mut(), &mut error), FRAMEWIRE_INVALID);
        assert_eq!((error.status, error.field), (FRAMEWIRE_INVALID, u32::MAX));
        let odd = core::ptr::without_provenance_mut(4);
        assert_eq!(framewire_open(&given, odd, &mut error), FRAMEWIRE_INVALID);
        assert_eq!(framewire_open(core::ptr::null(), &mut link, core::ptr::null_mut()), FRAMEWIRE_INVALID);
        assert_eq!(link, 0);
        let odd = core::ptr::without_provenance_mut(2);
        assert_eq!(framewire_open(&given, &mut link, odd), FRAMEWIRE_INVALID);
        assert_eq!(framewire_open(&given, &mut link, core::ptr::null_mut()), FRAMEWIRE_OK);
    }
    assert_eq!(close(link), FRAMEWIRE_OK);
}

#[test]
fn a_name_serves_one_living_link() {
    let given = config("name");
    let (_, first, _) = try_open(&given);
    for (changed, status, field) in [
        (framewire_config { owner: of("another"), ..given }, FRAMEWIRE_NAME_IN_USE, offset!(name)),
        (framewire_config { profile: FRAMEWIRE_PROFILE_GODOT_AI, ..given }, FRAMEWIRE_NAME_IN_USE, offset!(name)),
        (framewire_config { inbound_count: 7, ..given }, FRAMEWIRE_CONFIG_DIFFERS, offset!(inbound_count)),
    ] {
        let (found, none, (at, words)) = try_open(&changed);
        assert_eq!((found, none, at), (status, 0, field), "{words}");
        assert!(!words.is_empty());
    }
    assert_eq!(poll(first, &mut row::<1>()).0, FRAMEWIRE_EMPTY, "nothing changed");
    assert_eq!(close(first), FRAMEWIRE_OK);
    let (status, again, _) = try_open(&given);
    assert_eq!(status, FRAMEWIRE_OK);
    assert_ne!(again, first);
    close(again);
}

#[test]
fn a_detached_link_lives_on_and_is_found_by_name() {
    let given = config("detached");
    let (_, first, _) = try_open(&given);
    raise(first, "before");
    assert_eq!(framewire_detach(first, 99), FRAMEWIRE_INVALID);
    assert_eq!(framewire_detach(first, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    assert_eq!(framewire_detach(first, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_STALE);
    assert_eq!(poll(first, &mut row::<1>()).0, FRAMEWIRE_STALE);
    assert_eq!(close(first), FRAMEWIRE_STALE);
    let (status, second, _) = try_open(&given);
    assert_eq!(status, FRAMEWIRE_ATTACHED);
    assert_ne!(second, first);
    poll_until(second, "before");
    // Without a detach: the one before is stale, its loan and its pauses have ended.
    assert_eq!((framewire_pause(second), framewire_pause(second)), (FRAMEWIRE_OK, FRAMEWIRE_OK));
    let (status, third, _) = try_open(&framewire_config { url: of("ws://127.0.0.1:2/"), ..given });
    assert_eq!(status, FRAMEWIRE_ATTACHED);
    assert_eq!(framewire_release(second), FRAMEWIRE_STALE);
    raise(third, "after");
    poll_until(third, "after");
    assert_eq!(close(third), FRAMEWIRE_OK);
    assert_eq!(close(third), FRAMEWIRE_STALE);
}

#[test]
fn a_loan_outlives_the_detach_until_its_release() {
    let given = config("loan");
    let (_, link, _) = try_open(&given);
    raise(link, "lent");
    let event = poll_until(link, "lent");
    assert_eq!(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    // SAFETY: lent until the release.
    assert!(unsafe { seen(event.detail) }.contains("lent"));
    assert_eq!(framewire_release(link), FRAMEWIRE_OK);
    assert_eq!(framewire_release(link), FRAMEWIRE_STALE);
    let (status, link, _) = try_open(&given);
    assert_eq!((status, close(link)), (FRAMEWIRE_ATTACHED, FRAMEWIRE_OK));
}

#[test]
fn a_link_that_ended_under_its_handle_gives_its_place_to_the_next_of_its_owner() {
    let given = framewire_config { orphan_ms: 1, ..config("left") };
    let (_, first, _) = try_open(&given);
    let ended = || TABLE.with_link(first, |link| Ok(link.has_ended())) == Ok(true);
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while !ended() {
        assert!(std::time::Instant::now() < deadline, "it never ends");
        std::thread::sleep(Duration::from_millis(1));
    }
    let stranger = framewire_config { owner: of("another"), orphan_ms: 0, ..given };
    let (status, other, _) = try_open(&stranger);
    assert_eq!((status, ended()), (FRAMEWIRE_OK, true), "it is not for another owner to close");
    assert_eq!(close(other), FRAMEWIRE_OK);
    let (status, next, _) = try_open(&framewire_config { orphan_ms: 0, ..given });
    assert_eq!((status, close(first), close(next)), (FRAMEWIRE_OK, FRAMEWIRE_STALE, FRAMEWIRE_OK));
}

#[test]
fn a_link_that_nobody_looks_after_ends_and_leaves_its_name() {
    let given = framewire_config { orphan_ms: 1, ..config("orphan") };
    let (_, first, _) = try_open(&given);
    assert_eq!(framewire_detach(first, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    let ended = || {
        let (status, link, _) = try_open(&given);
        // It is about to end: too late to attach, too early for another of its name.
        if status == FRAMEWIRE_NAME_IN_USE {
            return false;
        }
        assert_eq!(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
        status == FRAMEWIRE_OK
    };
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while !ended() {
        assert!(std::time::Instant::now() < until, "the link never ended");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_report_of_a_wrong_size_leaves_the_link_open() {
    let link = open("report");
    let mut words = [u64::MAX; 8];
    let to = words.as_mut_ptr().cast::<framewire_close_report>();
    let odd = core::ptr::without_provenance_mut(4);
    let size = size_of::<framewire_close_report>() as u64;
    // SAFETY: 64 bytes are given; wrong sizes are refused before anything is written.
    unsafe {
        for (to, size) in [(to, 0), (to, size - 8), (to, size + 4), (to, 4104), (odd, size)] {
            assert_eq!(framewire_close(link, 0, to, size), FRAMEWIRE_INVALID, "{size}");
        }
        assert_eq!(poll(link, &mut row::<1>()).0, FRAMEWIRE_EMPTY);
        assert_eq!(framewire_close(link, 0, to, size + 8), FRAMEWIRE_OK);
        assert_eq!((words[0], words[5], words[6]), (0, 0, u64::MAX));
        words[0] = 5;
        assert_eq!(framewire_close(link, 0, to, size), FRAMEWIRE_STALE);
    }
    assert_eq!(words[0], 5, "one report");
}

#[test]
fn endpoints_and_hellos_that_are_wrong_point_at_their_field() {
    let link = open("endpoint");
    let mut error = framewire_error { status: 77, field: 77, text: [1; 256] };
    // SAFETY: static texts, or ones that are refused before anything is read.
    unsafe {
        for url in [raw(b"\xff"), raw(b"ws://a\0"), framewire_str { len: 1, ..ABSENT }, of("gopher://x")] {
            assert_eq!(framewire_set_endpoint(link, url, ABSENT, &mut error), FRAMEWIRE_INVALID, "{url:?}");
            assert_eq!(error.field, offset!(url));
        }
        assert_eq!(framewire_set_endpoint(link, ABSENT, raw(b"\xff"), &mut error), FRAMEWIRE_INVALID);
        assert_eq!(error.field, offset!(token));
        assert_eq!(framewire_set_endpoint(link, ABSENT, of(""), &mut error), FRAMEWIRE_OK);
        assert_eq!((error.status, error.field), (FRAMEWIRE_OK, u32::MAX));
        assert_eq!(framewire_set_endpoint(link, of("ws://127.0.0.1:2/"), ABSENT, &mut error), FRAMEWIRE_OK);
        assert_eq!(framewire_set_hello(link, ABSENT, &mut error), FRAMEWIRE_INVALID);
        assert_eq!(error.field, offset!(hello));
        close(link);
        assert_eq!(framewire_set_endpoint(link, ABSENT, ABSENT, &mut error), FRAMEWIRE_STALE);
        assert_eq!((error.status, error.field), (FRAMEWIRE_STALE, u32::MAX));
    }
}

#[test]
fn a_panic_inside_is_a_status_and_a_log_line_and_the_library_goes_on() {
    let (status, none, (_, words)) = try_open(&named("panic:open"));
    assert_eq!((status, none), (FRAMEWIRE_PANIC, 0));
    assert!(words.contains("please report"), "{words}");

    let (_, link, _) = try_open(&named("panic:poll"));
    assert_eq!(poll(link, &mut row::<1>()), (FRAMEWIRE_PANIC, 77));
    assert_eq!(framewire_wait(link, 30_000), FRAMEWIRE_OK, "the LOG event waits");
    assert_eq!(framewire_pause(link), FRAMEWIRE_OK);
    assert_eq!(close(link), FRAMEWIRE_OK);

    let (_, link, _) = try_open(&named("panic:get_state"));
    // SAFETY: never written.
    let status = unsafe { framewire_get_state(link, &mut core::mem::zeroed(), 344) };
    assert_eq!(status, FRAMEWIRE_PANIC);
    let event = poll_until(link, "panic in a call of the host at src/ffi/fault.rs");
    assert_eq!((event.kind, event.level), (FRAMEWIRE_EVENT_LOG, FRAMEWIRE_LOG_ERROR));
    assert_eq!(framewire_release(link), FRAMEWIRE_OK);
    assert_eq!(close(link), FRAMEWIRE_OK);
}

#[test]
fn a_profile_without_hello_and_session_says_so() {
    let link = open("no hello");
    // SAFETY: no `error` is given.
    assert_eq!(unsafe { framewire_set_hello(link, of("{}"), core::ptr::null_mut()) }, FRAMEWIRE_UNSUPPORTED);
    assert_eq!(framewire_renew_session(link), FRAMEWIRE_UNSUPPORTED);
    close(link);
}
