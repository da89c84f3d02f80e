//! What is open on a link, where the host can look it up: the I/O thread writes, the host only tries to read.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use crate::session::calls::Call;
use crate::session::ledger::OpenRequest;

/// What an open entry is. The numbers are those of `FRAMEWIRE_OUTSTANDING_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum OpenKind {
    /// A request handed out to the present owner.
    Request = 1,
    /// A request of an earlier owner, still to be polled by this one.
    Orphan = 2,
    /// A call of ours.
    Call = 3,
}

/// What is known of an open request or call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The request or call.
    pub id: u64,
    /// Its method.
    pub method: Arc<str>,
    /// Arrival, or the moment of the call, ns.
    pub since: u64,
    /// When it runs out of time, ns; `u64::MAX` = never.
    pub deadline: u64,
    /// Times that it was handed out.
    pub deliveries: u32,
    /// Bytes of the handler's note.
    pub note_len: usize,
}

impl From<&OpenRequest> for Open {
    fn from(request: &OpenRequest) -> Self {
        Self {
            id: request.id,
            method: Arc::clone(&request.method),
            since: request.arrived,
            deadline: request.deadline,
            deliveries: request.deliveries,
            note_len: request.note.as_ref().map_or(0, |note| note.bytes().len()),
        }
    }
}

impl From<&Call> for Open {
    fn from(call: &Call) -> Self {
        Self {
            id: call.id,
            method: Arc::clone(&call.method),
            since: call.started,
            deadline: call.deadline,
            deliveries: 0,
            note_len: 0,
        }
    }
}

#[derive(Debug, Default)]
struct Rows {
    /// By slot.
    requests: Vec<Option<Open>>,
    /// The oldest first.
    calls: Vec<Open>,
}

/// The requests and calls of a link. Always holds what was handed out: it is written before the frame loop can see it.
/// A call of ours stands here once it is sent.
#[derive(Debug, Default)]
pub struct Board(Mutex<Rows>);

/// The list while nobody else can read it.
#[derive(Debug)]
pub struct Held<'a>(MutexGuard<'a, Rows>);

impl Held<'_> {
    /// Writes what changed.
    pub fn update<'a>(&mut self, changes: impl Iterator<Item = (u16, Option<&'a OpenRequest>)>) {
        let rows = &mut self.0.requests;
        for (index, request) in changes {
            let index = usize::from(index);
            if rows.len() <= index {
                rows.resize(index + 1, None);
            }
            if let Some(row) = rows.get_mut(index) {
                *row = request.map(Open::from);
            }
        }
    }
}

impl Board {
    /// Writes what changed.
    pub fn update<'a>(&self, changes: impl Iterator<Item = (u16, Option<&'a OpenRequest>)>) {
        let mut changes = changes.peekable();
        if changes.peek().is_some() {
            self.hold().update(changes);
        }
    }

    /// Keeps the host from reading until the result is dropped: for changes of which half must not be seen.
    pub fn hold(&self) -> Held<'_> {
        Held(self.0.lock())
    }

    /// Writes which calls of ours wait for a reply.
    pub fn update_calls<'a>(&self, calls: impl Iterator<Item = &'a Call>) {
        let rows = &mut self.0.lock().calls;
        rows.clear();
        rows.extend(calls.map(Open::from));
    }

    /// Runs `look` on each row, and says whether it is one of a call; false if the I/O thread writes at this moment.
    pub fn read(&self, mut look: impl FnMut(&Open, bool)) -> bool {
        let Some(rows) = self.0.try_lock() else { return false };
        rows.requests.iter().flatten().for_each(|open| look(open, false));
        rows.calls.iter().for_each(|open| look(open, true));
        true
    }
}
