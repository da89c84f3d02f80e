//! One command: its handler is called, and what it comes to is answered.

use godot::prelude::*;

use super::answers::{Answer, Given};
use super::desk;
use super::editor_link::FramewireEditorLink;
use super::handlers::Handler;
use super::live;
use super::running::Running;
use super::verdict::{Ending, Returned, Verdict};
use super::words::{Fault, listed};
use crate::request::FramewireRequest;

/// Calls the handler of `request` and answers, unless it awaits something. Nothing of `this` may be bound.
pub fn run(this: &Gd<FramewireEditorLink>, request: Gd<FramewireRequest>) {
    let is_unattended = request.bind().is_unattended();
    if !is_unattended {
        return;
    }
    let method = request.bind().method();
    let (handler, params) = match prepare(this, &request, &method) {
        Ok(prepared) => prepared,
        Err((fault, text)) => return answer(this, &request, Answer::Error(fault, text)),
    };
    this.clone().bind_mut().desk.script_errors.listen();
    let returned = handler.call(&params, &request.to_variant());
    if !this.is_instance_valid() {
        return desk::lose(
            request,
            "The editor's plugin was switched off before it answered, so the wait was aborted.",
        );
    }
    if let Some(mut running) = Running::of(&returned, &request, handler.function()) {
        let id = request.bind().number() as i64;
        running.connect(&Callable::from_object_method(this, "_completed").bind(&[id.to_variant()]));
        this.clone().bind_mut().desk.running.add(running);
        return;
    }
    let script_error = this.clone().bind_mut().desk.script_errors.take("");
    finish(this, &request, returned, false, script_error);
}

/// What a handler is called with, or why it cannot be.
fn prepare(
    this: &Gd<FramewireEditorLink>,
    request: &Gd<FramewireRequest>,
    method: &str,
) -> Result<(Handler, Variant), (Fault, String)> {
    let link = this.bind();
    let handler = match link.desk.handlers.find(method) {
        Some(Ok(handler)) => handler,
        Some(Err(unfit)) => {
            let text = format!("The editor's handler of '{method}' {}.", unfit.text());
            godot_warn!("FramewireEditorLink: {text}");
            return Err((Fault::HandlerFailed, text));
        }
        None => {
            let meant = listed(&link.desk.handlers.near(method));
            let hint = if meant.is_empty() { String::new() } else { format!(" Did you mean {meant}?") };
            return Err((Fault::UnknownMethod, format!("The editor has no command '{method}'.{hint}")));
        }
    };
    let params = request.bind().decoded();
    match params {
        Some(params) => Ok((handler, params)),
        None => {
            let text = format!(
                "The parameters of '{method}' were not decoded: they hold too many values for the editor, or it is set \
                 not to decode. Send fewer, or raise node_budget where the link is opened."
            );
            Err((Fault::BadParams, text))
        }
    }
}

/// A coroutine has completed.
pub fn completed(this: &Gd<FramewireEditorLink>, returned: Variant, id: i64) {
    let (running, script_error) = {
        let mut link = this.clone();
        let desk = &mut link.bind_mut().desk;
        // Its request has ended meanwhile.
        let Some(running) = desk.running.take(id) else { return };
        let script_error = desk.script_errors.take(&running.function);
        (running, script_error)
    };
    finish(this, &running.request, returned, true, script_error);
}

/// Answers for coroutines that nothing will continue.
pub fn fail_abandoned(this: &Gd<FramewireEditorLink>) {
    let abandoned = this.clone().bind_mut().desk.running.take_abandoned();
    for Running { request, .. } in abandoned {
        let method = request.bind().method();
        let text = format!(
            "The editor's handler of '{method}' will never come to its end: what it awaits was freed, or the object \
             that it belongs to."
        );
        let is_unattended = request.bind().is_unattended();
        if is_unattended {
            godot_warn!("FramewireEditorLink: {text}");
            answer(this, &request, Answer::Error(Fault::HandlerFailed, text));
        }
    }
}

/// Answers with what a handler came to.
fn finish(
    this: &Gd<FramewireEditorLink>,
    request: &Gd<FramewireRequest>,
    returned: Variant,
    has_awaited: bool,
    script_error: Option<String>,
) {
    let ending = Ending {
        returned: match &returned {
            nothing if nothing.is_nil() => Returned::Nothing,
            empty if !empty.booleanize() => Returned::Empty,
            _ => Returned::Value,
        },
        has_awaited,
        is_settled: !request.bind().is_unanswered(),
        is_deferred: request.bind().is_deferred(),
        has_script_error: script_error.is_some(),
    };
    let method = request.bind().method();
    match ending.verdict() {
        Verdict::Leave => {}
        Verdict::Answer => answer(this, request, Answer::Result(returned)),
        Verdict::ScriptError => {
            let error = script_error.unwrap_or_default();
            let text = format!("A script error stopped the editor's handler of '{method}': {error}");
            answer(this, request, Answer::Error(Fault::HandlerFailed, text));
        }
        Verdict::NoAnswer => {
            let text = format!(
                "The editor's handler of '{method}' returned nothing: an error stopped it (see the output), or \
                 it has no `return`. A handler returns its answer ({{}} will do), or uses respond(), fail() or defer() \
                 of its request."
            );
            godot_warn!("FramewireEditorLink: {text}");
            answer(this, request, Answer::Error(Fault::HandlerFailed, text));
        }
    }
}

/// Tries the answers again that had no room.
pub fn send_again(this: &Gd<FramewireEditorLink>) {
    let unsent = std::mem::take(&mut this.clone().bind_mut().desk.unsent);
    for (request, answer) in unsent {
        self::answer(this, &request, answer);
    }
}

/// Answers `request`, with the readiness of this moment. Values may have scripts say what they are called, so nothing
/// of `this` may be bound.
fn answer(this: &Gd<FramewireEditorLink>, request: &Gd<FramewireRequest>, answer: Answer) {
    this.clone().bind_mut().report(&live::look());
    let given = answer.give(request);
    if !this.is_instance_valid() {
        return;
    }
    match given {
        Given::Taken => this.clone().bind_mut().heard(),
        Given::NoRoom => this.clone().bind_mut().desk.unsent.push((request.clone(), answer)),
        Given::TooLate => {}
        Given::Unfit(why) => {
            let method = request.bind().method();
            let text = format!("The editor's handler of '{method}' gave an answer that cannot be sent: {why}.");
            godot_warn!("FramewireEditorLink: {text}");
            Answer::Error(Fault::HandlerFailed, text).give(request);
        }
    }
}
