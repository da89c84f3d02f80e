//! What a session has counted since it was made.

/// Totals; each is documented at its twin in `framewire_stats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "documented at the twin in `framewire_stats`")]
pub struct Counters {
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
    /// Requests handed out again to a new owner.
    pub orphaned: u64,
    /// Requests that waited in vain for the host.
    pub held_too_long: u64,
    /// Calls of ours.
    pub calls: u64,
    /// Replies to calls that had ended before, or that nobody made.
    pub late_replies: u64,
}
