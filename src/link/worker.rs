//! The I/O thread: wait for one thing, give it to the session, do what the session says.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::clock;
use super::dial::Dial;
use super::inbox::InboxSender;
use super::order::Order;
use super::publishing::Publishing;
use super::shared::Shared;
use super::socket::{OutFrame, Socket};
use super::target::Target;
use super::wait::Wait;
use crate::session::Session;
use crate::session::config::Overflow;
use crate::session::event::Reason;
use crate::session::input::{Failure, Frame, Input, Output, Send};
use crate::session::outgoing::Released;
use crate::session::phase::Phase;

/// Messages read, and sends taken, before the thread looks at everything else again.
const READS_A_TURN: usize = 512;
const SENDS_A_TURN: usize = 2048;
/// Payload bytes of sends taken before they are written.
const SEND_BYTES_A_TURN: u64 = 256 << 10;
/// How long the end of a connection waits for a send that is just being copied by a host thread, which may have lost its
/// processor half-way. Together with the last decode it must fit into the last turn of a close.
pub const QUIET_WAIT: u64 = 150_000_000;

/// The I/O thread's own state.
#[derive(Debug)]
pub struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) wait: Wait,
    pub(super) inbox: InboxSender,
    pub(super) session: Session,
    pub(super) target: Target,
    pub(super) overflow: Overflow,
    pub(super) reads_a_turn: usize,
    pub(super) dial: Option<Dial>,
    pub(super) socket: Option<Socket>,
    /// A raw message that waits for room.
    pub(super) parked: Option<(bool, Bytes)>,
    /// The socket may have more to read without a further edge.
    pub(super) readable: bool,
    /// The system may take more, if it was full before.
    writable: bool,
    /// Why nothing can be written any more; what the peer sent before is still read.
    pub(super) broken: Option<Failure>,
    pub(super) close_deadline: u64,
    pub(super) finished: bool,
    /// Room of the sends taken out of the outbox and not given back yet.
    held: Released,
    /// Number of the send that the session is given right now; 0 = none.
    in_hand: u64,
    /// Changes of hands that this thread has seen.
    pub(super) handovers: u64,
    pub(super) attaches: u64,
    pub(super) opened_at: u64,
    /// The state file, if there is one.
    pub(super) publishing: Option<Publishing>,
}

impl Worker {
    /// The worker of a link that has not dialled.
    pub fn new(
        shared: Arc<Shared>,
        wait: Wait,
        inbox: InboxSender,
        session: Session,
        target: Target,
        overflow: Overflow,
    ) -> Self {
        Self {
            shared,
            wait,
            inbox,
            session,
            target,
            overflow,
            reads_a_turn: READS_A_TURN,
            dial: None,
            socket: None,
            parked: None,
            readable: false,
            writable: false,
            broken: None,
            close_deadline: clock::NEVER,
            finished: false,
            held: Released::default(),
            in_hand: 0,
            handovers: 0,
            attaches: 0,
            opened_at: clock::now_ns(),
            publishing: None,
        }
    }

    /// Runs until the link is closed.
    pub fn run(&mut self) {
        while !self.finished {
            let now = clock::now_ns();
            self.see_host(now);
            self.orders(now);
            self.sends(now);
            self.advance_dial(now);
            self.read(now);
            if now >= self.close_deadline {
                self.force_close(now);
            }
            self.give(now, Input::Timeout);
            // Before the bytes: what the peer has seen answered is counted.
            self.shared.publish(self.session.counters());
            self.write(now);
            self.publish();
            self.report(now);
            if !self.finished {
                self.sleep();
            }
        }
    }

    /// Takes the connection down after a failure inside; the session behind it is not to be trusted any more.
    pub fn abandon_connection(&mut self) {
        self.dial = None;
        if let Some(mut socket) = self.socket.take() {
            // Closing over unread input would reset the connection, and the peer could lose what it has not read.
            let _ = socket.discard();
            socket.deregister(self.wait.registry());
        }
        self.parked = None;
        self.broken = None;
        self.readable = false;
    }

    /// One input to the session, and all it asks for.
    pub(super) fn give(&mut self, now: u64, input: Input) {
        #[cfg(test)]
        super::recover_tests::strike(&input);
        self.session.handle(now, input);
        while let Some(output) = self.session.poll_output() {
            self.carry_out(now, output);
        }
    }

    fn carry_out(&mut self, now: u64, output: Output) {
        match output {
            Output::Dial => self.dial = Some(Dial::start(self.target.request(), self.wait.waking())),
            Output::AbortDial => self.dial = None,
            Output::Transmit(frame) => self.transmit(frame),
            Output::Ping(payload) => {
                if let Some(socket) = self.socket.as_mut() {
                    socket.queue_ping(&payload);
                }
                // An idle link holds no spare megabytes.
                self.shared.buffers.trim();
            }
            Output::CloseFrame { code, reason } => {
                if let Some(socket) = self.socket.as_mut() {
                    socket.queue_close(code, &reason);
                }
            }
            Output::ShutdownWrite => {
                if let Some(socket) = self.socket.as_mut() {
                    socket.shutdown_write();
                }
            }
            Output::DropSocket => self.abandon_connection(),
            Output::Deliver(event) => {
                self.overhear(&event);
                self.inbox.push(event);
            }
            Output::Release(released) => {
                self.held.reserved -= released.reserved;
                self.held.sends -= released.sends;
                self.shared.outbox.release(&released);
            }
            Output::Quiesce => self.quiesce(now),
            Output::Finished => self.finished = true,
        }
    }

    fn transmit(&mut self, frame: Frame) {
        if self.broken.is_some() && frame.number == 0 {
            // Nobody would read it, and there may be as many as there are requests left to read.
            return;
        }
        let size = frame.len();
        let Frame { is_text: text, head, payload, attachment, tail, number, reserved } = frame;
        if let Some(socket) = self.socket.as_mut() {
            let end = socket.queue(OutFrame { text, head, payload, attachment, tail });
            self.session.queued(end, number, reserved, size);
        }
    }

    /// The connection is over: sends accepted for it come in now, or never.
    fn quiesce(&mut self, now: u64) {
        self.shared.gate.set(self.session.generation(), Phase::Closing);
        self.drain_outbox(|worker, send| worker.give_send(now, send));
        self.give(now, Input::Quiet);
    }

    fn next_send(&mut self) -> Option<Send> {
        let send = self.shared.outbox.pop()?;
        self.held.reserved += send.reserved;
        self.held.sends += 1;
        Some(send)
    }

    pub(super) fn give_send(&mut self, now: u64, send: Send) {
        self.in_hand = send.number;
        self.give(now, Input::Send(send));
        self.in_hand = 0;
    }

    /// Gives up what was on its way, after a failure inside, and all its room: the numbers of the sends that are lost.
    pub fn abandon_sends(&mut self) -> Vec<u64> {
        let (mut numbers, events) = self.session.abandon();
        numbers.push(std::mem::take(&mut self.in_hand));
        self.drain_outbox(|_, send| numbers.push(send.number));
        for event in events {
            self.inbox.push(event);
        }
        self.shared.outbox.release(&std::mem::take(&mut self.held));
        numbers.retain(|&number| number != 0);
        numbers
    }

    /// Takes every send that was accepted before the gate closed.
    pub(super) fn drain_outbox(&mut self, mut take: impl FnMut(&mut Self, Send)) {
        // Not from the beginning of the turn, which may be long ago.
        let until = clock::now_ns().saturating_add(QUIET_WAIT);
        loop {
            while let Some(send) = self.next_send() {
                take(self, send);
            }
            if self.shared.outbox.is_quiet() || clock::now_ns() >= until {
                return;
            }
            std::thread::yield_now();
        }
    }

    fn orders(&mut self, now: u64) {
        let mut any = false;
        while let Some(order) = self.shared.next_order() {
            any = true;
            match order {
                Order::Connect => self.give(now, Input::Connect),
                Order::Disconnect(farewell) => self.stop(now, Input::Disconnect(farewell)),
                Order::SetEndpoint { endpoint, token } => {
                    self.set_endpoint(now, endpoint.map(|endpoint| *endpoint), token);
                }
                Order::SetHello(hello) => self.give(now, Input::SetHello(hello)),
                Order::RenewSession => self.give(now, Input::RenewSession),
                Order::Readiness { readiness, reason } => self.hear(now, readiness, reason),
                Order::Log { level, text } => self.give(now, Input::Log { level, text }),
                Order::Close { deadline } => {
                    self.close_deadline = deadline;
                    self.stop(now, Input::Close);
                }
            }
        }
        if self.shared.calls.has_cancelled() {
            self.give(now, Input::CallsCancelled);
        }
        if any {
            // A change of readiness that found the queue full left no order: the cell has it.
            self.give(now, Input::ReadinessChanged);
        }
    }

    /// What was accepted goes out before the close frame.
    fn stop(&mut self, now: u64, input: Input) {
        self.shared.gate.set(self.session.generation(), Phase::Closing);
        self.unpark(now);
        self.drain_outbox(|worker, send| worker.give_send(now, send));
        self.give(now, input);
    }

    fn sends(&mut self, now: u64) {
        let (mut count, mut bytes) = (0, 0);
        while count < SENDS_A_TURN && bytes < SEND_BYTES_A_TURN {
            let Some(send) = self.next_send() else { break };
            count += 1;
            bytes += send.reserved;
            self.give_send(now, send);
        }
    }

    /// Takes every send that is in the queue by now.
    pub(super) fn all_sends(&mut self, now: u64) {
        for _ in 0..self.shared.outbox.len() {
            let Some(send) = self.next_send() else { return };
            self.give_send(now, send);
        }
    }

    fn force_close(&mut self, now: u64) {
        self.close_deadline = clock::NEVER;
        let failure = Failure {
            reason: Reason::ClosedByHost,
            detail: "the time given to close was over".into(),
            ..Failure::default()
        };
        self.give(now, Input::Lost(failure));
    }

    fn write(&mut self, now: u64) {
        let Some(socket) = self.socket.as_mut().filter(|_| self.broken.is_none()) else { return };
        if socket.is_writing_blocked() && !self.writable {
            return;
        }
        self.writable = false;
        let outcome = socket.write();
        let (offset, is_all) = (socket.taken(), socket.backlog_bytes() == 0);
        while let Some(buffer) = socket.take_spent() {
            self.shared.buffers.give_back(buffer);
        }
        self.give(now, Input::Taken { offset, is_all });
        if let Err(failure) = outcome
            && self.socket.is_some()
        {
            // What the peer sent before it went is read first: reading meets the end by itself.
            self.broken = Some(failure);
            self.readable = true;
        }
    }

    fn sleep(&mut self) {
        let may_read = self.readable && !self.reading_rests();
        let may_write = self.broken.is_none() && self.socket.as_ref().is_some_and(Socket::has_more_to_write);
        let mut deadline = self.close_deadline.min(self.session.next_timeout().unwrap_or(clock::NEVER));
        deadline = deadline.min(self.report_deadline());
        if let Some(dial) = &self.dial {
            deadline = deadline.min(dial.deadline_ns());
        }
        let (shared, inbox, parked, handovers) = (&self.shared, &mut self.inbox, self.parked.is_some(), self.handovers);
        let mut slept = true;
        let busy = || {
            let work = may_read || may_write || shared.has_work_beyond(handovers);
            slept = !(work || inbox.can_flush() || inbox.has_awaited(parked) || inbox.has_decoded());
            !slept
        };
        let woken = self.wait.sleep(deadline, busy);
        if slept {
            self.shared.wakeups.fetch_add(1, Ordering::Relaxed);
        }
        match woken {
            Ok(woken) => {
                self.readable |= woken.readable && self.socket.is_some();
                self.writable |= woken.writable;
            }
            // The system cannot poll any more: a slow loop on the deadline is what is left.
            Err(_) => std::thread::yield_now(),
        }
    }
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
