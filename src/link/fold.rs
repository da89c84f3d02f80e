//! How events that nobody polls are kept from growing: the newest stay, the rest becomes a number.

use std::collections::VecDeque;

use crate::session::event::{Event, EventKind, Reason};

/// Repeating story events (LOG, CONNECT_FAILED, RECONNECTING) kept in a backlog.
pub const REPEATING_KEPT: usize = 256;

type Backlog = VecDeque<Box<Event>>;

/// Whether an event only tells what happened to the link, as opposed to a message of the peer.
pub fn is_story(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Request
            | EventKind::RequestOrphaned
            | EventKind::Response
            | EventKind::Notification
            | EventKind::Text
            | EventKind::Binary
    )
}

/// Appends `event` to `backlog`, folding what it makes superfluous.
pub fn push(backlog: &mut Backlog, mut event: Box<Event>) {
    match event.kind {
        kind if is_repeating(kind) && repeating(backlog) >= REPEATING_KEPT => forget_oldest(backlog, &mut event),
        EventKind::Closed => fold_connection(backlog, &mut event),
        EventKind::SendDropped if backlog.back_mut().is_some_and(|last| merge(last, &event)) => return,
        // The log tells nothing of where the gap is: a full inbox and its log would pile up in turns.
        EventKind::Dropped if behind_log(backlog).is_some_and(|last| merge(last, &event)) => return,
        _ => {}
    }
    backlog.push_back(event);
}

/// The last event that is no LOG.
fn behind_log(backlog: &mut Backlog) -> Option<&mut Box<Event>> {
    backlog.iter_mut().rev().find(|kept| kept.kind != EventKind::Log)
}

fn is_repeating(kind: EventKind) -> bool {
    matches!(kind, EventKind::Log | EventKind::ConnectFailed | EventKind::Reconnecting)
}

fn repeating(backlog: &Backlog) -> usize {
    backlog.iter().filter(|kept| is_repeating(kept.kind)).count()
}

/// Drops the oldest repeating event; the next of its kind (or `newest`) says how many are gone.
fn forget_oldest(backlog: &mut Backlog, newest: &mut Event) {
    let Some(position) = backlog.iter().position(|kept| is_repeating(kept.kind)) else { return };
    let Some(oldest) = backlog.remove(position) else { return };
    let heir = backlog.iter_mut().map(Box::as_mut).find(|kept| kept.kind == oldest.kind).unwrap_or(newest);
    heir.count += oldest.count + 1;
}

/// If an earlier connection opened and closed in the backlog and left no message, `closed` stands for it too.
fn fold_connection(backlog: &mut Backlog, closed: &mut Event) {
    let earlier = backlog.iter().rev().find(|kept| kept.kind == EventKind::Closed);
    let Some(earlier) = earlier else { return };
    let (generation, skipped, unconfirmed) = (earlier.generation, earlier.skipped, earlier.unconfirmed);
    let mut of_it = backlog.iter().filter(|kept| kept.generation == generation);
    let opened = of_it.clone().any(|kept| kept.kind == EventKind::Opened);
    if opened && of_it.all(|kept| is_story(kept.kind) && kept.kind != EventKind::RequestEnded) {
        backlog.retain(|kept| {
            let marks = matches!(kept.kind, EventKind::Opened | EventKind::Acknowledged | EventKind::Closed);
            !(marks && kept.generation == generation)
        });
        closed.skipped += skipped + 1;
        closed.unconfirmed += unconfirmed;
        fold_dropped(backlog, generation, closed.generation);
    }
}

/// The inbound gaps of a connection that is told no more are told with the next one's.
fn fold_dropped(backlog: &mut Backlog, from: u64, to: u64) {
    let mut count = 0;
    backlog.retain(|kept| {
        let goes = kept.kind == EventKind::Dropped && kept.generation == from;
        count += if goes { kept.count } else { 0 };
        !goes
    });
    let heir = backlog.iter_mut().find(|kept| kept.kind == EventKind::Dropped && kept.generation == to);
    match heir {
        _ if count == 0 => {}
        Some(heir) => heir.count += count,
        None => {
            let event = Event { generation: to, count, reason: Reason::Overflow, ..Event::new(EventKind::Dropped) };
            backlog.push_back(Box::new(event));
        }
    }
}

fn merge(last: &mut Event, event: &Event) -> bool {
    let same = last.kind == event.kind && last.reason == event.reason && last.generation == event.generation;
    if same && event.kind == EventKind::Dropped {
        last.count += event.count;
        return true;
    }
    if same && event.kind == EventKind::SendDropped && event.first == last.last.saturating_add(1) {
        last.last = event.last;
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, generation: u64) -> Box<Event> {
        Box::new(Event { generation, ..Event::new(kind) })
    }

    fn kinds(backlog: &Backlog) -> Vec<(EventKind, u64)> {
        backlog.iter().map(|kept| (kept.kind, kept.generation)).collect()
    }

    #[test]
    fn the_newest_repeating_events_stay_and_the_lost_are_counted() {
        let mut backlog = Backlog::new();
        for number in 0..1000 {
            let mut log = event(EventKind::Log, 0);
            log.time_ns = number;
            push(&mut backlog, log);
            push(&mut backlog, event(EventKind::ConnectFailed, 0));
        }
        assert_eq!(backlog.len(), REPEATING_KEPT);
        let logs: Vec<_> = backlog.iter().filter(|kept| kept.kind == EventKind::Log).collect();
        assert_eq!(logs.last().unwrap().time_ns, 999);
        assert_eq!(backlog.iter().map(|kept| kept.count + 1).sum::<u64>(), 2000, "each is kept or counted");
        assert_eq!(logs.iter().map(|kept| kept.count + 1).sum::<u64>(), 1000, "and counted at its own kind");
    }

    #[test]
    fn unseen_connections_become_one_closed() {
        let mut backlog = Backlog::new();
        for generation in 1..=500 {
            for kind in [EventKind::Opened, EventKind::Acknowledged, EventKind::Closed] {
                push(&mut backlog, event(kind, generation));
            }
        }
        let expected = [(EventKind::Opened, 500), (EventKind::Acknowledged, 500), (EventKind::Closed, 500)];
        assert_eq!(kinds(&backlog), expected);
        assert_eq!(backlog.back().unwrap().skipped, 499);
    }

    #[test]
    fn what_a_folded_connection_cost_is_told_with_the_next() {
        let mut backlog = Backlog::new();
        for generation in 1..=100 {
            push(&mut backlog, event(EventKind::Opened, generation));
            push(&mut backlog, Box::new(Event { count: 2, ..*event(EventKind::Dropped, generation) }));
            push(&mut backlog, Box::new(Event { unconfirmed: 3, ..*event(EventKind::Closed, generation) }));
        }
        let expected = [(EventKind::Opened, 100), (EventKind::Dropped, 100), (EventKind::Closed, 100)];
        assert_eq!(kinds(&backlog), expected);
        assert_eq!((backlog[1].count, backlog[2].unconfirmed), (200, 300));
    }

    #[test]
    fn a_connection_that_left_a_message_or_was_seen_is_kept() {
        let mut backlog = Backlog::new();
        for kind in [EventKind::Opened, EventKind::Notification, EventKind::Closed] {
            push(&mut backlog, event(kind, 1));
        }
        push(&mut backlog, event(EventKind::Opened, 2));
        push(&mut backlog, event(EventKind::Closed, 2));
        assert_eq!((backlog.len(), backlog.back().unwrap().skipped), (5, 0));
        let mut seen = Backlog::from([event(EventKind::Closed, 1)]);
        push(&mut seen, event(EventKind::Opened, 2));
        push(&mut seen, event(EventKind::Closed, 2));
        assert_eq!(seen.len(), 3, "the host has seen OPENED of 1: its CLOSED must come");
    }

    #[test]
    fn runs_of_dropped_sends_and_messages_merge() {
        let mut backlog = Backlog::new();
        for (first, last, reason) in
            [(1, 3, Reason::Lost), (4, 4, Reason::Lost), (5, 5, Reason::BadJson), (7, 7, Reason::BadJson)]
        {
            push(&mut backlog, Box::new(Event { first, last, reason, ..Event::new(EventKind::SendDropped) }));
        }
        let runs: Vec<_> = backlog.iter().map(|kept| (kept.first, kept.last)).collect();
        assert_eq!(runs, [(1, 4), (5, 5), (7, 7)]);
        for count in [2, 3] {
            push(&mut backlog, Box::new(Event { count, ..Event::new(EventKind::Dropped) }));
        }
        assert_eq!(backlog.back().unwrap().count, 5);
    }

    #[test]
    fn dropped_messages_merge_across_the_log_and_nothing_else() {
        let mut backlog = Backlog::new();
        let dropped = |generation, count| Box::new(Event { count, ..*event(EventKind::Dropped, generation) });
        for _ in 0..1000 {
            push(&mut backlog, dropped(1, 2));
            push(&mut backlog, event(EventKind::Log, 1));
        }
        assert_eq!(backlog.len(), REPEATING_KEPT + 1);
        assert_eq!((backlog[0].kind, backlog[0].count), (EventKind::Dropped, 2000));
        push(&mut backlog, dropped(2, 1));
        assert_eq!(backlog.len(), REPEATING_KEPT + 2, "of another connection");
        push(&mut backlog, event(EventKind::Notification, 2));
        push(&mut backlog, event(EventKind::Log, 2));
        push(&mut backlog, dropped(2, 1));
        assert_eq!(backlog.back().unwrap().count, 1, "a message lies between: the order tells where the gap is");
    }
}
