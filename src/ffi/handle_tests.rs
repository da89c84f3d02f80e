//! The table without links, and the rules of handles through the calls.
use super::*;
use crate::ffi::testing::{close, open, poll, row};

#[test]
fn places_run_out_and_come_back() {
    let table = Table::new();
    let places: Vec<_> = (0..LINKS)
        .map(|_| table.reserve().ok().expect("a place"))
        .collect();
    assert_eq!(table.reserve().err(), Some(FRAMEWIRE_LIMIT));
    let handles: std::collections::HashSet<_> = places.iter().map(|place| place.handle).collect();
    assert_eq!(handles.len(), LINKS);
    assert!(
        handles
            .iter()
            .all(|&handle| handle >> INDEX_BITS != 0 && handle < 1 << 63)
    );
    drop(places);
    let again = table.reserve().ok().expect("a place");
    assert!(
        !handles.contains(&again.handle),
        "no generation comes twice"
    );
}

#[test]
fn two_copies_of_the_library_hand_out_different_numbers() {
    let (here, there) = (Table::new(), Table::new());
    let handle = |table: &Table| table.reserve().ok().expect("a place").handle;
    assert_ne!(handle(&here), handle(&there));
}

#[test]
fn what_is_no_handle_is_stale_everywhere() {
    let link = open("stale");
    let flipped = (0..64).map(|bit| link ^ 1 << bit);
    for none in flipped.chain([0, 1, 4095, 4096, u64::MAX, 1 << 63, 0x7fff_1234_5678]) {
        assert_eq!(poll(none, &mut row::<1>()).0, FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_release(none), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_pause(none), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_resume(none), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_wait(none, 0), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_connect(none), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(framewire_cancel(none, 1), FRAMEWIRE_STALE, "{none:#x}");
        assert_eq!(close(none), FRAMEWIRE_STALE, "{none:#x}");
    }
    assert_eq!(
        poll(link, &mut row::<1>()).0,
        FRAMEWIRE_EMPTY,
        "and the link still works"
    );
    assert_eq!(close(link), FRAMEWIRE_OK);
    assert_eq!(poll(link, &mut row::<1>()).0, FRAMEWIRE_STALE);
    assert_eq!(framewire_release(link), FRAMEWIRE_STALE);
    assert_eq!(framewire_wait(link, 0), FRAMEWIRE_STALE);
    assert_eq!(close(link), FRAMEWIRE_STALE, "closed twice");
}

#[test]
fn of_many_closers_one_gets_the_report() {
    let link = open("closers");
    let ok = std::thread::scope(|scope| {
        let closers: Vec<_> = (0..8).map(|_| scope.spawn(|| close(link))).collect();
        closers
            .into_iter()
            .map(|closer| closer.join().unwrap())
            .filter(|&it| it == FRAMEWIRE_OK)
            .count()
    });
    assert_eq!(ok, 1);
}

#[test]
fn a_close_does_not_wait_for_pollers_and_ends_their_polls() {
    let link = open("polled");
    std::thread::scope(|scope| {
        let poller = scope.spawn(|| {
            loop {
                match poll(link, &mut row::<1>()).0 {
                    FRAMEWIRE_EMPTY | FRAMEWIRE_BUSY => std::thread::yield_now(),
                    FRAMEWIRE_OK => assert_eq!(framewire_release(link), FRAMEWIRE_OK),
                    status => break status,
                }
            }
        });
        assert_eq!(close(link), FRAMEWIRE_OK);
        assert_eq!(poller.join().unwrap(), FRAMEWIRE_STALE);
    });
}
