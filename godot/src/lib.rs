//! Framewire for Godot: classes over the Rust interface of the link.
//!
//! They convert and forward; what a link does is decided in the `framewire` crate.

mod outgoing;
mod value;

use godot::prelude::*;

struct Framewire;

// SAFETY: gdext asks for the promise that this crate has one entry, and that nobody calls it but the engine.
#[gdextension]
unsafe impl ExtensionLibrary for Framewire {}
