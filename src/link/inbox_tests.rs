//! Tests of the two rings and what waits behind them.

use super::*;
use crate::link::config::Config;
use crate::link::outbox::Outbox;
use crate::link::shared::Parts;
use crate::link::wait::Wait;
use crate::session::call_table::CallTable;
use crate::session::slots::SlotTable;

fn rings(max_messages: usize) -> (InboxSender, Inbox) {
    let slots = Arc::new(SlotTable::new(1));
    let shared = Arc::new(Shared::new(Parts {
        config: Config::new("test", "ws://127.0.0.1:1/"),
        peer_max_message: 1,
        outbox: Outbox::new(1, 1, 1),
        slots,
        calls: Arc::new(CallTable::new(1)),
        waking: Wait::new().unwrap().waking(),
    }));
    inbox(&shared, max_messages, 1 << 20, 1 << 20, u32::MAX)
}

fn push(sender: &mut InboxSender, kind: EventKind, generation: u64) {
    sender.push(Box::new(Event { generation, ..Event::new(kind) }));
}

/// A frame loop may poll and release as fast as one flush goes on; then nothing has been freed in between.
#[test]
fn what_is_out_always_fits_the_way_back() {
    const EVENTS: u64 = 5000;
    let (mut sender, mut inbox) = rings(1);
    for id in 0..EVENTS {
        push(&mut sender, EventKind::RequestEnded, id);
    }
    let mut told = 0;
    while sender.flush(false) {
        told += inbox.poll(usize::MAX, |_, _| ());
        inbox.release();
    }
    assert!(told < EVENTS as usize && sender.has_awaited(false), "it waits for what lies in the spent ring");
    while told < EVENTS as usize {
        sender.free_spent(drop);
        assert!(sender.can_flush() && sender.flush(false));
        told += inbox.poll(usize::MAX, |_, _| ());
        inbox.release();
    }
    assert_eq!(told, EVENTS as usize);
}

#[test]
fn connections_that_end_unseen_are_folded_from_the_second_on() {
    let (mut sender, mut inbox) = rings(64);
    for generation in 1..=500 {
        for kind in [EventKind::Opened, EventKind::Acknowledged, EventKind::Closed] {
            push(&mut sender, kind, generation);
            sender.flush(false);
        }
    }
    let mut closed = Vec::new();
    loop {
        let told = inbox.poll(usize::MAX, |_, event| {
            if event.kind == EventKind::Closed {
                closed.push((event.generation, event.skipped));
            }
        });
        inbox.release();
        sender.free_spent(drop);
        if told == 0 && !sender.flush(false) {
            break;
        }
        sender.flush(false);
    }
    assert_eq!(closed, [(1, 0), (2, 0), (500, 497)]);
}

/// The next connection is not held up by a CLOSED that waits to be polled.
#[test]
fn messages_pass_an_unseen_end() {
    let (mut sender, mut inbox) = rings(64);
    for (kind, generation) in
        [(EventKind::Opened, 1), (EventKind::Closed, 1), (EventKind::Opened, 2), (EventKind::Text, 2)]
    {
        push(&mut sender, kind, generation);
        sender.flush(false);
    }
    assert_eq!(inbox.poll(64, |_, _| ()), 4);
}

fn push_text(sender: &mut InboxSender, bytes: usize) {
    let event = Event { buffer: vec![0; bytes].into(), ..Event::new(EventKind::Text) };
    sender.push(Box::new(event));
}

fn stats(inbox: &Inbox) -> (u64, u64, u64) {
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    (count(&inbox.shared.polls), count(&inbox.shared.events), count(&inbox.shared.budget_stops))
}

#[test]
fn a_turn_is_one_poll_and_lends_one_event_at_a_time() {
    let (mut sender, mut inbox) = rings(64);
    assert!(!inbox.begin_turn(), "nothing is there");
    for id in 0..5 {
        push(&mut sender, EventKind::RequestEnded, id);
    }
    sender.flush(false);
    assert!(inbox.begin_turn() && !inbox.loan_open());
    for id in 0..5 {
        assert_eq!(inbox.next(|event| event.generation), Some(id));
        assert!(inbox.loan_open());
        assert_eq!(inbox.spent.slots(), inbox.spent.buffer().capacity() - id as usize, "the one before has gone back");
    }
    assert_eq!(inbox.next(|_| ()), None);
    assert!(!inbox.loan_open());
    inbox.release();
    assert_eq!(stats(&inbox), (2, 5, 0));
}

#[test]
fn what_a_turn_leaves_comes_with_the_next() {
    let (mut sender, mut inbox) = rings(64);
    for bytes in [1 << 19, 1 << 19, 7, 8] {
        push_text(&mut sender, bytes);
    }
    sender.flush(false);
    let lengths = |inbox: &mut Inbox| {
        assert!(inbox.begin_turn());
        let lengths: Vec<_> = std::iter::from_fn(|| inbox.next(|event| event.buffer.len())).collect();
        inbox.release();
        lengths
    };
    assert_eq!(lengths(&mut inbox), [1 << 19, 1 << 19], "the budget of 1 MiB is used up");
    assert_eq!(stats(&inbox), (1, 2, 1));
    inbox.shared.pause_depth.store(1, Ordering::Relaxed);
    assert_eq!(lengths(&mut inbox), [0; 0], "paused");
    inbox.shared.pause_depth.store(0, Ordering::Relaxed);
    assert_eq!(lengths(&mut inbox), [7, 8]);
    assert_eq!(stats(&inbox), (3, 4, 1));
}
