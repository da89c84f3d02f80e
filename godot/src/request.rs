//! The class of a request of the server.

mod payload;
mod standing;

use framewire::link::now_ns;
use framewire::session::event::Event;
use godot::classes::Image;
use godot::global::Error;
use godot::prelude::*;

use crate::link::hosted::Hosted;
use crate::link::source::Source;
use crate::link::{defer, told};
use crate::optional::{Optional, none};
use crate::value::gstring;
use payload::Payload;
use standing::Standing;

/// A request of the server: a command for the editor. Answer it once, at once or later, with [method respond] or
/// [method fail].
///
/// A request that nobody answers runs out of time ([code]request_timeout_ms[/code] of the configuration, 5 minutes unless it
/// says otherwise); the link then answers with an error, and [signal FramewireLink.request_ended] tells. Keeping the object
/// costs the memory of its parameters; dropping it answers nothing, the request can still be answered by its [member id].
#[derive(GodotClass)]
#[class(tool, init, base = RefCounted)]
pub struct FramewireRequest {
    /// Number of the request in this process; never used again. It is not the id that stands in the message.
    #[var(no_set)]
    id: i64,
    /// Name of the command or method.
    #[var(no_set)]
    method: GString,
    /// The parameters, usually a [Dictionary]; numbers are floats, unless the configuration says
    /// [code]integers_as_int[/code]. [code]null[/code] where there are none, or [member is_decoded] is [code]false[/code].
    /// Put no objects into them: they are freed on another thread.
    #[var(no_set)]
    params: Variant,
    /// Whether [member params] holds the parameters. Not so if there are none, if they have more values than
    /// [code]node_budget[/code] allows, or if the configuration says not to decode: [member text] has them.
    #[var(no_set)]
    is_decoded: bool,
    /// The parameters as the server wrote them: JSON. Made of the message's bytes whenever it is asked for.
    #[var(get = get_text, no_set)]
    text: PhantomVar<GString>,
    /// [signal FramewireLink.request_orphaned]: what the handler that took it first left with [method defer].
    #[var(no_set)]
    note: PackedByteArray,
    /// Time since its arrival, in milliseconds.
    #[var(get = get_age_ms, no_set)]
    age_ms: PhantomVar<i64>,
    /// How often it was handed out, this time included; more than 1 where an earlier owner of the link had it.
    #[var(no_set)]
    deliveries: i64,
    /// [signal FramewireLink.request_orphaned]: the parameters were too large to be kept and are gone.
    #[var(no_set)]
    is_payload_gone: bool,

    arrived_ns: u64,
    payload: Payload,
    /// None in an object that a reload of the extension has left over.
    source: Option<Source>,
    standing: Standing,
    base: Base<RefCounted>,
}

impl FramewireRequest {
    /// The request of `event`, which comes from `source`.
    pub fn of(event: &Event, source: Source) -> Gd<Self> {
        const PAYLOAD_GONE: u32 = 8;
        let params = told::value(event);
        Gd::from_init_fn(|base| Self {
            id: event.id as i64,
            method: told::name(event),
            is_decoded: params.is_some(),
            params: params.unwrap_or_default(),
            text: PhantomVar::default(),
            note: PackedByteArray::from(told::part(event, &event.note)),
            age_ms: PhantomVar::default(),
            deliveries: event.count.max(1) as i64,
            is_payload_gone: event.flags & PAYLOAD_GONE != 0,
            arrived_ns: event.time_ns,
            payload: Payload::of(event),
            source: Some(source),
            standing: Standing::default(),
            base,
        })
    }

    /// The link, as long as whoever polled this request has it.
    ///
    /// # Errors
    /// Another has it, or it is closed: the request cannot be answered any more.
    pub(crate) fn link(&self) -> Result<&Hosted, Error> {
        self.source.as_ref().ok_or(Error::ERR_UNCONFIGURED)?.link()
    }

    fn payload(&self) -> &[u8] {
        self.payload.bytes()
    }
}

impl Drop for FramewireRequest {
    fn drop(&mut self) {
        if let Some(source) = &self.source {
            source.end_share(std::mem::take(&mut self.params));
        }
    }
}

#[godot_api]
impl FramewireRequest {
    #[func]
    fn get_text(&self) -> GString {
        gstring(self.payload())
    }

    #[func]
    fn get_age_ms(&self) -> i64 {
        (now_ns().saturating_sub(self.arrived_ns) / 1_000_000) as i64
    }

    /// Answers with [param data], which is written as JSON. See [method FramewireLink.respond] for what is returned.
    #[func(gd_self)]
    fn respond(this: Gd<Self>, #[opt(default = none())] data: Optional) -> Error {
        Self::answered(&this, |hosted, id| hosted.outgoing.respond(id, &data.0))
    }

    /// Answers with an error. See [method FramewireLink.respond_error].
    #[func(gd_self)]
    fn fail(this: Gd<Self>, code: GString, message: GString, #[opt(default = none())] data: Optional) -> Error {
        let (code, message) = (code.to_string(), message.to_string());
        Self::answered(&this, |hosted, id| hosted.outgoing.respond_error(id, &code, &message, &data.0))
    }

    /// Answers with an image, as base64 of a PNG. See [method FramewireLink.respond_image].
    #[func(gd_self)]
    fn respond_image(
        this: Gd<Self>,
        image: Gd<Image>,
        #[opt(default = none())] data: Optional,
        #[opt(default = "/image")] json_pointer: GString,
    ) -> Error {
        let pointer = json_pointer.to_string();
        Self::answered(&this, |hosted, id| hosted.outgoing.respond_image(id, &image, &data.0, &pointer))
    }

    /// Gives the request time until [param timeout_ms] from now, 0 for ever, and keeps [param note] with it. See
    /// [method FramewireLink.defer].
    #[func]
    fn defer(&self, timeout_ms: i64, #[opt(default = &PackedByteArray::new())] note: PackedByteArray) -> Error {
        self.deferred(|hosted| defer(hosted, self.id, timeout_ms, &note))
    }

    /// Whether the request still waits for its answer.
    #[func]
    fn is_open(&self) -> bool {
        self.link().is_ok_and(|hosted| hosted.link.check_answer(self.number()).is_ok())
    }
}
