@tool
extends RefCounted
## Puts the dock into the editor: as an EditorDock where the engine has that (4.6), else as a control.

const TITLE := "Framewire"
const ICON := "res://addons/framewire/icons/framewire.svg"

var _plugin: EditorPlugin
var _content: Control
var _dock: Node = null


## Adds [param content] to the right docks of the editor. [param has_docks]: the engine knows EditorDock.
func _init(plugin: EditorPlugin, content: Control, has_docks: bool = knows_docks(plugin)) -> void:
	_plugin = plugin
	_content = content
	if has_docks:
		_add_editor_dock()
	else:
		plugin.add_control_to_dock(EditorPlugin.DOCK_SLOT_RIGHT_UL, content)
		if plugin.has_method(&"set_dock_tab_icon"):
			plugin.call(&"set_dock_tab_icon", content, icon())


## Takes the dock out and frees it with what is in it.
func remove() -> void:
	if _dock != null:
		_plugin.call(&"remove_dock", _dock)
		_dock.queue_free()
	else:
		_plugin.remove_control_from_docks(_content)
		_content.queue_free()


## Brings the dock to the front.
func show() -> void:
	if _dock != null:
		_dock.call(&"make_visible")
		return
	var tabs := _content.get_parent() as TabContainer
	if tabs != null:
		tabs.current_tab = tabs.get_tab_idx_from_control(_content)


## Whether the engine has docks of their own class.
static func knows_docks(plugin: EditorPlugin) -> bool:
	return ClassDB.class_exists(&"EditorDock") and plugin.has_method(&"add_dock")


## The icon of the addon; null before it has been imported.
static func icon() -> Texture2D:
	return load(ICON) as Texture2D if ResourceLoader.exists(ICON) else null


# The class is not in every engine that the addon runs in, so nothing of it is named.
func _add_editor_dock() -> void:
	_dock = ClassDB.instantiate(&"EditorDock")
	_dock.set(&"title", TITLE)
	_dock.set(&"layout_key", TITLE)
	_dock.set(&"dock_icon", icon())
	_dock.set(&"default_slot", EditorPlugin.DOCK_SLOT_RIGHT_UL)
	_dock.add_child(_content)
	_plugin.call(&"add_dock", _dock)
