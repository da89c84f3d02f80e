//! Every race over a request has one outcome, and both sides agree on it: P2 and P3, in every interleaving.

use framewire_models::session::slots::{SlotState, SlotTable, Unanswerable};
use loom::sync::Arc;
use loom::thread;

/// A table with one request, waiting or handed out.
fn table(is_handed: bool) -> (Arc<SlotTable>, u64) {
    let table = Arc::new(SlotTable::new(1));
    let id = table.open(0, 0).unwrap();
    assert!(!is_handed || table.hand_out(id));
    (table, id)
}

/// Runs `other` on a second thread.
fn beside<T: 'static>(table: &Arc<SlotTable>, other: impl FnOnce(&SlotTable) -> T + 'static) -> thread::JoinHandle<T> {
    let table = Arc::clone(table);
    thread::spawn(move || other(&table))
}

#[test]
fn a_request_is_handed_out_or_refused_busy_never_both() {
    loom::model(|| {
        let (table, id) = table(false);
        let frame_loop = beside(&table, move |table| table.hand_out(id));
        let is_refused = table.settle(id, SlotState::Waiting, SlotState::Dropped);
        assert!(frame_loop.join().unwrap() ^ is_refused);
    });
}

#[test]
fn a_request_is_answered_or_expired_and_the_answer_knows_which() {
    loom::model(|| {
        let (table, id) = table(true);
        let host = beside(&table, move |table| table.answer(id));
        let expired = table.expire(id, 0);
        match host.join().unwrap() {
            Ok(()) => assert_eq!(expired, None),
            Err(why) => assert_eq!((why, expired), (Unanswerable::Expired, Some(SlotState::Handed))),
        }
    });
}

#[test]
fn a_request_that_is_polled_while_its_connection_ends_is_lost_or_never_seen() {
    loom::model(|| {
        let (table, id) = table(false);
        let host = beside(&table, move |table| table.hand_out(id).then(|| table.answer(id)));
        let settled = table.settle_all();
        match host.join().unwrap() {
            None => assert_eq!(settled, [(id, SlotState::Dropped)]),
            Some(Err(why)) => assert_eq!((why, settled), (Unanswerable::Lost, vec![(id, SlotState::Lost)])),
            Some(Ok(())) => assert_eq!(settled, []),
        }
    });
}

#[test]
fn a_deferral_holds_an_expiry_off_or_comes_too_late() {
    loom::model(|| {
        let (table, id) = table(true);
        let host = beside(&table, move |table| table.defer(id));
        let expired = table.expire(id, 0);
        match host.join().unwrap() {
            Ok(()) => assert_eq!(expired, None, "it was announced, so the old deadline expires nothing"),
            Err(why) => assert_eq!((why, expired), (Unanswerable::Expired, Some(SlotState::Handed))),
        }
    });
}

#[test]
fn a_takeover_makes_an_orphan_or_finds_it_answered() {
    loom::model(|| {
        let (table, id) = table(true);
        // A thread of the old owner answers while the new one takes over; the I/O thread announces what is left.
        let old_owner = beside(&table, move |table| table.answer(id));
        table.orphan_all();
        let announced = table.announce_all();
        let is_handed_again = table.hand_out_again(id);
        let answer = old_owner.join().unwrap();
        assert_eq!(answer, Ok(()), "nothing else settles it");
        assert!(!is_handed_again || announced == [id]);
        assert_eq!(table.state(id), Some(SlotState::Answered));
        assert!(!table.hand_out_again(id) && table.announce_all().is_empty());
    });
}

#[test]
fn an_announcement_is_shown_or_expired_never_both() {
    loom::model(|| {
        let (table, id) = table(true);
        table.orphan_all();
        let io_thread = beside(&table, move |table| (table.announce_all(), table.expire(id, 0)));
        let is_shown = table.hand_out_again(id);
        let (announced, expired) = io_thread.join().unwrap();
        assert_eq!(announced, [id]);
        let before = if is_shown { SlotState::Handed } else { SlotState::Announced };
        assert_eq!(expired, Some(before), "P3: what was handed out once ends once");
        assert!(!table.hand_out_again(id));
    });
}

#[test]
fn two_owners_never_get_the_same_request() {
    loom::model(|| {
        let (table, id) = table(false);
        let other = beside(&table, move |table| table.hand_out(id));
        let mine = table.hand_out(id);
        assert!(other.join().unwrap() ^ mine);
    });
}
