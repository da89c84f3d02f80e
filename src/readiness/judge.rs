//! What the world may be told: the editor's word, held against what is known of its frame loop and its link.
//!
//! The editor says that it is ready; whether that is true shows when its frame loop has polled since, and the link is
//! acknowledged. Until then the report says starting or recovering, and failed when that takes too long.

use super::operation::Operation;
use super::{Readiness, Word};

/// How soon, and how late, the frame loop is looked at while its next poll is awaited, ns.
const SOONEST_LOOK: u64 = 2_000_000;
const LATEST_LOOK: u64 = 1_000_000_000;

/// How long a state that should pass may last, ns; `None` = for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The editor says ready and nothing proves it.
    pub ready: Option<u64>,
    /// The scripting domain is away.
    pub reload: Option<u64>,
}

/// Whether the link goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// It does.
    #[default]
    Open,
    /// It is being closed.
    Closing,
    /// It is closed.
    Closed,
}

/// What is known at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The moment, ns.
    pub now: u64,
    /// What the editor says.
    pub word: Word,
    /// Why it says so, in its own words; empty = it does not tell.
    pub reason: &'a str,
    /// Polls of the frame loop so far.
    pub polls: u64,
    /// Why the link is not up; `None` = it is acknowledged, or open where the profile has no hello.
    pub link_down: Option<&'a str>,
    /// The scripting domain has let the link go and has not come back.
    pub is_detached: bool,
    /// How often another domain has taken the link over.
    pub attaches: u64,
    /// Whether the link goes on.
    pub life: Life,
}

/// What may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One of the eight that outsiders know: never importing, playing or no scene.
    pub phase: Readiness,
    /// Id of the operation: 32 lower-case hex digits.
    pub operation: String,
    /// Why.
    pub reason: Option<String>,
    /// What failed, where the phase is failed.
    pub last_error: Option<String>,
    /// The phase is failed, and the link alone is the cause.
    pub is_failed_by_link: bool,
    /// When to judge again, ns, should nothing change before.
    pub deadline: Option<u64>,
}

/// Keeps what a judgement needs of the past.
#[derive(Debug, Default)]
pub struct Judge {
    limits: Limits,
    operation: Operation,
    /// The change of the editor's word that was last seen, the polls counted then, and when that was.
    serial: Option<u64>,
    polls_before: u64,
    said_at: u64,
    was_ready: bool,
    /// Since when the editor says ready without proof.
    waiting_since: Option<u64>,
    detached_since: Option<u64>,
    attaches: u64,
    /// The change that was the last when the domain came back: what it says is the word of the one before.
    serial_at_attach: Option<u64>,
    attached_at: u64,
}

/// A phase and why, before it has an operation.
#[derive(Debug, Default)]
struct Finding {
    phase: Readiness,
    reason: Option<String>,
    last_error: Option<String>,
    is_failed_by_link: bool,
    deadline: Option<u64>,
    /// The editor has ended its operation; the phase is what is left of that until the proof is there.
    is_proving: bool,
}

impl Judge {
    /// A judge of a link that was just opened.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Judges. `fresh` makes the id of a new operation: 128 random bits.
    pub fn judge(&mut self, facts: &Facts<'_>, fresh: impl FnOnce() -> u128) -> Report {
        self.take_notice(facts);
        let finding = self.find(facts);
        if finding.phase == Readiness::Ready {
            self.was_ready = true;
        }
        let restored = facts.word.is_restored && !facts.is_detached && facts.life == Life::Open;
        let reason = self.operation.go_on(finding.phase, finding.is_proving, restored, finding.reason, fresh);
        Report {
            phase: finding.phase,
            operation: self.operation.id(),
            reason,
            last_error: finding.last_error,
            is_failed_by_link: finding.is_failed_by_link,
            deadline: finding.deadline,
        }
    }

    fn take_notice(&mut self, facts: &Facts<'_>) {
        // The detach before it may have gone by unseen.
        let came_back = std::mem::replace(&mut self.attaches, facts.attaches) != facts.attaches;
        if came_back {
            self.serial_at_attach = Some(facts.word.serial);
            self.attached_at = facts.now;
        }
        if facts.is_detached && !came_back {
            self.detached_since.get_or_insert(facts.now);
        } else {
            self.detached_since = facts.is_detached.then_some(facts.now);
        }
        // Polls of the domain before, or from before the word, prove nothing.
        if came_back || facts.is_detached || self.serial != Some(facts.word.serial) {
            self.serial = Some(facts.word.serial);
            self.polls_before = facts.polls;
            self.said_at = facts.now;
        }
    }

    fn find(&mut self, facts: &Facts<'_>) -> Finding {
        let says_ready = matches!(facts.word.readiness, Readiness::Ready | Readiness::Playing | Readiness::NoScene);
        if !says_ready || facts.is_detached || facts.life != Life::Open {
            self.waiting_since = None;
        }
        match facts.life {
            Life::Open => {}
            Life::Closing => return Finding::of(Readiness::Stopping, "the link is being closed"),
            Life::Closed => return Finding::of(Readiness::Stopped, "the link was closed"),
        }
        if let Some(since) = self.detached_since
            && !matches!(facts.word.readiness, Readiness::Stopped | Readiness::Failed)
        {
            return self.away(facts, since);
        }
        let own = |phase| Finding { phase, reason: own_reason(facts), ..Finding::default() };
        match facts.word.readiness {
            Readiness::Ready | Readiness::Playing | Readiness::NoScene => self.prove(facts),
            Readiness::Importing => own(self.coming()),
            Readiness::Reloading if self.serial_at_attach == Some(facts.word.serial) => self.back(facts),
            Readiness::Failed => {
                let error = own_reason(facts).unwrap_or_else(|| "the editor says that it failed, not why".into());
                Finding { last_error: Some(error), ..own(Readiness::Failed) }
            }
            phase => own(phase),
        }
    }

    /// The scripting domain is away.
    fn away(&self, facts: &Facts<'_>, since: u64) -> Finding {
        let deadline = self.limits.reload.map(|limit| since.saturating_add(limit));
        if deadline.is_some_and(|deadline| facts.now >= deadline) {
            let seconds = (facts.now - since) / 1_000_000_000;
            let error = format!("the scripting domain let the link go {seconds} s ago and did not come back");
            return Finding::failed("the reload took too long", error);
        }
        if facts.word.readiness == Readiness::Stopping {
            return Finding { phase: Readiness::Stopping, reason: own_reason(facts), deadline, ..Finding::default() };
        }
        let reason = own_reason(facts).unwrap_or_else(|| "the scripting domain is away".into());
        Finding { deadline, ..Finding::of(Readiness::Reloading, reason) }
    }

    /// The scripting domain is back, and the editor's word is still that of the one before.
    fn back(&self, facts: &Facts<'_>) -> Finding {
        let deadline = self.limits.reload.map(|limit| self.attached_at.saturating_add(limit));
        if deadline.is_some_and(|deadline| facts.now >= deadline) {
            let seconds = (facts.now - self.attached_at) / 1_000_000_000;
            let error = format!("the scripting domain came back {seconds} s ago and did not say that it is ready");
            return Finding::failed("the reload took too long", error);
        }
        let reason = "the scripting domain is back and has not said that it is ready";
        Finding { deadline, ..Finding::of(Readiness::Recovering, reason) }
    }

    /// The editor says that it takes calls.
    fn prove(&mut self, facts: &Facts<'_>) -> Finding {
        let has_polled = facts.polls != self.polls_before;
        let Some(missing) = missing(has_polled, facts.link_down) else {
            self.waiting_since = None;
            return Finding { phase: Readiness::Ready, reason: own_reason(facts), ..Finding::default() };
        };
        let since = *self.waiting_since.get_or_insert(facts.now);
        let limit = self.limits.ready.map(|limit| since.saturating_add(limit));
        // A poll wakes nobody, so that it costs the frame loop nothing: it is looked for.
        let look = (!has_polled).then(|| {
            let interval = (facts.now.saturating_sub(self.said_at) / 4).clamp(SOONEST_LOOK, LATEST_LOOK);
            facts.now.saturating_add(interval)
        });
        if limit.is_some_and(|limit| facts.now >= limit) {
            let is_failed_by_link = facts.link_down.is_some() && has_polled;
            let failed = Finding::failed("the editor is ready, and what serves it is not", missing);
            return Finding { is_failed_by_link, deadline: look, ..failed };
        }
        let deadline = limit.into_iter().chain(look).min();
        Finding { deadline, is_proving: true, ..Finding::of(self.coming(), missing) }
    }

    /// The word for an editor that comes up: for the first time, or again.
    fn coming(&self) -> Readiness {
        if self.was_ready { Readiness::Recovering } else { Readiness::Starting }
    }
}

impl Finding {
    fn of(phase: Readiness, reason: impl Into<String>) -> Self {
        Self { phase, reason: Some(reason.into()), ..Self::default() }
    }

    fn failed(reason: &str, error: String) -> Self {
        Self { last_error: Some(error), ..Self::of(Readiness::Failed, reason) }
    }
}

/// What the proof lacks, for a person.
fn missing(has_polled: bool, link_down: Option<&str>) -> Option<String> {
    match (has_polled, link_down) {
        (true, None) => None,
        (true, Some(cause)) => Some(cause.to_owned()),
        (false, None) => Some("the frame loop has not polled since the editor said that it is ready".into()),
        (false, Some(cause)) => Some(format!("{cause}; and the frame loop has not polled yet")),
    }
}

fn own_reason(facts: &Facts<'_>) -> Option<String> {
    (!facts.reason.is_empty()).then(|| facts.reason.to_owned())
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "judge_wait_tests.rs"]
mod wait_tests;
