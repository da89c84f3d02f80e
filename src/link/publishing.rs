//! The state file of a link: what goes into it, and when. The I/O thread judges; it never touches the disk.

use std::sync::atomic::Ordering;

use super::claim::Claim;
use super::config::Config;
use super::shared::Shared;
use super::silence::Silence;
use super::target::Target;
use super::wait::Wait;
use super::writing::{Line, Writing};
use super::{ABI_VERSION, clock};
use crate::readiness::{Facts, Judge, Life, Limits, Readiness, Word};
use crate::session::{FLAG_FINAL, Session};

use crate::session::event::{Event, EventKind, Reason};
use crate::session::phase::Phase;
use crate::state_file::{Publisher, Record};

/// How often the frame loop is looked at, ns.
const CHECK: u64 = 1_000_000_000;
/// How long the end of a link waits for its last record, ns.
pub const LAST_WRITE: u64 = 2_000_000_000;

/// See the module's page.
#[derive(Debug)]
pub struct Publishing {
    judge: Judge,
    silence: Silence,
    writing: Writing,
    name: String,
    /// Keeps other links of this process away from the file.
    _claim: Claim,
    life: Life,
    /// Why the link is not up, as last heard.
    cause: Option<String>,
    /// It is also why the link dials no more.
    is_final: bool,
    /// The editor's last word that came with a reason, and the reason.
    reason: (Readiness, String),
    /// What the last judgement was made of; another set of these asks for another.
    seen: Option<Seen>,
    judge_at: u64,
    check_at: u64,
}

/// What is looked at each turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    word: Word,
    phase: Phase,
    is_detached: bool,
    attaches: u64,
    life: Life,
}

/// What a turn of the I/O thread lends.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What the host's threads share.
    pub shared: &'a Shared,
    /// The session.
    pub session: &'a Session,
    /// Where the link dials.
    pub target: &'a Target,
    /// What wakes the thread when a write has ended.
    pub wait: &'a Wait,
}

impl Publishing {
    /// The publishing of a link opened at `now`, if its configuration asks for any.
    ///
    /// # Errors
    /// The file cannot be this link's; the field at fault, and what to do.
    pub fn new(config: &Config, now: u64) -> Result<Option<Self>, (&'static str, String)> {
        let Some(claim) = Claim::of(config)? else { return Ok(None) };
        let limit = |ms: u32| (ms > 0).then(|| clock::ms(ms));
        let limits = Limits { ready: limit(config.ready_timeout_ms), reload: limit(config.reload_timeout_ms) };
        Ok(Some(Self {
            judge: Judge::new(limits),
            silence: Silence::new(limit(config.stall_ms), now),
            writing: Writing::new(Publisher::new(claim.path().to_owned())),
            name: config.name.clone(),
            _claim: claim,
            life: Life::Open,
            cause: None,
            is_final: false,
            reason: Default::default(),
            seen: None,
            judge_at: now,
            check_at: now,
        }))
    }

    /// Hears the editor's word and its reason.
    pub fn hear(&mut self, readiness: Readiness, reason: String) {
        self.reason = (readiness, reason);
        self.seen = None;
    }

    /// Hears what the host is told, for the cause of a link that is not up.
    pub fn overhear(&mut self, event: &Event) {
        let cause = match event.kind {
            EventKind::ConnectFailed => event.buffer.get(event.detail.clone()),
            EventKind::Closed if event.reason == Reason::ClosedByHost => {
                Some(&b"the link was told to disconnect: tell it to connect"[..])
            }
            EventKind::Closed => event.buffer.get(event.detail.clone()),
            _ => return,
        };
        let cause = cause.map(String::from_utf8_lossy).filter(|cause| !cause.is_empty());
        self.is_final = event.flags & FLAG_FINAL != 0;
        self.cause = Some(cause.map_or_else(|| "the connection was lost".to_owned(), std::borrow::Cow::into_owned));
        self.seen = None;
    }

    /// When the thread should turn again, ns.
    pub fn deadline(&self) -> u64 {
        self.judge_at.min(self.check_at).min(self.writing.deadline())
    }

    /// One turn: looks at what has changed, and has it written. Costs a few loads where nothing has. A line for the log,
    /// now and then.
    pub fn turn(&mut self, now: u64, scene: Scene<'_>) -> Option<Line> {
        if self.life == Life::Open && scene.shared.closing.load(Ordering::Acquire) {
            self.life = Life::Closing;
        }
        if now >= self.check_at {
            self.check_at = now.saturating_add(CHECK);
            if self.silence.look(now, scene.shared.poll_age(now), clock::utc_ns) {
                self.seen = None;
            }
        }
        let seen = Seen {
            word: scene.shared.readiness.word(),
            phase: scene.session.phase(),
            is_detached: scene.shared.detached.load(Ordering::Acquire),
            attaches: scene.shared.succession.attaches(),
            life: self.life,
        };
        if self.seen != Some(seen) || now >= self.judge_at {
            self.seen = Some(seen);
            self.judge(now, seen, scene);
        }
        self.writing.turn(now, scene.shared, || scene.wait.waking())
    }

    /// The link is closed: writes that it stopped, and waits for it, [`LAST_WRITE`] at most.
    pub fn finish(&mut self, shared: &Shared, session: &Session, target: &Target, wait: &mut Wait) {
        let until = clock::now_ns().saturating_add(LAST_WRITE);
        self.life = Life::Closed;
        loop {
            let now = clock::now_ns();
            self.writing.end();
            self.turn(now, Scene { shared, session, target, wait });
            if self.writing.is_idle() || now >= until {
                return;
            }
            // The helper's call ends it; the interval is for a call that came before the sleep.
            let interval = now.saturating_add(5_000_000).min(until);
            if wait.sleep(interval, || false).is_err() {
                std::thread::yield_now();
            }
        }
    }

    fn judge(&mut self, now: u64, seen: Seen, scene: Scene<'_>) {
        let Seen { word, phase, is_detached, attaches, life } = seen;
        if matches!(phase, Phase::Greeting | Phase::Active) {
            // It has connected: what kept it from that is over.
            self.cause = None;
        }
        // A link that dials no more and was not made to by a failure was told so by the host, which raises no event.
        let cause =
            self.cause.as_deref().filter(|_| life == Life::Open && (phase != Phase::Disconnected || self.is_final));
        let link_down = (phase != Phase::Active).then(|| cause.unwrap_or(default_cause(phase)));
        let facts = Facts {
            now,
            word,
            reason: if self.reason.0 == word.readiness { &self.reason.1 } else { "" },
            polls: scene.shared.polls.load(Ordering::Acquire),
            link_down,
            is_detached,
            attaches,
            life,
        };
        let report = self.judge.judge(&facts, fresh_id);
        let link_cause = link_down.filter(|_| life != Life::Closed).map(str::to_owned);
        self.judge_at = report.deadline.unwrap_or(clock::NEVER);
        scene.shared.published_readiness.set(report.phase);
        self.writing.put(Record {
            phase: report.phase.name().into(),
            generation_id: report.operation,
            reason: report.reason,
            endpoint: Some(scene.target.shown_endpoint()),
            last_error: report.last_error,
            editor_phase: Some(word.readiness),
            link_phase: Some(phase.name().into()),
            link_cause,
            is_failed_by_link: report.is_failed_by_link,
            main_thread_silent_since_ns: self.silence.since_utc(),
            name: Some(self.name.clone()),
            session_id: Some(scene.session.session_id().to_owned()).filter(|id| !id.is_empty()),
            abi: Some(format!("{}.{}", ABI_VERSION >> 16, ABI_VERSION & 0xffff)),
            ..Record::default()
        });
    }
}

/// Why a link is not up of which nothing has been heard yet.
fn default_cause(phase: Phase) -> &'static str {
    match phase {
        Phase::Disconnected => "the link is not connected: tell it to connect",
        Phase::Greeting => "the server has not acknowledged the link yet",
        Phase::Closing | Phase::Closed => "the link is being closed",
        _ => "the link is being connected",
    }
}

fn fresh_id() -> u128 {
    let mut bytes = [0; 16];
    // Without randomness operations look alike, which misleads nobody about the phase.
    let _ = getrandom::fill(&mut bytes);
    u128::from_le_bytes(bytes)
}
