//! The calls of a link that put something into the outbox: messages, notifications, answers, deferrals.
//!
//! Each takes its room first, then asks whether a connection is open, then copies; see [`super::outbox`].

use std::sync::atomic::Ordering;

use super::outbox::{Entry, NoRoom};
use super::report::{Refusal, Sent};
use super::{Link, MAX_NAME, MAX_NOTE, clock};
use crate::protocol::attachment::string_len;
use crate::protocol::pointer::is_pointer;
use crate::protocol::{Profile, WORDED_ENVELOPE};
use crate::session::call_table::CallState;
use crate::session::input::{Send, What};
use crate::session::ledger::NO_DEADLINE;

/// Reports of dropped sends and of ended calls that may wait behind a full ring before further messages are refused:
/// each is told by its number, so a host that sends and never polls would pile them up.
const MAX_UNTOLD: usize = 256;

impl Link {
    /// Sends a text message (raw). Copies it. UTF-8 is checked on the I/O thread: SEND_DROPPED tells.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`], [`Refusal::NotOpen`], [`Refusal::WouldBlock`], [`Refusal::TooLarge`], [`Refusal::Closed`];
    /// [`Refusal::NoMemory`]: there is none for the copy, and nothing was sent.
    pub fn send_text(&self, text: &[u8]) -> Result<Sent, Refusal> {
        self.send_raw(text, What::Text)
    }

    /// Sends a binary message (raw). Copies it.
    ///
    /// # Errors
    /// As [`Link::send_text`].
    pub fn send_binary(&self, data: &[u8]) -> Result<Sent, Refusal> {
        self.send_raw(data, What::Binary)
    }

    fn send_raw(&self, data: &[u8], what: fn(Vec<u8>) -> What) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.raw_messages)?;
        let (entry, generation) = self.enter(data.len())?;
        let buffer = self.copy(&[data])?;
        Ok(self.push(entry, generation, what(buffer)))
    }

    /// Sends a notification (godot_ai: an event) with `json` as its data. Copies both.
    ///
    /// # Errors
    /// As [`Link::send_text`]; [`Refusal::Invalid`] for an empty or overlong name.
    pub fn notify(&self, name: &str, json: &[u8]) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.notifies)?;
        let length = name_length(name)?;
        let (entry, generation) = self.enter(json.len() + name.len())?;
        let buffer = self.copy(&[json, name.as_bytes()])?;
        Ok(self.push(entry, generation, What::Notify { buffer, name: length }))
    }

    /// Calls the peer with `json`, which may be empty, as parameters; returns the id of the call, whose one RESPONSE
    /// will bear it. Copies both. It waits for the reply for `timeout_ms`, 0: as long as the link is configured to.
    ///
    /// # Errors
    /// As [`Link::notify`]; [`Refusal::WouldBlock`] also if too many calls are under way.
    pub fn request(&self, method: &str, json: &[u8], timeout_ms: u32) -> Result<u64, Refusal> {
        self.supports(|facts| facts.makes_requests)?;
        let length = name_length(method)?;
        let (entry, generation) = self.enter(json.len() + method.len())?;
        // Asked first: a buffer is made for a call that is likely to go.
        if !self.shared.calls.has_place() {
            return Err(Refusal::WouldBlock);
        }
        let mut buffer = self.buffer(json.len() + method.len())?;
        // Behind this nothing fails: a place that is taken is told of by a RESPONSE.
        let Some(id) = self.shared.calls.claim() else {
            self.shared.buffers.give_back(buffer);
            return Err(Refusal::WouldBlock);
        };
        fill(&mut buffer, &[json, method.as_bytes()]);
        self.push(entry, generation, What::Call { id, buffer, method: length, timeout_ms });
        Ok(id)
    }

    /// Takes call `id` back: its RESPONSE says so, whatever the peer does.
    ///
    /// # Errors
    /// What ended the call before, exactly. [`Refusal::AlreadyAnswered`]: the peer's reply, or it could not be sent;
    /// [`Refusal::Expired`], [`Refusal::Lost`]; [`Refusal::Unknown`]: it was taken back before, its place has another
    /// call by now, or there was none. [`Refusal::Unsupported`], [`Refusal::Closed`].
    pub fn cancel(&self, id: u64) -> Result<(), Refusal> {
        self.supports(|facts| facts.makes_requests)?;
        if self.shared.calls.cancel(id) {
            self.shared.waking.wake();
            return Ok(());
        }
        Err(match self.shared.calls.state(id) {
            Some(CallState::Answered) => Refusal::AlreadyAnswered,
            Some(CallState::Expired) => Refusal::Expired,
            Some(CallState::Lost) => Refusal::Lost,
            _ => Refusal::Unknown,
        })
    }

    /// Whether request `id` could be answered now, for whoever prepares an answer on a thread of its own.
    ///
    /// # Errors
    /// What settled the request before, exactly; [`Refusal::Closed`].
    pub fn check_answer(&self, id: u64) -> Result<(), Refusal> {
        self.living()?;
        Ok(self.shared.slots.check(id)?)
    }

    /// Whether a connection is open that a message could go to now, for whoever prepares one on a thread of its own.
    ///
    /// # Errors
    /// [`Refusal::NotOpen`], [`Refusal::Closed`].
    pub fn check_send(&self) -> Result<(), Refusal> {
        self.living()?;
        self.shared.gate.open_generation().map(drop).ok_or(Refusal::NotOpen)
    }

    /// Answers request `id` with `json`. Copies it. JSON is checked on the I/O thread: SEND_DROPPED tells.
    ///
    /// # Errors
    /// What settled the request before, exactly; [`Refusal::WouldBlock`], and [`Refusal::NoMemory`] for the copy, leave it
    /// open for a retry; [`Refusal::Closed`].
    pub fn respond(&self, id: u64, json: &[u8]) -> Result<Sent, Refusal> {
        self.living()?;
        self.answer(id, self.message(id, json.len()), &[json], |json| What::Respond { id, json })
    }

    /// Answers request `id` with an envelope of the host's own words (godot_ai): `json`, an object, goes out as it is, with
    /// the peer's id put before its first member; so it must have no member `request_id`. Copies it. JSON is checked on
    /// the I/O thread: SEND_DROPPED tells.
    ///
    /// # Errors
    /// As [`Link::respond`]; [`Refusal::Unsupported`] on a link of another profile.
    pub fn respond_envelope(&self, id: u64, json: &[u8]) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.takes_envelopes)?;
        let message = json.len().saturating_add(self.shared.slots.overhead(id)).saturating_sub(WORDED_ENVELOPE);
        self.answer(id, message, &[json], |json| What::RespondEnvelope { id, json })
    }

    /// Answers request `id` with `json`, in which the value that `json_pointer` leads to, of any type, gives its place to
    /// `bytes` as a string of base64. Copies all; the bytes take their own length of the outbox, and are encoded on the
    /// I/O thread while they leave. Over the peer's cap is what would be over it without the value.
    ///
    /// # Errors
    /// As [`Link::respond`]; [`Refusal::Unsupported`] on a link without requests, [`Refusal::Invalid`] if `json_pointer`
    /// is no JSON pointer. One that leads nowhere is found on the I/O thread, as is a fault in `json`: SEND_DROPPED tells.
    pub fn respond_attachment(&self, id: u64, json: &[u8], json_pointer: &str, bytes: &[u8]) -> Result<Sent, Refusal> {
        self.supports(|facts| facts.answers_requests)?;
        if !is_pointer(json_pointer) {
            return Err(Refusal::Invalid);
        }
        let message = self.message(id, json.len().saturating_add(string_len(bytes.len())));
        let (json_length, pointer) = (json.len(), json_pointer.len());
        self.answer(id, message, &[json, bytes, json_pointer.as_bytes()], |buffer| What::RespondAttachment {
            id,
            buffer,
            json: json_length,
            pointer,
        })
    }

    /// Length of an answer to `id` with a payload of that length.
    fn message(&self, id: u64, payload: usize) -> usize {
        let word = self.shared.readiness.get().godot_ai().len();
        payload.saturating_add(self.shared.slots.overhead(id)).saturating_add(word)
    }

    /// Answers request `id` with an error; `data` is JSON or absent. Copies all.
    ///
    /// # Errors
    /// As [`Link::respond`]; [`Refusal::Invalid`] for an empty or overlong code, [`Refusal::TooLarge`] for a `message` of
    /// 4 GiB.
    pub fn respond_error(&self, id: u64, code: &str, message: &str, data: Option<&[u8]>) -> Result<Sent, Refusal> {
        self.living()?;
        let code_length = name_length(code)?;
        let message_length = u32::try_from(message.len()).map_err(|_| Refusal::TooLarge)?;
        let parts = [data.unwrap_or_default(), code.as_bytes(), message.as_bytes()];
        let length = parts.iter().map(|part| part.len()).sum();
        self.answer(id, length, &parts, |buffer| What::RespondError {
            id,
            buffer,
            code: code_length,
            message: message_length,
        })
    }

    /// Gives request `id` until `timeout_ms` from now (0: for ever) and keeps `note`, the handler's own bytes.
    ///
    /// # Errors
    /// What settled the request before, exactly. [`Refusal::TooLarge`] for a note over [`MAX_NOTE`];
    /// [`Refusal::WouldBlock`] if the outbox is full or the notes of all open requests would be over
    /// [`MAX_NOTES`](crate::session::note::MAX_NOTES): the deadline stays as it was.
    pub fn defer(&self, id: u64, timeout_ms: u32, note: &[u8]) -> Result<(), Refusal> {
        self.living()?;
        if note.len() > MAX_NOTE {
            return Err(Refusal::TooLarge);
        }
        self.shared.slots.check(id)?;
        let entry = self.shared.outbox.enter(note.len()).map_err(refused)?;
        let note = self.shared.notes.keep(note).ok_or(Refusal::WouldBlock)?;
        let deadline = match timeout_ms {
            0 => NO_DEADLINE,
            ms => clock::now_ns().saturating_add(clock::ms(ms)),
        };
        self.shared.slots.defer(id)?;
        let (generation, reserved) = (self.shared.gate.get().0, entry.reserved());
        entry.push(Send { number: 0, generation, reserved, what: What::Defer { id, deadline, note } });
        self.shared.waking.wake();
        Ok(())
    }

    fn answer(
        &self,
        id: u64,
        message: usize,
        parts: &[&[u8]],
        what: impl FnOnce(Vec<u8>) -> What,
    ) -> Result<Sent, Refusal> {
        let length = parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.len()));
        let too_large = message > self.shared.peer_max_message;
        let room = if too_large { Err(NoRoom::TooLarge) } else { self.shared.outbox.enter(length) };
        let entry = match room {
            Ok(entry) => entry,
            Err(no_room) if self.keeps_open(no_room) => {
                // A settled request is told so; an open one stays open for a retry.
                return match self.shared.slots.check(id) {
                    Ok(()) => Err(Refusal::WouldBlock),
                    Err(why) => Err(why.into()),
                };
            }
            Err(_) => return self.replace(id, message),
        };
        // A request that is settled is told so, and costs no buffer.
        self.shared.slots.check(id)?;
        // Before the answer, since behind it nothing may fail.
        let mut buffer = self.buffer(length)?;
        // Asked before the answer settles: afterwards the next connection may be open already.
        let generation = self.shared.gate.get().0;
        if let Err(why) = self.shared.slots.answer(id) {
            self.shared.buffers.give_back(buffer);
            return Err(why.into());
        }
        fill(&mut buffer, parts);
        Ok(self.push(entry, generation, what(buffer)))
    }

    /// Whether an answer that finds no room leaves its request open for a retry. Where the profile replaces an answer that
    /// does not fit now, that is for its bytes: room for one more message is soon there.
    fn keeps_open(&self, no_room: NoRoom) -> bool {
        match no_room {
            NoRoom::FullOfMessages => true,
            NoRoom::FullOfBytes => !self.shared.facts().replaces_when_full,
            NoRoom::TooLarge => false,
        }
    }

    /// A compact error goes in place of an answer that the peer would not take.
    fn replace(&self, id: u64, message: usize) -> Result<Sent, Refusal> {
        let entry = self.shared.outbox.enter_reserve();
        let generation = self.shared.gate.get().0;
        self.shared.slots.answer(id)?;
        let what = What::Replace { id, buffered: self.shared.outbox.bytes(), message: message as u64 };
        Ok(Sent { replaced: true, ..self.push(entry, generation, what) })
    }

    fn living(&self) -> Result<(), Refusal> {
        if self.shared.closing.load(Ordering::Acquire) { Err(Refusal::Closed) } else { Ok(()) }
    }

    pub(super) fn supports(&self, does: impl Fn(&Profile) -> bool) -> Result<(), Refusal> {
        self.living()?;
        if does(self.shared.facts()) { Ok(()) } else { Err(Refusal::Unsupported) }
    }

    /// Room for a send of `length` bytes on the connection that is open now.
    fn enter(&self, length: usize) -> Result<(Entry<'_>, u64), Refusal> {
        if length > self.shared.peer_max_message {
            return Err(Refusal::TooLarge);
        }
        if self.shared.gate.open_generation().is_none() {
            return Err(Refusal::NotOpen);
        }
        if self.shared.untold.load(Ordering::Relaxed) >= MAX_UNTOLD {
            return Err(Refusal::WouldBlock);
        }
        let entry = self.shared.outbox.enter(length).map_err(refused)?;
        // Asked after the room was taken: the end of the connection waits for whoever has room.
        let generation = self.shared.gate.open_generation().ok_or(Refusal::NotOpen)?;
        Ok((entry, generation))
    }

    fn copy(&self, parts: &[&[u8]]) -> Result<Vec<u8>, Refusal> {
        let mut buffer = self.buffer(parts.iter().map(|part| part.len()).sum())?;
        fill(&mut buffer, parts);
        Ok(buffer)
    }

    fn buffer(&self, length: usize) -> Result<Vec<u8>, Refusal> {
        self.shared.buffers.take(length, self.shared.outbox.sends()).ok_or(Refusal::NoMemory)
    }

    fn push(&self, entry: Entry<'_>, generation: u64, what: What) -> Sent {
        let (number, reserved) = (entry.number(), entry.reserved());
        entry.push(Send { number, generation, reserved, what });
        self.shared.waking.wake();
        Sent { number, replaced: false }
    }
}

fn fill(buffer: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        buffer.extend_from_slice(part);
    }
}

fn refused(no_room: NoRoom) -> Refusal {
    match no_room {
        NoRoom::FullOfMessages | NoRoom::FullOfBytes => Refusal::WouldBlock,
        NoRoom::TooLarge => Refusal::TooLarge,
    }
}

fn name_length(name: &str) -> Result<u32, Refusal> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(Refusal::Invalid);
    }
    u32::try_from(name.len()).map_err(|_| Refusal::Invalid)
}

#[cfg(test)]
#[path = "sends_tests.rs"]
mod tests;
