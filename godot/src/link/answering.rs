//! Answers to the server's requests, by the id of the request.

use godot::classes::Image;
use godot::global::Error;
use godot::prelude::*;

use super::FramewireLink;
use super::hosted::Hosted;
use crate::optional::{Optional, none};
use crate::outgoing::{Accepted, SendError, refusal_code};

/// A send as one of Godot's error codes.
pub(crate) fn outcome(sent: Result<Accepted, SendError>) -> Error {
    match sent {
        // The request is over all the same: the server has the profile's error in place of the answer.
        Ok(Accepted::Sent(sent)) if sent.replaced => Error::ERR_OUT_OF_MEMORY,
        Ok(_) => Error::OK,
        Err(error) => error.code(),
    }
}

/// See [`FramewireLink::defer`].
pub(crate) fn defer(hosted: &Hosted, id: i64, timeout_ms: i64, note: &PackedByteArray) -> Error {
    let Ok(timeout_ms) = u32::try_from(timeout_ms) else { return Error::ERR_INVALID_PARAMETER };
    hosted.link.defer(id as u64, timeout_ms, note.as_slice()).map_or_else(refusal_code, |()| Error::OK)
}

#[godot_api(secondary)]
impl FramewireLink {
    /// Answers request [param id] with [param data], which is written as JSON before this returns: change it afterwards as
    /// you like.
    ///
    /// Returns [constant OK] if the link took it; [constant ERR_DOES_NOT_EXIST], [constant ERR_ALREADY_EXISTS] (answered
    /// before), [constant ERR_TIMEOUT], [constant ERR_CONNECTION_ERROR] if the request is over, by its connection or otherwise, or
    /// there is no connection to send on; [constant ERR_BUSY] if too much waits to be sent (the request stays open: try again next
    /// frame); [constant ERR_UNCONFIGURED] if the link is not open; [constant ERR_INVALID_PARAMETER] for what no JSON can
    /// say; [constant ERR_OUT_OF_MEMORY] if the answer is larger than the server takes, which gets an error in its place (of a
    /// large answer, which is prepared on another thread, [signal send_dropped] tells it later), or if there is no memory for a
    /// copy of it (nothing went out, and the request stays open); [constant ERR_UNAVAILABLE] if the profile does not do that.
    #[func(gd_self)]
    fn respond(this: Gd<Self>, id: i64, #[opt(default = none())] data: Optional) -> Error {
        Self::sent(&this, |hosted| hosted.outgoing.respond(id as u64, &data.0))
    }

    /// Answers request [param id] with an envelope of your own words, which the godot_ai profile alone takes: every member of
    /// the message but [code]request_id[/code], which is put in; usually [code]status[/code], [code]data[/code] or
    /// [code]error[/code], and [code]readiness[/code]. For answers that another program has worded already; others are
    /// better given to [method respond]. Returns as that does.
    #[func(gd_self)]
    fn respond_envelope(this: Gd<Self>, id: i64, envelope: VarDictionary) -> Error {
        Self::sent(&this, |hosted| hosted.outgoing.respond_envelope(id as u64, &envelope.to_variant()))
    }

    /// Answers request [param id] with an error: [param code] is the profile's (json_rpc: a number as text, or a name that
    /// goes into the error's data), [param message] for a person. Returns as [method respond] does.
    #[func(gd_self)]
    fn respond_error(
        this: Gd<Self>,
        id: i64,
        code: GString,
        message: GString,
        #[opt(default = none())] data: Optional,
    ) -> Error {
        let (code, message) = (code.to_string(), message.to_string());
        Self::sent(&this, |hosted| hosted.outgoing.respond_error(id as u64, &code, &message, &data.0))
    }

    /// Answers request [param id] with [param data], in which the place that [param json_pointer] names holds [param bytes] as
    /// base64. A [Dictionary] that lacks its last member gets it. Returns as [method respond] does.
    #[func(gd_self)]
    fn respond_bytes(this: Gd<Self>, id: i64, data: Variant, json_pointer: GString, bytes: PackedByteArray) -> Error {
        let pointer = json_pointer.to_string();
        Self::sent(&this, |hosted| hosted.outgoing.respond_bytes(id as u64, &data, &pointer, &bytes))
    }

    /// As [method respond_bytes], with [param image] as a PNG, which is made on another thread.
    #[func(gd_self)]
    fn respond_image(
        this: Gd<Self>,
        id: i64,
        image: Gd<Image>,
        #[opt(default = none())] data: Optional,
        #[opt(default = "/image")] json_pointer: GString,
    ) -> Error {
        let pointer = json_pointer.to_string();
        Self::sent(&this, |hosted| hosted.outgoing.respond_image(id as u64, &image, &data.0, &pointer))
    }

    /// Gives request [param id] time until [param timeout_ms] from now (0: for ever) for an answer that takes long, and keeps
    /// [param note] (64 KiB at most) with it: whoever owns the link then finds it in [member FramewireRequest.note], should
    /// this owner be gone before the answer (see [member keep_alive]). Returns as [method respond] does.
    #[func]
    fn defer(
        &self,
        id: i64,
        timeout_ms: i64,
        #[opt(default = &PackedByteArray::new())] note: PackedByteArray,
    ) -> Error {
        let Some(hosted) = self.hosted() else { return Error::ERR_UNCONFIGURED };
        defer(&hosted, id, timeout_ms, &note)
    }
}
