//! What waits for the encode worker, and what it has to tell: bounded, shared by the callers and the worker.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};
use framewire::link::now_ns;

use super::job::Job;
use super::{Outcome, SendError};

/// Estimated bytes that may wait; one send always may.
const MAX_BYTES: usize = 64 << 20;
/// Sends that may wait.
const MAX_JOBS: usize = 1024;

/// Counts of what waits, requests whose answers wait, and outcomes. The jobs themselves go through a channel.
#[derive(Debug)]
pub(super) struct Queue {
    bytes: AtomicUsize,
    jobs: AtomicUsize,
    /// Waiting sends that later ones must not overtake.
    ordered: AtomicUsize,
    /// Requests whose answers wait. Locked for moments, on either side.
    answered: Mutex<HashSet<u64>>,
    outcomes: (Sender<Outcome>, Receiver<Outcome>),
    /// When the worker is to give up what is left; set once, by the close.
    deadline_ns: OnceLock<u64>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            bytes: AtomicUsize::new(0),
            jobs: AtomicUsize::new(0),
            ordered: AtomicUsize::new(0),
            answered: Mutex::default(),
            // At most one outcome a job.
            outcomes: unbounded(),
            deadline_ns: OnceLock::new(),
        }
    }
}

impl Queue {
    /// Takes room for a job.
    pub(super) fn enter(&self, job: &Job) -> Result<(), SendError> {
        let fits = |held: usize| held == 0 || held.saturating_add(job.size) <= MAX_BYTES;
        let take = |held| fits(held).then(|| held.saturating_add(job.size));
        if self.jobs.load(Ordering::Relaxed) >= MAX_JOBS
            || self.bytes.fetch_update(Ordering::AcqRel, Ordering::Acquire, take).is_err()
        {
            return Err(SendError::Busy);
        }
        self.jobs.fetch_add(1, Ordering::AcqRel);
        match job.target.answers() {
            Some(id) => drop(self.lock().insert(id)),
            None => drop(self.ordered.fetch_add(1, Ordering::AcqRel)),
        }
        Ok(())
    }

    /// Gives the room of a job back, once the link has it or it is dropped.
    pub(super) fn leave(&self, answers: Option<u64>, size: usize) {
        match answers {
            Some(id) => drop(self.lock().remove(&id)),
            None => drop(self.ordered.fetch_sub(1, Ordering::AcqRel)),
        }
        self.jobs.fetch_sub(1, Ordering::AcqRel);
        self.bytes.fetch_sub(size, Ordering::AcqRel);
    }

    /// Whether the answer to request `id` waits.
    pub(super) fn is_answered(&self, id: u64) -> bool {
        self.jobs.load(Ordering::Acquire) > 0 && self.lock().contains(&id)
    }

    /// Whether a notification or message waits, which the next one must follow.
    pub(super) fn is_ordered(&self) -> bool {
        self.ordered.load(Ordering::Acquire) > 0
    }

    pub(super) fn tell(&self, outcome: Outcome) {
        // The receiver lives as long as the queue.
        let _ = self.outcomes.0.send(outcome);
    }

    pub(super) fn next_outcome(&self) -> Option<Outcome> {
        self.outcomes.1.try_recv().ok()
    }

    /// From now on nothing waits for room beyond that time.
    pub(super) fn end_at(&self, deadline_ns: u64) {
        let _ = self.deadline_ns.set(deadline_ns);
    }

    /// Whether what is left is to be given up.
    pub(super) fn is_over(&self) -> bool {
        self.deadline_ns.get().is_some_and(|&deadline| now_ns() >= deadline)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<u64>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
