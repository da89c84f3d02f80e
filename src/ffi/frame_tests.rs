//! Loans: who may poll, what stays readable, and what ends it.
use super::*;
use crate::ffi::sized::AbiStruct;
use crate::ffi::testing::{close, open, poll, poll_until, raise, row, seen};

#[test]
fn an_idle_poll_is_empty_and_lends_nothing() {
    let link = open("idle");
    assert_eq!(poll(link, &mut row::<4>()), (FRAMEWIRE_EMPTY, 0));
    assert_eq!(poll(link, &mut row::<4>()), (FRAMEWIRE_EMPTY, 0));
    assert_eq!(framewire_release(link), FRAMEWIRE_OK, "a release too many does nothing");
    close(link);
}

#[test]
fn while_a_loan_is_open_another_poll_touches_nothing() {
    let link = open("loan");
    raise(link, "first");
    let lent = poll_until(link, "first");
    raise(link, "second");
    let mut events = row::<2>();
    assert_eq!(poll(link, &mut events), (FRAMEWIRE_BUSY, 77));
    assert_eq!(events[0].kind, 0);
    // SAFETY: still lent.
    assert_eq!(unsafe { seen(lent.detail) }, "first");
    assert_eq!((lent.kind, lent.level), (FRAMEWIRE_EVENT_LOG, FRAMEWIRE_LOG_ERROR));
    assert_eq!(framewire_release(link), FRAMEWIRE_OK);
    poll_until(link, "second");
    close(link);
    framewire_release(link);
}

#[test]
fn lent_events_outlive_the_close_until_one_release() {
    let link = open("outlive");
    raise(link, "kept");
    let lent = poll_until(link, "kept");
    let closed = std::thread::scope(|scope| scope.spawn(|| close(link)).join().unwrap());
    assert_eq!(closed, FRAMEWIRE_OK);
    assert_eq!(poll(link, &mut row::<1>()), (FRAMEWIRE_STALE, 77));
    // Other links come and go; none may take the place while it is lent.
    for _ in 0..8 {
        let other = open("outlive");
        assert_ne!(other % 4096, link % 4096);
        close(other);
    }
    // SAFETY: lent until the release.
    assert_eq!(unsafe { seen(lent.detail) }, "kept");
    assert_eq!(framewire_release(link), FRAMEWIRE_OK);
    assert_eq!(framewire_release(link), FRAMEWIRE_STALE);
}

#[test]
fn a_paused_link_hands_out_nothing() {
    let link = open("paused");
    assert_eq!(framewire_pause(link), FRAMEWIRE_OK);
    assert_eq!(framewire_pause(link), FRAMEWIRE_OK);
    raise_unseen(link, "later");
    assert_eq!(poll(link, &mut row::<1>()), (FRAMEWIRE_EMPTY, 0));
    assert_eq!(framewire_resume(link), FRAMEWIRE_OK);
    assert_eq!(poll(link, &mut row::<1>()), (FRAMEWIRE_EMPTY, 0), "pauses nest");
    assert_eq!(framewire_resume(link), FRAMEWIRE_OK);
    poll_until(link, "later");
    close(link);
    framewire_release(link);
}

/// Raises an event without asking whether it can be polled.
fn raise_unseen(link: framewire_link, text: &str) {
    let raised = TABLE.with_link(link, |link| {
        link.log(FRAMEWIRE_LOG_ERROR, text);
        Ok(())
    });
    assert_eq!(raised, Ok(()));
}

#[test]
fn a_wait_ends_by_time_by_event_or_by_close() {
    let link = open("wait");
    // A panic forced by another test may be told here first.
    let mut first = framewire_wait(link, 1);
    while first == FRAMEWIRE_OK {
        poll(link, &mut row::<1>());
        framewire_release(link);
        first = framewire_wait(link, 1);
    }
    assert_eq!(first, FRAMEWIRE_TIMED_OUT);
    raise(link, "now");
    std::thread::scope(|scope| {
        poll_until(link, "now");
        assert_eq!(framewire_release(link), FRAMEWIRE_OK);
        let waiting = scope.spawn(|| {
            loop {
                match framewire_wait(link, 30_000) {
                    FRAMEWIRE_OK => {
                        poll(link, &mut row::<1>());
                        framewire_release(link);
                    }
                    status => break status,
                }
            }
        });
        assert_eq!(close(link), FRAMEWIRE_OK);
        assert_eq!(waiting.join().unwrap(), FRAMEWIRE_STALE);
    });
}

#[test]
fn wrong_arguments_leave_everything_as_it_was() {
    let link = open("arguments");
    raise(link, "still there");
    let mut events = row::<2>();
    let (to, size) = (events.as_mut_ptr(), size_of::<framewire_event>() as u64);
    let mut count = 77;
    let odd = core::ptr::without_provenance_mut(4);
    for (to, stride, capacity, number) in [
        (core::ptr::null_mut(), size, 2, &raw mut count),
        (odd, size, 2, &raw mut count),
        (to, size, 0, &raw mut count),
        (to, 0, 2, &raw mut count),
        (to, framewire_event::OLDEST as u64 - 8, 2, &raw mut count),
        (to, size + 4, 2, &raw mut count),
        (to, 4104, 2, &raw mut count),
        (to, u64::MAX, 2, &raw mut count),
        (to, size, u64::MAX, &raw mut count),
        (to, size, 2, core::ptr::null_mut()),
        (to, size, 2, core::ptr::without_provenance_mut(4)),
    ] {
        // SAFETY: refused before anything is written.
        let status = unsafe { framewire_poll(link, to, stride, capacity, number) };
        assert_eq!(status, FRAMEWIRE_INVALID, "{to:?} {stride} {capacity} {number:?}");
    }
    assert_eq!((count, events[0].kind), (77, 0));
    poll_until(link, "still there");
    close(link);
    framewire_release(link);
}

#[test]
fn events_are_written_by_the_callers_stride() {
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Newer {
        known: framewire_event,
        new: u64,
    }
    let link = open("stride");
    raise(link, "one");
    raise(link, "two");
    let mut seen_texts = String::new();
    while !seen_texts.contains("two") {
        assert_eq!(framewire_wait(link, 30_000), FRAMEWIRE_OK);
        let mut events = [Newer { known: row::<1>()[0], new: u64::MAX }; 3];
        let mut count = 0;
        // SAFETY: two of the three are given.
        let status =
            unsafe { framewire_poll(link, events.as_mut_ptr().cast(), size_of::<Newer>() as u64, 2, &mut count) };
        if status != FRAMEWIRE_OK {
            continue;
        }
        for event in &events[..count as usize] {
            assert_eq!(event.new, 0, "what is not known here is zeroed");
            // SAFETY: lent.
            seen_texts += &unsafe { seen(event.known.detail) };
        }
        assert_eq!(events[2].new, u64::MAX, "never beyond the capacity");
        framewire_release(link);
    }
    close(link);
}
