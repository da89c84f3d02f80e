//! The thread that finishes large sends: `fw:encode`, one a link, started with the first of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use framewire::link::{Link, Refusal, Sent};
use framewire::sys;

use super::job::{Job, Ready};
use super::queue::Queue;
use super::{Outcome, SendError};

/// Between two offers to a link whose outbox is full.
const RETRY: Duration = Duration::from_millis(2);

/// The worker, seen by those who give it work.
#[derive(Debug, Default)]
pub(super) enum Worker {
    #[default]
    NotStarted,
    Running {
        jobs: Sender<Job>,
        thread: JoinHandle<()>,
    },
    Closed,
}

impl Worker {
    /// Gives it a job, which has its room. Starts the thread for the first one.
    pub(super) fn push(&mut self, job: Job, link: &Link, queue: &Arc<Queue>) -> Result<(), SendError> {
        if let Self::NotStarted = self {
            let (jobs, receiver) = unbounded();
            let (link, queue) = (link.clone(), Arc::clone(queue));
            let thread = sys::spawn("fw:encode", move || run(&receiver, &link, &queue));
            *self = Self::Running { jobs, thread: thread.map_err(|_| SendError::NoThread)? };
        }
        match self {
            Self::Running { jobs, .. } => jobs.send(job).map_err(|_| SendError::Refused(Refusal::Internal)),
            _ => Err(SendError::Refused(Refusal::Closed)),
        }
    }

    /// No more jobs; the thread, which ends when it has done those it has.
    pub(super) fn end(&mut self) -> Option<JoinHandle<()>> {
        match std::mem::replace(self, Self::Closed) {
            Self::Running { thread, .. } => Some(thread),
            _ => None,
        }
    }
}

fn run(jobs: &Receiver<Job>, link: &Link, queue: &Queue) {
    for job in jobs {
        let (answers, size) = (job.target.answers(), job.size);
        let dropped = job.target.dropped();
        // A panic costs the job, not those behind it.
        let sent = catch_unwind(AssertUnwindSafe(|| finish(job, link, queue)));
        let outcome = match sent.unwrap_or(Err(SendError::Refused(Refusal::Internal))) {
            Ok(sent) => answers.filter(|_| sent.replaced).map(|id| Outcome::AnswerReplaced { id }),
            Err(why) => Some(dropped(why)),
        };
        // Told last: whoever hears it may answer anew.
        queue.leave(answers, size);
        if let Some(outcome) = outcome {
            queue.tell(outcome);
        }
    }
}

fn finish(job: Job, link: &Link, queue: &Queue) -> Result<Sent, SendError> {
    if queue.is_over() {
        return Err(Refusal::Closed.into());
    }
    offer(&job.prepare()?, link, queue)
}

/// Offers a send until the link takes it. Those behind it wait, and callers are told when too much does.
fn offer(ready: &Ready, link: &Link, queue: &Queue) -> Result<Sent, SendError> {
    loop {
        match ready.send(link) {
            Err(Refusal::WouldBlock) if !queue.is_over() => std::thread::sleep(RETRY),
            ended => return Ok(ended?),
        }
    }
}
