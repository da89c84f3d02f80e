//! The I/O thread's part, in memory: it feeds the session and does what it says, as the real one does with a socket.

use std::sync::Arc;

use bytes::Bytes;
use framewire::protocol::{LARGEST_COMPACT, ProfileKind};
use framewire::readiness::{Readiness, ReadinessCell};
use framewire::session::Session;
use framewire::session::call_table::CallTable;
use framewire::session::config::SessionConfig;
use framewire::session::event::Reason;
use framewire::session::failure::Failure;
use framewire::session::input::{Arrival, Entropy, Farewell, Frame, Input, Output, Step};
use framewire::session::owner::HostView;
use framewire::session::phase::Phase;
use framewire::session::slots::{Counts, SlotTable};

use super::action::{Action, Room, Said};
use super::book::{Book, Sent};
use super::host::{Inbox, Outbox};
use super::peer::Peer;
use super::plan::Plan;
use super::wire::Wire;
use crate::conversation::capability;
use crate::settings::{MILLISECOND, SECOND};

/// A link that does not come to its end by then never does.
const MOST_TURNS: usize = 200;
/// Timers that may be due one after the other at the same moment.
const MOST_TIMERS: usize = 4;

pub struct World {
    plan: Plan,
    pub profile: ProfileKind,
    config: SessionConfig,
    session: Session,
    pub slots: Arc<SlotTable>,
    pub calls: Arc<CallTable>,
    readiness: Arc<ReadinessCell>,
    pub now: u64,
    pub inbox: Inbox,
    pub outbox: Outbox,
    /// Generation and phase, as the host sees them.
    pub gate: (u64, Phase),
    pub book: Book,
    pub has_new_owner: bool,
    wire: Option<Wire>,
    peer: Peer,
    is_closed_by_host: bool,
    is_finished: bool,
}

impl World {
    pub fn new(plan: &Plan) -> Self {
        let (slots, calls) = (Arc::new(SlotTable::new(plan.slots())), Arc::new(CallTable::new(plan.calls())));
        let readiness = Arc::<ReadinessCell>::default();
        let config = plan.config();
        Self {
            session: Session::new(config.clone(), Arc::clone(&slots), Arc::clone(&calls), Arc::clone(&readiness)),
            profile: plan.profile(),
            book: Book::new(plan.profile() == ProfileKind::Raw),
            peer: Peer::new(plan.profile()),
            plan: *plan,
            config,
            slots,
            calls,
            readiness,
            now: SECOND,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            gate: (0, Phase::Disconnected),
            has_new_owner: false,
            wire: None,
            is_closed_by_host: false,
            is_finished: false,
        }
    }

    pub fn act(&mut self, action: Action) {
        match action {
            Action::Pass { steps, step, is_seen } => {
                let step = [MILLISECOND, 50 * MILLISECOND, SECOND, 3600 * SECOND][usize::from(step % 4)];
                self.now = self.now.saturating_add(u64::from(steps) * step);
                if is_seen {
                    self.timers();
                }
            }
            Action::ToTimer { late } => {
                let next = self.session.next_timeout().unwrap_or(self.now);
                self.now = self.now.max(next).saturating_add(u64::from(late) * 20 * MILLISECOND);
                self.timers();
            }
            Action::Up { has_capability } => self.up(has_capability),
            Action::Work { id, method, params } => {
                let said = Said::Request { id, method, params, timeout: 255 };
                self.message(self.peer.say(&said), Room { is_there: true, places: 1, reply: 255 });
                self.poll(8);
            }
            Action::Connect => self.give(Input::Connect),
            Action::Disconnect { code, drains } => {
                let farewell = Farewell { code: 1000 + u16::from(code % 4), reason: "bye".into() };
                self.order(drains, Input::Disconnect(farewell));
            }
            Action::Close { drains } => {
                self.is_closed_by_host = true;
                self.order(drains, Input::Close);
            }
            Action::EndpointChanged { is_loopback } => self.give(Input::EndpointChanged { is_loopback }),
            Action::SetHello(which) => self.give(Input::SetHello(Box::new(self.plan.hello(which)))),
            Action::RenewSession => self.give(Input::RenewSession),
            Action::Readiness(which) => {
                self.readiness.set(Readiness::ALL[usize::from(which) % Readiness::ALL.len()]);
                self.give(Input::ReadinessChanged);
            }
            Action::Log { level } if !self.is_finished => {
                self.give(Input::Log { level: u32::from(level % 6), text: "line".into() });
            }
            Action::Log { .. } => {}
            Action::Dial { has_capability } => self.dial(has_capability),
            Action::Step(which) => {
                let step = [Step::Connecting, Step::Securing, Step::Upgrading][usize::from(which % 3)];
                self.give(Input::DialStep(step));
            }
            Action::DialOpened { has_capability } => self.opened(has_capability),
            Action::DialFailed(which) => self.give(Input::DialFailed(failure(which))),
            Action::Message { said, room } => self.message(self.peer.say(&said), room),
            Action::Greet => self.greet(),
            Action::Ping => self.give(Input::Ping),
            Action::Pong { is_true } => {
                let ping = self.wire.as_ref().and_then(|wire| wire.ping).filter(|_| is_true);
                self.give(Input::Pong(ping.map_or_else(Bytes::new, |ping| Bytes::copy_from_slice(&ping))));
            }
            Action::PeerClose(which) => self.peer_close(which),
            Action::Lost(which) => self.give(Input::Lost(failure(which))),
            Action::Taken(bytes) => self.taken(bytes.into()),
            Action::TakeSends(most) => self.take_sends(most.into()),
            Action::Quiet => self.give(Input::Quiet),
            Action::SeeHost { silence, is_detached, is_paused } => {
                let silence = u64::from(silence) * SECOND / 4;
                self.session.see_host(self.now, HostView { silence, is_detached, is_paused });
            }
            Action::Poll(most) => self.poll(most.into()),
            Action::Release => self.inbox.spent.append(&mut self.inbox.lent),
            Action::FreeSpent => self.free_spent(),
            Action::Attach => self.attach(),
            Action::SeeAttach => self.see_attach(),
            Action::Answer { which, how } => self.answer(which, how),
            Action::Defer { which, ms, note } => self.defer(which, ms, note),
            Action::Send { kind, length, is_bad } => self.send(kind, length, is_bad),
            Action::Call { params, timeout_ms } => self.call(params, timeout_ms),
            Action::Cancel(which) => self.cancel(which),
            Action::SeeCancelled => self.give(Input::CallsCancelled),
        }
        self.gate = (self.session.generation(), self.session.phase());
        let Counts { waiting, handed, orphaned } = self.slots.counts();
        assert!((waiting + handed + orphaned) as usize <= self.plan.slots(), "P7 bounded");
        assert!(self.outbox.queue.len() as u64 <= self.outbox.sends);
        assert_eq!(self.session.phase().is_open(), self.wire.is_some(), "a socket is there exactly while it is open");
        self.session.take_changes().for_each(drop);
    }

    /// The host's last words; what it sent before goes first, or not.
    fn order(&mut self, drains: bool, order: Input) {
        if drains {
            self.take_sends(usize::MAX);
        }
        self.give(order);
    }

    /// Looks at the timers. What comes of it may be due at once, such as a dial, but not for ever.
    fn timers(&mut self) {
        for _ in 0..MOST_TIMERS {
            self.give(Input::Timeout);
            if self.session.next_timeout().is_none_or(|next| next > self.now) {
                return;
            }
        }
        panic!("looked at, a timer is due again at once, at {}: {:#?}", self.now, self.session);
    }

    /// One step nearer to a connection.
    fn dial(&mut self, has_capability: bool) {
        match self.session.phase() {
            Phase::Disconnected | Phase::Waiting => self.give(Input::Connect),
            Phase::Resolving => self.give(Input::DialStep(Step::Connecting)),
            Phase::Connecting | Phase::Securing => self.give(Input::DialStep(Step::Upgrading)),
            Phase::Upgrading => self.opened(has_capability),
            Phase::Greeting => self.greet(),
            Phase::Active | Phase::Closing | Phase::Closed => {}
        }
    }

    fn up(&mut self, has_capability: bool) {
        for _ in 0..7 {
            self.dial(has_capability);
        }
    }

    fn greet(&mut self) {
        let message = self.peer.greeting();
        self.message(message, Room { is_there: true, places: 1, reply: 255 });
    }

    fn opened(&mut self, has_capability: bool) {
        if self.session.phase() == Phase::Upgrading {
            self.wire = Some(Wire::default());
            self.peer = Peer::new(self.profile);
        }
        let capability = (has_capability && self.plan.has_capability).then(capability);
        self.give(Input::DialOpened { capability, entropy: Box::new(Entropy::default()) });
    }

    fn message(&mut self, message: Vec<u8>, room: Room) {
        let Some(wire) = self.wire.as_ref().filter(|wire| !wire.has_ended) else { return };
        assert!(!wire.has_ended);
        if matches!(self.session.phase(), Phase::Greeting | Phase::Active) {
            self.peer.said(&message);
        }
        if self.profile == ProfileKind::Raw {
            self.book.fed(&self.session);
        }
        self.give(Input::Message(Arrival {
            is_text: true,
            payload: message.into(),
            has_room: room.is_there,
            places: room.places.into(),
            reply_room: usize::from(room.reply) * 8,
        }));
    }

    fn peer_close(&mut self, which: u8) {
        let Some(wire) = self.wire.as_mut().filter(|wire| !wire.has_ended) else { return };
        if !wire.has_close {
            // The socket replies by itself.
            wire.queue(2, 0);
            wire.has_close = true;
        }
        wire.has_ended = true;
        let code = [1000, 1001, 1005, 1011, 4001, 4002, 4003, 4401][usize::from(which % 8)];
        self.give(Input::PeerClose { code, reason: "why".into() });
    }

    fn taken(&mut self, bytes: u64) {
        let Some(wire) = self.wire.as_mut() else { return };
        let whole = wire.take(bytes);
        let (offset, is_all) = (wire.taken, wire.is_all_taken());
        whole.into_iter().for_each(|number| self.book.sends.go(number, &[Sent::Written], Sent::Taken));
        self.give(Input::Taken { offset, is_all });
    }

    fn take_sends(&mut self, most: usize) {
        for _ in 0..most {
            let Some(send) = self.outbox.queue.pop_front() else { return };
            self.give(Input::Send(send));
        }
    }

    fn free_spent(&mut self) {
        for event in std::mem::take(&mut self.inbox.spent) {
            self.session.recycle(event);
        }
    }

    /// The I/O thread finds that the link changed hands. One that had given its host up begins afresh.
    fn see_attach(&mut self) {
        if !self.has_new_owner || self.is_closed_by_host {
            return;
        }
        self.has_new_owner = false;
        let is_heir = self.is_finished;
        if is_heir {
            self.session.succeed(self.config.clone());
            self.is_finished = false;
        }
        self.session.see_host(self.now, HostView::default());
        self.take_sends(usize::MAX);
        self.free_spent();
        self.give(Input::Attached);
        if is_heir {
            self.give(Input::Connect);
        }
    }

    fn give(&mut self, input: Input) {
        let is_late = self.is_finished;
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll_output() {
            assert!(!is_late && !self.is_finished, "{output:?} after Finished");
            if super::shows() {
                eprintln!("    {output:?}");
            }
            self.obey(output);
        }
        assert!(!self.is_finished || self.session.next_timeout().is_none(), "nothing is waited for after Finished");
    }

    fn obey(&mut self, output: Output) {
        match output {
            Output::Dial => assert!(self.wire.is_none(), "one connection at a time"),
            Output::AbortDial => assert!(self.wire.is_none()),
            Output::Transmit(frame) => self.transmit(frame),
            Output::Ping(payload) => {
                let wire = self.wire.as_mut().expect("something is said without a connection");
                wire.queue(payload.len(), 0);
                wire.ping = Some(payload);
            }
            Output::CloseFrame { code, reason } => {
                assert!((1000..5000).contains(&code) && ![1005, 1006, 1015].contains(&code), "{code} on the wire");
                assert!(reason.len() <= 123);
                let wire = self.wire.as_mut().expect("something is said without a connection");
                wire.queue(2 + reason.len(), 0);
                wire.has_close = true;
            }
            Output::ShutdownWrite => {
                let wire = self.wire.as_mut().expect("there is a connection");
                assert!(wire.has_close && wire.is_all_taken() && !std::mem::replace(&mut wire.is_shut, true));
            }
            Output::DropSocket => drop(self.wire.take().expect("there is a connection")),
            Output::Deliver(event) => {
                assert!(self.peer.may_cause(event.kind), "{:?}", event.kind);
                self.book.delivered(self.now, self.session.generation(), &event);
                self.inbox.queue.push_back(event);
            }
            Output::Release(released) => {
                self.outbox.bytes = self.outbox.bytes.checked_sub(released.reserved).expect("room comes back once");
                self.outbox.sends = self.outbox.sends.checked_sub(released.sends).expect("room comes back once");
            }
            Output::Quiesce => {
                self.take_sends(usize::MAX);
                self.give(Input::Quiet);
            }
            Output::Finished => self.is_finished = true,
        }
    }

    fn transmit(&mut self, frame: Frame) {
        let wire = self.wire.as_mut().expect("something is said without a connection");
        let (size, number) = (frame.len(), frame.number);
        let mut message = frame.head;
        match &frame.attachment {
            Some(attachment) => attachment.write(&frame.payload, &mut message),
            None => message.extend_from_slice(&frame.payload),
        }
        message.extend_from_slice(&frame.tail);
        assert_eq!(message.len(), size, "a frame knows its length");
        let limit = self.config.peer_max_message.max(LARGEST_COMPACT);
        assert!(number == 0 || size <= limit, "P7 bounded: {size} bytes");
        if number != 0 {
            self.book.sends.go(number, &[Sent::Accepted], Sent::Written);
        }
        let end = wire.queue(size, number);
        self.session.queued(end, number, frame.reserved, size);
        self.peer.hears(&message);
    }

    /// The host closes, everything comes to its end, and the books are held against each other.
    pub fn end(mut self) {
        self.is_closed_by_host = true;
        self.act(Action::Close { drains: true });
        for _ in 0..MOST_TURNS {
            if self.is_finished {
                break;
            }
            self.act(Action::TakeSends(255));
            self.taken(u64::MAX >> 1);
            self.act(Action::ToTimer { late: 0 });
        }
        assert!(self.is_finished, "a close comes to its end");
        self.poll(usize::MAX);
        assert_eq!((self.outbox.bytes, self.outbox.sends), (0, 0), "all room came back");
        assert_eq!(self.slots.counts(), Counts::default(), "no request is open");
        assert_eq!(self.calls.open_count(), 0, "no call is open");
        self.book.end(&self.session, self.profile == ProfileKind::UnityMcp);
    }
}

fn failure(which: u8) -> Failure {
    let reasons = [
        Reason::ConnectionLost,
        Reason::Refused,
        Reason::Authentication,
        Reason::ProtocolMismatch,
        Reason::PeerViolation,
        Reason::Timeout,
        Reason::Capability,
    ];
    Failure::new(reasons[usize::from(which) % reasons.len()], "a test")
}
