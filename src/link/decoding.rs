//! The stage between session and ring where events wait for their decoded values, in order with all the others.

use std::collections::VecDeque;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::decode_worker::{Job, Outcome, survives};
use super::decoder::{Decoded, Decoder};
use super::shared::Shared;
use super::worker::Worker;
use super::{clock, fold};
use crate::session::event::{Event, EventKind};
use crate::session::input::Input;

/// Jobs that the decode worker has at a time: enough that it never waits for this thread's next turn.
const JOBS_UNDER_WAY: usize = 64;
/// How much larger than its payload a value is expected to be, as long as it is not known: more than twice the worst
/// that short objects come to in the hosts met so far.
const EXPANSION: usize = 128;
/// How long the end of a link waits for a decode under way, at least, ns.
pub const LAST_DECODE: u64 = 300_000_000;

/// The I/O thread's end of decoding.
#[derive(Debug)]
pub struct Decoding {
    decoder: Option<Arc<dyn Decoder>>,
    /// From the oldest event that waits for its value on. The payloads of those that wait are away; the first one
    /// always does.
    queue: VecDeque<Box<Event>>,
    /// The payloads of the queue that the worker has not been given, in order.
    jobs: VecDeque<Job>,
    /// Payloads that the worker has, and their bytes.
    under_way: usize,
    under_way_bytes: usize,
    /// Events that ended with the link, since the worker did not give their payloads back in time.
    given_up: usize,
    /// What the values that are out take: in the inbox, or lent from it.
    weight: usize,
    max_weight: usize,
    results: (Sender<Outcome>, Receiver<Outcome>),
    /// What went wrong and was not logged yet.
    troubles: Vec<String>,
}

impl Decoding {
    /// The stage of a link; values of `max_weight` may be out at a time.
    pub fn new(decoder: Option<Arc<dyn Decoder>>, max_weight: usize) -> Self {
        Self {
            decoder,
            queue: VecDeque::new(),
            jobs: VecDeque::new(),
            under_way: 0,
            under_way_bytes: 0,
            given_up: 0,
            weight: 0,
            max_weight,
            results: unbounded(),
            troubles: Vec::new(),
        }
    }

    /// Takes another decoder for what the worker has not been given yet.
    pub fn set_decoder(&mut self, decoder: Option<Arc<dyn Decoder>>) {
        self.decoder = decoder;
    }

    /// Whether `event` must wait here, for its value or behind another that does.
    #[inline]
    pub fn holds(&self, event: &Event) -> bool {
        !self.queue.is_empty() || (self.decoder.is_some() && has_payload(event))
    }

    /// Decodes the payload of `event` here and now, if it is short and nothing before it waits for its value; false if that
    /// is left to the worker.
    pub fn decode_short(&mut self, event: &mut Event) -> bool {
        let Some(decoder) = self.decoder.clone().filter(|_| self.queue.is_empty() && self.is_short(event)) else {
            return false;
        };
        if self.weight > 0 && self.weight >= self.max_weight {
            return false;
        }
        let outcome = Job::of(event).decode(&*decoder);
        self.take(event, outcome);
        true
    }

    /// Whether the value of `event` is made and ends on this thread.
    fn is_short(&self, event: &Event) -> bool {
        self.decoder.as_ref().is_some_and(|decoder| event.data.len() <= decoder.short_bytes())
    }

    /// Puts into `event` what was made of its payload.
    fn take(&mut self, event: &mut Event, outcome: Outcome) {
        self.weight += outcome.decoded.weight;
        if let Some(words) = outcome.trouble {
            self.troubles.push(failure_of(event, &words));
        }
        event.buffer = outcome.buffer;
        event.decoded = outcome.decoded;
    }

    /// Takes an event in, folding what it makes superfluous; false if it was itself folded into one before it.
    pub fn push(&mut self, mut event: Box<Event>, shared: &Arc<Shared>) -> bool {
        if self.decoder.is_some() && has_payload(&event) {
            self.jobs.push_back(Job::of(&mut event));
        }
        let before = self.queue.len();
        fold::push(&mut self.queue, event);
        self.submit(shared);
        self.queue.len() > before
    }

    /// Events that wait here, or were given up.
    pub fn len(&self) -> usize {
        self.queue.len() + self.given_up
    }

    /// What the values that are out take.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// Whether the worker has payloads.
    pub fn is_under_way(&self) -> bool {
        self.under_way > 0
    }

    /// What went wrong since the last call.
    pub fn take_troubles(&mut self) -> Vec<String> {
        std::mem::take(&mut self.troubles)
    }

    /// Whether there is something for [`Decoding::advance`] to do.
    pub fn has_results(&self, shared: &Shared) -> bool {
        !self.results.1.is_empty() || shared.decode_worker.wants_thread()
    }

    /// Whether only the frame loop can help: the values that are out take too much room for another.
    pub fn is_held_back(&self) -> bool {
        self.under_way == 0 && !self.jobs.is_empty()
    }

    /// Takes what the worker has finished. The events that may go on are given to `pass`, in order.
    pub fn advance(&mut self, shared: &Arc<Shared>, mut pass: impl FnMut(Box<Event>)) {
        if self.queue.is_empty() && !shared.decode_worker.wants_thread() {
            return;
        }
        while let Ok(outcome) = self.results.1.try_recv() {
            self.under_way -= 1;
            self.under_way_bytes -= outcome.buffer.len();
            let Some(mut event) = self.queue.pop_front() else { continue };
            self.take(&mut event, outcome);
            pass(event);
            self.pass_ready(&mut pass);
        }
        if shared.decode_worker.wants_thread() {
            self.start(shared);
        }
        self.submit(shared);
        if self.decoder.is_none() && self.under_way == 0 {
            self.pass_undecoded(&mut pass);
        }
    }

    /// Lets everything go on, that without values which waits for them. What the worker has is given up.
    pub fn give_up(&mut self, mut pass: impl FnMut(Box<Event>)) {
        self.decoder = None;
        self.pass_undecoded(&mut pass);
    }

    /// Takes the value of an event that came back; it ends on the decode worker, unless it is a short one.
    #[inline]
    pub fn take_back(&mut self, event: &mut Event, shared: &Shared) {
        let Decoded { value, weight } = std::mem::take(&mut event.decoded);
        self.weight -= weight;
        match value {
            Some(value) if self.is_short(event) => survives(|| drop(value)),
            Some(value) => drop(shared.decode_worker.discard(value)),
            None => {}
        }
    }

    fn pass_ready(&mut self, pass: &mut impl FnMut(Box<Event>)) {
        while let Some(event) = self.queue.pop_front_if(|event| !is_away(event)) {
            pass(event);
        }
    }

    /// Lets everything go on without values, but for events whose payload is with the worker.
    fn pass_undecoded(&mut self, pass: &mut impl FnMut(Box<Event>)) {
        while let Some(mut event) = self.queue.pop_front() {
            if is_away(&event) {
                if self.under_way > 0 {
                    self.under_way -= 1;
                    self.given_up += 1;
                    continue;
                }
                let Some(job) = self.jobs.pop_front() else { continue };
                event.buffer = job.buffer();
            }
            pass(event);
        }
    }

    /// Gives the worker jobs, as many as it may have.
    fn submit(&mut self, shared: &Arc<Shared>) {
        let Some(decoder) = self.decoder.clone().filter(|_| !self.jobs.is_empty() && self.start(shared)) else {
            return;
        };
        while self.jobs.front().is_some_and(|job| self.may_submit(job.len())) {
            let Some(job) = self.jobs.pop_front() else { return };
            self.under_way += 1;
            self.under_way_bytes += job.len();
            shared.decode_worker.decode(job, &decoder);
        }
    }

    fn may_submit(&self, len: usize) -> bool {
        if self.under_way == 0 {
            return self.weight == 0 || self.weight < self.max_weight;
        }
        let expected = self.under_way_bytes.saturating_add(len).saturating_mul(EXPANSION);
        self.under_way < JOBS_UNDER_WAY && self.weight.saturating_add(expected) <= self.max_weight
    }

    /// Starts the thread if there is none. Where the system gives none, events go on without values.
    fn start(&mut self, shared: &Arc<Shared>) -> bool {
        if shared.decode_worker.has_thread() {
            return true;
        }
        let started = shared.decode_worker.start(shared, self.results.0.clone());
        if let Err(error) = &started {
            self.decoder = None;
            let advice = "end what uses so many and attach again";
            self.troubles.push(format!("the system gives no thread to decode payloads on ({error}): {advice}"));
        }
        started.is_ok()
    }
}

/// Whether there is something to decode in `event`.
fn has_payload(event: &Event) -> bool {
    use EventKind::{Notification, Request, RequestOrphaned, Response};
    matches!(event.kind, Request | RequestOrphaned | Response | Notification) && !event.data.is_empty()
}

/// Whether the payload of `event` is on its way to its value.
fn is_away(event: &Event) -> bool {
    !event.data.is_empty() && event.buffer.is_empty()
}

fn failure_of(event: &Event, words: &str) -> String {
    let words: String = words.chars().take(200).collect();
    format!("the decoder failed at a payload of {} bytes, which comes undecoded: {words}", event.data.len())
}

impl Worker {
    /// Takes what the decode worker has finished, and says what went wrong there.
    pub(super) fn take_decoded(&mut self) {
        self.inbox.take_decoded();
        for text in self.inbox.take_troubles() {
            self.give(clock::now_ns(), Input::Log { level: 1, text });
        }
    }

    /// The link ends: what waits for its value goes on without, but for a decode under way, which has its time.
    pub(super) fn end_decoding(&mut self) {
        self.shared.decode_worker.hurry();
        let mut until = clock::now_ns().saturating_add(LAST_DECODE);
        if self.close_deadline != clock::NEVER {
            until = until.max(self.close_deadline);
        }
        self.take_decoded();
        while self.inbox.is_decoding() && clock::now_ns() < until {
            let inbox = &self.inbox;
            if self.wait.sleep(until, || inbox.has_decoded()).is_err() {
                std::thread::yield_now();
            }
            self.take_decoded();
        }
        self.inbox.give_up_decoding();
    }
}

#[cfg(test)]
#[path = "decoding_tests.rs"]
mod tests;
