//! The part of the I/O thread that reads: how much at a time, when it rests, what a full inbox does.

use bytes::Bytes;

use super::socket::{Incoming, Socket};
use super::worker::Worker;
use crate::session::config::Overflow;
use crate::session::input::{Arrival, Input};
use crate::session::phase::Phase;

/// Own messages (busy answers, pongs) that may wait for the system before reading stops: a peer that does not read
/// our answers is not read either.
const NATIVE_BACKLOG: u64 = 256 << 10;

impl Worker {
    /// Whether reading rests although there may be something to read.
    ///
    /// It goes on when the inbox has room again, or the system took what waits.
    pub(super) fn reading_rests(&self) -> bool {
        match &self.parked {
            Some((_, payload)) => !self.inbox.has_room(payload.len()),
            None => self.own_backlog() >= NATIVE_BACKLOG,
        }
    }

    /// Bytes of our own messages that wait for the system.
    fn own_backlog(&self) -> u64 {
        if self.broken.is_some() {
            return 0;
        }
        let all = self.socket.as_ref().map_or(0, Socket::backlog_bytes) as u64;
        all.saturating_sub(self.session.host_pending())
    }

    /// Reads a turn's worth of messages.
    pub(super) fn read(&mut self, now: u64) {
        self.free_spent();
        for _ in 0..self.reads_a_turn {
            if self.socket.is_none() {
                self.readable = false;
            }
            if !self.readable || !self.may_read(now) {
                return;
            }
            self.read_one(now);
        }
    }

    fn may_read(&mut self, now: u64) -> bool {
        if self.parked.is_some() {
            self.free_spent();
        }
        if self.reading_rests() {
            if self.parked.is_some() {
                // Reading rests on purpose, so silence proves nothing about the peer.
                self.session.received(now);
            }
            return false;
        }
        self.unpark(now);
        self.readable
    }

    /// Gives the session the message that waited for room, room or not.
    pub(super) fn unpark(&mut self, now: u64) {
        if let Some((is_text, payload)) = self.parked.take() {
            self.message(now, is_text, payload, true);
        }
    }

    fn read_one(&mut self, now: u64) {
        let Some(socket) = self.socket.as_mut() else { return };
        match socket.read() {
            Ok(Incoming::Blocked) => {
                self.readable = false;
                if let Some(failure) = self.broken.take() {
                    self.give(now, Input::Lost(failure));
                }
            }
            Ok(Incoming::Partial) => {}
            Ok(Incoming::Text(payload)) => self.arrival(now, true, payload),
            Ok(Incoming::Binary(payload)) => self.arrival(now, false, payload),
            Ok(Incoming::Ping) => self.give(now, Input::Ping),
            Ok(Incoming::Pong(payload)) => self.give(now, Input::Pong(payload)),
            Ok(Incoming::Close { code, reason }) => self.give(now, Input::PeerClose { code, reason }),
            Err(failure) => {
                // Before the bytes: what the peer has seen answered is counted.
                self.shared.publish(self.session.counters());
                // A close frame for the fault may be queued: it gets one chance to go out.
                let _ = socket.write();
                self.readable = false;
                self.give(now, Input::Lost(failure));
            }
        }
    }

    /// Frees what the frame loop gave back, and keeps what can be used again.
    pub(super) fn free_spent(&mut self) {
        let session = &mut self.session;
        self.inbox.free_spent(|event| session.recycle(event));
    }

    fn arrival(&mut self, now: u64, is_text: bool, payload: Bytes) {
        let mut has_room = self.inbox.has_room(payload.len());
        if !has_room {
            self.free_spent();
            has_room = self.inbox.has_room(payload.len());
        }
        let pauses = self.overflow == Overflow::Pause && self.shared.facts().raw_messages;
        // In a close what still comes is read and thrown away: behind it stands the peer's end.
        if !has_room && pauses && self.session.phase() != Phase::Closing {
            self.parked = Some((is_text, payload));
        } else {
            self.message(now, is_text, payload, has_room);
        }
    }

    fn message(&mut self, now: u64, is_text: bool, payload: Bytes, has_room: bool) {
        let (places, reply_room) = (self.inbox.places(), self.inbox.reply_room());
        self.give(now, Input::Message(Arrival { is_text, payload, has_room, places, reply_room }));
    }
}
