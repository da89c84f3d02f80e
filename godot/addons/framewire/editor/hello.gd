@tool
extends RefCounted
## What the editor says of itself when a connection begins, where the profile has words for it.

const PLUGIN := "res://addons/framewire/plugin.cfg"


## The hello of [param profile]; null where it has none of its own.
static func of(profile: String) -> Variant:
	if profile != "godot_ai":
		return null
	return {
		"godot_version": str(Engine.get_version_info().string),
		"project_path": ProjectSettings.globalize_path("res://"),
		"plugin_version": _version(),
		"editor_pid": OS.get_process_id(),
	}


static func _version() -> String:
	var description := ConfigFile.new()
	description.load(PLUGIN)
	return str(description.get_value("plugin", "version", "unknown"))
