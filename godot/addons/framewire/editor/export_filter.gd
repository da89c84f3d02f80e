@tool
extends RefCounted
## Keeps the addon out of exported games: it adds a pattern to the exclude filter of each preset.

const PRESETS := "res://export_presets.cfg"
const PATTERN := "addons/framewire/*"
const KEY := "exclude_filter"


## Names of the presets that would export the addon.
static func presets_to_change(path: String = PRESETS) -> PackedStringArray:
	var names := PackedStringArray()
	var presets := ConfigFile.new()
	if not FileAccess.file_exists(path) or presets.load(path) != OK:
		return names
	for section in _preset_sections(presets):
		if not _excludes(str(presets.get_value(section, KEY, ""))):
			names.append(str(presets.get_value(section, "name", section)))
	return names


## Adds the pattern where it is missing, and changes nothing else. The editor reads the file when it
## starts, so a running one must be restarted before its export dialog is used.
static func exclude(path: String = PRESETS) -> Error:
	var presets := ConfigFile.new()
	var error := presets.load(path)
	if error != OK:
		return error
	var is_changed := false
	for section in _preset_sections(presets):
		var filter := str(presets.get_value(section, KEY, ""))
		if not _excludes(filter):
			presets.set_value(section, KEY, _with_pattern(filter))
			is_changed = true
	return presets.save(path) if is_changed else OK


## The sections `preset.0`, `preset.1` and so on, without those of their options.
static func _preset_sections(presets: ConfigFile) -> PackedStringArray:
	var sections := PackedStringArray()
	for section in presets.get_sections():
		if section.begins_with("preset.") and section.get_slice_count(".") == 2:
			sections.append(section)
	return sections


static func _excludes(filter: String) -> bool:
	for pattern in filter.split(",", false):
		if pattern.strip_edges().trim_prefix("res://") in [PATTERN, "addons/*", "addons/framewire/**"]:
			return true
	return false


static func _with_pattern(filter: String) -> String:
	return PATTERN if filter.strip_edges().is_empty() else filter.strip_edges().trim_suffix(",") + "," + PATTERN
