//! What the editor sends: values become JSON, and nothing that is large does so on the frame thread.
//!
//! Every call takes what it was given before it returns: numbers, containers and short strings are written down at
//! once, long strings, packed arrays and pixels are shared copy-on-write. What the caller changes afterwards is not
//! sent. A value without long parts goes straight into the link, whose status is exact. The rest is finished by one
//! thread a link, `fw:encode`, and what comes of it is an [`Outcome`] for a later frame.

mod error;
mod image;
mod job;
mod outcome;
mod payload;
mod place;
mod queue;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use framewire::link::{Link, ProfileKind, Refusal, Sent, now_ns};
use framewire::sys;
use godot::classes::Image;
use godot::prelude::*;

pub use error::{SendError, refusal_code};
use job::{Job, Target};
pub use outcome::Outcome;
use payload::Part;
use queue::Queue;
use worker::Worker;

use crate::value::Draft;

/// Longest buffer that is kept for the next value, bytes.
const SPARE_BYTES: usize = 1 << 20;

/// What became of a send that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The link has it.
    Sent(Sent),
    /// It is being encoded: an [`Outcome`] follows if the link refuses or replaces it, none if the link takes it.
    Queued,
}

/// The sending side of one link. Every method may be called from any thread; none blocks but [`Outgoing::close`].
#[derive(Debug)]
pub struct Outgoing {
    link: Link,
    profile: ProfileKind,
    queue: Arc<Queue>,
    worker: Mutex<Worker>,
    spare: Mutex<Vec<u8>>,
}

impl Outgoing {
    /// The sending side of `link`. No thread is started before the first large value.
    pub fn new(link: Link) -> Self {
        let profile = link.profile();
        Self { link, profile, queue: Arc::default(), worker: Mutex::default(), spare: Mutex::default() }
    }

    /// Answers request `id` with `data`. Nil is an empty Dictionary where the profile takes nothing else, `null` in
    /// json_rpc.
    ///
    /// # Errors
    /// What settled the request before; it stays open for a retry with [`SendError::Busy`], `WouldBlock` of
    /// [`SendError::Refused`], and where the arguments are wrong.
    pub fn respond(&self, id: u64, data: &Variant) -> Result<Accepted, SendError> {
        let draft = self.draft(data, Part::Answer)?;
        self.submit(Target::Respond { id }, Some(draft))
    }

    /// Answers request `id` with an envelope of the host's own words (godot_ai): every member but the peer's id.
    ///
    /// # Errors
    /// As [`Outgoing::respond`].
    pub fn respond_envelope(&self, id: u64, envelope: &Variant) -> Result<Accepted, SendError> {
        let draft = self.draft(envelope, Part::Answer)?;
        self.submit(Target::RespondEnvelope { id }, Some(draft))
    }

    /// Answers request `id` with an error; nil `data` is none.
    ///
    /// # Errors
    /// As [`Outgoing::respond`].
    pub fn respond_error(&self, id: u64, code: &str, message: &str, data: &Variant) -> Result<Accepted, SendError> {
        let draft = self.draft(data, Part::ErrorData)?;
        self.submit(Target::RespondError { id, code: code.to_owned(), message: message.to_owned() }, Some(draft))
    }

    /// Answers request `id` with `data`, in which the place at `json_pointer` holds `bytes` as a string of base64. A
    /// last member that is missing is added; nil `data` is an empty Dictionary.
    ///
    /// # Errors
    /// As [`Outgoing::respond`]; [`SendError::Place`] if the pointer leads nowhere.
    pub fn respond_bytes(
        &self,
        id: u64,
        data: &Variant,
        json_pointer: &str,
        bytes: &PackedByteArray,
    ) -> Result<Accepted, SendError> {
        let draft = self.draft(&place::with_place(data, json_pointer)?, Part::Answer)?;
        let (pointer, bytes) = (json_pointer.to_owned(), bytes.clone());
        self.submit(Target::RespondBytes { id, pointer, bytes }, Some(draft))
    }

    /// As [`Outgoing::respond_bytes`], with `image` as a PNG. Its pixels are shared, not copied; `fw:encode` writes the
    /// PNG.
    ///
    /// # Errors
    /// As [`Outgoing::respond_bytes`]; [`SendError::Image`] for an empty image.
    pub fn respond_image(
        &self,
        id: u64,
        image: &Gd<Image>,
        data: &Variant,
        json_pointer: &str,
    ) -> Result<Accepted, SendError> {
        let draft = self.draft(&place::with_place(data, json_pointer)?, Part::Answer)?;
        let (image, pixels) = image::share(image)?;
        self.submit(Target::RespondImage { id, pointer: json_pointer.to_owned(), image, pixels }, Some(draft))
    }

    /// Sends a notification (godot_ai: an event). Nil `data` is an empty Dictionary there, and none in json_rpc.
    /// Notifications, text and binary keep their order among each other.
    ///
    /// # Errors
    /// What the link refuses; [`SendError::Busy`], or what is wrong with the arguments.
    pub fn notify(&self, name: &str, data: &Variant) -> Result<Accepted, SendError> {
        let draft = self.draft(data, Part::Parameters)?;
        self.submit(Target::Notify { name: name.to_owned() }, Some(draft))
    }

    /// Calls the peer; the id of the call. Its parameters are encoded before this returns, whatever their size, since
    /// the id must be known; so it may overtake a large notification. Nil `params` are none.
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn request(&self, method: &str, params: &Variant, timeout_ms: u32) -> Result<u64, SendError> {
        let json = self.draft(params, Part::Parameters)?.finish();
        let id = self.link.request(method, &json, timeout_ms);
        self.put_by(json);
        Ok(id?)
    }

    /// Sends a text message (raw).
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn send_text(&self, text: &GString) -> Result<Accepted, SendError> {
        self.submit(Target::Text(text.clone()), None)
    }

    /// Sends a binary message (raw).
    ///
    /// # Errors
    /// As [`Outgoing::notify`].
    pub fn send_binary(&self, bytes: &PackedByteArray) -> Result<Accepted, SendError> {
        self.submit(Target::Binary(bytes.clone()), None)
    }

    /// Hands out what became of queued sends that the link did not take as they were. To be called once a poll, with
    /// nothing bound: the handlers may send.
    pub fn drain(&self, mut each: impl FnMut(Outcome)) {
        while let Some(outcome) = self.queue.next_outcome() {
            each(outcome);
        }
    }

    /// Ends the thread: what is queued is encoded and given to the link for `linger` at most, what is left is dropped
    /// with an outcome. Blocks until the thread is joined; a value in the middle of its encoding is finished first. To
    /// be called before the link is closed; large sends are refused as closed from then on, outcomes can still be
    /// drained.
    pub fn close(&self, linger: Duration) {
        let linger_ns = u64::try_from(linger.as_nanos()).unwrap_or(u64::MAX);
        self.queue.end_at(now_ns().saturating_add(linger_ns));
        // The lock ends here: nobody waits for it while the thread is joined.
        let thread = self.worker.lock().unwrap_or_else(PoisonError::into_inner).end();
        if let Some(thread) = thread
            && !sys::is_shutting_down()
        {
            // It has caught its panics.
            let _ = thread.join();
        }
    }

    /// Sends at once what is short and overtakes nothing; queues the rest.
    fn submit(&self, target: Target, draft: Option<Draft>) -> Result<Accepted, SendError> {
        let job = Job::new(target, draft);
        let answers = job.target.answers();
        if answers.is_some_and(|id| self.queue.is_answered(id)) {
            return Err(Refusal::AlreadyAnswered.into());
        }
        if job.is_short() && (answers.is_some() || !self.queue.is_ordered()) {
            let ready = job.prepare()?;
            let sent = ready.send(&self.link);
            self.put_by(ready.into_buffer());
            return Ok(Accepted::Sent(sent?));
        }
        match answers {
            Some(id) => self.link.check_answer(id)?,
            None => self.link.check_send()?,
        }
        self.queue.enter(&job)?;
        let size = job.size;
        let pushed = self.worker.lock().unwrap_or_else(PoisonError::into_inner).push(job, &self.link, &self.queue);
        if let Err(error) = pushed {
            self.queue.leave(answers, size);
            return Err(error);
        }
        Ok(Accepted::Queued)
    }

    /// Writes `data` down, in the buffer of the value before where it is free.
    fn draft(&self, data: &Variant, part: Part) -> Result<Draft, SendError> {
        // Not locked while a value is written: that may run a script's `_to_string()`, which may send.
        let buffer = self.spare.try_lock().map(|mut spare| std::mem::take(&mut *spare)).unwrap_or_default();
        payload::draft(self.profile, data, part, buffer)
    }

    /// Keeps a buffer for the next value.
    fn put_by(&self, buffer: Vec<u8>) {
        if buffer.capacity() <= SPARE_BYTES
            && let Ok(mut spare) = self.spare.try_lock()
        {
            *spare = buffer;
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.close(Duration::ZERO);
    }
}
