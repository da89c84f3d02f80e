## The exclude filter of the export presets: added where it is missing, and nothing else changed.
extends "res://support/test_case.gd"

const ExportFilter := preload("res://addons/framewire/editor/export_filter.gd")

const PATH := "user://presets.cfg"


func after_each() -> void:
	DirAccess.remove_absolute(PATH)


func test_each_filter_gets_the_pattern_once() -> void:
	_write(["", "*.txt", "*.txt, docs/*,"])
	equal(ExportFilter.presets_to_change(PATH), PackedStringArray(["P0", "P1", "P2"]))
	equal(ExportFilter.exclude(PATH), OK)
	equal(ExportFilter.presets_to_change(PATH), PackedStringArray())
	equal(_filter(0), "addons/framewire/*")
	equal(_filter(1), "*.txt,addons/framewire/*")
	equal(_filter(2), "*.txt, docs/*,addons/framewire/*")
	var before := FileAccess.get_file_as_string(PATH)
	equal(ExportFilter.exclude(PATH), OK)
	equal(FileAccess.get_file_as_string(PATH), before)


func test_a_filter_that_leaves_it_out_already_is_left_alone() -> void:
	var filters := ["addons/framewire/*", "*.txt, res://addons/framewire/* ", "addons/*"]
	_write(filters)
	equal(ExportFilter.presets_to_change(PATH), PackedStringArray())
	equal(ExportFilter.exclude(PATH), OK)
	for number in filters.size():
		equal(_filter(number), filters[number])


func test_everything_else_stays() -> void:
	_write([""])
	ExportFilter.exclude(PATH)
	var presets := ConfigFile.new()
	presets.load(PATH)
	equal(presets.get_value("preset.0", "platform"), "Linux")
	equal(presets.get_value("preset.0", "runnable"), true)
	equal(presets.get_value("preset.0.options", "texture_format/s3tc"), true)
	check(not presets.has_section_key("preset.0.options", "exclude_filter"), "options have no filter")


func test_no_presets_are_nothing_to_do() -> void:
	equal(ExportFilter.presets_to_change(PATH), PackedStringArray())
	equal(ExportFilter.exclude(PATH), ERR_FILE_NOT_FOUND)
	check(not FileAccess.file_exists(PATH), "no file was made")


func _write(filters: Array) -> void:
	var presets := ConfigFile.new()
	for number in filters.size():
		var section := "preset.%d" % number
		presets.set_value(section, "name", "P%d" % number)
		presets.set_value(section, "platform", "Linux")
		presets.set_value(section, "runnable", true)
		presets.set_value(section, "exclude_filter", filters[number])
		presets.set_value(section + ".options", "texture_format/s3tc", true)
	presets.save(PATH)


func _filter(number: int) -> String:
	var presets := ConfigFile.new()
	presets.load(PATH)
	return presets.get_value("preset.%d" % number, "exclude_filter")
