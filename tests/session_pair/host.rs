//! The frame loop of an editor that does its job badly: late, twice, never, wrong.

use framewire::session::event::{Event, EventKind};
use framewire::session::input::{Send, What};
use framewire::session::note::Notes;
use framewire::session::phase::Phase;
use framewire::session::slots::{SlotState, Unanswerable};

use crate::book::Book;
use crate::chance::Chance;
use crate::worker::{Worker, is_message};

const MILLISECOND: u64 = 1_000_000;
/// Largest message the peer takes.
pub const PEER_MAX: usize = 6000;

#[derive(Debug, Default)]
pub struct Host {
    lent: Vec<Event>,
    /// Requests to be answered later, and when.
    later: Vec<(u64, u64)>,
    /// Answers everything well and at once.
    pub is_good: bool,
}

impl Host {
    /// One frame: gives back, polls, works.
    pub fn frame(&mut self, now: u64, chance: &mut Chance, worker: &mut Worker, book: &mut Book, is_raw: bool) {
        for event in self.lent.drain(..).filter(|event| is_message(event.kind)) {
            worker.inbox.messages -= 1;
            worker.inbox.bytes -= event.buffer.len();
        }
        self.poll(now, chance, worker, book);
        let (due, later) = std::mem::take(&mut self.later).into_iter().partition(|&(_, at)| at <= now);
        self.later = later;
        let due: Vec<(u64, u64)> = due;
        for (id, _) in due {
            answer(chance, worker, book, id, "later", 50);
        }
        if !self.is_good && chance.once_in(4) {
            send(chance, worker, book, is_raw);
        }
    }

    fn poll(&mut self, now: u64, chance: &mut Chance, worker: &mut Worker, book: &mut Book) {
        let capacity = 1 + chance.upto(15) as usize;
        let budget = 1 + chance.upto(5000) as usize;
        let mut bytes = 0;
        while self.lent.len() < capacity && (self.lent.is_empty() || bytes < budget) {
            let Some(event) = worker.inbox.queue.pop_front() else { break };
            if event.kind == EventKind::Request && !worker.slots.hand_out(event.id) {
                let state = worker.slots.state(event.id);
                assert!(!matches!(state, Some(SlotState::Waiting | SlotState::Handed)), "P2 either");
                book.never_seen += 1;
                worker.inbox.messages -= 1;
                worker.inbox.bytes -= event.buffer.len();
                continue;
            }
            bytes += event.buffer.len();
            book.polled(&event);
            if event.kind == EventKind::Request {
                self.work(now, chance, worker, book, event.id);
            }
            self.lent.push(event);
        }
        assert!(self.lent.len() <= capacity, "P7 bounded: a poll keeps to its capacity");
    }

    fn work(&mut self, now: u64, chance: &mut Chance, worker: &mut Worker, book: &mut Book, id: u64) {
        let soon = now + chance.upto(6000) * MILLISECOND;
        match if self.is_good { 0 } else { chance.upto(11) } {
            0..=3 => {
                let length = chance.length(4000);
                answer(chance, worker, book, id, "now", length);
            }
            4 => self.later.push((id, soon)),
            5 | 6 => {
                defer(now, chance, worker, id);
                self.later.push((id, soon));
            }
            7 => {}
            8 => {
                answer(chance, worker, book, id, "once", 10);
                assert_ne!(answer(chance, worker, book, id, "twice", 10), Some(Ok(())));
            }
            9 => {
                let bad = |number| (What::Respond { id, json: format!("{{\"number\":{number},").into_bytes() }, false);
                respond(worker, book, id, 12, bad);
            }
            10 => {
                let error = |_| {
                    let buffer = b"{\"why\":1}codewords".to_vec();
                    (What::RespondError { id, buffer, code: 4, message: 5 }, false)
                };
                respond(worker, book, id, 18, error);
            }
            _ => {
                answer(chance, worker, book, id, "large", 2 * PEER_MAX);
            }
        }
    }
}

/// Takes room in the outbox as a host thread does.
fn enter(worker: &mut Worker, bytes: usize) -> bool {
    let (outbox, bounds) = (&mut worker.outbox, worker.bounds);
    let bytes = bytes as u64;
    let fits = outbox.sends < bounds.outbound_sends && outbox.bytes + bytes <= bounds.outbound_bytes;
    if fits {
        outbox.sends += 1;
        outbox.bytes += bytes;
    }
    fits
}

/// A send that has its room goes into the queue; `what` says whether its number stands in the message.
fn push(worker: &mut Worker, book: &mut Book, reserved: usize, what: impl FnOnce(u64) -> (What, bool)) {
    worker.outbox.numbers += 1;
    let (number, generation) = (worker.outbox.numbers, worker.gate.0);
    let (what, is_marked) = what(number);
    if !is_marked {
        book.unmarked.insert(number);
    }
    book.accepted(number, generation);
    worker.outbox.queue.push_back(Send { number, generation, reserved: reserved as u64, what });
}

/// Answers a request; `None` where there was no room and a stand-in went instead.
fn respond(
    worker: &mut Worker,
    book: &mut Book,
    id: u64,
    length: usize,
    what: impl FnOnce(u64) -> (What, bool),
) -> Option<Result<(), Unanswerable>> {
    let fits = length <= PEER_MAX && enter(worker, length);
    if !fits {
        worker.outbox.sends += 1;
    }
    if let Err(why) = worker.slots.answer(id) {
        worker.outbox.sends -= 1;
        worker.outbox.bytes -= if fits { length as u64 } else { 0 };
        return Some(Err(why));
    }
    book.answered(id);
    if fits {
        push(worker, book, length, what);
        return Some(Ok(()));
    }
    let (buffered, message) = (worker.outbox.bytes, length as u64);
    push(worker, book, 0, |_| (What::Replace { id, buffered, message }, false));
    None
}

fn answer(
    chance: &mut Chance,
    worker: &mut Worker,
    book: &mut Book,
    id: u64,
    word: &str,
    length: usize,
) -> Option<Result<(), Unanswerable>> {
    let fill = word.repeat(length / word.len());
    // Some grow over the peer's cap only with their envelope.
    let fill = if chance.once_in(50) { "x".repeat(PEER_MAX - 40) } else { fill };
    let length = fill.len() + 40;
    respond(worker, book, id, length, |number| {
        let mut json = format!("{{\"number\":{number},\"fill\":\"{fill}\"");
        json.push_str(&" ".repeat(length - json.len() - 1));
        json.push('}');
        (What::Respond { id, json: json.into_bytes() }, true)
    })
}

fn defer(now: u64, chance: &mut Chance, worker: &mut Worker, id: u64) {
    let note = vec![7; chance.length(100)];
    if worker.gate.1 != Phase::Active || !enter(worker, note.len()) {
        return;
    }
    let reserved = note.len() as u64;
    let deadline = now + chance.upto(10_000) * MILLISECOND;
    if worker.slots.defer(id).is_ok() {
        let generation = worker.gate.0;
        worker.outbox.queue.push_back(Send {
            number: 0,
            generation,
            reserved,
            what: What::Defer { id, deadline, note: Notes::default().keep(&note).unwrap() },
        });
    } else {
        worker.outbox.sends -= 1;
        worker.outbox.bytes -= reserved;
    }
}

/// A notification, or a raw message.
fn send(chance: &mut Chance, worker: &mut Worker, book: &mut Book, is_raw: bool) {
    let fill = "y".repeat(chance.length(3000));
    let length = fill.len() + 60;
    if worker.gate.1 != Phase::Active || !enter(worker, length) {
        return;
    }
    let is_bad = chance.once_in(10);
    push(worker, book, length, |number| {
        let what = match (is_raw, is_bad) {
            (true, false) => What::Text(format!("{number} {fill}").into_bytes()),
            (true, true) => What::Text(b"no text: \xff".to_vec()),
            (false, _) => {
                let end = if is_bad { "" } else { "}" };
                let json = format!("{{\"number\":{number},\"fill\":\"{fill}\"{end}");
                What::Notify { buffer: (json + "scene_changed").into_bytes(), name: 13 }
            }
        };
        (what, true)
    });
}
