//! The state file of a link: what goes into it, when it is written, what becomes of failures.
//!
//! The I/O thread judges and hands the newest record to the helper thread; it never touches the disk. One write of a
//! link is under way at a time, and what changes meanwhile waits for its end: the latest wins, and the order is kept.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;

use super::claim::Claim;
use super::config::Config;
use super::helper::{self, Polled, Ticket};
use super::shared::Shared;
use super::target::Target;
use super::wait::{Wait, Waking};
use super::{ABI_VERSION, clock, silence::Silence};
use crate::readiness::{Facts, Judge, Life, Limits, Readiness, Word};
use crate::session::Session;
use crate::session::event::{Event, EventKind, Reason};
use crate::session::phase::Phase;
use crate::state_file::{Publisher, Record, Trouble, TroubleKind};

/// How long a write may take before it counts as stuck in the system, ns.
const WRITE_TIMEOUT: u64 = 5_000_000_000;
/// How soon a write that failed is tried again, ns.
const RETRY: u64 = 3_000_000_000;
/// How often the frame loop is looked at, ns.
const CHECK: u64 = 1_000_000_000;
/// How often it is asked whether the file is still there, ns.
const KEEP: u64 = 5_000_000_000;
/// How long the end of a link waits for its last record, ns.
pub const LAST_WRITE: u64 = 2_000_000_000;

/// See the module's page.
#[derive(Debug)]
pub struct Publishing {
    judge: Judge,
    silence: Silence,
    publisher: Arc<Mutex<Publisher>>,
    /// Keeps other links of this process away from the file.
    _claim: Claim,
    life: Life,
    /// Why the link is not up, as last heard.
    cause: Option<String>,
    /// The editor's last word that came with a reason, and the reason.
    reason: (Readiness, String),
    /// What the last judgement was made of; another set of these asks for another.
    seen: Option<Seen>,
    judge_at: u64,
    check_at: u64,
    keep_at: u64,
    retry_at: u64,
    /// The last record, and whether it waits to be written.
    record: Record,
    is_waiting: bool,
    under_way: Option<Ticket<Result<Done, Trouble>>>,
    trouble: Option<TroubleKind>,
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

/// What a job came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// A record was written.
    Written,
    /// The record is where it was put.
    InPlace,
    /// It is not.
    Lost,
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
        let abi = format!("{}.{}", ABI_VERSION >> 16, ABI_VERSION & 0xffff);
        let record = Record { name: Some(config.name.clone()), abi: Some(abi), ..Record::default() };
        Ok(Some(Self {
            judge: Judge::new(limits),
            silence: Silence::new(limit(config.stall_ms), now),
            publisher: Arc::new(Mutex::new(Publisher::new(claim.path().to_owned()))),
            _claim: claim,
            life: Life::Open,
            cause: None,
            reason: Default::default(),
            seen: None,
            judge_at: now,
            check_at: now,
            keep_at: now.saturating_add(KEEP),
            retry_at: clock::NEVER,
            record,
            is_waiting: false,
            under_way: None,
            trouble: None,
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
        self.cause = Some(cause.map_or_else(|| "the connection was lost".to_owned(), std::borrow::Cow::into_owned));
        self.seen = None;
    }

    /// When the thread should turn again, ns.
    pub fn deadline(&self) -> u64 {
        self.judge_at.min(self.check_at).min(self.retry_at)
    }

    /// One turn: looks at what has changed, and has it written. Costs a few loads where nothing has. A line for the log,
    /// now and then.
    pub fn turn(&mut self, now: u64, scene: Scene<'_>) -> Option<(u32, String)> {
        if self.life == Life::Open && scene.shared.closing.load(Ordering::Acquire) {
            self.life = Life::Closing;
        }
        let line = self.collect(now, scene.shared);
        let is_check = now >= self.check_at;
        if is_check {
            self.check_at = now.saturating_add(CHECK);
            if self.silence.look(now, scene.shared.poll_age(now), clock::utc_ns) {
                self.seen = None;
            }
            scene.shared.stalled.store(self.silence.since_utc().is_some(), Ordering::Relaxed);
        }
        let seen = Seen {
            word: scene.shared.readiness.word(),
            phase: scene.session.phase(),
            is_detached: scene.shared.detached.load(Ordering::Acquire),
            attaches: scene.shared.attaches.load(Ordering::Acquire),
            life: self.life,
        };
        if self.seen != Some(seen) || now >= self.judge_at {
            self.seen = Some(seen);
            self.judge(now, seen, scene);
        }
        if now >= self.retry_at {
            self.retry_at = clock::NEVER;
            self.is_waiting = true;
        }
        if self.is_waiting {
            self.submit(now, scene);
        } else if is_check && now >= self.keep_at {
            self.keep(now, scene);
        }
        line
    }

    /// The link is closed: writes that it stopped, and waits for it, [`LAST_WRITE`] at most.
    pub fn finish(&mut self, shared: &Shared, session: &Session, target: &Target, wait: &mut Wait) {
        let until = clock::now_ns().saturating_add(LAST_WRITE);
        self.life = Life::Closed;
        loop {
            let now = clock::now_ns();
            self.turn(now, Scene { shared, session, target, wait });
            let is_told = !self.is_waiting && self.under_way.is_none();
            if is_told || now >= until {
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
        if phase == Phase::Active {
            self.cause = None;
        }
        let link_down = (phase != Phase::Active).then(|| self.cause.as_deref().unwrap_or(default_cause(phase)));
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
        let link_cause = link_down.map(str::to_owned);
        self.judge_at = report.deadline.unwrap_or(clock::NEVER);
        scene.shared.published_readiness.set(report.phase);
        let record = Record {
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
            session_id: Some(scene.session.session_id().to_owned()).filter(|id| !id.is_empty()),
            updated_at_ns: self.record.updated_at_ns,
            name: self.record.name.take(),
            abi: self.record.abi.take(),
            ..Record::default()
        };
        let mut before = std::mem::replace(&mut self.record, record);
        before.name.clone_from(&self.record.name);
        before.abi.clone_from(&self.record.abi);
        self.is_waiting |= before != self.record;
    }

    /// What the job under way came to.
    fn collect(&mut self, now: u64, shared: &Shared) -> Option<(u32, String)> {
        let outcome = match self.under_way.as_ref()?.poll(now) {
            Polled::Waiting => return None,
            Polled::Done(outcome) => outcome,
            Polled::Failed => Err(Trouble::broken()),
            Polled::Late => Err(Trouble::late()),
        };
        self.under_way = None;
        match outcome {
            Ok(Done::InPlace) => None,
            Ok(Done::Lost) => {
                self.is_waiting = true;
                None
            }
            Ok(Done::Written) => {
                shared.state_writes.fetch_add(1, Ordering::Relaxed);
                self.retry_at = clock::NEVER;
                self.trouble.take().map(|_| (3, "the state file is written again".to_owned()))
            }
            Err(trouble) => self.fail(now, trouble, shared),
        }
    }

    /// Counts a failure; tells of it where its kind is new.
    fn fail(&mut self, now: u64, trouble: Trouble, shared: &Shared) -> Option<(u32, String)> {
        shared.state_failures.fetch_add(1, Ordering::Relaxed);
        self.retry_at = now.saturating_add(RETRY);
        if self.life == Life::Closed {
            // Nobody tries again: the rest of the close is worth more than the file.
            self.is_waiting = false;
            self.retry_at = clock::NEVER;
        }
        let is_new = self.trouble.replace(trouble.kind) != Some(trouble.kind);
        is_new.then_some((2, trouble.text))
    }

    fn submit(&mut self, now: u64, scene: Scene<'_>) {
        if self.under_way.is_some() {
            return;
        }
        self.is_waiting = false;
        self.record.updated_at_ns = Some(clock::utc_ns());
        let record = self.record.clone();
        self.keep_at = now.saturating_add(KEEP);
        self.start(now, scene, move |publisher| publisher.publish(record).map(|()| Done::Written));
    }

    fn keep(&mut self, now: u64, scene: Scene<'_>) {
        if self.under_way.is_none() && self.trouble.is_none() {
            self.keep_at = now.saturating_add(KEEP);
            self.start(now, scene, |publisher| Ok(if publisher.is_in_place() { Done::InPlace } else { Done::Lost }));
        }
    }

    fn start(
        &mut self,
        now: u64,
        scene: Scene<'_>,
        work: impl FnOnce(&mut Publisher) -> Result<Done, Trouble> + Send + 'static,
    ) {
        let publisher = Arc::clone(&self.publisher);
        let job = move || {
            // Held by a job that was given up and is still stuck in the system: not now.
            let mut publisher = publisher.try_lock().ok_or_else(Trouble::late)?;
            work(&mut publisher)
        };
        let waking: Waking = scene.wait.waking();
        match helper::submit(now.saturating_add(WRITE_TIMEOUT), waking, job) {
            Ok(ticket) => self.under_way = Some(ticket),
            Err(_) => {
                scene.shared.state_failures.fetch_add(1, Ordering::Relaxed);
                self.retry_at = now.saturating_add(RETRY);
            }
        }
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
