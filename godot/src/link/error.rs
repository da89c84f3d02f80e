//! Why an open or a change of the configuration was refused, and what that is called in Godot.

use framewire::link::{ConfigError, ConfigErrorKind};
use godot::classes::Os;
use godot::global::Error;
use godot::prelude::*;

/// What it is called among Godot's error codes.
pub fn config_code(kind: ConfigErrorKind) -> Error {
    match kind {
        ConfigErrorKind::Invalid => Error::ERR_INVALID_PARAMETER,
        ConfigErrorKind::Unsupported => Error::ERR_UNAVAILABLE,
        ConfigErrorKind::NameInUse => Error::ERR_ALREADY_IN_USE,
        ConfigErrorKind::ConfigDiffers => Error::ERR_ALREADY_EXISTS,
        ConfigErrorKind::Limit => Error::ERR_OUT_OF_MEMORY,
        ConfigErrorKind::NoResources => Error::ERR_CANT_CREATE,
        ConfigErrorKind::Stale => Error::ERR_UNCONFIGURED,
    }
}

/// Its words, with the field in front where they do not name it.
pub fn config_text(error: &ConfigError) -> String {
    match error.field {
        Some(field) if !error.text.contains(field) => format!("{field}: {}", error.text),
        _ => error.text.clone(),
    }
}

/// Tells the user of a mistake in the code, where the engine shows such: never from another thread than the main one.
pub fn tell_user(text: &str) {
    let os = Os::singleton();
    if os.get_thread_caller_id() == os.get_main_thread_id() {
        godot::global::push_error(&[text.to_variant()]);
    }
}
