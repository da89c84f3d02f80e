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
    let (state, is_polling) = {
        let link = this.bind();
        (Arc::clone(&link.state), Arc::clone(&link.is_polling))
    };
    if is_polling.swap(true, Ordering::AcqRel) {
        return Error::ERR_BUSY;
    }
    let _turn = Turn(is_polling);
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
    hand_out(this, &hosted, holder).map_or_else(|Busy| Error::ERR_BUSY, |()| Error::OK)
}

/// Hands out what waits, within the budget: a peer that is faster than the handlers must not hold the frame for ever.
fn hand_out(this: &Gd<FramewireLink>, hosted: &Arc<Hosted>, holder: i64) -> Result<(), Busy> {
    if !hosted.begin_turn(holder)? {
        return Ok(());
    }
    let _loans = Loans(hosted);
    for _ in 0..hosted.poll_events {
        let Some(told) = hosted.next(holder, Told::of) else { break };
        events::tell(this, told);
    }
    Ok(())
}

/// The one poll of an object that is under way.
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
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
