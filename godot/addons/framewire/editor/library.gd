@tool
extends RefCounted
## Finds the native classes. No script of the addon names one, so that each loads without the library.

const NODE_CLASS := "FramewireEditorLink"
const LINK_CLASS := "FramewireLink"
const EXTENSION := "res://addons/framewire/framewire.gdextension"


## Whether the native library is there.
static func is_present() -> bool:
	return ClassDB.class_exists(NODE_CLASS) and ClassDB.can_instantiate(NODE_CLASS)


## A new FramewireEditorLink; null without the library.
static func create_node() -> Node:
	return ClassDB.instantiate(NODE_CLASS) as Node if is_present() else null


## A new FramewireLink; null without the library.
static func create_link() -> RefCounted:
	return ClassDB.instantiate(LINK_CLASS) as RefCounted if is_present() else null


## The build of the library, for reports of faults; empty without it.
static func build_id() -> String:
	return _ask("build_id")


## The version of the library; empty without it.
static func version() -> String:
	return _ask("version")


## What is wrong and what to do about it, in one line.
static func advice() -> String:
	if not FileAccess.file_exists(EXTENSION):
		return (
			"Framewire: the addon has no native library. Copy addons/framewire out of a release zip,"
			+ " or run `make godot` in a checkout, then restart the editor."
		)
	return (
		"Framewire: the native library could not be loaded on %s %s. Copy addons/framewire out of a"
		+ " release zip for this platform, with its bin folder, then restart the editor."
	) % [OS.get_name(), Engine.get_architecture_name()]


static func _ask(method: String) -> String:
	# `ClassDB.class_call_static` came with 4.4; an object answers everywhere.
	var link := create_link()
	return str(link.call(method)) if link != null and link.has_method(method) else ""
