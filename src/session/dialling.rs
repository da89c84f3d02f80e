//! The part of the session that gets a connection: dials, their outcome, the hello's begin, the wait for the next.

use super::event::{EventKind, Reason};
use super::input::{Entropy, Failure, Output, Step};
use super::phase::{Phase, Signal};
use super::timers::Timer;
use super::{Intent, MILLISECOND, Session, event::Event};
use crate::protocol::{
    Capability, Conversation, Hello, Opening, ProfileKind, Refusal, RefusalKind, choose_protocol, session_id,
};

/// Refused credentials or versions do not mend themselves: the next dial waits this long.
const REFUSED_WAIT_MS: u32 = 60_000;
/// A refusal on this machine costs nothing to ask again, and the server may be about to start.
const LOOPBACK_WAIT_MS: u32 = 5_000;

/// FINAL of `framewire_event.flags`.
pub const FLAG_FINAL: u32 = 4;

impl Session {
    pub(super) fn connect(&mut self, now: u64) {
        if self.intent == Intent::Finish {
            return;
        }
        self.intent = Intent::Run;
        if matches!(self.phase, Phase::Disconnected | Phase::Waiting) {
            self.backoff.restart();
            self.attempt = 0;
            self.dial(now);
        } else if self.phase == Phase::Closing {
            self.dials_after_close = true;
        }
    }

    /// A wait for better credentials ends with them; any other goes on.
    pub(super) fn endpoint_changed(&mut self, now: u64) {
        if self.phase == Phase::Waiting && self.awaits_credentials {
            self.dial(now);
        }
    }

    pub(super) fn set_hello(&mut self, hello: Hello) {
        if hello.fixed_session_id().is_some() && hello.fixed_session_id() != self.hello.fixed_session_id() {
            self.session_id = None;
            self.fixed_id_taken = false;
        }
        self.hello = hello;
        if self.phase == Phase::Active {
            self.tell_hello();
        }
    }

    /// Tells the server what of the hello it learns only after the acknowledgement, unless it knows it.
    fn tell_hello(&mut self) {
        if let Some(text) = self.conversation.hello_changed(&self.hello) {
            self.transmit(text);
        }
    }

    pub(super) fn dial(&mut self, now: u64) {
        if !self.signal(Signal::Dial) {
            return;
        }
        self.timers.clear(Timer::Redial);
        self.awaits_credentials = false;
        self.attempt = self.attempt.saturating_add(1);
        if self.counters.connections + self.counters.connect_failures > 0 {
            let delay_ms = u32::try_from(now.saturating_sub(self.waiting_since) / MILLISECOND).unwrap_or(u32::MAX);
            let event = self.event(now, EventKind::Reconnecting);
            self.deliver(Event { attempt: self.attempt, delay_ms, ..event });
        }
        self.outputs.push_back(Output::Dial);
    }

    pub(super) fn dial_step(&mut self, step: Step) {
        self.signal(match step {
            Step::Connecting => Signal::Connecting,
            Step::Securing => Signal::Securing,
            Step::Upgrading => Signal::Upgrading,
        });
    }

    pub(super) fn dial_failed(&mut self, now: u64, failure: Failure) {
        if self.phase.is_dialling() {
            let delay = self.give_up_attempt(now, &failure);
            self.report_failure(now, failure, delay);
        }
    }

    pub(super) fn opened(&mut self, now: u64, capability: Option<Capability>, entropy: &Entropy) {
        if !self.signal(Signal::Opened) {
            return;
        }
        self.generation += 1;
        self.counters.connections += 1;
        self.acknowledged = false;
        self.server_version.clear();
        self.last_received = now;
        self.deliver(self.event(now, EventKind::Opened));
        if let Some(interval) = self.config.heartbeat_interval {
            self.timers.set(Timer::Heartbeat, now.saturating_add(interval));
        }
        if let Some(timeout) = self.config.heartbeat_timeout {
            self.timers.set(Timer::Silence, now.saturating_add(timeout));
        }
        self.had_capability = capability.is_some();
        match self.greet(capability.as_ref(), entropy) {
            Err(refusal) => self.refuse(now, refusal),
            Ok(()) if self.conversation.is_acknowledged() => self.acknowledge(now, String::new()),
            Ok(()) => self.timers.set(Timer::Hello, now.saturating_add(self.config.hello_timeout)),
        }
    }

    fn greet(&mut self, capability: Option<&Capability>, entropy: &Entropy) -> Result<(), Refusal> {
        let id = match (&self.session_id, self.hello.fixed_session_id().filter(|_| !self.fixed_id_taken)) {
            (Some(known), _) => known.clone(),
            (None, Some(fixed)) => fixed.to_owned(),
            (None, None) => session_id(&self.hello, entropy.session),
        };
        let sought = self.config.capability_sought.as_str();
        let protocol = choose_protocol(&self.hello, self.config.protocol, capability, sought)?;
        let (conversation, frames) = Conversation::open(&Opening {
            hello: &self.hello,
            session_id: &id,
            readiness: self.word(),
            protocol,
            capability,
            capability_sought: sought,
            nonce: entropy.nonce,
        })?;
        self.session_id = Some(id);
        self.conversation = conversation;
        self.calls.begin(entropy.calls);
        for frame in frames {
            self.transmit(frame);
        }
        Ok(())
    }

    /// The hello is done: the link may be used.
    pub(super) fn acknowledge(&mut self, now: u64, server_version: String) {
        if !self.signal(Signal::Acknowledged) {
            return;
        }
        self.acknowledged = true;
        self.timers.clear(Timer::Hello);
        self.acknowledged_at = now;
        if self.profile().needs_ack {
            let name = 0..server_version.len();
            self.server_version.clone_from(&server_version);
            let event = self.event(now, EventKind::Acknowledged);
            self.deliver(Event { buffer: server_version.into(), name, ..event });
        }
        self.published = self.conversation.readiness_told().map(str::to_owned);
        self.publish_readiness();
        self.arm_keep_alive(now);
        self.tell_hello();
    }

    /// Counts an attempt that came to nothing and arms the wait for the next; says how long it is.
    pub(super) fn give_up_attempt(&mut self, now: u64, failure: &Failure) -> Option<u32> {
        self.waiting_since = now;
        let is_asked_for = std::mem::take(&mut self.dials_after_close);
        if self.intent != Intent::Run {
            self.signal(if self.intent == Intent::Finish { Signal::Finish } else { Signal::Stay });
            return None;
        }
        if is_asked_for {
            self.backoff.restart();
            self.attempt = 0;
            self.signal(Signal::Redial);
            self.timers.set(Timer::Redial, now);
            return Some(0);
        }
        let Some(mut delay) = self.backoff.next_delay_ms() else {
            self.intent = Intent::Stay;
            self.signal(Signal::Stay);
            return None;
        };
        if failure.reason == Reason::Refused && self.config.is_loopback && self.config.profile != ProfileKind::GodotAi {
            delay = delay.min(LOOPBACK_WAIT_MS);
        }
        if self.will_not_mend(failure.reason) {
            delay = delay.max(REFUSED_WAIT_MS);
            self.awaits_credentials = true;
        }
        self.signal(Signal::Redial);
        self.timers.set(Timer::Redial, now.saturating_add(u64::from(delay) * MILLISECOND));
        Some(delay)
    }

    /// Whether asking the same server again with the same words is pointless.
    ///
    /// A version mismatch without a capability is not: the server writes the record after it listens.
    fn will_not_mend(&self, reason: Reason) -> bool {
        match reason {
            Reason::Authentication => true,
            Reason::ProtocolMismatch => self.had_capability || self.config.protocol != 0,
            _ => false,
        }
    }

    pub(super) fn report_failure(&mut self, now: u64, failure: Failure, delay: Option<u32>) {
        self.counters.connect_failures += 1;
        let flags = if delay.is_none() { FLAG_FINAL } else { 0 };
        if self.attempt <= 5 || self.attempt.is_multiple_of(10) {
            let next = delay.map_or("no further attempt".to_owned(), |ms| {
                format!("next attempt in {}.{} s", ms / 1000, ms % 1000 / 100)
            });
            let text = format!("connection attempt {} failed: {} ({next})", self.attempt, failure.detail);
            self.log(now, 3, text);
        }
        let event = Event {
            attempt: self.attempt,
            delay_ms: delay.unwrap_or(0),
            reason: failure.reason,
            code: failure.code,
            os_error: failure.os_error,
            flags,
            ..self.event(now, EventKind::ConnectFailed)
        };
        self.deliver(event.with_detail(failure.detail));
    }
}

/// The reason that stands for a refusal of the hello.
pub(super) fn reason_of(kind: RefusalKind) -> Reason {
    match kind {
        RefusalKind::ProtocolMismatch => Reason::ProtocolMismatch,
        RefusalKind::Authentication => Reason::Authentication,
        RefusalKind::Capability => Reason::Capability,
        RefusalKind::Hello => Reason::Hello,
        RefusalKind::SessionTaken => Reason::SessionTaken,
    }
}
