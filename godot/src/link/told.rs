//! An event of the link as what its signal brings: made while the event is lent and the inbox is locked, so no script runs.

use core::ops::Range;

use framewire::session::event::{Event, EventKind, Reason};
use godot::prelude::*;

use super::reasons;
use super::source::Source;
use crate::reply::Outcome;
use crate::request::FramewireRequest;
use crate::value::{DecodedJson, gstring};

/// Bits of [`Event::flags`]: see `FRAMEWIRE_EVENT_FLAG_*`.
const CLEAN: u32 = 1;
const BY_US: u32 = 2;
const FINAL: u32 = 4;

/// What a signal brings.
pub enum Told {
    Opened(VarDictionary),
    Acknowledged(GString),
    ConnectFailed(VarDictionary),
    Reconnecting(VarDictionary),
    Closed(VarDictionary),
    Request(Gd<FramewireRequest>),
    RequestOrphaned(Gd<FramewireRequest>),
    RequestEnded(i64, i64),
    Response(u64, Outcome),
    Notification(GString, Variant, GString),
    Text(GString),
    Binary(PackedByteArray),
    SendDropped(VarDictionary),
    Dropped(VarDictionary),
    Log(i64, GString),
}

impl Told {
    /// What `event` says, which comes from `source`.
    pub fn of(event: &Event, source: Source) -> Self {
        match event.kind {
            EventKind::Opened => Self::Opened(vdict! { "generation" => event.generation as i64 }),
            EventKind::Acknowledged => Self::Acknowledged(name(event)),
            EventKind::ConnectFailed => Self::ConnectFailed(connect_failed(event)),
            EventKind::Reconnecting => Self::Reconnecting(reconnecting(event)),
            EventKind::Closed => Self::Closed(closed(event)),
            EventKind::Request => Self::Request(FramewireRequest::of(event, source)),
            EventKind::RequestOrphaned => Self::RequestOrphaned(FramewireRequest::of(event, source)),
            EventKind::RequestEnded => Self::RequestEnded(event.id as i64, number(event.reason)),
            EventKind::Response => Self::Response(event.id, response(event, source)),
            EventKind::Notification => {
                let text = || text(event, &event.data);
                let (data, text) =
                    value(event).map_or_else(|| (Variant::nil(), text()), |value| (value, GString::new()));
                Self::Notification(name(event), data, text)
            }
            EventKind::Text => Self::Text(text(event, &event.data)),
            EventKind::Binary => Self::Binary(PackedByteArray::from(part(event, &event.data))),
            EventKind::SendDropped => Self::SendDropped(send_dropped(event)),
            EventKind::Dropped => {
                Self::Dropped(vdict! { "count" => event.count as i64, "reason" => number(event.reason) })
            }
            EventKind::Log => Self::Log(i64::from(event.level), text(event, &event.detail)),
        }
    }
}

/// The decoded payload, if there is one.
pub fn value(event: &Event) -> Option<Variant> {
    event.decoded::<DecodedJson>()?.value().ok().cloned()
}

/// A part of the event's bytes.
pub fn part<'a>(event: &'a Event, range: &Range<usize>) -> &'a [u8] {
    event.buffer.get(range.clone()).unwrap_or_default()
}

/// A part of the event's bytes as text. It is UTF-8 unless the peer broke the protocol.
pub fn text(event: &Event, range: &Range<usize>) -> GString {
    gstring(part(event, range))
}

/// Method, name of the notification, or version.
pub fn name(event: &Event) -> GString {
    match event.decoded::<DecodedJson>() {
        Some(decoded) => decoded.name().clone(),
        None => gstring(event.name()),
    }
}

fn number(reason: Reason) -> i64 {
    i64::from(reason as u32)
}

fn connect_failed(event: &Event) -> VarDictionary {
    vdict! {
        "reason" => number(event.reason),
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
        "reason" => number(event.reason),
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
        "reason" => number(event.reason),
        "message" => &text(event, &event.detail),
        "code" => i64::from(event.code),
        "first" => event.first as i64,
        "last" => event.last as i64,
        "id" => 0,
        "name" => "",
    }
}

/// What a RESPONSE says.
fn response(event: &Event, source: Source) -> Outcome {
    let decoded = value(event);
    let payload = part(event, &event.data);
    let text = if decoded.is_none() { gstring(payload) } else { GString::new() };
    let code = match event.reason {
        Reason::None => String::new(),
        Reason::PeerError => event.error_code.to_string(),
        reason => reasons::name(reason).to_owned(),
    };
    Outcome {
        ok: event.reason == Reason::None,
        data: decoded.unwrap_or_default(),
        text,
        code,
        message: String::from_utf8_lossy(part(event, &event.detail)).into_owned(),
        age_ms: (event.age_ns / 1_000_000) as i64,
        source: Some(source),
    }
}
