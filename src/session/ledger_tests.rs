use super::super::event::EventKind;
use super::super::note::Notes;
use super::*;

fn ledger(count: usize) -> (Ledger, Arc<SlotTable>) {
    let slots = Arc::new(SlotTable::new(count));
    (Ledger::new(Arc::clone(&slots), 100), slots)
}

fn new(deadline: Option<u64>) -> NewRequest {
    NewRequest {
        wire_id: "w".into(),
        method: "m".into(),
        hold_until: NO_DEADLINE,
        deadline: deadline.unwrap_or(NO_DEADLINE),
        is_silent: false,
        overhead: 0,
    }
}

fn open(ledger: &mut Ledger, now: u64, timeout: Option<u64>) -> u64 {
    ledger.open(now, new(timeout.map(|timeout| now + timeout))).unwrap()
}

#[test]
fn slots_run_out_and_come_back_oldest_first() {
    let (mut ledger, slots) = ledger(2);
    let first = open(&mut ledger, 0, None);
    let second = open(&mut ledger, 0, None);
    assert!(ledger.is_full());
    assert_eq!(ledger.open(0, new(None)), None);
    assert!(slots.hand_out(second));
    assert_eq!(slots.answer(second), Ok(()));
    assert!(ledger.close(second).is_some());
    assert!(ledger.close(second).is_none());
    assert!(ledger.close(first).is_some());
    assert_eq!(open(&mut ledger, 0, None) & 0xffff, second & 0xffff);
    assert!(ledger.is_full() || ledger.open(0, new(None)).is_some());
}

#[test]
fn a_quiet_link_comes_back_to_a_slot_after_256_others() {
    let (mut ledger, _slots) = ledger(600);
    let mut indices = (0..258).map(|_| {
        let id = open(&mut ledger, 0, None);
        assert!(ledger.close(id).is_some());
        id & 0xffff
    });
    let first = indices.next();
    assert_eq!((indices.nth(255), indices.next()), (first, first.map(|index| index + 1)));
}

#[test]
fn expiry_tells_seen_from_unseen_and_respects_deferral() {
    let (mut ledger, slots) = ledger(4);
    let unseen = open(&mut ledger, 0, Some(10));
    let seen = open(&mut ledger, 0, Some(10));
    let deferred = open(&mut ledger, 0, Some(10));
    open(&mut ledger, 0, None);
    assert!(slots.hand_out(seen) && slots.hand_out(deferred));
    assert_eq!(slots.defer(deferred), Ok(()));
    assert_eq!(ledger.next_deadline(), Some(10));
    ledger.defer(deferred, 1, 100, Notes::default().keep(b"").unwrap());
    assert_eq!(ledger.next_deadline(), Some(10));
    let ended: Vec<_> = ledger.expire(10).into_iter().map(|it| (it.request.id, it.is_unseen, it.is_expired)).collect();
    assert_eq!(ended, [(unseen, true, true), (seen, false, true)]);
    assert_eq!(ledger.next_deadline(), Some(100));
}

#[test]
fn the_end_of_a_connection_settles_all_but_the_answered() {
    let (mut ledger, slots) = ledger(4);
    let unseen = open(&mut ledger, 0, None);
    let seen = open(&mut ledger, 0, None);
    let answered = open(&mut ledger, 0, None);
    assert!(slots.hand_out(seen) && slots.hand_out(answered));
    assert_eq!(slots.answer(answered), Ok(()));
    assert_eq!((slots.counts().waiting, slots.counts().handed), (1, 1));
    let ended: Vec<_> = ledger.settle_all().into_iter().map(|(entry, state)| (entry.id, state)).collect();
    assert_eq!(ended, [(unseen, SlotState::Dropped), (seen, SlotState::Lost)]);
    assert!(ledger.close(answered).is_some());
}

#[test]
fn what_is_held_too_long_is_refused_unless_it_was_handed_out() {
    let (mut ledger, slots) = ledger(4);
    let held = |hold_until| NewRequest { hold_until, ..new(Some(100)) };
    let unseen = ledger.open(0, held(10)).unwrap();
    let seen = ledger.open(0, held(10)).unwrap();
    let later = ledger.open(0, held(20)).unwrap();
    assert!(slots.hand_out(seen));
    assert_eq!(ledger.next_deadline(), Some(10));
    let refused = ledger.expire(10);
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].request.id, refused[0].is_unseen, refused[0].is_expired), (unseen, true, false));
    assert!(!slots.hand_out(unseen), "never both refused and run");
    assert_eq!(ledger.next_deadline(), Some(20));
    assert!(slots.hand_out(later));
    assert!(ledger.expire(20).is_empty());
    assert_eq!(ledger.next_deadline(), Some(100));
    assert!(!ledger.is_empty());
    assert_eq!(ledger.expire(100).len(), 2);
    assert!(ledger.is_empty());
}

#[test]
fn payloads_are_kept_up_to_their_bound_and_only_while_they_matter() {
    let (mut ledger, slots) = ledger(4);
    let event = |id, length| Box::new(Event { id, buffer: vec![0; length].into(), ..Event::new(EventKind::Request) });
    let (first, second, third) = (open(&mut ledger, 0, None), open(&mut ledger, 0, None), open(&mut ledger, 0, None));
    assert!(ledger.keep(event(first, 1)).is_some(), "not handed out");
    assert!([first, second, third].iter().all(|&id| slots.hand_out(id)));
    assert!(ledger.keep(event(first, 60)).is_none());
    assert!(ledger.keep(event(second, 41)).is_some(), "over the bound");
    assert!(ledger.keep(event(third, 40)).is_none());
    assert!(ledger.keep(event(third, 0)).is_some(), "there is one already");
    assert_eq!(ledger.take_event(first).map(|event| event.buffer.len()), Some(60));
    assert!(ledger.take_event(first).is_none());
    assert!(ledger.keep(event(second, 41)).is_none(), "there is room again");
    assert!(ledger.keep(event(first, 20)).is_some(), "but not for that");
    assert_eq!(slots.answer(third), Ok(()));
    assert!(ledger.close(third).unwrap().event.is_some());
    assert!(ledger.keep(event(third, 1)).is_some(), "settled");
    assert!(ledger.keep(event(first, 59)).is_none());
}

#[test]
fn changes_are_told_once() {
    let (mut ledger, _slots) = ledger(4);
    let id = open(&mut ledger, 0, None);
    ledger.defer(id, 1, 50, Notes::default().keep(b"n").unwrap());
    let told: Vec<_> = ledger.take_changes().map(|(_, request)| request.map(|it| it.deadline)).collect();
    assert_eq!(told, [Some(50), Some(50)]);
    assert_eq!(ledger.take_changes().count(), 0);
    ledger.close(id);
    assert!(ledger.take_changes().all(|(_, request)| request.is_none()));
}
