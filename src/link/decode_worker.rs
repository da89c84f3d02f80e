//! The decode worker: the thread of a link that makes values of payloads, and on which they end.

use std::any::Any;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, SendError, Sender, unbounded};
use parking_lot::Mutex;

use super::decoder::{DecodeInput, Decoded, Decoder};
use super::shared::Shared;
use super::waiters::Waiters;
use super::{clock, helper};
use crate::session::event::{Buffer, Event, EventKind};
use crate::session::slots::{SlotState, SlotTable};
use crate::sys;

/// Estimates count up to this much each, so that no sum of them overflows.
const MOST_WEIGHT: usize = 1 << 48;

/// What is to be decoded of one event; owns all that the thread touches.
#[derive(Debug)]
pub struct Job {
    kind: EventKind,
    id: u64,
    buffer: Buffer,
    name: Range<usize>,
    data: Range<usize>,
    method: Option<Arc<str>>,
}

impl Job {
    /// Takes the payload out of `event`, until [`Job::buffer`] or an [`Outcome`] brings it back.
    pub fn of(event: &mut Event) -> Self {
        Self {
            kind: event.kind,
            id: event.id,
            buffer: std::mem::take(&mut event.buffer),
            name: event.name.clone(),
            data: event.data.clone(),
            method: event.method.clone(),
        }
    }

    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// The payload, not decoded.
    pub fn buffer(self) -> Buffer {
        self.buffer
    }

    /// Whether somebody waits for the value still: what is settled is never handed out.
    fn is_open(&self, slots: &SlotTable) -> bool {
        match self.kind {
            EventKind::Request => slots.state(self.id) == Some(SlotState::Waiting),
            EventKind::RequestOrphaned => slots.state(self.id) == Some(SlotState::Announced),
            _ => true,
        }
    }

    /// Makes the value; a panic of the decoder costs the value alone.
    pub fn decode(self, decoder: &dyn Decoder) -> Outcome {
        let name = self.method.as_ref().map(|method| method.as_bytes());
        let name = name.unwrap_or_else(|| self.buffer.get(self.name.clone()).unwrap_or_default());
        let data = self.buffer.get(self.data.clone()).unwrap_or_default();
        let input = DecodeInput { kind: self.kind, id: self.id, name, data };
        let (mut decoded, trouble) = match catch_unwind(AssertUnwindSafe(|| decoder.decode(&input))) {
            Ok(decoded) => (decoded, None),
            Err(panic) => {
                let words = words_of(&*panic).to_owned();
                helper::forget(panic);
                (Decoded::default(), Some(words))
            }
        };
        decoded.weight = decoded.weight.min(MOST_WEIGHT);
        Outcome { buffer: self.buffer, decoded, trouble }
    }
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it left no words")
}

/// What became of a [`Job`].
#[derive(Debug)]
pub struct Outcome {
    /// The payload.
    pub buffer: Buffer,
    /// What was made of it.
    pub decoded: Decoded,
    /// The words of a decoder that failed inside.
    pub trouble: Option<String>,
}

/// What the thread is given; done in order, so that what has come back ends before more is made.
#[derive(Debug)]
enum Work {
    Decode(Job, Arc<dyn Decoder>),
    Discard(Box<dyn Any + Send>),
    Stop,
}

/// The decode worker of a link, seen from the other threads.
///
/// Its queue has no bound of its own: jobs are counted by the I/O thread, and everything else is a value that takes more
/// room than its place in the queue.
#[derive(Debug)]
pub struct DecodeWorker {
    queue: Sender<Work>,
    /// The other end, until a thread takes it. When that is dropped, so is what lies in the queue, and nothing more
    /// can be put in.
    unclaimed: Mutex<Option<Receiver<Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    has_thread: AtomicBool,
    is_stopping: AtomicBool,
    has_ended: AtomicBool,
}

impl Default for DecodeWorker {
    fn default() -> Self {
        let (queue, other_end) = unbounded();
        Self {
            queue,
            unclaimed: Mutex::new(Some(other_end)),
            thread: Mutex::new(None),
            has_thread: AtomicBool::new(false),
            is_stopping: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        }
    }
}

impl DecodeWorker {
    /// Whether there is a thread, or was one.
    pub fn has_thread(&self) -> bool {
        self.has_thread.load(Ordering::Acquire)
    }

    /// Whether something was put into the queue that no thread is there for.
    pub fn wants_thread(&self) -> bool {
        !self.queue.is_empty() && !self.has_thread()
    }

    /// Starts the thread; `results` gets an outcome for each job, in order, and then the I/O thread is woken.
    ///
    /// # Errors
    /// The system gives no thread; the next call may be luckier.
    pub fn start(&self, shared: &Arc<Shared>, results: Sender<Outcome>) -> io::Result<()> {
        let mut unclaimed = self.unclaimed.lock();
        let Some(queue) = unclaimed.clone() else { return Ok(()) };
        let shared = Arc::clone(shared);
        let thread = sys::spawn("fw:decode", move || live(&shared, queue, &results))?;
        *self.thread.lock() = Some(thread);
        *unclaimed = None;
        self.has_thread.store(true, Ordering::Release);
        Ok(())
    }

    /// Queues a job. The thread must have been started, and not stopped.
    pub fn decode(&self, job: Job, decoder: &Arc<dyn Decoder>) {
        // The other end lives until the I/O thread, which calls this, has said that it may go.
        let _ = self.queue.send(Work::Decode(job, Arc::clone(decoder)));
    }

    /// Queues a value to be dropped; drops it here if the worker is gone. True if it waits for a thread to be started.
    pub fn discard(&self, value: Box<dyn Any + Send>) -> bool {
        if let Err(SendError(work)) = self.queue.send(Work::Discard(value)) {
            drop(work);
            return false;
        }
        !self.has_thread()
    }

    /// From now on jobs come back undecoded, save the one under way.
    pub fn hurry(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    /// Ends the thread, once the values that were queued before are dropped. Does not wait for it.
    pub fn stop(&self) {
        self.hurry();
        // Before a thread was started nobody comes after this one: the I/O thread calls both.
        let unclaimed = self.unclaimed.lock().take();
        let _ = self.queue.send(Work::Stop);
        if let Some(queue) = unclaimed {
            survives(|| drop(queue));
        }
    }

    /// Joins the thread if it ends by then; else it is left to end by itself, or to [`DecodeWorker::join_at_last`]: it owns
    /// all it touches.
    pub fn join(&self, deadline_ns: u64, waiters: &Waiters) {
        if self.thread.lock().is_none() {
            return;
        }
        let left = Duration::from_nanos(deadline_ns.saturating_sub(clock::now_ns()));
        if waiters.wait(left, || self.has_ended.load(Ordering::SeqCst)) {
            self.join_at_last();
        }
    }

    /// Whether there is a thread that has not come to its end.
    pub fn is_at_work(&self) -> bool {
        self.thread.lock().as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Joins the thread, whenever it ends; it must have been stopped.
    pub fn join_at_last(&self) {
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            // A panic in it was caught inside.
            let _ = thread.join();
        }
    }
}

/// Tells those who wait for the thread that it ends, whatever ends it.
struct Last<'a>(&'a Shared);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.0.decode_worker.has_ended.store(true, Ordering::SeqCst);
        self.0.waiters.notify();
    }
}

/// The thread's whole life.
fn live(shared: &Shared, queue: Receiver<Work>, results: &Sender<Outcome>) {
    let _last = Last(shared);
    while let Ok(work) = queue.recv() {
        match work {
            Work::Decode(job, decoder) => {
                let outcome = if is_stopping(shared) || !job.is_open(&shared.slots) {
                    Outcome { buffer: job.buffer, decoded: Decoded::default(), trouble: None }
                } else {
                    job.decode(&*decoder)
                };
                // An outcome that nobody takes any more ends here, like every value.
                survives(|| drop(results.send(outcome)));
                survives(|| drop(decoder));
                shared.waking.wake();
            }
            Work::Discard(value) => survives(|| drop(value)),
            Work::Stop => break,
        }
    }
    survives(|| drop(queue));
}

/// Whether the link ends, by its host or by itself.
fn is_stopping(shared: &Shared) -> bool {
    shared.closing.load(Ordering::Acquire) || shared.decode_worker.is_stopping.load(Ordering::Acquire)
}

/// Runs `work`; a panic in it ends there.
pub fn survives(work: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
        helper::forget(panic);
    }
}
