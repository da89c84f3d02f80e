//! Messages and calls to the server.

use std::sync::Arc;

use godot::global::Error;
use godot::prelude::*;

use super::FramewireLink;
use super::answering::outcome;
use super::call::{FramewireCall, signal};
use super::hosted::Hosted;
use super::life;
use crate::optional::{Optional, none};
use crate::outgoing::{Accepted, SendError, refusal_code};
use crate::reply::Outcome;

#[godot_api(secondary)]
impl FramewireLink {
    /// Calls the server and returns the signal to await, which brings a [FramewireReply]:
    ///
    /// [codeblock]
    /// var reply: FramewireReply = await link.request("scene/open", {"path": "res://main.tscn"})
    /// [/codeblock]
    ///
    /// Await it at once, on the thread that polls: on another one it may have ended before you await it, and
    /// [signal response_received] alone tells. Every call ends, once: with the server's reply, after [param timeout_ms] (0: after
    /// [code]request_timeout_ms[/code] of the configuration), by [method cancel], with the connection, with the link
    /// ([method close], or the last reference dropped), with the extension. A call that could not be sent, on a link that is not
    /// connected for one, ends with the code [code]"NOT_SENT"[/code], at the next [method poll]; if the link is not open at all, at
    /// the end of the frame. Only profiles that call their peer can do this: json_rpc.
    #[func(gd_self)]
    fn request(
        this: Gd<Self>,
        method: GString,
        #[opt(default = none())] params: Optional,
        #[opt(default = 30000)] timeout_ms: i64,
    ) -> Signal {
        let call = FramewireCall::new_gd();
        let signal = signal(&call);
        let (number, hosted, state) = {
            let link = this.bind();
            (link.number(), link.hosted(), Arc::clone(&link.state))
        };
        state.lock().waits.opening();
        // Nothing is locked meanwhile: a value may be an object whose script says how it is written.
        let sent = match (&hosted, u32::try_from(timeout_ms)) {
            (None, _) => Err("the link is not open: call open() first".to_owned()),
            (_, Err(_)) => Err("timeout_ms is out of range: give 0 to 4294967295".to_owned()),
            (Some(hosted), Ok(timeout)) => {
                let sent = hosted.outgoing.request(&method.to_string(), &params.0, timeout);
                sent.map_err(|error| error.to_string())
            }
        };
        let mut state = state.lock();
        state.last_request = *sent.as_ref().unwrap_or(&0);
        match sent {
            Ok(id) => state.waits.opened(id, call),
            Err(message) => state.waits.refused(call, Outcome::failed("NOT_SENT", message)),
        }
        drop(state);
        if !hosted.is_some_and(|hosted| hosted.is_held_by(number)) {
            // Nobody polls a link that is not open, or is so no longer.
            this.clone().call_deferred("_end_calls", &[]);
        }
        signal
    }

    /// Ends the calls of a link that is not open.
    #[func(gd_self)]
    fn _end_calls(this: Gd<Self>) {
        if this.bind().hosted().is_none() {
            life::abandon(&this, &Outcome::failed("CLOSED_BY_HOST", "the link was closed before the call had ended"));
        }
    }

    /// The id of the last call made with [method request], for [method cancel]; 0 if it was not sent.
    #[func]
    fn get_last_request_id(&self) -> i64 {
        self.state.lock().last_request as i64
    }

    /// Takes a call back: it ends with the code [code]"CANCELLED"[/code] at the next [method poll], whatever the server does.
    /// Returns [constant OK], or what ended it before: [constant ERR_ALREADY_EXISTS] (the reply is there), [constant ERR_TIMEOUT],
    /// [constant ERR_CONNECTION_ERROR], [constant ERR_DOES_NOT_EXIST].
    #[func]
    fn cancel(&self, id: i64) -> Error {
        let Some(hosted) = self.hosted() else { return Error::ERR_UNCONFIGURED };
        hosted.link.cancel(id as u64).map_or_else(refusal_code, |()| Error::OK)
    }

    /// Tells the server something that wants no answer (godot_ai: an event). Returns as [method respond] does.
    #[func(gd_self)]
    fn notify(this: Gd<Self>, name: GString, #[opt(default = none())] data: Optional) -> Error {
        let name = name.to_string();
        Self::sent(&this, |hosted| hosted.outgoing.notify(&name, &data.0))
    }

    /// Sends a text message on a raw link. Returns as [method respond] does.
    #[func(gd_self)]
    fn send_text(this: Gd<Self>, text: GString) -> Error {
        Self::sent(&this, |hosted| hosted.outgoing.send_text(&text))
    }

    /// Sends a binary message on a raw link. Returns as [method respond] does.
    #[func(gd_self)]
    fn send_binary(this: Gd<Self>, bytes: PackedByteArray) -> Error {
        Self::sent(&this, |hosted| hosted.outgoing.send_binary(&bytes))
    }
}

impl FramewireLink {
    /// Runs a send on the link, if `this` has one. Nothing is bound meanwhile, and the caller's own reference keeps `this`
    /// alive: what is sent may be an object, whose script may do anything while it says how it is written.
    pub(super) fn sent(this: &Gd<Self>, send: impl FnOnce(&Hosted) -> Result<Accepted, SendError>) -> Error {
        let hosted = this.bind().hosted();
        let Some(hosted) = hosted else { return Error::ERR_UNCONFIGURED };
        outcome(send(&hosted))
    }
}
