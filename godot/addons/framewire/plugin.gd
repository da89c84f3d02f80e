@tool
extends EditorPlugin
## The Framewire plugin: the editor's link, its dock, its settings.

const Dock := preload("dock/dock.gd")
const DockPlace := preload("editor/dock_place.gd")
const ExportFilter := preload("editor/export_filter.gd")
const Guards := preload("editor/guards.gd")
const Host := preload("editor/host.gd")
const Journal := preload("editor/journal.gd")
const Report := preload("editor/report.gd")
const Settings := preload("editor/settings.gd")

const EXPORT_ITEM := "Framewire: Leave the Addon out of Exports"

var host: Host
var dock: Dock

var _place: DockPlace


func _enter_tree() -> void:
	Settings.register()
	# A run that exports shows nothing to anybody.
	if not Guards.errand().is_empty():
		return
	host = Host.new()
	host.name = "FramewireHost"
	add_child(host)
	dock = Dock.new(host)
	dock.export_filter_pressed.connect(leave_out_of_exports)
	dock.report_pressed.connect(_copy_report)
	_place = DockPlace.new(self, dock)
	add_tool_menu_item(EXPORT_ITEM, leave_out_of_exports)
	host.start()


func _exit_tree() -> void:
	if host == null:
		return
	remove_tool_menu_item(EXPORT_ITEM)
	host.stop()
	_place.remove()
	_place = null
	dock = null
	host.queue_free()
	host = null


func _get_plugin_name() -> String:
	return "Framewire"


func _get_plugin_icon() -> Texture2D:
	return DockPlace.icon()


## Adds the addon to the exclude filter of every export preset, so that games do not carry it.
func leave_out_of_exports() -> void:
	if not FileAccess.file_exists(ExportFilter.PRESETS):
		_tell("There are no export presets yet. Do this again when there are.")
		return
	var names := ExportFilter.presets_to_change()
	var error := ExportFilter.exclude()
	if error != OK:
		_tell("%s could not be changed: %s." % [ExportFilter.PRESETS, error_string(error)])
	elif names.is_empty():
		_tell("Every export preset leaves the addon out already.")
	else:
		_tell(
			"Left out of: %s. Restart the editor before you open the export dialog, which would write its own"
			% ", ".join(names)
			+ " presets back."
		)
	dock.offer_export_filter()


## Brings the dock to the front.
func show_dock() -> void:
	if _place != null:
		_place.show()


func _tell(text: String) -> void:
	host.journal.add(Journal.Level.INFO, text)
	if Guards.is_headless():
		return
	var dialog := AcceptDialog.new()
	dialog.title = "Framewire"
	dialog.dialog_text = text
	dialog.canceled.connect(dialog.queue_free)
	dialog.confirmed.connect(dialog.queue_free)
	EditorInterface.popup_dialog_centered(dialog)


func _copy_report() -> void:
	DisplayServer.clipboard_set(Report.text(host))
	_tell("The report is on the clipboard. It holds the log, and no token.")
