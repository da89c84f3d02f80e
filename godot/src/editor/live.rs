//! What the live editor shows, and the clock of its frames.

use godot::classes::{EditorInterface, Engine, Os, Time};
use godot::prelude::*;

use super::readiness::Signs;

/// What the editor shows in one frame.
pub struct Look {
    /// What its readiness follows from.
    pub signs: Signs,
    /// Path of the scene that is edited; empty if there is none, or none with a file.
    pub scene: GString,
}

/// Whether this process is an editor.
pub fn is_editor() -> bool {
    Engine::singleton().is_editor_hint()
}

/// Looks at the editor. Only where [`is_editor`].
pub fn look() -> Look {
    let editor = EditorInterface::singleton();
    let root = editor.get_edited_scene_root();
    Look {
        signs: Signs {
            is_scanning: editor.get_resource_filesystem().is_some_and(|files| files.is_scanning()),
            is_playing: editor.is_playing_scene(),
            has_scene: root.is_some(),
        },
        scene: root.map(|root| root.get_scene_file_path()).unwrap_or_default(),
    }
}

/// The engine's monotonic clock, microseconds.
pub fn now_us() -> u64 {
    Time::singleton().get_ticks_usec()
}

/// How long the engine sleeps between frames, microseconds.
pub fn sleep_us() -> i32 {
    Os::singleton().get_low_processor_usage_mode_sleep_usec()
}

/// Has the engine sleep that long between frames, until somebody else sets it. No setting is written.
pub fn set_sleep_us(sleep_us: i32) {
    Os::singleton().set_low_processor_usage_mode_sleep_usec(sleep_us);
}
