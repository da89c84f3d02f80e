//! The table without links, and the rules of handles through the calls.
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::ffi::testing::{close, open, poll, row};
use crate::link::Config;

#[test]
fn places_run_out_and_come_back() {
    let table = Table::new();
    let places: Vec<_> = (0..LINKS).map(|_| table.reserve().unwrap_or_else(|_| panic!("no place"))).collect();
    assert_eq!(table.reserve().err(), Some(FRAMEWIRE_LIMIT));
    let handles: std::collections::HashSet<_> = places.iter().map(|place| place.handle).collect();
    assert_eq!(handles.len(), LINKS);
    assert!(handles.iter().all(|&handle| handle >> INDEX_BITS != 0 && handle < 1 << 63));
    drop(places);
    let again = table.reserve().unwrap_or_else(|_| panic!("no place"));
    assert!(!handles.contains(&again.handle), "no generation comes twice");
}

#[test]
fn two_copies_of_the_library_hand_out_different_numbers() {
    let (here, there) = (Table::new(), Table::new());
    let handle = |table: &Table| table.reserve().unwrap_or_else(|_| panic!("no place")).handle;
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
    assert_eq!(poll(link, &mut row::<1>()).0, FRAMEWIRE_EMPTY, "and the link still works");
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
        closers.into_iter().map(|closer| closer.join().unwrap()).filter(|&it| it == FRAMEWIRE_OK).count()
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

/// Opens a link in a table of the test's own, where `close_all` meets no other test's links.
fn fill(table: &Table, name: String) -> framewire_link {
    let config = Config { start_disconnected: true, ..Config::new(name, "ws://127.0.0.1:1/") };
    let place = table.reserve().unwrap_or_else(|_| panic!("no place"));
    let (link, inbox) = Link::open(config).expect("a link");
    place.fill(link, inbox)
}

/// Raises an event on a link and takes it, so that a loan is open.
fn lend(table: &Table, handle: framewire_link) {
    let link = table.with_link(handle, |link| Ok(link.clone())).expect("a living link");
    link.log(FRAMEWIRE_LOG_ERROR, "lent");
    assert!(link.wait(Duration::from_secs(30)));
    assert_eq!(table.with_inbox(handle, |inbox| Ok(inbox.poll(1, |_, _| ()))), Ok(1));
}

#[test]
fn shutdown_closes_a_hundred_leaked_links_and_ends_every_loan() {
    let table = Table::new();
    let handles: Vec<_> = (0..100).map(|number| fill(&table, format!("leaked-{number}"))).collect();
    lend(&table, handles[0]);
    lend(&table, handles[1]);
    assert!(table.close(handles[1], Duration::ZERO).is_ok());
    table.close_all(Duration::from_secs(30));
    for &handle in &handles {
        assert_eq!(table.with_link(handle, |_| Ok(())), Err(FRAMEWIRE_STALE));
        assert_eq!(table.with_inbox(handle, |_| Ok(())), Err(FRAMEWIRE_STALE));
        assert_eq!(table.release(handle), Err(FRAMEWIRE_STALE));
    }
    assert_eq!(table.places.lock().freed.len(), 100, "every place is free, each once");
    let again = fill(&table, "leaked-0".to_owned());
    assert_eq!(table.with_link(again, |_| Ok(())), Ok(()), "and the table works on");
    table.close_all(Duration::ZERO);
}

#[test]
fn a_release_during_a_close_leaves_the_place_to_the_close() {
    let table = Table::new();
    let handle = fill(&table, "release-in-close".to_owned());
    lend(&table, handle);
    let entry = table.entry(handle).unwrap();
    // What a close does up to its wait for the thread.
    let mut closing = table.begin_close(entry, handle).unwrap();
    assert_eq!(table.release(handle), Ok(()), "the loan ends");
    assert_eq!(table.release(handle), Err(FRAMEWIRE_STALE));
    assert_eq!(table.places.lock().freed.len(), 0);
    let link = closing.take().unwrap();
    assert!(link.close(Duration::ZERO).is_ok());
    drop(closing);
    assert_eq!(table.places.lock().freed.len(), 1);
}

/// Else what is said of the old owner could stay said of the new one.
#[test]
fn a_detach_begins_and_ends_before_an_attach_or_behind_it() {
    let table = Table::new();
    let config = Config { start_disconnected: true, ..Config::new("detach-beside-attach", "ws://127.0.0.1:1/") };
    let handle = fill(&table, config.name.clone());
    // As an attach does while it is at work.
    let attaching = table.entry(handle).unwrap().handover();
    std::thread::scope(|scope| {
        let detach = scope.spawn(|| table.detach(handle, Readiness::Reloading));
        // Time enough for one that does not wait.
        std::thread::sleep(Duration::from_millis(200));
        assert!(!detach.is_finished());
        assert_eq!(table.with_link(handle, |link| Ok(link.state().detached)), Ok(false));
        drop(attaching);
        assert_eq!(detach.join().unwrap(), Ok(()));
    });
    let new = table.attach(&config).ok().flatten().expect("it lives");
    assert_eq!(table.detach(handle, Readiness::Reloading), Err(FRAMEWIRE_STALE));
    let state = table.with_link(new, |link| Ok(link.state())).expect("attached");
    assert!(!state.detached);
    table.close_all(Duration::ZERO);
}

#[test]
fn a_storm_of_all_calls_from_all_threads_frees_every_place_once() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 25;
    let table = Table::new();
    let shared: [AtomicU64; 2] = Default::default();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (table, shared) = (&table, &shared);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let mine = fill(table, format!("storm-{thread}-{round}"));
                    lend(table, mine);
                    let theirs = shared[round % 2].swap(mine, Ordering::AcqRel);
                    // Whoever comes first, each of these ends in one of its statuses.
                    let _ = table.with_inbox(theirs, |inbox| Ok(inbox.loan_open()));
                    let _ = table.with_link(theirs, |link| Ok(link.state()));
                    let _ = table.release(theirs);
                    let _ = table.close(theirs, Duration::ZERO);
                    let _ = table.release(mine);
                }
            });
        }
    });
    table.close_all(Duration::ZERO);
    let mut freed: Vec<_> = table.places.lock().freed.iter().copied().collect();
    let untouched = table.places.lock().untouched;
    freed.sort_unstable();
    assert_eq!(freed, (0..untouched).collect::<Vec<_>>());
}
