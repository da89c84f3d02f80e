//! Sees the script errors that the engine reports while handlers run.
//!
//! A script error ends a function and returns to its caller as if nothing had happened. Since 4.5 the engine shows
//! errors to a `Logger`; older ones have none, and there nothing is seen. The class is not among those of 4.3 that this
//! extension is built for, so the logger is a script, made when the first handler runs.

use godot::classes::{ClassDb, Os};
use godot::prelude::*;

/// Notes script errors (type 2) of the main thread, and in which functions they were. Other threads report here, too.
const SOURCE: &str = r#"@tool
extends Logger
var seen: Array = []
func _log_error(function: String, file: String, line: int, code: String, rationale: String, _notify: bool,
		type: int, backtraces: Array[ScriptBacktrace]) -> void:
	if type != 2 or OS.get_thread_caller_id() != OS.get_main_thread_id() or seen.size() >= 64:
		return
	var functions := PackedStringArray([function])
	for backtrace: ScriptBacktrace in backtraces:
		for index: int in backtrace.get_frame_count():
			functions.append(backtrace.get_frame_function(index))
	var text := code if rationale.is_empty() else rationale
	seen.append(["%s (%s:%d in %s)" % [text, file, line, function], functions])
"#;

/// The logger, and whether the engine shows it anything.
#[derive(Default)]
pub struct ScriptErrors {
    logger: Option<Gd<RefCounted>>,
    is_listening: bool,
    /// The engine has no such thing, or refused it.
    is_unavailable: bool,
}

impl ScriptErrors {
    /// Sees errors from now on.
    pub fn listen(&mut self) {
        if self.is_listening || self.is_unavailable {
            return;
        }
        if self.logger.is_none() {
            self.logger = make_logger();
            self.is_unavailable = self.logger.is_none();
        }
        if let Some(logger) = &self.logger {
            Os::singleton().call("add_logger", &[logger.to_variant()]);
            self.is_listening = true;
        }
    }

    /// Sees errors no more.
    pub fn stop(&mut self) {
        if std::mem::take(&mut self.is_listening)
            && let Some(logger) = &self.logger
        {
            Os::singleton().call("remove_logger", &[logger.to_variant()]);
            self.forget();
        }
    }

    /// Forgets what was seen.
    pub fn forget(&mut self) {
        drop(self.take(""));
    }

    /// The first error seen in or below `function` (empty: in any), in words; forgets them all.
    pub fn take(&mut self, function: &str) -> Option<String> {
        let seen = self.logger.as_ref()?.get("seen").try_to::<VarArray>().ok()?;
        let first = seen.iter_shared().find_map(|error| {
            let error = error.try_to::<VarArray>().ok()?;
            let functions = error.get(1)?.try_to::<PackedStringArray>().ok()?;
            let is_within = function.is_empty() || functions.contains(&GString::from(function));
            is_within.then(|| error.get(0).map(|text| text.to_string())).flatten()
        });
        let mut seen = seen;
        seen.clear();
        first
    }
}

impl Drop for ScriptErrors {
    fn drop(&mut self) {
        self.stop();
    }
}

fn make_logger() -> Option<Gd<RefCounted>> {
    let classes = ClassDb::singleton();
    if !classes.class_exists("Logger")
        || !classes.can_instantiate("GDScript")
        || !Os::singleton().has_method("add_logger")
    {
        return None;
    }
    let mut script = classes.instantiate("GDScript").try_to::<Gd<RefCounted>>().ok()?;
    script.set("source_code", &SOURCE.to_variant());
    if script.call("reload", &[]) != godot::global::Error::OK.to_variant() {
        return None;
    }
    script.call("new", &[]).try_to().ok()
}
