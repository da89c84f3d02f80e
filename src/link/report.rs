//! What calls on a link come to: refusals, errors of the configuration, state, totals, the report of a close.

use crate::readiness::Readiness;
use crate::session::slots::Unanswerable;

/// Why a call on a link was refused. Each maps to one `FRAMEWIRE_*` status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The outbox is full, or too many reports of dropped sends wait for a poll; nothing was taken.
    WouldBlock,
    /// No connection could take this.
    NotOpen,
    /// Over the cap of the peer or of the outbox.
    TooLarge,
    /// No request of this link has that id.
    Unknown,
    /// That request has been answered.
    AlreadyAnswered,
    /// The request ran out of time before.
    Expired,
    /// The connection of the request ended before.
    Lost,
    /// The profile does not do that.
    Unsupported,
    /// An argument is wrong.
    Invalid,
    /// The link has been closed.
    Closed,
    /// The I/O thread failed inside.
    Internal,
    /// There is no memory for a copy of it; nothing was taken.
    NoMemory,
}

impl From<Unanswerable> for Refusal {
    fn from(why: Unanswerable) -> Self {
        match why {
            Unanswerable::Unknown => Self::Unknown,
            Unanswerable::AlreadyAnswered => Self::AlreadyAnswered,
            Unanswerable::Expired => Self::Expired,
            Unanswerable::Lost => Self::Lost,
        }
    }
}

/// A send that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number, for SEND_DROPPED.
    pub number: u64,
    /// The answer was too large for the peer; a compact error goes in its place.
    pub replaced: bool,
}

/// Why a configuration or an endpoint was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What kind of refusal.
    pub kind: ConfigErrorKind,
    /// Name of the field of [`super::Config`] at fault; the same name as in `framewire_config`.
    pub field: Option<&'static str>,
    /// What is wrong and what to do next.
    pub text: String,
}

/// What kind of refusal a [`ConfigError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// A field is wrong.
    Invalid,
    /// This version or build does not do that.
    Unsupported,
    /// A living link has the name.
    NameInUse,
    /// The living link of that name was opened with another configuration.
    ConfigDiffers,
    /// A limit of the library is reached.
    Limit,
    /// The system gave no thread or file descriptor.
    NoResources,
    /// The link is closed.
    Stale,
}

impl ConfigError {
    /// A field is wrong.
    pub(super) fn invalid(field: &'static str, text: impl Into<String>) -> Self {
        Self { kind: ConfigErrorKind::Invalid, field: Some(field), text: text.into() }
    }

    /// An error of no field.
    pub(super) fn of(kind: ConfigErrorKind, text: impl Into<String>) -> Self {
        Self { kind, field: None, text: text.into() }
    }
}

/// What a link is doing. Twin of `framewire_state`.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "documented at the twin in `framewire_state`")]
pub struct State {
    pub phase: u32,
    pub readiness: Readiness,
    pub generation: u64,
    pub attempt: u32,
    pub protocol: u32,
    pub poll_age_ns: u64,
    pub requests_open: u32,
    pub requests_waiting: u32,
    pub inbound_bytes: u64,
    pub outbound_bytes: u64,
    pub pause_depth: u32,
    pub session_id: String,
    pub server_version: String,
    pub detached: bool,
    pub attaches: u32,
    pub requests_orphaned: u32,
    pub calls_open: u32,
    pub published_readiness: Readiness,
    pub stalled: bool,
}

/// Totals since the link was opened. Twin of `framewire_stats`.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "documented at the twin in `framewire_stats`")]
pub struct Stats {
    pub polls: u64,
    pub events: u64,
    pub connections: u64,
    pub connect_failures: u64,
    pub messages_in: u64,
    pub bytes_in: u64,
    pub messages_out: u64,
    pub bytes_out: u64,
    pub requests: u64,
    pub answered: u64,
    pub expired: u64,
    pub lost: u64,
    pub dropped_unseen: u64,
    pub refused_busy: u64,
    pub dropped_full: u64,
    pub malformed: u64,
    pub send_dropped: u64,
    pub budget_stops: u64,
    pub wakeups: u64,
    pub wakes_sent: u64,
    pub attaches: u64,
    pub orphaned: u64,
    pub held_too_long: u64,
    pub calls: u64,
    pub late_replies: u64,
    pub state_writes: u64,
    pub state_failures: u64,
}

/// How a close went. Twin of `framewire_close_report`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "documented at the twin in `framewire_close_report`")]
pub struct CloseReport {
    pub unsent: u64,
    pub unconfirmed: u64,
    pub unanswered: u64,
    pub undelivered: u64,
    pub code: u32,
    pub clean: bool,
}
