//! The class of a call that is under way: what a coroutine awaits.

use godot::prelude::*;

use crate::reply::{FramewireReply, Outcome};

/// A call that [method FramewireLink.request] made, while it is under way. You meet it as the object of the signal to
/// await, and hardly ever otherwise. The link holds it until the call has ended.
#[derive(GodotClass)]
#[class(tool, init, base = RefCounted)]
pub struct FramewireCall {
    base: Base<RefCounted>,
}

#[godot_api]
impl FramewireCall {
    /// The call has ended. Emitted once.
    #[signal]
    pub fn completed(reply: Gd<FramewireReply>);
}

/// What a coroutine awaits.
pub fn signal(call: &Gd<FramewireCall>) -> Signal {
    Signal::from_object_signal(call, "completed")
}

/// Ends `call`: whoever awaits it goes on, before this returns. Nothing of the link may be bound or locked.
pub fn complete(call: &Gd<FramewireCall>, outcome: Outcome) -> Gd<FramewireReply> {
    let reply = outcome.into_reply();
    call.signals().completed().emit(&reply);
    reply
}

/// Calls that have ended, and what each came to.
pub type EndedCalls = Vec<(Gd<FramewireCall>, Outcome)>;

/// As [`complete`], for calls that nobody tells of otherwise.
pub fn complete_all(calls: EndedCalls) {
    for (call, outcome) in calls {
        complete(&call, outcome);
    }
}
