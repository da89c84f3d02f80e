//! The books: what was accepted, what was told, and that each thing has one fate.

use std::collections::BTreeMap;

use framewire::session::Session;
use framewire::session::event::{Event, EventKind, Reason};
use framewire::session::phase::Phase;

use super::fates::Fates;

const CLEAN: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// In the inbox.
    Arrived,
    Handed,
    Answered,
    Ended,
    /// Settled before it was seen.
    Unseen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Accepted,
    Written,
    Taken,
    Dropped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    Open,
    Told,
}

/// The account of one connection.
#[derive(Debug, Default)]
struct Connection {
    is_acknowledged: bool,
    is_closed: bool,
    lost: u64,
    /// Raw messages that the session took, handed on, and told as dropped.
    fed: u64,
    delivered: u64,
    dropped: u64,
    lost_calls: u64,
}

#[derive(Debug)]
pub struct Book {
    pub requests: Fates<Request>,
    pub sends: Fates<Sent>,
    pub calls: Fates<Called>,
    connections: BTreeMap<u64, Connection>,
    /// Whether every message is to be accounted for.
    is_raw: bool,
}

impl Book {
    pub fn new(is_raw: bool) -> Self {
        Self {
            requests: Fates::of("request"),
            sends: Fates::of("send"),
            calls: Fates::of("call"),
            connections: BTreeMap::new(),
            is_raw,
        }
    }

    /// A raw message went into the session.
    pub fn fed(&mut self, session: &Session) {
        if session.phase() == Phase::Active {
            self.connections.entry(session.generation()).or_default().fed += 1;
        }
    }

    /// The session gives an event out.
    pub fn delivered(&mut self, now: u64, current: u64, event: &Event) {
        let is_story = matches!(event.kind, EventKind::Log | EventKind::Reconnecting | EventKind::ConnectFailed);
        assert!(event.generation <= current && event.time_ns <= now, "no event comes from the future");
        for range in [&event.name, &event.data, &event.detail, &event.note] {
            let is_inside = range.start <= range.end && range.end <= event.buffer.len();
            assert!(is_inside || event.method.is_some(), "{range:?} of {:?}", event.kind);
        }
        assert!(event.buffer.get(event.detail.clone()).is_some_and(|words| std::str::from_utf8(words).is_ok()));
        assert!(std::str::from_utf8(event.name()).is_ok());
        if event.kind == EventKind::Opened {
            let is_new = self.connections.insert(event.generation, Connection::default()).is_none();
            return assert!(is_new && event.generation > 0, "OPENED once a connection");
        }
        if is_story {
            return;
        }
        let connection = self.connections.get_mut(&event.generation).expect("it belongs to a connection");
        assert!(!connection.is_closed, "P5 drained: {:?} after CLOSED", event.kind);
        match event.kind {
            EventKind::Acknowledged => assert!(!std::mem::replace(&mut connection.is_acknowledged, true)),
            EventKind::Request => self.requests.begin(event.id, event.generation, Request::Arrived),
            EventKind::RequestOrphaned => {
                assert_eq!(self.requests.state(event.id), Some(Request::Handed), "P4 reload: an orphan was handed out");
                assert!(event.count > 1);
            }
            EventKind::RequestEnded => {
                connection.lost += u64::from(event.reason == Reason::Lost);
                assert_eq!(self.requests.generation(event.id), Some(event.generation));
                self.requests.go(event.id, &[Request::Handed], Request::Ended);
            }
            EventKind::Response => {
                connection.lost_calls += u64::from(event.reason == Reason::Lost);
                self.calls.go(event.id, &[Called::Open], Called::Told);
            }
            EventKind::Text | EventKind::Binary => connection.delivered += 1,
            EventKind::Dropped => connection.dropped += event.count,
            EventKind::SendDropped => {
                for number in event.first..=event.last {
                    assert_eq!(self.sends.generation(number), Some(event.generation));
                    self.sends.go(number, &[Sent::Accepted, Sent::Written], Sent::Dropped);
                }
            }
            EventKind::Closed => self.closed(event),
            _ => {}
        }
    }

    fn closed(&mut self, event: &Event) {
        let generation = event.generation;
        let connection = self.connections.get_mut(&generation).expect("it was opened");
        connection.is_closed = true;
        assert_eq!(event.settled, connection.lost + connection.lost_calls, "P3 settled: what was lost was told");
        assert!(!self.is_raw || connection.fed == connection.delivered + connection.dropped, "P5 drained");
        self.sends.none_is(&[Sent::Accepted, Sent::Written], Some(generation));
        self.requests.none_is(&[Request::Handed], Some(generation));
        self.calls.none_is(&[Called::Open], Some(generation));
        assert!(event.flags & CLEAN == 0 || event.unconfirmed == 0);
        assert!(event.unconfirmed <= self.sends.count(Sent::Taken));
    }

    /// The link is closed and everything was polled.
    pub fn end(&self, session: &Session, is_unity: bool) {
        self.requests.none_is(&[Request::Arrived, Request::Handed], None);
        self.sends.none_is(&[Sent::Accepted, Sent::Written], None);
        self.calls.none_is(&[Called::Open], None);
        assert!(self.connections.values().all(|connection| connection.is_closed), "CLOSED ends each connection");
        let counters = session.counters();
        // An answer that was accepted may find its connection gone; it is counted as a send that was dropped.
        let too_late = self.requests.count(Request::Answered) - counters.answered;
        let ended = counters.answered + too_late + counters.expired + counters.lost + counters.dropped_unseen;
        assert_eq!(ended + counters.refused_busy, counters.requests, "P1 once: every request is counted");
        assert_eq!(self.connections.len() as u64, counters.connections);
        assert_eq!(self.sends.count(Sent::Dropped), counters.send_dropped);
        assert_eq!(self.requests.count(Request::Ended), counters.expired + counters.lost);
        if !is_unity {
            // Some of unity_mcp's are dropped without having been in the inbox.
            let unseen = counters.dropped_unseen + counters.held_too_long;
            assert_eq!(unseen, self.requests.count(Request::Unseen), "P2 either");
        }
    }
}
