//! What must hold, written down as it happens: every request and every send has one fate.

use std::collections::{BTreeMap, BTreeSet};

use framewire::session::event::{Event, EventKind, Reason};

const CLEAN: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    Answered,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Accepted,
    Taken,
    Dropped,
}

/// The account of one connection.
#[derive(Debug, Default)]
struct Connection {
    is_closed: bool,
    lost: u64,
    /// Raw messages handed to the session, given out as events, and reported in DROPPED.
    fed: u64,
    delivered: u64,
    dropped: u64,
}

#[derive(Debug, Default)]
pub struct Book {
    requests: BTreeMap<u64, (u64, Fate)>,
    arrived: BTreeSet<u64>,
    sends: BTreeMap<u64, (u64, Sent)>,
    connections: BTreeMap<u64, Connection>,
    last_said: u64,
    /// Sends whose number does not stand in their message.
    pub unmarked: BTreeSet<u64>,
    pub never_seen: u64,
    pub dropped_with_connection: u64,
    pub closes: u64,
}

impl Book {
    fn connection(&mut self, generation: u64) -> &mut Connection {
        self.connections.entry(generation).or_default()
    }

    /// A raw message went into the session while it was open.
    pub fn fed(&mut self, generation: u64) {
        self.connection(generation).fed += 1;
    }

    /// The session gives an event out. `received`: numbers that have come to the server.
    pub fn delivered(&mut self, event: &Event, received: &[u64]) {
        let is_story = matches!(event.kind, EventKind::Log | EventKind::Reconnecting | EventKind::ConnectFailed);
        let connection = self.connections.entry(event.generation).or_default();
        assert!(is_story || !connection.is_closed, "P5 drained: {:?} after CLOSED", event.kind);
        match event.kind {
            EventKind::Request => assert!(self.arrived.insert(event.id), "P1 once: {} comes twice", event.id),
            EventKind::RequestEnded if event.reason == Reason::Lost => connection.lost += 1,
            EventKind::Text | EventKind::Binary => connection.delivered += 1,
            EventKind::Dropped => connection.dropped += event.count,
            EventKind::SendDropped => self.dropped(event),
            EventKind::Closed => self.closed(event, received),
            _ => {}
        }
    }

    fn dropped(&mut self, event: &Event) {
        for number in event.first..=event.last {
            let send = self.sends.get_mut(&number).expect("only accepted sends are dropped");
            assert_eq!(*send, (event.generation, Sent::Accepted), "P1 once: fate of send {number}");
            send.1 = Sent::Dropped;
        }
    }

    fn closed(&mut self, event: &Event, received: &[u64]) {
        let generation = event.generation;
        let of_it = || self.sends.iter().filter(|(_, send)| send.0 == generation);
        for (number, send) in of_it() {
            assert_ne!(send.1, Sent::Accepted, "P1 once: CLOSED leaves send {number} without a fate");
        }
        let taken: Vec<u64> = of_it().filter(|(_, send)| send.1 == Sent::Taken).map(|(&number, _)| number).collect();
        if event.flags & CLEAN != 0 {
            assert_eq!(event.unconfirmed, 0);
        } else {
            let is_missing = |number: &&u64| !self.unmarked.contains(number) && !received.contains(number);
            let missing = taken.iter().filter(is_missing).count() as u64;
            assert!(event.unconfirmed <= taken.len() as u64);
            assert!(missing <= event.unconfirmed, "P1 once: {missing} may be lost, {} are told", event.unconfirmed);
        }
        let connection = self.connection(generation);
        connection.is_closed = true;
        assert_eq!(event.settled, connection.lost, "P3 settled: each lost request had its REQUEST_ENDED");
        assert_eq!(connection.fed, connection.delivered + connection.dropped, "P5 drained");
        self.dropped_with_connection += event.count;
        self.closes += 1;
    }

    /// The host polled an event.
    pub fn polled(&mut self, event: &Event) {
        match event.kind {
            EventKind::Request => {
                let fresh = self.requests.insert(event.id, (event.generation, Fate::Open)).is_none();
                assert!(fresh, "P1 once: {} is handed out twice", event.id);
            }
            EventKind::RequestEnded => {
                let request = self.requests.get_mut(&event.id).expect("P2 either: an unseen request has no end");
                assert_eq!(*request, (event.generation, Fate::Open), "P3 settled: {} ends once", event.id);
                request.1 = Fate::Ended;
            }
            EventKind::Closed => {
                let open = self.requests.values().filter(|&&request| request == (event.generation, Fate::Open));
                assert_eq!(open.count(), 0, "P3 settled: every end is told before CLOSED");
            }
            EventKind::Text | EventKind::Binary => {
                let text = std::str::from_utf8(&event.buffer[event.data.clone()]).unwrap();
                let said = text.split(' ').next().unwrap().parse().unwrap();
                assert!(said > self.last_said, "P1 once: {said} after {}", self.last_said);
                self.last_said = said;
            }
            _ => {}
        }
    }

    /// `respond` said OK.
    pub fn answered(&mut self, id: u64) {
        let request = self.requests.get_mut(&id).expect("only what was polled can be answered");
        assert_eq!(request.1, Fate::Open, "P3 settled: {id} was settled before");
        request.1 = Fate::Answered;
    }

    /// A send said OK.
    pub fn accepted(&mut self, number: u64, generation: u64) {
        assert!(self.sends.insert(number, (generation, Sent::Accepted)).is_none());
    }

    /// The system took a send whole.
    pub fn taken(&mut self, number: u64, generation: u64) {
        let send = self.sends.get_mut(&number).expect("only accepted sends leave");
        assert_eq!(*send, (generation, Sent::Accepted), "P1 once: send {number} leaves once, on its own connection");
        send.1 = Sent::Taken;
    }

    /// The link is closed and everything was polled.
    pub fn end(&self) {
        for (id, request) in &self.requests {
            assert_ne!(request.1, Fate::Open, "P3 settled: {id} never ended");
        }
        for (number, send) in &self.sends {
            assert_ne!(send.1, Sent::Accepted, "P1 once: send {number} has no fate");
        }
        let handed = self.requests.len() as u64;
        let arrived = self.arrived.len() as u64;
        assert_eq!(arrived, handed + self.never_seen, "P2 either: handed out or never seen");
        assert!(self.connections.iter().all(|(&generation, connection)| connection.is_closed || generation == 0));
    }

    pub fn answered_count(&self) -> u64 {
        self.requests.values().filter(|request| request.1 == Fate::Answered).count() as u64
    }
}
