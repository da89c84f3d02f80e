//! One poll: events are taken one by one, and handlers run with nothing bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use godot::classes::{Engine, SceneTree};
use godot::global::Error;
use godot::prelude::*;

use super::hosted::{Busy, Hosted};
use super::told::Told;
use super::{FramewireLink, events};
use crate::panics;

/// See [`FramewireLink::poll`].
pub fn poll(this: &Gd<FramewireLink>) -> Error {
    let (state, polling) = {
        // Once a poll: with threads allowed, the end of each bind is a system call.
        let link = this.bind();
        (Arc::clone(&link.state), Arc::clone(&link.polling))
    };
    if polling.is_under_way.swap(true, Ordering::AcqRel) {
        return Error::ERR_BUSY;
    }
    let _turn = Turn(&polling);
    let (ended, held) = {
        let mut state = state.lock();
        (state.waits.take_ended(), state.held())
    };
    for ended in ended {
        events::tell_end(this, ended);
    }
    let Some((hosted, holder)) = held else { return Error::ERR_UNCONFIGURED };
    panics::deliver(&hosted.link);
    hosted.outgoing.drain(|outcome| events::tell_unsent(this, outcome));
    hand_out(this, &hosted, holder, &polling.request_received).map_or_else(|Busy| Error::ERR_BUSY, |()| Error::OK)
}

/// Hands out what waits, within the budget: a peer that is faster than the handlers must not hold the frame for ever.
fn hand_out(
    this: &Gd<FramewireLink>,
    hosted: &Arc<Hosted>,
    holder: i64,
    request_received: &StringName,
) -> Result<(), Busy> {
    if !hosted.begin_turn(holder)? {
        return Ok(());
    }
    let _loans = Loans(hosted);
    let mut object = this.clone().upcast::<Object>();
    for _ in 0..hosted.poll_events {
        let Some(told) = hosted.next(holder, Told::of) else { break };
        match told {
            Told::Request(request) => drop(object.emit_signal(request_received, &[request.to_variant()])),
            told => events::tell(this, told),
        }
    }
    Ok(())
}

/// What the polls of an object have in common.
pub struct Polling {
    is_under_way: AtomicBool,
    /// Name of the signal that is emitted most: finding it anew costs a tenth of a request.
    request_received: StringName,
}

impl Default for Polling {
    fn default() -> Self {
        Self { is_under_way: AtomicBool::new(false), request_received: StringName::from("request_received") }
    }
}

/// The one poll of an object that is under way.
struct Turn<'a>(&'a Polling);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.is_under_way.store(false, Ordering::Release);
    }
}

/// The events that the handlers look at, one after the other.
struct Loans<'a>(&'a Hosted);

impl Drop for Loans<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl FramewireLink {
    /// Lets the engine's frames poll this object, or no more. Without a [`SceneTree`] it waits for the next open.
    pub(super) fn connect_frames(&self, wanted: bool) {
        const FRAME: &str = "process_frame";
        let Some(mut tree) = Engine::singleton().get_main_loop().and_then(|main| main.try_cast::<SceneTree>().ok())
        else {
            return;
        };
        // By name: it holds no reference, and what is freed is disconnected by the engine.
        let poll = Callable::from_object_method(&self.to_gd(), "poll");
        if tree.is_connected(FRAME, &poll) == wanted {
            return;
        }
        if wanted {
            tree.connect(FRAME, &poll);
        } else {
            tree.disconnect(FRAME, &poll);
        }
    }
}
