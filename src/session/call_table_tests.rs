//! Who ends a call when several want to, and what becomes of its place.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::*;

#[test]
fn places_run_out_and_come_back_with_new_ids() {
    let table = CallTable::new(10_000);
    let ids: HashSet<u64> = (0..MAX_CALLS).map(|_| table.claim().unwrap()).collect();
    assert_eq!((ids.len(), table.claim(), table.open_count()), (MAX_CALLS, None, 256));
    assert!(!table.has_place());
    let old = *ids.iter().next().unwrap();
    assert_eq!(table.end(old, CallState::Answered), Some(true));
    assert!(table.has_place());
    let new = table.claim().unwrap();
    assert!(!ids.contains(&new) && new < 1 << 63);
    assert_eq!((new & STATE_MASK, table.claim()), (old & STATE_MASK, None), "the one place that was free");
}

#[test]
fn an_ended_call_is_known_until_its_place_is_needed() {
    for state in [CallState::Answered, CallState::Expired, CallState::Lost] {
        let table = CallTable::new(2);
        let old = table.claim().unwrap();
        assert_eq!(table.end(old, state), Some(true));
        assert!(table.end(old, CallState::Lost).is_none() && !table.cancel(old));
        assert_eq!(table.state(old), Some(state));
        table.claim().unwrap();
        assert_eq!(table.state(old), Some(state), "the other place came first");
        let new = table.claim().unwrap();
        assert_eq!((table.state(old), table.state(new)), (None, Some(CallState::Open)));
        assert!(!table.cancel(old) && table.end(old, CallState::Lost).is_none());
        assert_eq!(table.state(new), Some(CallState::Open), "an old id does not touch it");
    }
}

#[test]
fn strange_ids_are_unknown() {
    let table = CallTable::new(2);
    let id = table.claim().unwrap();
    for strange in [0, 1, 2, 0xffff, u64::MAX, id ^ 1, id + (1 << INDEX_BITS)] {
        assert_eq!((table.state(strange), table.cancel(strange)), (None, false), "{strange:x}");
    }
    assert!(!table.has_cancelled());
}

#[test]
fn a_call_taken_back_keeps_its_place_until_the_host_is_told() {
    let table = CallTable::new(1);
    let id = table.claim().unwrap();
    assert!(table.cancel(id) && !table.cancel(id));
    assert_eq!((table.claim(), table.open_count()), (None, 0));
    assert!(table.has_cancelled() && table.take_cancelled() && !table.take_cancelled() && !table.has_cancelled());
    assert_eq!(table.end(id, CallState::Answered), Some(false), "the host was first");
    assert_eq!(table.end(id, CallState::Lost), None, "told once");
    assert_eq!(table.state(id), Some(CallState::Told));
    assert!(table.claim().is_some());
}

#[test]
fn the_end_of_all_ends_each_once() {
    let table = CallTable::new(4);
    let ids: Vec<u64> = (0..3).map(|_| table.claim().unwrap()).collect();
    assert!(table.cancel(ids[1]));
    assert_eq!(table.end(ids[2], CallState::Answered), Some(true));
    assert_eq!(table.end_all(), [(ids[0], true), (ids[1], false)]);
    assert_eq!(table.end_all(), []);
}

/// One thread makes calls and takes them back, another ends what it finds.
#[test]
fn threads_race_and_each_call_is_ended_once() {
    const CALLS: usize = 20_000;
    let table = Arc::new(CallTable::new(8));
    let (ids, made) = std::sync::mpsc::channel::<u64>();
    let other = Arc::clone(&table);
    let ends =
        thread::spawn(move || made.iter().filter(|&id| other.end(id, CallState::Answered) == Some(true)).count());
    let (mut cancelled, mut claimed) = (0, 0);
    let deadline = Instant::now() + Duration::from_secs(30);
    while claimed < CALLS {
        let Some(id) = table.claim() else {
            assert!(Instant::now() < deadline, "no place comes back: {claimed} calls made");
            thread::yield_now();
            continue;
        };
        claimed += 1;
        ids.send(id).unwrap();
        cancelled += usize::from(table.cancel(id));
    }
    drop(ids);
    let answered = ends.join().unwrap();
    assert_eq!(answered + cancelled, CALLS);
    assert_eq!((table.end_all(), table.open_count()), (vec![], 0));
}

#[test]
fn threads_that_want_a_place_never_share_one() {
    let table = Arc::new(CallTable::new(MAX_CALLS));
    let claim = |table: Arc<CallTable>| move || std::iter::from_fn(|| table.claim()).collect::<Vec<_>>();
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(claim(Arc::clone(&table)))).collect();
    let ids: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(ids.len(), MAX_CALLS);
    assert_eq!(ids.iter().map(|id| id & STATE_MASK).collect::<HashSet<_>>().len(), MAX_CALLS);
}
