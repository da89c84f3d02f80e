//! Where commands lie from their arrival to their answer.

use std::collections::VecDeque;

use godot::prelude::*;

use super::answers::Answer;
use super::handlers::Handlers;
use super::running::RunningTable;
use super::script_errors::ScriptErrors;
use super::words::Fault;
use crate::request::FramewireRequest;

/// Commands, and who takes them.
#[derive(Default)]
pub struct Desk {
    /// Who takes which.
    pub handlers: Handlers,
    /// Those that have not begun, in the order of their arrival.
    pub waiting: VecDeque<Gd<FramewireRequest>>,
    /// Those whose handler awaits something.
    pub running: RunningTable,
    /// Those that an earlier owner of the link left unanswered.
    pub orphans: Vec<Gd<FramewireRequest>>,
    /// Answers without room.
    pub unsent: Vec<(Gd<FramewireRequest>, Answer)>,
    /// What handlers do wrong.
    pub script_errors: ScriptErrors,
}

impl Desk {
    /// The request of that id has ended by itself: what waits for it is in vain. A coroutine goes on, unheard.
    pub fn forget(&mut self, id: i64) {
        let is_other = |request: &Gd<FramewireRequest>| request.bind().number() != id as u64;
        self.waiting.retain(is_other);
        self.unsent.retain(|(request, _)| is_other(request));
        drop(self.running.take(id));
    }

    /// Answers for the earlier owner, whatever nobody has answered or deferred while it was announced.
    pub fn fail_orphans(&mut self) {
        for request in std::mem::take(&mut self.orphans) {
            lose(request, "The editor's plugin was reloaded before it answered, so the wait was aborted.");
        }
    }

    /// Answers everything that nobody will look after any more.
    pub fn clear(&mut self) {
        self.fail_orphans();
        let text = "The command was not run: the editor's plugin was switched off. Try again shortly.";
        for request in self.waiting.drain(..) {
            if request.bind().is_unattended() {
                Answer::Error(Fault::NotRun, text.into()).give(&request);
            }
        }
        for running in self.running.take_all() {
            lose(running.request, "The editor's plugin was switched off before it answered, so the wait was aborted.");
        }
        self.unsent.clear();
        self.script_errors.stop();
    }
}

/// Answers a request whose work was begun and is given up, unless somebody has answered or deferred it.
pub fn lose(request: Gd<FramewireRequest>, why: &str) {
    if request.bind().is_unattended() {
        let text = format!("{why} The command may have taken effect: look before you repeat it.");
        Answer::Error(Fault::OutcomeUnknown, text).give(&request);
    }
}
