@tool
extends RefCounted
## What the Godot AI addon beside this one says about itself.
##
## Nothing of it is preloaded: this folder must load without it.

const FOLDER := "res://addons/godot_ai/"
const USUAL_PORT := 9500
const UNKNOWN := "unknown"


## Version of the addon, "unknown" if it does not say.
static func version() -> String:
	var told: Variant = _ask("get_plugin_version")
	if told is String and not (told as String).is_empty():
		return told
	var file := ConfigFile.new()
	if file.load(FOLDER + "plugin.cfg") != OK:
		return UNKNOWN
	return str(file.get_value("plugin", "version", UNKNOWN))


## Whether it is of the line that proves itself to the server (4.x), by its version.
static func wants_proof() -> bool:
	return version().get_slice(".", 0).to_int() >= 4


## How the server is launched, in the addon's words.
static func launch_mode() -> String:
	var told: Variant = _ask("get_server_launch_mode")
	return told if told is String and not (told as String).is_empty() else UNKNOWN


## The port that the addon dials unless it is told another.
static func usual_port() -> int:
	var script := _configurator()
	if script == null:
		return USUAL_PORT
	return int(script.get_script_constant_map().get("DEFAULT_WS_PORT", USUAL_PORT))


static func _ask(method: String) -> Variant:
	var script := _configurator()
	if script == null:
		return null
	for found in script.get_script_method_list():
		if found.name == method:
			return script.call(method)
	return null


static func _configurator() -> GDScript:
	var path := FOLDER + "client_configurator.gd"
	return load(path) as GDScript if ResourceLoader.exists(path) else null
