//! The part of the session that takes the peer's messages: hello, requests, notifications, and what is wrong with them.

use core::ops::Range;

use bytes::Bytes;

use super::closing::{CODE_NORMAL, Cause};
use super::dialling::reason_of;
use super::event::{Buffer, Event, EventKind, Reason};
use super::input::{Arrival, Failure, Output};
use super::ledger::{NO_DEADLINE, NewRequest};
use super::phase::Phase;
use super::timers::Timer;
use super::{MILLISECOND, Session};
use crate::protocol::{Inbound, Limits, Part, Patience, Refusal, RefusalKind, Text};
use crate::session::config::Overflow;
use crate::session::spare::LARGE;

/// A sleep or stop of the whole process makes timers late; silence is then no proof, so the peer gets this long.
const GRACE: u64 = 10_000 * MILLISECOND;
const LATE: u64 = 1_000 * MILLISECOND;
/// One line a burst: a burst ends after this long without another.
const BURST: u64 = 1_000 * MILLISECOND;
/// Policy violation (RFC 6455, 7.4.1): what an inbox that may not drop says to a peer that floods it.
const CLOSE_POLICY: u16 = 1008;

impl Session {
    pub(super) fn message(&mut self, now: u64, arrival: &Arrival) {
        if !matches!(self.phase, Phase::Greeting | Phase::Active) {
            return;
        }
        self.received(now);
        self.counters.messages_in += 1;
        self.counters.bytes_in += arrival.payload.len() as u64;
        self.last_message = now;
        let readiness = self.word();
        let limits = Limits { max_depth: self.config.max_depth };
        let inbound = self.conversation.receive(&arrival.payload, arrival.is_text, readiness, &limits);
        self.inbound(now, arrival, inbound);
    }

    fn inbound(&mut self, now: u64, arrival: &Arrival, inbound: Inbound) {
        match inbound {
            Inbound::Message => self.raw_message(now, arrival),
            Inbound::Request { wire_id, method, params, patience } => {
                self.request(now, arrival, wire_id, &method, params, patience);
            }
            Inbound::Reply(reply) => self.reply(now, arrival, reply),
            Inbound::Batch(parts) => self.batch(now, arrival, parts),
            Inbound::Notification { name, params } => {
                if self.admit(now, arrival) {
                    self.deliver_named(now, EventKind::Notification, 0, &arrival.payload, &name, params);
                }
            }
            Inbound::Acknowledged { server_version } => self.acknowledge(now, server_version),
            Inbound::Answer(text) => self.transmit(text),
            Inbound::Ignored => {}
            Inbound::Refused(refusal) => self.refuse(now, refusal),
            Inbound::Malformed(why) => self.malformed(now, &why),
        }
    }

    /// Takes the parts of a batch in their order, each as a message that came by itself.
    fn batch(&mut self, now: u64, batch: &Arrival, parts: Vec<Part>) {
        for (position, part) in parts.into_iter().enumerate() {
            if !matches!(self.phase, Phase::Greeting | Phase::Active) {
                return;
            }
            // The room was asked for once: the parts together need no more bytes, but a place each.
            let has_room = batch.has_room && position < batch.places;
            // What stands before a part takes its bytes first.
            let reply_room = batch.reply_room.saturating_sub(part.range.start);
            let payload = part_of(&batch.payload, part.range);
            let arrival = Arrival { payload, has_room, reply_room, ..*batch };
            self.inbound(now, &arrival, part.inbound);
        }
    }

    fn raw_message(&mut self, now: u64, arrival: &Arrival) {
        if self.admit(now, arrival) {
            let kind = if arrival.is_text { EventKind::Text } else { EventKind::Binary };
            let event = self.event(now, kind);
            let buffer = self.spares.buffer(&arrival.payload, 0);
            self.deliver(Event { data: 0..buffer.len(), buffer, ..event });
        } else if self.config.overflow == Overflow::Close {
            let failure = Failure {
                reason: Reason::Overflow,
                detail: "the inbox was full: poll more often, or choose another overflow policy".into(),
                ..Failure::default()
            };
            self.begin_close(now, CLOSE_POLICY, "inbox full", Cause::Ours(failure));
        }
    }

    /// Whether a message that nobody answers may go into the inbox; reports a gap that ends.
    fn admit(&mut self, now: u64, arrival: &Arrival) -> bool {
        if !arrival.has_room {
            self.dropped_full += 1;
            self.counters.dropped_full += 1;
            return false;
        }
        self.report_gap(now);
        true
    }

    /// Tells the host how many messages the full inbox cost, before the next one is handed on.
    pub(super) fn report_gap(&mut self, now: u64) {
        let count = core::mem::take(&mut self.dropped_full);
        if count > 0 {
            let event = self.event(now, EventKind::Dropped);
            self.deliver(Event { count, reason: Reason::Overflow, ..event });
        }
    }

    fn request(
        &mut self,
        now: u64,
        arrival: &Arrival,
        wire_id: Box<str>,
        method: &Text,
        params: Range<usize>,
        patience: Patience,
    ) {
        self.counters.requests += 1;
        if self.ledger.is_full() || !arrival.has_room {
            return self.refuse_busy(&wire_id, "the editor's queue is full", patience.is_silent);
        }
        let envelope = self.conversation.response(&wire_id, "");
        let overhead = envelope.head.len() + envelope.tail.len();
        let name = method.as_str(&arrival.payload).into();
        let until = |own: Option<u64>, configured: Option<u64>| {
            let time = own.map(|ms| ms.saturating_mul(MILLISECOND)).or(configured);
            time.map_or(NO_DEADLINE, |time| now.saturating_add(time))
        };
        let hold_until = until(patience.hold_ms, self.config.hold);
        let deadline = until(patience.answer_ms, self.config.request_timeout);
        let is_silent = patience.is_silent;
        let new = NewRequest { wire_id, method: name, hold_until, deadline, is_silent, overhead };
        if let Some(id) = self.ledger.open(now, new) {
            self.timers.lower(Timer::Requests, hold_until.min(deadline));
            self.report_gap(now);
            self.deliver_named(now, EventKind::Request, id, &arrival.payload, method, params);
        }
    }

    /// Refuses a request that was not handed out and never will be; the peer may try again.
    pub(super) fn refuse_busy(&mut self, wire_id: &str, why: &str, is_silent: bool) {
        if is_silent {
            self.counters.dropped_unseen += 1;
            return;
        }
        self.counters.refused_busy += 1;
        let text = self.conversation.busy(wire_id, why, self.owner.silence_ms(), self.word());
        self.transmit(text);
    }

    fn deliver_named(&mut self, now: u64, kind: EventKind, id: u64, payload: &Bytes, name: &Text, data: Range<usize>) {
        let (buffer, name) = self.hold(payload, name);
        let event = self.event(now, kind);
        self.deliver(Event { id, buffer, name, data, ..event });
    }

    /// A message for an event's buffer, and where in it that text of it lies.
    pub(super) fn hold(&mut self, payload: &Bytes, text: &Text) -> (Buffer, Range<usize>) {
        match text {
            Text::Slice(range) => (self.spares.buffer(payload, 0), range.clone()),
            Text::Owned(text) if text.is_empty() => (self.spares.buffer(payload, 0), 0..0),
            // An escaped text has no place in the message: it goes behind it.
            Text::Owned(text) => {
                let mut copy = self.spares.buffer(payload, text.len()).take();
                copy.extend_from_slice(text.as_bytes());
                (copy.into(), payload.len()..payload.len() + text.len())
            }
        }
    }

    fn malformed(&mut self, now: u64, why: &str) {
        self.counters.malformed += 1;
        let quiet = self.malformed_logged.is_none_or(|last| now.saturating_sub(last) > BURST);
        self.malformed_logged = Some(now);
        if quiet {
            self.log(now, 2, format!("the peer sent a message that was skipped: {why}"));
        }
    }

    /// This side ends the hello. A refusal without a code of its own is an ordinary close: 0 may not stand on the wire
    /// (RFC 6455, 7.4.2).
    pub(super) fn refuse(&mut self, now: u64, refusal: Refusal) {
        let code = if refusal.close_code == 0 { CODE_NORMAL } else { refusal.close_code };
        let failure = self.refused(refusal);
        self.begin_close(now, code, "", Cause::Ours(failure));
    }

    /// What a refusal of the hello, by either side, means for the next dial.
    pub(super) fn refused(&mut self, refusal: Refusal) -> Failure {
        if refusal.kind == RefusalKind::SessionTaken {
            self.session_id = None;
            self.fixed_id_taken = true;
        }
        Failure {
            reason: reason_of(refusal.kind),
            code: u32::from(refusal.close_code),
            os_error: 0,
            detail: refusal.detail,
        }
    }

    pub(super) fn hello_timed_out(&mut self, now: u64) {
        if self.phase == Phase::Greeting {
            let failure = Failure {
                reason: Reason::Timeout,
                detail: "the server did not finish the hello in time: check that the port is that of a server of this \
                         profile"
                    .into(),
                ..Failure::default()
            };
            self.lost(now, failure);
        }
    }

    pub(super) fn heartbeat(&mut self, now: u64) {
        if let Some(interval) =
            self.config.heartbeat_interval.filter(|_| matches!(self.phase, Phase::Greeting | Phase::Active))
        {
            self.spares.trim();
            // The message after a gap, which tells of it, may be hours away.
            self.report_gap(now);
            let payload = self.outgoing.ping();
            self.outputs.push_back(Output::Ping(payload));
            self.timers.set(Timer::Heartbeat, now.saturating_add(interval));
        }
    }

    pub(super) fn silence(&mut self, now: u64, deadline: u64) {
        let Some(timeout) = self.config.heartbeat_timeout.filter(|_| self.phase.is_open()) else {
            return;
        };
        let due = self.last_received.saturating_add(timeout);
        if due > now {
            self.timers.set(Timer::Silence, due);
        } else if now.saturating_sub(deadline) > LATE {
            self.last_received = now.saturating_sub(timeout.saturating_sub(GRACE.min(timeout)));
            self.timers.set(Timer::Silence, self.last_received.saturating_add(timeout));
            self.heartbeat(now);
        } else {
            let detail = format!("nothing came from the peer for {} s", timeout / (1000 * MILLISECOND));
            self.lost(now, Failure { reason: Reason::Heartbeat, detail, ..Failure::default() });
        }
    }
}

/// The bytes of one part of a batch. A large part that is little of the whole is copied: it would keep all of it.
fn part_of(batch: &Bytes, range: Range<usize>) -> Bytes {
    match batch.get(range.clone()) {
        Some(part) if part.len() >= LARGE && part.len() < batch.len() / 2 => Bytes::copy_from_slice(part),
        Some(_) => batch.slice(range),
        None => Bytes::new(),
    }
}
