//! What a poll found out, as signals. Handlers run: nothing may be bound or locked.

use framewire::link::Refusal;
use framewire::session::event::Reason;
use godot::prelude::*;

use super::FramewireLink;
use super::call::{FramewireCall, complete};
use super::told::Told;
use super::waits::Ended;
use crate::outgoing::{Outcome, SendError};
use crate::reply;

/// Emits the signal of an event.
pub fn tell(this: &Gd<FramewireLink>, told: Told) {
    let mut signals = this.signals();
    match told {
        Told::Opened(info) => signals.opened().emit(&info),
        Told::Acknowledged(version) => signals.acknowledged().emit(&version),
        Told::ConnectFailed(info) => signals.connect_failed().emit(&info),
        Told::Reconnecting(info) => signals.reconnecting().emit(&info),
        Told::Closed(info) => signals.closed().emit(&info),
        Told::Request(request) => signals.request_received().emit(&request),
        Told::RequestOrphaned(request) => signals.request_orphaned().emit(&request),
        Told::RequestEnded(id, reason) => signals.request_ended().emit(id, reason),
        Told::Response(id, outcome) => {
            let ended = this.bind().state.lock().waits.end(id, outcome);
            if let Some(ended) = ended {
                tell_end(this, ended);
            }
        }
        Told::Notification(name, data, text) => signals.notification_received().emit(&name, &data, &text),
        Told::Text(text) => signals.text_received().emit(&text),
        Told::Binary(bytes) => signals.binary_received().emit(&bytes),
        Told::SendDropped(info) => signals.send_dropped().emit(&info),
        Told::Dropped(info) => signals.dropped().emit(&info),
        Told::Log(level, text) => signals.log_message().emit(level, &text),
    }
}

/// Completes a call, and emits the signal of its end, unless it never began.
pub fn tell_end(this: &Gd<FramewireLink>, ended: Ended<Gd<FramewireCall>, reply::Outcome>) {
    let reply = match ended.call {
        Some(call) => complete(&call, ended.outcome),
        // Made by an earlier owner of this link.
        None => ended.outcome.into_reply(),
    };
    if ended.id != 0 {
        this.signals().response_received().emit(ended.id as i64, &reply);
    }
}

/// Emits the signal of something that was accepted for sending and came to nothing.
pub fn tell_unsent(this: &Gd<FramewireLink>, outcome: Outcome) {
    let (id, name, reason, message) = match outcome {
        Outcome::AnswerDropped { id, why } => (id, String::new(), reason(why), why.to_string()),
        Outcome::AnswerReplaced { id } => {
            let message = "the answer was too large for the server: an error went in its place";
            (id, String::new(), Reason::MessageTooLarge, message.to_owned())
        }
        Outcome::SendDropped { name, why } => (0, name, reason(why), why.to_string()),
    };
    let info = vdict! {
        "reason" => i64::from(reason as u32),
        "message" => message.as_str(),
        "code" => 0,
        "first" => 0,
        "last" => 0,
        "id" => id as i64,
        "name" => name.as_str(),
    };
    this.signals().send_dropped().emit(&info);
}

/// What a refusal is called where the link itself tells of such.
fn reason(why: SendError) -> Reason {
    match why {
        SendError::Refused(Refusal::TooLarge) => Reason::MessageTooLarge,
        SendError::Refused(Refusal::Expired) => Reason::Expired,
        SendError::Refused(Refusal::Lost | Refusal::NotOpen) => Reason::Lost,
        SendError::Refused(Refusal::Closed) => Reason::ClosedByHost,
        SendError::Refused(Refusal::Internal | Refusal::NoMemory) => Reason::Internal,
        SendError::Refused(Refusal::WouldBlock) | SendError::Busy => Reason::Overflow,
        _ => Reason::None,
    }
}
