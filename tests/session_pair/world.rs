//! The two ends, the wire between them, and a clock that always goes on to what happens next.

use framewire::protocol::{Hello, ProfileKind};
use framewire::readiness::Readiness;
use framewire::session::backoff::Reconnect;
use framewire::session::config::{Overflow, SessionConfig};
use framewire::session::input::{Farewell, Input};
use framewire::session::phase::Phase;
use framewire::session::slots::Counts;

use crate::book::Book;
use crate::chance::Chance;
use crate::host::{Host, PEER_MAX};
use crate::server::{Server, Speaks};
use crate::wire::Pipe;
use crate::worker::{Bounds, Connection, Worker};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1000 * MILLISECOND;
const STALL: u64 = 3 * SECOND;
/// A schedule with more moments than this does not come to rest.
const MOST_MOMENTS: u64 = 2_000_000;

/// What a schedule is made of; chance does the rest.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub speaks: Speaks,
    pub overflow: Overflow,
    pub bounds: Bounds,
    /// Simulated time of disorder, seconds.
    pub seconds: u64,
    /// Pieces of at most so many bytes arrive, each after at most so many milliseconds.
    pub piece: u64,
    pub delay_ms: u64,
    /// What the system takes before it says stop, bytes.
    pub system: usize,
    /// The connection breaks after at most so many bytes; 0 = never.
    pub breaks_after: u64,
    /// Time between frames at most, ms; every so often it is a hundred times that.
    pub frame_ms: u64,
    /// Time between acts of the server at most, ms; acts in a row at most.
    pub server_ms: u64,
    pub burst: u64,
    /// Now and then the clock jumps ahead by up to so many hours; 0 = never.
    pub jump_hours: u64,
}

pub struct World {
    plan: Plan,
    now: u64,
    chance: Chance,
    worker: Worker,
    wire: Option<Connection>,
    server: Server,
    host: Host,
    book: Book,
    connections: u64,
    jumps: u64,
    dial_ends: Option<u64>,
    frame: u64,
    server_acts: u64,
    host_acts: u64,
    /// When disorder is over.
    chaos_ends: u64,
    /// Disorder is over: nothing breaks, nobody misbehaves.
    is_calm: bool,
    /// The server has no more to say.
    is_silent: bool,
}

/// What a run came to, for the totals.
#[derive(Debug, Default)]
pub struct Outcome {
    pub closes: u64,
    pub answered: u64,
    pub never_seen: u64,
    pub jumps: u64,
}

fn config(plan: &Plan) -> SessionConfig {
    let profile = if plan.speaks == Speaks::Raw { ProfileKind::Raw } else { ProfileKind::GodotAi };
    SessionConfig {
        profile,
        protocol: if plan.speaks == Speaks::Protocol1 { 1 } else { 0 },
        hello: Hello::parse(profile, None).unwrap(),
        capability_sought: "the config".into(),
        is_loopback: true,
        reconnect: Reconnect::Forever,
        reconnect_delays_ms: vec![100, 200, 400],
        reconnect_jitter_percent: 50,
        seed: plan.seed,
        overflow: plan.overflow,
        max_depth: 16,
        peer_max_message: PEER_MAX,
        hello_timeout: 3 * SECOND,
        hold: Some(SECOND),
        orphan: None,
        ledger_bytes: 1 << 16,
        request_timeout: Some(4 * SECOND),
        quiet_timeout: None,
        keepalive: None,
        close_timeout: SECOND / 4,
        heartbeat_interval: Some(2 * SECOND),
        heartbeat_timeout: Some(5 * SECOND),
        stable: 2 * SECOND,
        log_level: 3,
    }
}

impl World {
    pub fn new(plan: Plan) -> Self {
        let has_capability = plan.speaks == Speaks::Protocol2;
        Self {
            now: SECOND,
            chance: Chance(plan.seed),
            worker: Worker::new(config(&plan), plan.bounds, has_capability, plan.speaks == Speaks::Raw),
            wire: None,
            server: Server::new(plan.speaks),
            host: Host::default(),
            book: Book::default(),
            connections: 0,
            jumps: 0,
            dial_ends: None,
            frame: SECOND,
            server_acts: SECOND,
            host_acts: 5 * SECOND,
            chaos_ends: SECOND + plan.seconds * SECOND,
            is_calm: false,
            is_silent: false,
            plan,
        }
    }

    /// Disorder, then rest, then the end, with everything checked.
    pub fn run(mut self) -> Outcome {
        self.until(|world| world.now >= world.chaos_ends);
        self.is_calm = true;
        self.host.is_good = true;
        self.server.is_good = true;
        // A hello that was refused before is over by then, and the long wait after it is ended by the host.
        let greeted = self.now + 5 * SECOND;
        self.until(|world| world.now >= greeted);
        if self.worker.session.phase() != Phase::Active {
            self.worker.orders.push_back(Input::Connect);
        }
        // A connection that lies dead is found dead by its heartbeat; then all that is open comes to its end.
        let rest = self.now + 30 * SECOND;
        self.until(|world| world.now >= rest);
        self.is_silent = true;
        let rest = self.now + 15 * SECOND;
        self.until(|world| world.now >= rest);
        self.check_rest();
        self.worker.orders.push_back(Input::Close);
        self.until(|world| world.worker.finished);
        self.until(|world| world.worker.inbox.queue.is_empty());
        self.check_end();
        let (answered, closes) = (self.book.answered_count(), self.book.closes);
        Outcome { closes, answered, never_seen: self.book.never_seen, jumps: self.jumps }
    }

    /// The connection that stayed up has an answer to everything, and the server knows what the editor says.
    fn check_rest(&self) {
        assert_eq!(self.worker.session.phase(), Phase::Active, "there is a connection again");
        for (wire_id, issued) in &self.server.issued {
            let is_current = issued.connection == self.connections;
            assert!(!is_current || issued.answers == 1, "P3 settled: {wire_id} has {} answers", issued.answers);
        }
        if self.plan.speaks != Speaks::Raw {
            assert_eq!(self.server.readiness, self.worker.readiness.get().godot_ai());
        }
        assert_eq!((self.worker.outbox.bytes, self.worker.outbox.sends), (0, 0), "all room came back");
        assert_eq!(self.worker.slots.counts(), Counts::default());
    }

    fn check_end(&self) {
        self.book.end();
        let counters = self.worker.session.counters();
        assert_eq!(
            counters.answered
                + counters.expired
                + counters.lost
                + counters.dropped_unseen
                + counters.refused_busy
                + self.answers_too_late(),
            counters.requests,
            "P1 once: every request is counted"
        );
        assert!(counters.dropped_unseen >= self.book.dropped_with_connection);
        assert_eq!(counters.dropped_unseen + counters.held_too_long, self.book.never_seen, "P2 either");
        assert_eq!((self.worker.outbox.bytes, self.worker.outbox.sends), (0, 0), "all room came back");
    }

    /// Requests whose answer was accepted and whose connection ended before the session took it.
    fn answers_too_late(&self) -> u64 {
        self.book.answered_count() - self.worker.session.counters().answered
    }

    fn until(&mut self, is_reached: impl Fn(&Self) -> bool) {
        for _ in 0..MOST_MOMENTS {
            if is_reached(self) {
                return;
            }
            self.moment();
        }
        panic!("the schedule does not come to rest");
    }

    /// Goes on to the next thing that happens, and lets it happen.
    fn moment(&mut self) {
        let wire = self.wire.as_ref();
        let alarms = [
            Some(self.frame),
            Some(self.server_acts),
            Some(self.host_acts),
            self.dial_ends,
            wire.and_then(|wire| wire.up.arrives),
            wire.and_then(|wire| wire.down.arrives),
            wire.and_then(|wire| wire.noticed),
            self.worker.session.next_timeout().filter(|_| !self.worker.finished),
            self.worker.is_busy().then_some(self.now + MILLISECOND / 10),
        ];
        self.now = self.now.max(alarms.into_iter().flatten().min().unwrap_or(self.now));
        if !self.is_calm && self.plan.jump_hours > 0 && self.chance.once_in(2000) {
            // As after a sleep that the clock counts. What was to happen meanwhile is late.
            let jump = (1 + self.chance.upto(self.plan.jump_hours * 3600)) * SECOND;
            self.now += jump;
            self.chaos_ends += jump;
            self.jumps += 1;
        }
        self.arrivals();
        if self.frame <= self.now {
            let is_raw = self.plan.speaks == Speaks::Raw;
            self.host.frame(self.now, &mut self.chance, &mut self.worker, &mut self.book, is_raw);
            let stall = if !self.is_calm && self.chance.once_in(100) { 100 } else { 1 };
            self.frame = self.now + (1 + self.chance.upto(self.plan.frame_ms * stall)) * MILLISECOND;
        }
        if self.server_acts <= self.now {
            self.act_as_server();
            self.server_acts = self.now + (1 + self.chance.upto(self.plan.server_ms)) * MILLISECOND;
        }
        if self.host_acts <= self.now {
            self.act_as_host();
            self.host_acts = self.now + (1 + self.chance.upto(6000)) * MILLISECOND;
        }
        self.dial();
        self.worker.turn(self.now, &mut self.wire, &mut self.book, &self.server);
        self.settle_wire();
    }

    fn dial(&mut self) {
        if !self.worker.wants_dial {
            self.dial_ends = None;
            return;
        }
        let ends = *self.dial_ends.get_or_insert(self.now + self.chance.upto(50) * MILLISECOND);
        if ends > self.now {
            return;
        }
        self.dial_ends = None;
        self.server.lose();
        self.wire = None;
        if self.is_calm || !self.chance.once_in(5) {
            self.connections += 1;
            self.server.open(self.connections);
            let breaks = !self.is_calm && self.plan.breaks_after > 0 && !self.chance.once_in(3);
            let breaks_after = breaks.then(|| self.chance.upto(self.plan.breaks_after));
            let pipe = || Pipe::new(self.plan.system);
            self.wire = Some(Connection { up: pipe(), down: pipe(), breaks_after, ..Connection::default() });
        }
        self.worker.dialled(self.now, &mut self.chance, &mut self.wire, &mut self.book, &self.server);
    }

    /// Bytes that arrive now, either way; and the break, if it is due within them.
    fn arrivals(&mut self) {
        let Some(wire) = self.wire.as_mut() else { return };
        for is_up in [true, false] {
            let pipe = if is_up { &mut wire.up } else { &mut wire.down };
            if pipe.arrives.is_none_or(|at| at > self.now) {
                continue;
            }
            pipe.arrives = None;
            let mut bytes = pipe.give(&mut self.chance, self.plan.piece);
            if wire.is_broken {
                continue;
            }
            if let Some(left) = wire.breaks_after.as_mut().filter(|_| !self.is_calm) {
                if bytes.len() as u64 >= *left {
                    bytes.truncate(*left as usize);
                    wire.is_broken = true;
                    // Some breaks are silent.
                    let is_told = !self.chance.once_in(3);
                    wire.noticed = is_told.then(|| self.now + self.chance.upto(100) * MILLISECOND);
                }
                *left -= bytes.len() as u64;
            }
            if is_up {
                self.server.receive(&mut self.chance, &bytes);
            } else {
                self.worker.arrive(&bytes);
            }
        }
    }

    /// What the server says goes into the wire; what lies in it gets its time of arrival.
    fn settle_wire(&mut self) {
        let Some(wire) = self.wire.as_mut() else { return };
        if wire.is_left {
            wire.noticed = None;
            if !self.server.is_done && wire.up.is_empty() {
                self.server.lose();
            }
        }
        wire.down.take(&mut self.server.out);
        for pipe in [&mut wire.up, &mut wire.down] {
            // Now and then an end stops reading for a while.
            let is_stalled = !self.is_calm && pipe.arrives.is_none() && self.chance.once_in(300);
            pipe.schedule(self.now, &mut self.chance, self.plan.delay_ms * MILLISECOND);
            pipe.arrives = pipe.arrives.map(|at| if is_stalled { at + STALL } else { at });
        }
    }

    fn act_as_server(&mut self) {
        const WAITING: usize = 20_000;
        if self.is_calm {
            if !self.is_silent
                && self.plan.speaks != Speaks::Raw
                && self.server.is_acknowledged()
                && self.wire_is_idle()
            {
                self.server.command(&mut self.chance);
            }
            return;
        }
        let mut acts = 1 + self.chance.upto(self.plan.burst);
        while acts > 0 && self.server.is_acknowledged() && self.server.out.len() < WAITING {
            acts -= 1;
            match self.chance.upto(200) {
                0 => self.server.close(1001, "going away"),
                1..=5 => self.server.ping(),
                6..=15 if self.plan.speaks != Speaks::Raw => self.server.babble(&mut self.chance),
                _ if self.plan.speaks == Speaks::Raw => self.server.speak(&mut self.chance),
                _ => self.server.command(&mut self.chance),
            }
        }
    }

    fn wire_is_idle(&self) -> bool {
        self.server.out.is_empty() && self.wire.as_ref().is_some_and(|wire| wire.down.is_empty() && wire.up.is_empty())
    }

    fn act_as_host(&mut self) {
        if self.is_calm {
            return;
        }
        let order = match self.chance.upto(9) {
            0 => Input::Disconnect(Farewell::default()),
            1..=4 => Input::Connect,
            5 => Input::RenewSession,
            _ => {
                let readiness = Readiness::ALL[self.chance.upto(10) as usize];
                if !self.worker.readiness.set(readiness) {
                    return;
                }
                Input::ReadinessChanged
            }
        };
        self.worker.orders.push_back(order);
    }
}
