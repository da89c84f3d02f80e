//! The part of the session that ends a connection: who began, what is settled, what the host is told last.
//!
//! An end has two steps. First everything open is settled and the outbox is asked to fall quiet
//! ([`Output::Quiesce`]), since a send accepted a moment before may still be on its way. Then, with
//! [`super::input::Input::Quiet`], the host hears of it: REQUEST_ENDED, SEND_DROPPED, CONNECT_FAILED, CLOSED last.

use super::dialling::FLAG_FINAL;
use super::event::{Event, EventKind, Reason};
use super::input::{Failure, Farewell, Output};
use super::outgoing::runs;
use super::phase::{Phase, Signal};
use super::slots::SlotState;
use super::timers::{Timer, Timers};
use super::{Intent, MILLISECOND, Session};

/// CLEAN and BY_US of `framewire_event.flags`.
const FLAG_CLEAN: u32 = 1;
const FLAG_BY_US: u32 = 2;
/// No close frame came (RFC 6455, 7.1.5).
const CODE_ABNORMAL: u32 = 1006;
pub(super) const CODE_NORMAL: u16 = 1000;
/// Longest wait for a backlog to drain before our close frame, where the host gave no time of its own.
const DRAIN_TIMEOUT: u64 = 5_000 * MILLISECOND;

/// Who ends the connection.
#[derive(Debug)]
pub(super) enum Cause {
    /// The host asked for it.
    Host,
    /// This side found fault with the peer, or could not go on.
    Ours(Failure),
}

/// What is known of a connection that ends.
#[derive(Debug, Default)]
pub(super) struct Ending {
    by_us: bool,
    /// Our close frame went before that of the peer, and the socket is still open for writing.
    close_sent: bool,
    /// The system took our close frame and all before it.
    close_taken: bool,
    /// The peer's close frame.
    close_code: Option<u16>,
    failure: Failure,
    /// The connection is over; only [`super::input::Input::Quiet`] is waited for.
    over: bool,
    clean: bool,
    settled: u64,
    /// Calls of ours that ended with the connection.
    pub(super) lost_calls: u64,
    dropped: u64,
    unconfirmed: u64,
    unsent: Vec<u64>,
}

/// How a connection ended, for the report of a close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastEnd {
    /// Close code; 1006 without a close frame; 0 before the first connection.
    pub code: u32,
    /// Both close frames passed.
    pub clean: bool,
    /// Sends accepted and never wholly taken by the system.
    pub unsent: u64,
    /// Sends taken that nothing shows the peer has read.
    pub unconfirmed: u64,
    /// Requests open when it ended.
    pub unanswered: u64,
}

impl Session {
    /// The host wants no connection, for now or for good.
    pub(super) fn stop(&mut self, now: u64, intent: Intent, farewell: &Farewell) {
        if self.intent != Intent::Finish {
            self.intent = intent;
        }
        match self.phase {
            Phase::Greeting | Phase::Active => self.begin_close(now, farewell.code, &farewell.reason, Cause::Host),
            Phase::Closing | Phase::Closed => {}
            phase => {
                if phase.is_dialling() {
                    self.outputs.push_back(Output::AbortDial);
                }
                self.timers = Timers::default();
                self.settle_phase();
            }
        }
    }

    /// Sends the close frame, behind everything accepted so far.
    pub(super) fn begin_close(&mut self, now: u64, code: u16, reason: &str, cause: Cause) {
        if !self.signal(Signal::CloseBegun) {
            return;
        }
        let by_host = matches!(cause, Cause::Host);
        let mut ending = Ending { by_us: true, close_sent: true, ..Ending::default() };
        ending.failure = match cause {
            Cause::Host => Failure { reason: Reason::ClosedByHost, ..Failure::default() },
            Cause::Ours(failure) => failure,
        };
        self.ending = Some(ending);
        self.settle_requests(now, true);
        self.settle_calls(now);
        self.outputs.push_back(Output::CloseFrame { code, reason: reason.to_owned() });
        // A close of the link by the host has the host's own deadline, which the I/O thread keeps.
        let deadline =
            if self.intent == Intent::Finish && by_host { u64::MAX } else { now.saturating_add(DRAIN_TIMEOUT) };
        self.arm_close(deadline);
    }

    /// The peer's close frame came; the socket has queued the reply.
    pub(super) fn peer_close(&mut self, now: u64, code: u16, reason: &str) {
        if let Some(ending) = self.ending.as_mut() {
            ending.close_code = Some(code);
            return;
        }
        if !matches!(self.phase, Phase::Greeting | Phase::Active) {
            return;
        }
        self.received(now);
        let failure = if self.acknowledged {
            let words = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            let detail = format!("the peer closed with {code}{words}");
            Failure { reason: Reason::ClosedByPeer, detail, ..Failure::default() }
        } else {
            let refusal = self.conversation.closed_in_hello(code, reason);
            self.refused(refusal)
        };
        self.signal(Signal::CloseBegun);
        self.ending = Some(Ending { close_code: Some(code), failure, ..Ending::default() });
        self.settle_requests(now, false);
        self.settle_calls(now);
        let timeout = self.config.close_timeout;
        self.arm_close(now.saturating_add(timeout));
    }

    /// The connection is gone, before or after the close frames.
    pub(super) fn lost(&mut self, now: u64, failure: Failure) {
        if !self.phase.is_open() {
            return;
        }
        if self.signal(Signal::CloseBegun) {
            let failure = if self.acknowledged || failure.reason != Reason::ConnectionLost {
                failure
            } else {
                let refusal = self.conversation.closed_in_hello(CODE_ABNORMAL as u16, &failure.detail);
                Failure { os_error: failure.os_error, ..self.refused(refusal) }
            };
            self.ending = Some(Ending { failure, ..Ending::default() });
        }
        self.end(now);
    }

    pub(super) fn taken(&mut self, now: u64, offset: u64, is_all: bool) {
        let released = self.outgoing.take(offset);
        self.counters.messages_out += released.messages;
        self.counters.bytes_out += released.bytes;
        if released.sends > 0 {
            self.outputs.push_back(Output::Release(released));
        }
        let Some(ending) = self.ending.as_mut().filter(|ending| is_all && !ending.over) else {
            return;
        };
        ending.close_taken = true;
        if ending.close_code.is_some() {
            self.end(now);
        } else if ending.close_sent {
            ending.close_sent = false;
            self.outputs.push_back(Output::ShutdownWrite);
            self.arm_close(now.saturating_add(self.config.close_timeout));
        }
    }

    pub(super) fn close_timed_out(&mut self, now: u64) {
        if self.phase == Phase::Closing {
            self.end(now);
        }
    }

    /// Notes a send of the connection that is ending; false if none is.
    pub(super) fn note_unsent(&mut self, number: u64, generation: u64) -> bool {
        match self.ending.as_mut() {
            Some(ending) if generation == self.generation => {
                ending.unsent.push(number);
                true
            }
            _ => false,
        }
    }

    /// The sends noted for the end under way, which will not come.
    pub(super) fn take_unsent(&mut self) -> Vec<u64> {
        self.ending.take().map(|ending| ending.unsent).unwrap_or_default()
    }

    /// Whether the first step of the end is done and the second is not.
    pub(super) fn is_over(&self) -> bool {
        self.ending.as_ref().is_some_and(|ending| ending.over)
    }

    /// First step of the end: the socket goes, everything open is settled.
    fn end(&mut self, now: u64) {
        if self.ending.as_ref().is_none_or(|ending| ending.over) {
            return;
        }
        self.outputs.push_back(Output::DropSocket);
        self.settle_requests(now, false);
        self.settle_calls(now);
        if self.acknowledged && now.saturating_sub(self.acknowledged_at) >= self.config.stable {
            // It proved stable, so the next dial is the first again.
            self.backoff.reset();
            self.attempt = 0;
        }
        self.timers = Timers::default();
        let unconfirmed = self.outgoing.unconfirmed();
        let (unsent, released) = self.outgoing.end();
        if let Some(ending) = self.ending.as_mut() {
            ending.over = true;
            ending.clean = ending.close_code.is_some() && ending.close_taken;
            ending.unconfirmed = if ending.clean { 0 } else { unconfirmed };
            ending.unsent.extend(unsent);
        }
        if released.sends > 0 {
            self.outputs.push_back(Output::Release(released));
        }
        self.published = None;
        self.outputs.push_back(Output::Quiesce);
    }

    /// Second step of the end: the host hears of it, and the link goes on as it was asked to.
    pub(super) fn quiet(&mut self, now: u64) {
        let Some(ending) = self.ending.take_if(|ending| ending.over) else {
            return;
        };
        self.settle_requests(now, false);
        self.report_gap(now);
        let code = ending.close_code.map_or(CODE_ABNORMAL, u32::from);
        self.last_end = LastEnd {
            code,
            clean: ending.clean,
            unsent: ending.unsent.len() as u64,
            unconfirmed: ending.unconfirmed,
            unanswered: ending.settled + ending.dropped,
        };
        for (first, last) in runs(ending.unsent) {
            self.counters.send_dropped += last - first + 1;
            let event = self.event(now, EventKind::SendDropped);
            let event = Event { first, last, reason: Reason::ConnectionLost, ..event };
            self.deliver(event.with_detail("the connection ended before this could be sent".into()));
        }
        let by_host = ending.failure.reason == Reason::ClosedByHost;
        if !self.acknowledged && !by_host {
            let delay = self.give_up_attempt(now, &ending.failure);
            self.report_failure(now, ending.failure.clone(), delay);
        } else {
            self.give_up_attempt(now, &ending.failure);
        }
        let mut flags = if ending.clean { FLAG_CLEAN } else { 0 };
        flags |= if ending.by_us { FLAG_BY_US } else { 0 };
        flags |= if self.phase == Phase::Waiting { 0 } else { FLAG_FINAL };
        let event = Event {
            code,
            reason: ending.failure.reason,
            os_error: ending.failure.os_error,
            flags,
            count: ending.dropped,
            settled: ending.settled + ending.lost_calls,
            unconfirmed: ending.unconfirmed,
            ..self.event(now, EventKind::Closed)
        };
        self.deliver(event.with_detail(ending.failure.detail));
        if self.phase == Phase::Closed {
            self.outputs.push_back(Output::Finished);
        }
    }

    /// Settles every open request; `answer` where the peer can still be told.
    fn settle_requests(&mut self, now: u64, answer: bool) {
        self.timers.clear(Timer::Requests);
        let readiness = self.word();
        let (mut settled, mut dropped) = (0, 0);
        for (mut request, state) in self.ledger.settle_all() {
            if let Some(event) = request.event.take() {
                self.spares.take_back(event);
            }
            if answer && state == SlotState::Lost {
                let text = self.conversation.closing(&request.wire_id, readiness);
                self.transmit(text);
            } else if answer && !request.is_silent {
                // It did not run and never will: the peer may safely ask again.
                let stall_ms = self.owner.silence_ms();
                let text = self.conversation.busy(&request.wire_id, "the editor closes", stall_ms, readiness);
                self.transmit(text);
            }
            if state == SlotState::Lost {
                settled += 1;
                let event = self.event(now, EventKind::RequestEnded);
                self.deliver(Event { id: request.id, reason: Reason::Lost, ..event });
            } else {
                dropped += 1;
            }
        }
        self.counters.lost += settled;
        self.counters.dropped_unseen += dropped;
        if let Some(ending) = self.ending.as_mut() {
            ending.settled += settled;
            ending.dropped += dropped;
        }
    }

    fn settle_phase(&mut self) {
        match self.intent {
            Intent::Finish => {
                self.signal(Signal::Finish);
                self.outputs.push_back(Output::Finished);
            }
            _ => {
                self.signal(Signal::Stay);
            }
        }
    }

    fn arm_close(&mut self, deadline: u64) {
        self.timers.clear(Timer::Hello);
        self.timers.clear(Timer::Heartbeat);
        self.timers.clear(Timer::KeepAlive);
        self.timers.clear(Timer::Silence);
        self.timers.set(Timer::Close, deadline);
    }
}
