//! The host's end: what it polls, gives back, sends and answers, as the link lets it.

use std::collections::VecDeque;

use framewire::protocol::ProfileKind;
use framewire::session::event::{Event, EventKind};
use framewire::session::input::{Send, What};
use framewire::session::note::Notes;
use framewire::session::phase::Phase;
use framewire::session::slots::{SlotState, Unanswerable};

use super::action::Answer;
use super::book::{Called, Request, Sent};
use super::world::World;
use crate::settings::MILLISECOND;

/// Sends on their way, and the room that they hold.
#[derive(Debug, Default)]
pub struct Outbox {
    pub queue: VecDeque<Send>,
    pub bytes: u64,
    pub sends: u64,
    numbers: u64,
}

/// Events on their way, lent, and given back.
#[derive(Debug, Default)]
pub struct Inbox {
    pub queue: VecDeque<Box<Event>>,
    pub lent: Vec<Box<Event>>,
    pub spent: Vec<Box<Event>>,
}

impl World {
    pub fn poll(&mut self, most: usize) {
        for _ in 0..most {
            let Some(event) = self.inbox.queue.pop_front() else { return };
            let is_shown = match event.kind {
                EventKind::Request => self.hand_out(event.id),
                EventKind::RequestOrphaned => self.slots.hand_out_again(event.id),
                _ => true,
            };
            if is_shown { self.inbox.lent.push(event) } else { self.inbox.spent.push(event) }
        }
    }

    fn hand_out(&mut self, id: u64) -> bool {
        let is_won = self.slots.hand_out(id);
        let open = matches!(self.slots.state(id), Some(SlotState::Waiting | SlotState::Handed));
        assert_eq!(is_won, open, "P2 either: handed out, or settled before");
        let to = if is_won { Request::Handed } else { Request::Unseen };
        self.book.requests.go(id, &[Request::Arrived], to);
        is_won
    }

    /// A new owner takes over: nobody polls meanwhile, and the loan of the old one ends.
    pub fn attach(&mut self) {
        self.inbox.spent.append(&mut self.inbox.lent);
        self.slots.orphan_all();
        self.has_new_owner = true;
    }

    fn is_open(&self) -> bool {
        self.gate.1 == Phase::Active
    }

    fn push(&mut self, reserved: u64, what: What) {
        let outbox = &mut self.outbox;
        outbox.numbers += 1;
        outbox.sends += 1;
        outbox.bytes += reserved;
        let (number, generation) = (outbox.numbers, self.gate.0);
        self.book.sends.begin(number, generation, Sent::Accepted);
        outbox.queue.push_back(Send { number, generation, reserved, what });
    }

    pub fn answer(&mut self, which: u8, how: Answer) {
        let Some(id) = self.some_request(which) else { return };
        if matches!(how, Answer::Envelope(_)) && self.profile != ProfileKind::GodotAi {
            return;
        }
        let before = self.book.requests.state(id);
        match (self.slots.answer(id), before) {
            (Ok(()), Some(Request::Handed)) => {}
            (Err(Unanswerable::AlreadyAnswered), Some(Request::Answered)) => return,
            (Err(Unanswerable::Expired | Unanswerable::Lost | Unanswerable::Unknown), Some(Request::Ended)) => return,
            (Err(Unanswerable::Unknown), _) => return,
            (result, state) => panic!("P3 settled: {result:?} for a request that is {state:?}"),
        }
        self.book.requests.go(id, &[Request::Handed], Request::Answered);
        let object = |length: u16| format!(r#" {{ "a":"{}"}}"#, "y".repeat(usize::from(length % 2000))).into_bytes();
        let what = match how {
            Answer::Json(length) => What::Respond { id, json: object(length) },
            Answer::Bad => What::Respond { id, json: b"{\"a\":".to_vec() },
            Answer::Envelope(0) => What::RespondEnvelope { id, json: b" { } ".to_vec() },
            Answer::Envelope(length) => What::RespondEnvelope { id, json: object(length) },
            Answer::Attachment { length, is_lost } => {
                let (json, pointer) = (b"{\"p\":null}", if is_lost { "/q" } else { "/p" });
                let bytes = vec![7; usize::from(length % 2000)];
                let buffer = [&json[..], &bytes, pointer.as_bytes()].concat();
                What::RespondAttachment { id, buffer, json: json.len(), pointer: pointer.len() }
            }
            Answer::Error { data } => {
                let data = ["", "{\"why\":1}", "{", "[1]"][usize::from(data % 4)];
                What::RespondError { id, buffer: format!("{data}codewords").into_bytes(), code: 4, message: 5 }
            }
            Answer::Replace => What::Replace { id, buffered: 1, message: 70_000 },
        };
        let reserved = if matches!(how, Answer::Replace) { 0 } else { 30 };
        self.push(reserved, what);
    }

    fn some_request(&self, which: u8) -> Option<u64> {
        // Mostly what is open; what is over now and then.
        let state = [Request::Handed, Request::Handed, Request::Answered, Request::Ended][usize::from(which >> 6)];
        let ids = self.book.requests.ids(state);
        ids.get(usize::from(which) % ids.len().max(1)).copied()
    }

    pub fn defer(&mut self, which: u8, ms: u16, note: u8) {
        let Some(id) = self.some_request(which).filter(|_| self.is_open()) else { return };
        if self.slots.defer(id).is_err() {
            return assert_ne!(self.book.requests.state(id), Some(Request::Handed));
        }
        let note = Notes::default().keep(&vec![b'n'; note.into()]).expect("there is room");
        let reserved = note.bytes().len() as u64;
        self.outbox.sends += 1;
        self.outbox.bytes += reserved;
        let deadline = self.now.saturating_add(u64::from(ms) * MILLISECOND);
        let generation = self.gate.0;
        self.outbox.queue.push_back(Send { number: 0, generation, reserved, what: What::Defer { id, deadline, note } });
    }

    pub fn send(&mut self, kind: u8, length: u16, is_bad: bool) {
        if !self.is_open() {
            return;
        }
        let fill = "z".repeat(usize::from(length % 1500));
        let what = match (self.profile, kind % 2) {
            (ProfileKind::Raw, 0) if is_bad => What::Text(b"a\xff".to_vec()),
            (ProfileKind::Raw, 0) => What::Text(fill.into_bytes()),
            (ProfileKind::Raw, _) => What::Binary(fill.into_bytes()),
            (ProfileKind::UnityMcp, _) => return,
            (_, kind) => {
                let end = if is_bad { "" } else { "}" };
                let json = if kind == 0 { format!(r#"{{"a":"{fill}"{end}"#) } else { String::new() };
                What::Notify { buffer: (json + "name").into_bytes(), name: 4 }
            }
        };
        self.push(u64::from(length), what);
    }

    pub fn call(&mut self, params: u8, timeout_ms: u16) {
        if self.profile != ProfileKind::JsonRpc || !self.is_open() {
            return;
        }
        let Some(id) = self.calls.claim() else { return };
        self.book.calls.begin(id, self.gate.0, Called::Open);
        let params = ["", "{}", "[1]", "{", "7"][usize::from(params % 5)];
        let buffer = format!("{params}mé").into_bytes();
        self.push(5, What::Call { id, buffer, method: 3, timeout_ms: timeout_ms.into() });
    }

    pub fn cancel(&mut self, which: u8) {
        let ids = self.book.calls.ids(Called::Open);
        let Some(&id) = ids.get(usize::from(which) % ids.len().max(1)) else { return };
        self.calls.cancel(id);
    }
}
