//! The part of the session that calls the peer: each call ends with one RESPONSE, whatever comes of it.

use std::sync::Arc;

use super::call_table::CallState;
use super::calls::Call;
use super::event::{Event, EventKind, Reason};
use super::input::{Arrival, Frame};
use super::ledger::NO_DEADLINE;
use super::phase::Phase;
use super::sending::Fault;
use super::timers::Timer;
use super::{MILLISECOND, Session};
use crate::protocol::{Outcome, Purpose, Reply};

impl Session {
    /// The calls that wait for their reply, the oldest first.
    pub fn open_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    /// The same, if they are others than when this was last asked.
    pub fn take_call_changes(&mut self) -> Option<impl Iterator<Item = &Call>> {
        self.calls.take_changed().then(|| self.calls.iter())
    }

    /// Sends a call. `frame` holds the parameters, and the method in its last `method` bytes.
    ///
    /// # Errors
    /// It cannot be sent; its RESPONSE says so, and the send is to be dropped.
    pub(super) fn call(
        &mut self,
        now: u64,
        id: u64,
        method: usize,
        timeout_ms: u32,
        mut frame: Frame,
    ) -> Result<(), Fault> {
        let timeout = if timeout_ms == 0 { self.config.request_timeout } else { Some(nanoseconds(timeout_ms)) };
        let deadline = timeout.map_or(NO_DEADLINE, |timeout| now.saturating_add(timeout));
        let call = self.new_call(now, id, method, deadline, &mut frame.payload);
        if let Err(fault) = self.put_call(&call, frame) {
            let code = u32::try_from(fault.offset).unwrap_or(u32::MAX);
            let event = Event { reason: fault.reason, code, ..self.event(now, EventKind::Response) };
            self.end_call(now, &call, CallState::Answered, event.with_detail(fault.detail.clone()));
            return Err(fault);
        }
        self.calls.open(call);
        self.arm_calls();
        Ok(())
    }

    /// A call that came too late for its connection, which has the number `generation`.
    pub(super) fn lose_call(&mut self, now: u64, generation: u64, id: u64, method: usize, mut buffer: Vec<u8>) {
        let call = self.new_call(now, id, method, NO_DEADLINE, &mut buffer);
        let lost = Event { generation, ..self.lost_call(now) };
        if self.end_call(now, &call, CallState::Lost, lost)
            && generation == self.generation
            && let Some(ending) = self.ending.as_mut()
        {
            ending.lost_calls += 1;
        }
    }

    fn new_call(&mut self, now: u64, id: u64, method: usize, deadline: u64, buffer: &mut Vec<u8>) -> Call {
        self.counters.calls += 1;
        let method_at = buffer.len().saturating_sub(method);
        let method = Arc::from(String::from_utf8_lossy(&buffer.split_off(method_at)));
        Call { id, wire_id: self.calls.wire_id(id), method, started: now, deadline }
    }

    fn put_call(&mut self, call: &Call, frame: Frame) -> Result<(), Fault> {
        if self.calls.table.state(call.id) != Some(CallState::Open) {
            let detail = "it was taken back before it was sent".into();
            return Err(Fault { reason: Reason::Cancelled, offset: 0, detail });
        }
        let has_parameters = !frame.payload.is_empty();
        if has_parameters {
            self.conversation.check_payload(&frame.payload, Purpose::Call)?;
        }
        let envelope = self.conversation.call(&call.wire_id, &call.method, has_parameters);
        self.fit(Frame { is_text: true, head: envelope.head, tail: envelope.tail, ..frame })
    }

    /// The peer's reply, which is this message or this part of one.
    pub(super) fn reply(&mut self, now: u64, arrival: &Arrival, reply: Reply) {
        let Some(call) = self.calls.take(&reply.wire_id) else {
            // Of a call that has ended, of another connection, or to nobody.
            self.counters.late_replies += 1;
            return;
        };
        // The reply goes in, room or not: what was dropped before it is told before it.
        self.report_gap(now);
        let message = &arrival.payload;
        let event = self.event(now, EventKind::Response);
        let event = match reply.outcome {
            _ if !arrival.has_room && message.len() > arrival.reply_room => {
                let detail = "the reply found the inbox full: poll more often, or raise inbound_bytes";
                Event { reason: Reason::Overflow, ..event }.with_detail(detail.into())
            }
            Outcome::Result(data) => Event { data, buffer: self.spares.buffer(message, 0), ..event },
            Outcome::Error { code, message: words, data } => {
                let (buffer, detail) = self.hold(message, &words);
                Event { reason: Reason::PeerError, error_code: code, buffer, detail, data, ..event }
            }
            Outcome::Bad(why) => Event { reason: Reason::BadReply, ..event }.with_detail(why),
        };
        if !self.end_call(now, &call, CallState::Answered, event) {
            self.counters.late_replies += 1;
        }
        self.arm_calls();
    }

    /// Tells the host of the calls that it took back, and the peer where it wants to know.
    pub(super) fn calls_cancelled(&mut self, now: u64) {
        if !self.calls.table.take_cancelled() {
            return;
        }
        for call in self.calls.take_cancelled() {
            if self.phase == Phase::Active
                && let Some(text) = self.conversation.cancelled(&call.wire_id)
            {
                self.transmit(text);
            }
            let event = self.lost_call(now);
            self.end_call(now, &call, CallState::Lost, event);
        }
        self.arm_calls();
    }

    pub(super) fn expire_calls(&mut self, now: u64) {
        let quiet = self.config.quiet_timeout;
        for call in self.calls.take_due(now, self.last_message, quiet) {
            let detail = if call.deadline <= now {
                let ms = call.deadline.saturating_sub(call.started) / MILLISECOND;
                format!("no reply within the call's {ms} ms")
            } else {
                let ms = quiet.unwrap_or_default() / MILLISECOND;
                format!("no message came from the peer for {ms} ms, the quiet limit of calls")
            };
            let event = Event { reason: Reason::Timeout, ..self.event(now, EventKind::Response) };
            self.end_call(now, &call, CallState::Expired, event.with_detail(detail));
        }
        self.arm_calls();
    }

    /// The connection ends: every call is over, and counted in its CLOSED.
    pub(super) fn settle_calls(&mut self, now: u64) {
        self.timers.clear(Timer::Calls);
        let mut lost = 0;
        for call in self.calls.take_all() {
            let event = self.lost_call(now);
            lost += u64::from(self.end_call(now, &call, CallState::Lost, event));
        }
        if let Some(ending) = self.ending.as_mut() {
            ending.lost_calls += lost;
        }
    }

    fn lost_call(&self, now: u64) -> Event {
        let event = Event { reason: Reason::Lost, ..self.event(now, EventKind::Response) };
        event.with_detail("the connection ended before the reply came".into())
    }

    /// Ends `call`, which is in no list any more, as `state` with `event`; false if the host had taken it back, which
    /// is what it is told then.
    fn end_call(&mut self, now: u64, call: &Call, state: CallState, mut event: Event) -> bool {
        // Ended with a session that failed: its RESPONSE was raised then.
        let Some(won) = self.calls.table.end(call.id, state) else { return false };
        if !won {
            let generation = event.generation;
            event = Event { generation, reason: Reason::Cancelled, ..self.event(now, EventKind::Response) };
            event = event.with_detail("the call was taken back".into());
        }
        let method = Some(Arc::clone(&call.method));
        self.deliver(Event { id: call.id, method, age_ns: now.saturating_sub(call.started), ..event });
        won
    }

    fn arm_calls(&mut self) {
        match self.calls.next_due(self.last_message, self.config.quiet_timeout) {
            Some(due) => self.timers.set(Timer::Calls, due),
            None => self.timers.clear(Timer::Calls),
        }
    }
}

fn nanoseconds(ms: u32) -> u64 {
    u64::from(ms) * MILLISECOND
}
