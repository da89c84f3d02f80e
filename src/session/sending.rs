//! The part of the session that sends: answers, notifications, raw messages, readiness, and what cannot be sent.

use super::MILLISECOND;
use super::Session;
use super::event::{Event, EventKind, Reason};
use super::input::{Frame, Output, Send, What};
use super::ledger::{OpenRequest, Overdue};
use super::outgoing::Released;
use super::phase::Phase;
use super::timers::Timer;
use crate::protocol::attachment::Attachment;
use crate::protocol::{BadPayload, BadPayloadKind, Envelope, Purpose};

/// Why a send is dropped: the reason, the byte offset of the fault, words for a person.
pub(super) struct Fault {
    pub reason: Reason,
    pub offset: usize,
    pub detail: String,
}

impl Session {
    pub(super) fn send(&mut self, now: u64, send: Send) {
        if let What::Defer { id, deadline, note } = send.what {
            self.ledger.defer(id, now, deadline, note);
            self.timers.lower(Timer::Requests, deadline);
            return self.release(send.reserved);
        }
        let is_answer = answered(&send.what).is_some();
        // A peer that calls before it acknowledges the hello gets its answer; nothing else goes before that.
        let is_open = self.phase == Phase::Active || (is_answer && self.phase == Phase::Greeting);
        if send.generation != self.generation || !is_open {
            return self.unsendable(now, send);
        }
        let Send { number, generation, reserved, what } = send;
        let outcome = match what {
            What::Text(text) => simdutf8::compat::from_utf8(&text)
                .map(|_| ())
                .map_err(|error| bad_utf8(error.valid_up_to()))
                .and_then(|()| self.fit(Frame { is_text: true, payload: text, number, reserved, ..Frame::default() })),
            What::Binary(data) => self.fit(Frame { payload: data, number, reserved, ..Frame::default() }),
            What::Call { id, buffer, method, timeout_ms } => {
                let frame = Frame { payload: buffer, number, reserved, ..Frame::default() };
                self.call(now, id, method as usize, timeout_ms, frame)
            }
            What::Notify { buffer, name } => self.notify(buffer, name as usize, number, reserved),
            What::Respond { id, json } => self.respond(id, json, number, reserved),
            What::RespondEnvelope { id, json } => self.respond_envelope(id, json, number, reserved),
            What::RespondAttachment { id, buffer, json, pointer } => {
                self.respond_attachment(id, buffer, json, pointer, number, reserved)
            }
            What::RespondError { id, buffer, code, message } => {
                self.respond_error(id, &buffer, code as usize, message as usize, number, reserved)
            }
            What::Replace { id, buffered, message } => self.replace(id, buffered, message, number, reserved),
            What::Defer { .. } => Ok(()),
        };
        if let Err(fault) = outcome {
            self.drop_send(now, number, generation, reserved, fault);
        }
    }

    /// A send whose connection is over: noted for the SEND_DROPPED that precedes CLOSED, or reported at once.
    fn unsendable(&mut self, now: u64, send: Send) {
        let Send { number, generation, reserved, what } = send;
        if let Some(id) = answered(&what) {
            self.close_request(id);
        } else if let What::Call { id, buffer, method, .. } = what {
            self.lose_call(now, generation, id, method as usize, buffer);
        }
        if self.note_unsent(number, generation) {
            self.release(reserved);
        } else {
            let fault = Fault {
                reason: Reason::ConnectionLost,
                offset: 0,
                detail: "the connection ended before this could be sent".into(),
            };
            self.drop_send(now, number, generation, reserved, fault);
        }
    }

    fn notify(&mut self, mut buffer: Vec<u8>, name: usize, number: u64, reserved: u64) -> Result<(), Fault> {
        let name_at = buffer.len().saturating_sub(name);
        let name = String::from_utf8_lossy(&buffer.split_off(name_at)).into_owned();
        self.conversation.check_payload(&buffer, Purpose::Notification)?;
        let Envelope { head, tail } = self.conversation.event(&name, !buffer.is_empty());
        self.fit(Frame { is_text: true, head, payload: buffer, tail, number, reserved, ..Frame::default() })
    }

    /// The request that the host has answered; its answer goes out now.
    fn answered_request(&mut self, id: u64) -> Result<OpenRequest, Fault> {
        let request = self.close_request(id).ok_or_else(gone)?;
        self.counters.answered += 1;
        Ok(request)
    }

    fn respond(&mut self, id: u64, json: Vec<u8>, number: u64, reserved: u64) -> Result<(), Fault> {
        let request = self.answered_request(id)?;
        if let Err(bad) = self.conversation.check_payload(&json, Purpose::Answer) {
            return Err(self.bad_answer(&request, bad));
        }
        let Envelope { head, tail } = self.conversation.response(&request.wire_id, self.word());
        let frame = Frame { is_text: true, head, payload: json, tail, number, reserved, ..Frame::default() };
        self.answer(&request, frame)
    }

    /// The host's object becomes the message: the id goes in where its brace was.
    fn respond_envelope(&mut self, id: u64, mut json: Vec<u8>, number: u64, reserved: u64) -> Result<(), Fault> {
        let request = self.answered_request(id)?;
        if let Err(bad) = self.conversation.check_payload(&json, Purpose::Answer) {
            return Err(self.bad_answer(&request, bad));
        }
        let mut marks = json.iter_mut().filter(|byte| !byte.is_ascii_whitespace());
        if let (Some(brace), Some(first)) = (marks.next(), marks.next()) {
            *brace = if *first == b'}' { b' ' } else { b',' };
        }
        let head = self.conversation.envelope_start(&request.wire_id);
        self.answer(&request, Frame { is_text: true, head, payload: json, number, reserved, ..Frame::default() })
    }

    fn respond_attachment(
        &mut self,
        id: u64,
        mut buffer: Vec<u8>,
        json: usize,
        pointer: usize,
        number: u64,
        reserved: u64,
    ) -> Result<(), Fault> {
        let request = self.answered_request(id)?;
        let pointer = String::from_utf8_lossy(&buffer.split_off(buffer.len().saturating_sub(pointer))).into_owned();
        let json = buffer.get(..json).unwrap_or_default();
        let attachment = match self.attach(json, &pointer) {
            Ok(attachment) => attachment,
            Err(bad) => return Err(self.bad_answer(&request, bad)),
        };
        let Envelope { head, tail } = self.conversation.response(&request.wire_id, self.word());
        let attachment = Some(attachment);
        let frame = Frame { is_text: true, head, payload: buffer, attachment, tail, number, reserved };
        self.answer(&request, frame)
    }

    fn attach(&self, json: &[u8], pointer: &str) -> Result<Attachment, BadPayload> {
        self.conversation.check_payload(json, Purpose::Answer)?;
        if pointer.is_empty() {
            // The whole answer becomes a string, which not every profile takes.
            self.conversation.check_payload(b"\"\"", Purpose::Answer)?;
        }
        Attachment::find(json, pointer)
    }

    /// The peer gets the profile's internal error in place of an answer that cannot be sent.
    fn bad_answer(&mut self, request: &OpenRequest, bad: BadPayload) -> Fault {
        let text = self.conversation.bad_answer(&request.wire_id, &bad.detail, self.word());
        self.transmit(text);
        bad.into()
    }

    fn respond_error(
        &mut self,
        id: u64,
        buffer: &[u8],
        code: usize,
        message: usize,
        number: u64,
        reserved: u64,
    ) -> Result<(), Fault> {
        let request = self.answered_request(id)?;
        let message_at = buffer.len().saturating_sub(message);
        let (rest, message) = buffer.split_at(message_at);
        let (data, code) = rest.split_at(rest.len().saturating_sub(code));
        let readiness = self.word();
        let (code, message) = (String::from_utf8_lossy(code), String::from_utf8_lossy(message));
        let data = if data.is_empty() {
            None
        } else {
            if let Err(bad) = self.conversation.check_payload(data, Purpose::ErrorData) {
                let text = self.conversation.error(&request.wire_id, &code, &message, None, readiness);
                self.transmit(text);
                return Err(bad.into());
            }
            core::str::from_utf8(data).ok()
        };
        let text = self.conversation.error(&request.wire_id, &code, &message, data, readiness);
        self.answer(&request, Frame { is_text: true, payload: text.into_bytes(), number, reserved, ..Frame::default() })
    }

    /// Sends an answer, or the compact error that stands in for one over the peer's cap.
    fn answer(&mut self, request: &OpenRequest, frame: Frame) -> Result<(), Fault> {
        let length = frame.len();
        self.fit(frame).inspect_err(|_| {
            let readiness = self.word();
            let limit = self.config.peer_max_message;
            let text = self.conversation.too_large(&request.wire_id, 0, length, limit, readiness);
            self.transmit(text);
        })
    }

    /// The host was told REPLACED: the compact error is the send.
    fn replace(&mut self, id: u64, buffered: u64, message: u64, number: u64, reserved: u64) -> Result<(), Fault> {
        let request = self.answered_request(id)?;
        let readiness = self.word();
        let (buffered, message) = (buffered as usize, message as usize);
        let limit = self.config.peer_max_message;
        let text = self.conversation.too_large(&request.wire_id, buffered, message, limit, readiness);
        let frame = Frame { is_text: true, payload: text.into_bytes(), number, reserved, ..Frame::default() };
        self.outputs.push_back(Output::Transmit(frame));
        Ok(())
    }

    pub(super) fn fit(&mut self, frame: Frame) -> Result<(), Fault> {
        let limit = self.config.peer_max_message;
        if frame.len() > limit {
            let detail = format!("the message has {} bytes, the peer takes {limit}", frame.len());
            return Err(Fault { reason: Reason::MessageTooLarge, offset: 0, detail });
        }
        self.outputs.push_back(Output::Transmit(frame));
        Ok(())
    }

    fn drop_send(&mut self, now: u64, number: u64, generation: u64, reserved: u64, fault: Fault) {
        self.release(reserved);
        self.counters.send_dropped += 1;
        let event = Event {
            first: number,
            last: number,
            reason: fault.reason,
            code: u32::try_from(fault.offset).unwrap_or(u32::MAX),
            generation,
            ..self.event(now, EventKind::SendDropped)
        };
        self.deliver(event.with_detail(fault.detail));
    }

    /// Gives the room of one host send back.
    fn release(&mut self, reserved: u64) {
        self.outputs.push_back(Output::Release(Released { reserved, sends: 1, ..Released::default() }));
    }

    pub(super) fn expire_requests(&mut self, now: u64) {
        let readiness = self.word();
        for Overdue { mut request, is_unseen, is_expired } in self.ledger.expire(now) {
            if let Some(event) = request.event.take() {
                self.spares.take_back(event);
            }
            if is_unseen && (request.is_silent || !is_expired) {
                self.counters.held_too_long += 1;
                let why = self.owner.why_busy();
                self.refuse_busy(&request.wire_id, &why, request.is_silent);
                continue;
            }
            let elapsed = now.saturating_sub(request.arrived) / MILLISECOND;
            let allowed = request.deadline.saturating_sub(request.armed) / MILLISECOND;
            let text = self.conversation.expired(&request.wire_id, &request.method, elapsed, allowed, readiness);
            self.transmit(text);
            if !is_unseen {
                self.counters.expired += 1;
                let event = self.event(now, EventKind::RequestEnded);
                self.deliver(Event { id: request.id, reason: Reason::Expired, ..event });
            } else {
                self.counters.dropped_unseen += 1;
            }
        }
        if let Some(deadline) = self.ledger.next_deadline() {
            self.timers.set(Timer::Requests, deadline);
        }
    }

    pub(super) fn arm_keep_alive(&mut self, now: u64) {
        if let Some(keepalive) = &self.config.keepalive {
            self.timers.set(Timer::KeepAlive, now.saturating_add(keepalive.interval));
        }
    }

    /// Sends the keep-alive message. Behind bytes that the peer has yet to take it would tell nothing new.
    pub(super) fn keep_alive(&mut self, now: u64) {
        if self.phase != Phase::Active {
            return;
        }
        if self.outgoing.is_empty()
            && let Some(keepalive) = &self.config.keepalive
        {
            self.transmit(keepalive.message.clone());
        }
        self.arm_keep_alive(now);
    }

    /// Tells the server of a change of readiness; what it knows moves only when told.
    pub(super) fn publish_readiness(&mut self) {
        let word = self.word();
        if self.phase != Phase::Active || self.published.as_deref() == Some(word) {
            return;
        }
        if let Some(text) = self.conversation.readiness_changed(word) {
            self.published = Some(word.to_owned());
            self.transmit(text);
        }
    }
}

/// The request that a send answers.
fn answered(what: &What) -> Option<u64> {
    match what {
        What::Respond { id, .. }
        | What::RespondEnvelope { id, .. }
        | What::RespondAttachment { id, .. }
        | What::RespondError { id, .. }
        | What::Replace { id, .. } => Some(*id),
        What::Text(_) | What::Binary(_) | What::Notify { .. } | What::Call { .. } | What::Defer { .. } => None,
    }
}

fn bad_utf8(offset: usize) -> Fault {
    Fault { reason: Reason::BadUtf8, offset, detail: format!("the text is not UTF-8 at byte {offset}") }
}

impl From<BadPayload> for Fault {
    fn from(bad: BadPayload) -> Self {
        let reason = match bad.kind {
            BadPayloadKind::BadUtf8 => Reason::BadUtf8,
            BadPayloadKind::BadJson => Reason::BadJson,
        };
        Self { reason, offset: bad.offset, detail: bad.detail }
    }
}

fn gone() -> Fault {
    Fault { reason: Reason::Lost, offset: 0, detail: "the request is gone".into() }
}
