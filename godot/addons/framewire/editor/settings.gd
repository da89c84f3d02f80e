@tool
extends RefCounted
## The settings of the editor's link: the environment counts most, then this machine, then the project.
##
## The project's are kept in project.godot and shared; this machine's in the editor settings. A token
## is never kept in the project.

const URL := "framewire/link/url"
const PROFILE := "framewire/link/profile"
const AUTO_CONNECT := "framewire/link/auto_connect"
const TOKEN := "framewire/link/token"

const DEFAULT_URL := "ws://127.0.0.1:9500"
const DEFAULT_PROFILE := "godot_ai"
const PROFILES := "godot_ai,json_rpc,raw"

## What the machine's auto-connect says.
enum Override { AS_PROJECT, ALWAYS, NEVER }


## Shows the settings in Project Settings and Editor Settings. Nothing is written.
static func register() -> void:
	_register_project(URL, DEFAULT_URL, TYPE_STRING, PROPERTY_HINT_PLACEHOLDER_TEXT, DEFAULT_URL)
	_register_project(PROFILE, DEFAULT_PROFILE, TYPE_STRING, PROPERTY_HINT_ENUM, PROFILES)
	_register_project(AUTO_CONNECT, true, TYPE_BOOL)
	var as_project := "as the project says"
	_register_machine(URL, "", TYPE_STRING, PROPERTY_HINT_PLACEHOLDER_TEXT, as_project)
	_register_machine(PROFILE, "", TYPE_STRING, PROPERTY_HINT_ENUM_SUGGESTION, PROFILES)
	var choices := "As the Project Says,Always,Never"
	_register_machine(AUTO_CONNECT, Override.AS_PROJECT, TYPE_INT, PROPERTY_HINT_ENUM, choices)
	_register_machine(TOKEN, "", TYPE_STRING, PROPERTY_HINT_PASSWORD)


## Where the link goes.
static func url() -> String:
	return _first_text("FRAMEWIRE_URL", URL, DEFAULT_URL)


## The wire profile of the server, as FramewireLink.open takes it.
static func profile() -> String:
	return _first_text("FRAMEWIRE_PROFILE", PROFILE, DEFAULT_PROFILE)


## Whether the link is opened with the editor, or waits for the button.
static func auto_connect() -> bool:
	var environment := OS.get_environment("FRAMEWIRE_AUTO_CONNECT")
	if not environment.is_empty():
		return environment != "0"
	match _machine(AUTO_CONNECT):
		Override.ALWAYS:
			return true
		Override.NEVER:
			return false
	return ProjectSettings.get_setting(AUTO_CONNECT, true)


## The token for the server; empty leaves the profile to look where it is usually kept.
static func token() -> String:
	var environment := OS.get_environment("FRAMEWIRE_TOKEN")
	return environment if not environment.is_empty() else str(_machine(TOKEN))


## Which place decides over [param setting]: "environment", "editor settings" or "project settings".
static func source(setting: String) -> String:
	if not OS.get_environment("FRAMEWIRE_" + setting.get_file().to_upper()).is_empty():
		return "environment"
	var machine: Variant = _machine(setting)
	var is_set: bool = machine != Override.AS_PROJECT if machine is int else not str(machine).is_empty()
	return "editor settings" if is_set else "project settings"


static func _first_text(variable: String, setting: String, fallback: String) -> String:
	var environment := OS.get_environment(variable).strip_edges()
	if not environment.is_empty():
		return environment
	var machine := str(_machine(setting)).strip_edges()
	if not machine.is_empty():
		return machine
	return str(ProjectSettings.get_setting(setting, fallback)).strip_edges()


static func _machine(setting: String) -> Variant:
	var settings := EditorInterface.get_editor_settings()
	return settings.get_setting(setting) if settings.has_setting(setting) else ""


static func _register_project(
	setting: String, initial: Variant, type: int, hint: int = PROPERTY_HINT_NONE, hint_string: String = ""
) -> void:
	if not ProjectSettings.has_setting(setting):
		ProjectSettings.set_setting(setting, initial)
	ProjectSettings.set_initial_value(setting, initial)
	ProjectSettings.set_as_basic(setting, true)
	ProjectSettings.add_property_info(_info(setting, type, hint, hint_string))


static func _register_machine(
	setting: String, initial: Variant, type: int, hint: int = PROPERTY_HINT_NONE, hint_string: String = ""
) -> void:
	var settings := EditorInterface.get_editor_settings()
	if not settings.has_setting(setting):
		settings.set_setting(setting, initial)
	settings.set_initial_value(setting, initial, false)
	settings.add_property_info(_info(setting, type, hint, hint_string))


static func _info(setting: String, type: int, hint: int, hint_string: String) -> Dictionary:
	return {"name": setting, "type": type, "hint": hint, "hint_string": hint_string}
