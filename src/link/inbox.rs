//! What the I/O thread puts in for the frame loop: events, bounded, folded where nobody polls, lent and given back.
//!
//! Two rings, one each way. Events go over as boxes and come back as boxes through the spent ring,
//! so that the frame loop neither allocates nor frees. Behind the ring the I/O thread keeps a
//! backlog in which events that only tell a story are folded.

mod taking;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rtrb::{Consumer, Producer, RingBuffer};

use super::decoder::Decoder;
use super::decoding::Decoding;
use super::fold;
use super::shared::Shared;
use crate::session::event::{Event, EventKind};

/// Story events (LOG, CONNECT_FAILED, ...) that the ring takes at most; the rest is kept foldable. A CLOSED waits for
/// the one before it to be polled, so that connections which end unseen are folded from the second on.
const STORIES_IN_RING: usize = 128;

/// Decoded values of that many bytes that came back are taken care of at once, not at the I/O thread's next turn.
const HEAVY: usize = 1 << 20;

/// The I/O thread's end.
#[derive(Debug)]
pub struct InboxSender {
    ring: Producer<Box<Event>>,
    spent: Consumer<Box<Event>>,
    backlog: VecDeque<Box<Event>>,
    /// Positions in the ring's stream of the story events that lie in it.
    stories: VecDeque<u64>,
    /// Reports in the backlog that grow with what the host does: of dropped sends, of the ends of calls.
    reports: usize,
    /// Position of the last CLOSED that went over.
    last_closed: Option<u64>,
    pushed: u64,
    /// Events that came back, ever.
    freed: u64,
    /// Payload bytes handed over and not come back, and those in the backlog.
    bytes: usize,
    messages: usize,
    max_bytes: usize,
    max_messages: usize,
    newest: u32,
    decoding: Decoding,
    shared: Arc<Shared>,
}

/// The frame loop's end: one thread at a time.
#[derive(Debug)]
pub struct Inbox {
    ring: Consumer<Box<Event>>,
    spent: Producer<Box<Event>>,
    #[expect(clippy::vec_box, reason = "lent events must not move, and the boxes go back as they are")]
    lent: Vec<Box<Event>>,
    /// Estimated bytes of the decoded values that were given back and not told of.
    untold: usize,
    budget: usize,
    /// Payload bytes that the turn has handed out.
    turn_bytes: usize,
    shared: Arc<Shared>,
}

/// An inbox for `max_messages` messages of `max_bytes` in all; one poll stops after `budget` bytes.
pub fn inbox(
    shared: &Arc<Shared>,
    max_messages: usize,
    max_bytes: usize,
    budget: usize,
    newest: u32,
) -> (InboxSender, Inbox) {
    let (ring_in, ring_out) = RingBuffer::new(max_messages + STORIES_IN_RING);
    // Everything that can be out at once: in the ring, or lent from it.
    let (spent_in, spent_out) = RingBuffer::new(max_messages + 4 * STORIES_IN_RING);
    let sender = InboxSender {
        ring: ring_in,
        spent: spent_out,
        backlog: VecDeque::new(),
        stories: VecDeque::new(),
        reports: 0,
        last_closed: None,
        pushed: 0,
        freed: 0,
        bytes: 0,
        messages: 0,
        max_bytes,
        max_messages,
        newest,
        decoding: Decoding::new(shared.config.decoder.clone(), shared.config.decoded_bytes),
        shared: Arc::clone(shared),
    };
    let lent = Vec::with_capacity(256);
    (
        sender,
        Inbox { ring: ring_out, spent: spent_in, lent, untold: 0, budget, turn_bytes: 0, shared: Arc::clone(shared) },
    )
}

impl InboxSender {
    /// How many more messages fit. One always fits an empty inbox.
    pub fn places(&self) -> usize {
        self.max_messages.saturating_sub(self.messages).max(usize::from(self.messages == 0))
    }

    /// Whether a message of `len` bytes fits. One always fits an empty inbox.
    pub fn has_room(&self, len: usize) -> bool {
        self.messages == 0 || (self.messages < self.max_messages && self.bytes.saturating_add(len) <= self.max_bytes)
    }

    /// Bytes that a reply may have, room or not: all that is over the bounds together is one largest message.
    pub fn reply_room(&self) -> usize {
        self.max_bytes.saturating_add(self.shared.config.max_message).saturating_sub(self.bytes)
    }

    /// Sets the newest kind of event that the host knows.
    pub fn set_newest(&mut self, newest: u32) {
        self.newest = newest;
    }

    /// Payload bytes in the inbox or lent.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts an event in. Messages must have been asked for by [`InboxSender::has_room`].
    pub fn push(&mut self, mut event: Box<Event>) {
        if event.kind as u32 > self.newest {
            return;
        }
        if is_message(event.kind) {
            self.messages += 1;
            self.bytes += event.buffer.len();
        }
        let kind = event.kind;
        let is_new = if self.decoding.holds(&event) && !self.decoding.decode_short(&mut event) {
            self.decoding.push(event, &self.shared)
        } else {
            append(&mut self.backlog, event)
        };
        if is_report(kind) && is_new {
            self.reports += 1;
        }
    }

    /// Sets the decoder of what comes from now on.
    pub fn set_decoder(&mut self, decoder: Option<Arc<dyn Decoder>>) {
        self.decoding.set_decoder(decoder);
    }

    /// Takes over what the decode worker has finished, and whatever waited behind it.
    pub fn take_decoded(&mut self) {
        let Self { decoding, backlog, reports, shared, .. } = self;
        decoding.advance(shared, |event| pass_on(backlog, reports, event));
    }

    /// What went wrong in decoding since the last call.
    pub fn take_troubles(&mut self) -> Vec<String> {
        self.decoding.take_troubles()
    }

    /// Whether [`InboxSender::take_decoded`] would find something.
    pub fn has_decoded(&self) -> bool {
        self.decoding.has_results(&self.shared)
    }

    /// Whether the decode worker has payloads.
    pub fn is_decoding(&self) -> bool {
        self.decoding.is_under_way()
    }

    /// Lets what waits for its value go on without; what the decode worker has is given up.
    pub fn give_up_decoding(&mut self) {
        let Self { decoding, backlog, reports, .. } = self;
        decoding.give_up(|event| pass_on(backlog, reports, event));
    }

    /// Takes the values of what will never go over: they end on the decode worker.
    pub fn discard_values(&mut self) {
        for event in &mut self.backlog {
            self.decoding.take_back(event, &self.shared);
        }
    }

    /// Moves events from the backlog into the ring; true if any went over.
    ///
    /// While some are left, or the reader holds a message back (`parked`), the frame loop is asked to wake this
    /// thread when it gives events back.
    pub fn flush(&mut self, parked: bool) -> bool {
        let before = self.pushed;
        while self.can_flush() {
            let Some(event) = self.backlog.pop_front() else { break };
            let kind = event.kind;
            if let Err(rtrb::PushError::Full(event)) = self.ring.push(event) {
                self.backlog.push_front(event);
                break;
            }
            if fold::is_story(kind) {
                self.stories.push_back(self.pushed);
            }
            match kind {
                EventKind::Closed => self.last_closed = Some(self.pushed),
                kind if is_report(kind) => self.reports -= 1,
                _ => {}
            }
            self.pushed += 1;
        }
        self.shared.untold.store(self.reports, Ordering::Relaxed);
        self.shared.inbox_pushed.store(self.pushed, Ordering::SeqCst);
        self.shared.inbox_stall.set(self.needs_room(parked));
        self.pushed != before
    }

    fn in_ring(&self) -> u64 {
        (self.ring.buffer().capacity() - self.ring.slots()) as u64
    }

    /// Whether the backlog could go on into the ring now.
    pub fn can_flush(&mut self) -> bool {
        let Some(kind) = self.backlog.front().map(|event| event.kind) else { return false };
        // What is out must fit the way back: the frame loop may take as fast as this thread gives.
        if self.ring.is_full() || self.pushed - self.freed >= self.spent.buffer().capacity() as u64 {
            return false;
        }
        if !fold::is_story(kind) {
            return true;
        }
        let popped = self.pushed - self.in_ring();
        while self.stories.front().is_some_and(|&position| position < popped) {
            self.stories.pop_front();
        }
        let unseen = |closed| closed >= popped;
        self.stories.len() < STORIES_IN_RING && !(kind == EventKind::Closed && self.last_closed.is_some_and(unseen))
    }

    /// Whether this thread waits for events to come back: for room for a message held back, for the backlog, or for
    /// another decoded value.
    fn needs_room(&self, parked: bool) -> bool {
        parked || !self.backlog.is_empty() || self.decoding.is_held_back()
    }

    /// Whether something has come back that this thread waits for.
    pub fn has_awaited(&self, parked: bool) -> bool {
        !self.spent.is_empty() && (self.needs_room(parked) || self.decoding.weight() >= HEAVY)
    }

    /// Takes what came back and gives it to `recycle`; payloads are freed here, on the I/O thread.
    pub fn free_spent(&mut self, mut recycle: impl FnMut(Box<Event>)) {
        while let Ok(mut event) = self.spent.pop() {
            self.freed += 1;
            self.decoding.take_back(&mut event, &self.shared);
            if is_message(event.kind) {
                self.messages -= 1;
                self.bytes -= event.buffer.len();
            }
            recycle(event);
        }
    }

    /// Events that were never polled: those in the ring, those behind it, those that wait for their values.
    pub fn undelivered(&self) -> u64 {
        self.in_ring() + (self.backlog.len() + self.decoding.len()) as u64
    }
}

/// Appends an event, folding what it makes superfluous; false if it was itself folded into one before it.
fn append(queue: &mut VecDeque<Box<Event>>, event: Box<Event>) -> bool {
    let before = queue.len();
    fold::push(queue, event);
    queue.len() > before
}

/// Appends an event that was counted before.
fn pass_on(backlog: &mut VecDeque<Box<Event>>, reports: &mut usize, event: Box<Event>) {
    let kind = event.kind;
    if !append(backlog, event) && is_report(kind) {
        *reports -= 1;
    }
}

/// The spent ring has a place for everything that can be out at once, so it is never full.
fn give_back(spent: &mut Producer<Box<Event>>, event: Box<Event>) {
    let full = spent.push(event).is_err();
    debug_assert!(!full, "the spent ring is larger than the inbox");
}

fn add(counter: &std::sync::atomic::AtomicU64, count: u64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
}

/// Whether an event of this kind comes of something that the host did, and so is bounded by refusing it more.
fn is_report(kind: EventKind) -> bool {
    matches!(kind, EventKind::SendDropped | EventKind::Response)
}

/// Whether an event of this kind holds a message of the peer, and so counts against the inbox's bounds.
fn is_message(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Request
            | EventKind::RequestOrphaned
            | EventKind::Response
            | EventKind::Notification
            | EventKind::Text
            | EventKind::Binary
    )
}

#[cfg(test)]
#[path = "inbox_tests.rs"]
mod tests;
