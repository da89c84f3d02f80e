//! An extension of one empty class: what the engine does with it, it does with every extension.

use godot::prelude::*;

struct Control;

// SAFETY: the one entry of this library, called by the engine alone.
#[gdextension]
unsafe impl ExtensionLibrary for Control {}

/// Nothing.
#[derive(GodotClass)]
#[class(tool, init, base = RefCounted)]
pub struct FramewireControl {
    base: Base<RefCounted>,
}
