//! Events of the link as signals of the object.

use std::sync::Arc;

use framewire::session::event::{Event, EventKind, Reason};
use godot::prelude::*;

use super::FramewireLink;
use super::call::complete;
use super::hosted::Hosted;
use super::reasons;
use super::stopgap::decode;
use crate::reply::Outcome;
use crate::request::FramewireRequest;

/// Bits of [`Event::flags`]: see `FRAMEWIRE_EVENT_FLAG_*`.
const CLEAN: u32 = 1;
const BY_US: u32 = 2;
const FINAL: u32 = 4;

/// Tells one event. Handlers run: nothing may be bound or locked.
pub fn tell(this: &Gd<FramewireLink>, event: Event, hosted: &Arc<Hosted>, holder: i64) {
    let mut signals = this.signals();
    match event.kind {
        EventKind::Opened => signals.opened().emit(&vdict! { "generation" => event.generation as i64 }),
        EventKind::Acknowledged => signals.acknowledged().emit(&name(&event)),
        EventKind::ConnectFailed => signals.connect_failed().emit(&connect_failed(&event)),
        EventKind::Reconnecting => signals.reconnecting().emit(&reconnecting(&event)),
        EventKind::Closed => signals.closed().emit(&closed(&event)),
        EventKind::Request => signals.request_received().emit(&FramewireRequest::of(event, hosted, holder)),
        EventKind::RequestOrphaned => signals.request_orphaned().emit(&FramewireRequest::of(event, hosted, holder)),
        EventKind::RequestEnded => signals.request_ended().emit(event.id as i64, i64::from(event.reason as u32)),
        EventKind::Response => {
            let reply = {
                let call = this.bind().state.lock().waits.take(event.id);
                let outcome = response(&event);
                match call {
                    Some(call) => complete(&call, outcome),
                    // Of an earlier owner of this link.
                    None => outcome.into_reply(),
                }
            };
            signals.response_received().emit(event.id as i64, &reply);
        }
        EventKind::Notification => {
            let data = decode(part(&event, &event.data));
            let text = if data.is_nil() { text(&event, &event.data) } else { GString::new() };
            signals.notification_received().emit(&name(&event), &data, &text);
        }
        EventKind::Text => signals.text_received().emit(&text(&event, &event.data)),
        EventKind::Binary => signals.binary_received().emit(&PackedByteArray::from(part(&event, &event.data))),
        EventKind::SendDropped => signals.send_dropped().emit(&send_dropped(&event)),
        EventKind::Dropped => signals.dropped().emit(&vdict! {
            "count" => event.count as i64,
            "reason" => i64::from(event.reason as u32),
        }),
        EventKind::Log => signals.log_message().emit(i64::from(event.level), &text(&event, &event.detail)),
    }
}

fn part<'a>(event: &'a Event, range: &core::ops::Range<usize>) -> &'a [u8] {
    event.buffer.get(range.clone()).unwrap_or_default()
}

fn text(event: &Event, range: &core::ops::Range<usize>) -> GString {
    GString::from(String::from_utf8_lossy(part(event, range)).as_ref())
}

fn name(event: &Event) -> GString {
    GString::from(String::from_utf8_lossy(event.name()).as_ref())
}

fn connect_failed(event: &Event) -> VarDictionary {
    vdict! {
        "reason" => i64::from(event.reason as u32),
        "message" => &text(event, &event.detail),
        "code" => i64::from(event.code),
        "os_error" => i64::from(event.os_error),
        "attempt" => i64::from(event.attempt),
        "delay_ms" => i64::from(event.delay_ms),
        "final" => event.flags & FINAL != 0,
        "count" => event.count as i64,
    }
}

fn reconnecting(event: &Event) -> VarDictionary {
    vdict! {
        "attempt" => i64::from(event.attempt),
        "delay_ms" => i64::from(event.delay_ms),
        "count" => event.count as i64,
    }
}

fn closed(event: &Event) -> VarDictionary {
    vdict! {
        "code" => i64::from(event.code),
        "reason" => i64::from(event.reason as u32),
        "message" => &text(event, &event.detail),
        "clean" => event.flags & CLEAN != 0,
        "by_us" => event.flags & BY_US != 0,
        "final" => event.flags & FINAL != 0,
        "count" => event.count as i64,
        "settled" => event.settled as i64,
        "unconfirmed" => event.unconfirmed as i64,
        "skipped" => event.skipped as i64,
        "os_error" => i64::from(event.os_error),
        "generation" => event.generation as i64,
    }
}

fn send_dropped(event: &Event) -> VarDictionary {
    vdict! {
        "reason" => i64::from(event.reason as u32),
        "message" => &text(event, &event.detail),
        "code" => i64::from(event.code),
        "first" => event.first as i64,
        "last" => event.last as i64,
    }
}

/// What a RESPONSE says.
fn response(event: &Event) -> Outcome {
    let data = decode(part(event, &event.data));
    let age_ms = (event.age_ns / 1_000_000) as i64;
    let ok = event.reason == Reason::None;
    let code = match event.reason {
        Reason::None => String::new(),
        Reason::PeerError => event.error_code.to_string(),
        reason => reasons::name(reason).to_owned(),
    };
    Outcome { ok, data, code, message: text(event, &event.detail).to_string(), age_ms }
}
