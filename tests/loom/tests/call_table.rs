//! Every race over a call of ours has one end, which host and I/O thread agree on.

use framewire_models::session::call_table::{CallState, CallTable};
use loom::sync::Arc;
use loom::thread;

#[test]
fn a_call_is_taken_back_or_ended_and_the_host_knows_which() {
    loom::model(|| {
        let table = Arc::new(CallTable::new(1));
        let id = table.claim().unwrap();
        let host = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.cancel(id))
        };
        let ended = table.end(id, CallState::Lost);
        let ended = ended.expect("ended once");
        assert!(host.join().unwrap() ^ ended);
        assert!(table.claim().is_some(), "either way the place is free again");
    });
}

#[test]
fn two_threads_never_get_the_same_place() {
    loom::model(|| {
        let table = Arc::new(CallTable::new(1));
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.claim())
        };
        let mine = table.claim();
        assert!(other.join().unwrap().is_some() ^ mine.is_some());
        assert_eq!(table.open_count(), 1);
    });
}

#[test]
fn a_call_taken_back_keeps_its_place_until_that_is_told() {
    loom::model(|| {
        let table = Arc::new(CallTable::new(1));
        let id = table.claim().unwrap();
        let host = {
            let table = Arc::clone(&table);
            thread::spawn(move || (table.cancel(id), table.claim()))
        };
        let told = table.end_all();
        let (cancelled, next) = host.join().unwrap();
        // The end may have found the call open, taken back, or the place taken anew.
        assert_eq!(told, [(id, !cancelled)]);
        assert_eq!(table.open_count(), u32::from(next.is_some()));
    });
}
