//! The helper thread: one a process, for calls to the system that may take long.
//!
//! A job has a deadline. Past it the job counts as stuck in the system: its thread is given up
//! (it owns all it touches and ends when the system lets it) and another takes the queue over.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::clock;
use super::wait::Waking;
use crate::sys;

/// Threads that may be stuck at the same time before jobs are refused.
const STUCK_THREADS: usize = 8;
/// A thread without a job for that long ends, so that none stays behind whoever joins it; the next job starts another.
const IDLE: Duration = Duration::from_secs(30);

type Work = Box<dyn FnOnce() + Send>;

struct Job {
    number: u64,
    deadline_ns: u64,
    work: Work,
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Job").field(&self.number).finish()
    }
}

/// The helper thread and its queue.
#[derive(Debug)]
struct Helper {
    state: Mutex<State>,
    changed: Condvar,
    idle: Duration,
}

#[derive(Debug)]
struct State {
    queue: VecDeque<Job>,
    /// Number of the last job queued.
    jobs: u64,
    /// Number of the thread at work; those before it are given up.
    current: u64,
    handle: Option<JoinHandle<()>>,
    /// The current thread is in its loop.
    running: bool,
    /// The job under way and when it counts as stuck.
    busy: Option<(u64, u64)>,
    /// Threads in a job or waiting for one, given up or not.
    alive: usize,
    stopping: bool,
}

static HELPER: Helper = Helper::new(IDLE);

/// Where a job's result appears.
#[derive(Debug)]
pub struct Ticket<T> {
    helper: &'static Helper,
    cell: Arc<Mutex<Outcome<T>>>,
    job: u64,
    deadline_ns: u64,
}

#[derive(Debug)]
enum Outcome<T> {
    Waiting,
    Done(T),
    Failed,
    Taken,
}

/// What a [`Ticket`] shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Polled<T> {
    /// The job is under way.
    Waiting,
    /// The job is done; said once.
    Done(T),
    /// The job failed inside, or its result was taken before.
    Failed,
    /// The deadline is over.
    Late,
}

impl<T> Ticket<T> {
    /// The result, if it is there. Does not block.
    pub fn poll(&self, now_ns: u64) -> Polled<T> {
        // The lock is held for moves only.
        let mut cell = self.cell.lock();
        if matches!(*cell, Outcome::Waiting) {
            if now_ns < self.deadline_ns {
                return Polled::Waiting;
            }
            drop(cell);
            self.helper.give_up(self.job, now_ns);
            return Polled::Late;
        }
        match std::mem::replace(&mut *cell, Outcome::Taken) {
            Outcome::Done(value) => Polled::Done(value),
            _ => Polled::Failed,
        }
    }

    /// When the job counts as stuck.
    #[cfg(test)]
    pub fn deadline_ns(&self) -> u64 {
        self.deadline_ns
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        let waiting = matches!(*self.cell.lock(), Outcome::Waiting);
        if waiting {
            // Nobody waits for it any more, so it must not hold up the jobs behind it.
            self.helper.give_up(self.job, clock::NEVER);
        }
    }
}

/// Runs `work` on the helper thread; `waking` is called when the result is there.
///
/// Does not block on anything slow. Dropping the ticket gives the job up: one that waits is not
/// begun, one under way is finished on a thread of its own.
///
/// # Errors
/// The system gives no thread, or too many are stuck in it; the text says what to do.
pub fn submit<T: Send + 'static>(
    deadline_ns: u64,
    waking: Waking,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Ticket<T>, String> {
    HELPER.run_for(deadline_ns, waking, work)
}

/// Ends the helper thread and joins it, waiting for the job under way until its deadline at most.
/// A stuck thread is left. A later [`submit`] starts another.
pub fn join_idle() {
    HELPER.join_idle();
}

/// Ends what threads the library has beside the links, once all of these are closed; false if one is stuck in the system,
/// on a host name for one, and ends whenever that lets it go. For hosts that are about to unload the code: they keep it
/// then. Blocks until the deadline of the job under way at most, a few seconds.
pub fn join_helpers() -> bool {
    HELPER.join_all()
}

/// Ends what a panic carried. That may itself panic when it is dropped, and so may what this one carries, which is given up.
pub(super) fn forget(panic: Box<dyn Any + Send>) {
    let mut carried = panic;
    for _ in 0..2 {
        match catch_unwind(AssertUnwindSafe(|| drop(carried))) {
            Ok(()) => return,
            Err(next) => carried = next,
        }
    }
    std::mem::forget(carried);
}

impl Helper {
    const fn new(idle: Duration) -> Self {
        let state = State {
            queue: VecDeque::new(),
            jobs: 0,
            current: 0,
            handle: None,
            running: false,
            busy: None,
            alive: 0,
            stopping: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), idle }
    }

    fn run_for<T: Send + 'static>(
        &'static self,
        deadline_ns: u64,
        waking: Waking,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Ticket<T>, String> {
        let cell = Arc::new(Mutex::new(Outcome::Waiting));
        let result = Arc::clone(&cell);
        let work = Box::new(move || {
            let outcome = match catch_unwind(AssertUnwindSafe(work)) {
                Ok(value) => Outcome::Done(value),
                Err(panic) => {
                    forget(panic);
                    Outcome::Failed
                }
            };
            *result.lock() = outcome;
            drop(result);
            waking.wake();
        });
        let job = self.submit(deadline_ns, work)?;
        Ok(Ticket { helper: self, cell, job, deadline_ns })
    }

    fn submit(&'static self, deadline_ns: u64, work: Work) -> Result<u64, String> {
        let mut state = self.state.lock();
        if state.busy.is_some_and(|(_, until)| until <= clock::now_ns()) {
            state.leave_current();
        }
        state.stopping = false;
        if !state.running {
            self.start(&mut state)?;
        }
        state.jobs += 1;
        let number = state.jobs;
        state.queue.push_back(Job { number, deadline_ns, work });
        drop(state);
        self.changed.notify_all();
        Ok(number)
    }

    fn start(&'static self, state: &mut State) -> Result<(), String> {
        if state.alive > STUCK_THREADS {
            return Err("calls to the system hang (name lookups, or files on a disk that does not answer): check name servers and disks, or give an address in the url".into());
        }
        let number = state.current + 1;
        let handle = sys::spawn("fw:helper", move || self.run(number))
            .map_err(|error| format!("the system gives no thread ({error}): end what uses so many"))?;
        state.current = number;
        state.handle = Some(handle);
        state.running = true;
        state.alive += 1;
        Ok(())
    }

    /// Takes job `number` off the queue, or leaves its thread behind if it is under way.
    fn give_up(&'static self, number: u64, now_ns: u64) {
        let mut state = self.state.lock();
        let stuck = state.busy.is_some_and(|(job, until)| job == number || until <= now_ns.min(clock::now_ns()));
        state.queue.retain(|job| job.number != number);
        if stuck {
            state.leave_current();
            if !state.queue.is_empty() {
                // Should this fail, the jobs run into their own deadlines.
                let _ = self.start(&mut state);
            }
            drop(state);
            self.changed.notify_all();
        }
    }

    fn run(&self, number: u64) {
        let mut state = self.state.lock();
        while state.current == number {
            if let Some(job) = state.queue.pop_front() {
                state.busy = Some((job.number, job.deadline_ns));
                drop(state);
                (job.work)();
                state = self.state.lock();
                if state.current == number {
                    state.busy = None;
                }
            } else if state.stopping || self.rests_long(&mut state) {
                break;
            }
        }
        state.alive -= 1;
        if state.current == number {
            state.running = false;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for a change; true if there was none, and no job, for as long as an idle thread stays.
    fn rests_long(&self, state: &mut MutexGuard<'_, State>) -> bool {
        self.changed.wait_for(state, self.idle).timed_out() && state.queue.is_empty()
    }

    /// Whether no thread is left.
    fn join_all(&self) -> bool {
        self.join_idle();
        self.state.lock().alive == 0
    }

    fn join_idle(&self) {
        let mut state = self.state.lock();
        let number = state.current;
        let Some(handle) = state.handle.take() else {
            return;
        };
        state.stopping = true;
        self.changed.notify_all();
        while state.current == number && state.running && state.stopping {
            match state.busy {
                None => self.changed.wait(&mut state),
                Some((_, until)) => {
                    let now = clock::now_ns();
                    if until <= now {
                        state.leave_current();
                        return;
                    }
                    self.changed.wait_for(&mut state, Duration::from_nanos(until - now));
                }
            }
        }
        if state.current == number && state.running {
            // A job came in between: the thread lives on.
            state.handle = Some(handle);
        } else if state.current == number {
            drop(state);
            // The thread has left its loop; a panic of it has nothing to tell.
            let _ = handle.join();
        }
    }
}

impl State {
    /// Lets the current thread end on its own, whenever that is.
    fn leave_current(&mut self) {
        self.current += 1;
        self.handle = None;
        self.running = false;
        self.busy = None;
    }
}

#[cfg(test)]
#[path = "helper_tests.rs"]
mod tests;
