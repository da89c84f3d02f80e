//! What an editor link does in one frame.

use std::cell::Cell;
use std::rc::Rc;

use godot::prelude::*;

use super::budget::FrameBudget;
use super::editor_link::FramewireEditorLink;
use super::{command, live};
use crate::link::FramewireLink;

/// Whether a frame is under way. A handler that has the engine draw frames (saving or playing a scene does) must not be
/// entered a second time.
#[derive(Clone, Default)]
pub struct Underway(Rc<Cell<bool>>);

impl Underway {
    fn begin(&self) -> Option<FrameEnd> {
        (!self.0.replace(true)).then(|| FrameEnd(Self(Rc::clone(&self.0))))
    }
}

/// Ends the frame when it is dropped, also where the object itself was freed meanwhile.
struct FrameEnd(Underway);

impl Drop for FrameEnd {
    fn drop(&mut self) {
        self.0.0.set(false);
    }
}

/// One frame. Nothing of `this` may be bound: handlers run.
pub fn run(this: &Gd<FramewireEditorLink>) {
    let underway = this.bind().underway.clone();
    let Some(_end) = underway.begin() else { return };
    let link = this.bind().served.clone();
    if let Some(link) = link {
        serve(this, &link);
    }
    if this.is_instance_valid() {
        this.clone().bind_mut().awake.turn();
    }
}

fn serve(this: &Gd<FramewireEditorLink>, link: &Gd<FramewireLink>) {
    {
        let mut this = this.clone();
        let mut this = this.bind_mut();
        this.adopt();
        this.desk.script_errors.forget();
        if !this.is_paused() {
            this.report(&live::look());
        }
    }
    // Also when paused: it then hands out nothing and shows that the editor lives.
    FramewireLink::poll(link.clone());
    if !is_awake(this) {
        return;
    }
    {
        let mut this = this.clone();
        let mut this = this.bind_mut();
        this.tell(live::look());
        this.desk.fail_orphans();
    }
    command::send_again(this);
    if is_awake(this) {
        command::fail_abandoned(this);
    }
    dispatch(this);
    if this.is_instance_valid() {
        let mut this = this.clone();
        let desk = &mut this.bind_mut().desk;
        if desk.running.is_empty() {
            desk.script_errors.stop();
        }
    }
}

/// Runs commands in the order of their arrival until the frame's time is spent.
fn dispatch(this: &Gd<FramewireEditorLink>) {
    let budget = FrameBudget::begin(this.bind().frame_budget_ms, live::now_us());
    let mut begun = 0;
    while is_awake(this) && budget.allows(begun, live::now_us()) {
        let request = this.clone().bind_mut().desk.waiting.pop_front();
        let Some(request) = request else { break };
        begun += 1;
        command::run(this, request);
    }
}

/// Whether handlers may run. Any of them may free or pause `this`.
fn is_awake(this: &Gd<FramewireEditorLink>) -> bool {
    this.is_instance_valid() && !this.bind().is_paused()
}
