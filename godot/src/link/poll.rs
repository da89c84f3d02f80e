//! One poll: events are taken one by one, and handlers run with nothing bound.

use std::sync::atomic::Ordering;

use godot::classes::{Engine, SceneTree};
use godot::global::Error;
use godot::prelude::*;

use super::hosted::{Busy, Hosted};
use super::told::Told;
use super::{FramewireLink, events};
use crate::reply::Outcome;

/// Events that one poll hands out at most: a peer that is faster than the handlers must not hold the frame for ever.
const MOST_EVENTS: usize = 1024;

/// See [`FramewireLink::poll`].
pub fn poll(this: &Gd<FramewireLink>) -> Error {
    let Some(turn) = Turn::begin(this) else { return Error::ERR_BUSY };
    let outcome = turn.run();
    drop(turn);
    outcome
}

/// The one poll of an object that is under way.
struct Turn<'a>(&'a Gd<FramewireLink>);

impl<'a> Turn<'a> {
    fn begin(this: &'a Gd<FramewireLink>) -> Option<Self> {
        let was_polling = this.bind().is_polling.swap(true, Ordering::AcqRel);
        (!was_polling).then_some(Self(this))
    }

    fn run(&self) -> Error {
        let this = self.0;
        let refused = this.bind().state.lock().waits.take_refused();
        refused.complete(&Outcome::default());
        let held = this.bind().held();
        let Some((hosted, holder)) = held else { return Error::ERR_UNCONFIGURED };
        hosted.outgoing.drain(|outcome| events::tell_unsent(this, outcome));
        let mut bytes = 0;
        for _ in 0..MOST_EVENTS {
            let told = match hosted.next(holder, |event, source| (event.buffer.len(), Told::of(event, source))) {
                Ok(Some((size, told))) => {
                    bytes += size;
                    told
                }
                Ok(None) => break,
                Err(Busy) => return Error::ERR_BUSY,
            };
            let loan = Loan(&hosted);
            events::tell(this, told);
            drop(loan);
            if bytes >= hosted.budget_bytes {
                break;
            }
        }
        Error::OK
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.bind().is_polling.store(false, Ordering::Release);
    }
}

/// The event that the handlers look at.
struct Loan<'a>(&'a Hosted);

impl Drop for Loan<'_> {
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
