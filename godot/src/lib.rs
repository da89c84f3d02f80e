//! Framewire for Godot: classes over the Rust interface of the link.
//!
//! They convert and forward; what a link does is decided in the `framewire` crate.

mod editor;
mod link;
mod optional;
mod outgoing;
mod panics;
mod reply;
mod request;
mod value;

use godot::prelude::*;

struct Framewire;

// SAFETY: gdext asks for the promise that this crate has one entry, and that nobody calls it but the engine.
#[gdextension]
unsafe impl ExtensionLibrary for Framewire {
    fn on_stage_init(stage: InitStage) {
        if stage == InitStage::Scene {
            panics::install();
            link::begin();
        }
    }

    fn on_stage_deinit(stage: InitStage) {
        // The classes and the objects are still there, and threads of ours must not outlive the code that they run.
        if stage == InitStage::Scene {
            link::end_all();
        }
    }
}
