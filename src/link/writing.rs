//! The writes of a state file: by the helper thread, one at a time, the latest wins; and what becomes of failures.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;

use super::clock;
use super::helper::{self, Polled, Ticket};
use super::shared::Shared;
use super::wait::Waking;
use crate::state_file::{Publisher, Record, Trouble, TroubleKind};

/// How long a write may take before it counts as stuck in the system, ns.
const WRITE_TIMEOUT: u64 = 5_000_000_000;
/// How soon a write that failed is tried again, ns.
const RETRY: u64 = 3_000_000_000;
/// How often it is asked whether the file is still there, ns.
const KEEP: u64 = 5_000_000_000;

/// A line for the log of the link: level and words.
pub type Line = (u32, String);

/// See the module's page.
#[derive(Debug)]
pub struct Writing {
    publisher: Arc<Mutex<Publisher>>,
    /// The newest record, and whether it waits to be written.
    record: Record,
    is_waiting: bool,
    under_way: Option<Ticket<Result<Done, Trouble>>>,
    retry_at: u64,
    keep_at: u64,
    /// The trouble that was told last, until a write succeeds.
    trouble: Option<TroubleKind>,
    /// What waits now is the last.
    is_last: bool,
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

impl Writing {
    /// The writes of `publisher`.
    pub fn new(publisher: Publisher) -> Self {
        Self {
            publisher: Arc::new(Mutex::new(publisher)),
            record: Record::default(),
            is_waiting: false,
            under_way: None,
            retry_at: clock::NEVER,
            keep_at: clock::NEVER,
            trouble: None,
            is_last: false,
        }
    }

    /// Takes a record, if it says anything new.
    pub fn put(&mut self, mut record: Record) {
        record.updated_at_ns = self.record.updated_at_ns;
        if record != self.record {
            self.record = record;
            self.is_waiting = true;
        }
    }

    /// The next record is the last: it is tried once, since a close is worth more than the file, and the lock goes with it.
    pub fn end(&mut self) {
        self.is_last = true;
        self.retry_at = clock::NEVER;
    }

    /// Nothing waits and nothing is under way.
    pub fn is_idle(&self) -> bool {
        !self.is_waiting && self.under_way.is_none()
    }

    /// When the next turn is due, ns, should nothing happen before. To see that the file is there is never urgent.
    pub fn deadline(&self) -> u64 {
        self.retry_at
    }

    /// Sees what became of the write under way, and begins the next one. Never waits. A line for the log, now and then.
    pub fn turn(&mut self, now: u64, shared: &Shared, waking: impl Fn() -> Waking) -> Option<Line> {
        let line = self.collect(now, shared);
        if now >= self.retry_at {
            self.retry_at = clock::NEVER;
            self.is_waiting = true;
        }
        if self.under_way.is_some() {
            return line;
        }
        let begun = if self.is_waiting {
            self.is_waiting = false;
            self.record.updated_at_ns = Some(clock::utc_ns());
            let record = self.record.clone();
            let is_last = self.is_last;
            self.start(now, waking(), move |publisher| {
                let outcome = publisher.publish(record).map(|()| Done::Written);
                if is_last {
                    // Here, where a system that hangs in closing a file holds nobody up.
                    publisher.let_go();
                }
                outcome
            })
        } else if now >= self.keep_at {
            self.start(now, waking(), |publisher| Ok(if publisher.is_in_place() { Done::InPlace } else { Done::Lost }))
        } else {
            return line;
        };
        match begun {
            Ok(()) => line,
            Err(trouble) => line.or_else(|| self.fail(now, trouble, shared)),
        }
    }

    fn start(
        &mut self,
        now: u64,
        waking: Waking,
        work: impl FnOnce(&mut Publisher) -> Result<Done, Trouble> + Send + 'static,
    ) -> Result<(), Trouble> {
        let publisher = Arc::clone(&self.publisher);
        let job = move || {
            // Held by a job that was given up and is still stuck in the system: not now, or the order would be lost.
            let mut publisher = publisher.try_lock().ok_or_else(Trouble::late)?;
            work(&mut publisher)
        };
        self.keep_at = clock::NEVER;
        let ticket = helper::submit(now.saturating_add(WRITE_TIMEOUT), waking, job);
        let ticket = ticket.map_err(|why| Trouble::unserved(&why))?;
        self.under_way = Some(ticket);
        Ok(())
    }

    fn collect(&mut self, now: u64, shared: &Shared) -> Option<Line> {
        let outcome = match self.under_way.as_ref()?.poll(now) {
            Polled::Waiting => return None,
            Polled::Done(outcome) => outcome,
            Polled::Failed => Err(Trouble::broken()),
            Polled::Late => Err(Trouble::late()),
        };
        self.under_way = None;
        match outcome {
            Ok(done) => {
                self.keep_at = now.saturating_add(KEEP);
                self.retry_at = clock::NEVER;
                self.is_waiting |= done == Done::Lost;
                if done != Done::Written {
                    return None;
                }
                shared.state_writes.fetch_add(1, Ordering::Relaxed);
                self.trouble.take().map(|_| (3, "the state file is written again".to_owned()))
            }
            Err(trouble) => self.fail(now, trouble, shared),
        }
    }

    /// Counts a failure; tells of it where its kind is new.
    fn fail(&mut self, now: u64, trouble: Trouble, shared: &Shared) -> Option<Line> {
        shared.state_failures.fetch_add(1, Ordering::Relaxed);
        if !self.is_last {
            self.retry_at = now.saturating_add(RETRY);
        }
        let is_new = self.trouble.replace(trouble.kind) != Some(trouble.kind);
        is_new.then_some((2, trouble.text))
    }
}

#[cfg(test)]
#[path = "writing_tests.rs"]
mod tests;
