@tool
extends EditorPlugin
## Writes what the editor's help shows of each class, and what the engine knows of it, as one line of JSON each.

const CLASSES := [
	"FramewireCall", "FramewireEditorLink", "FramewireLink", "FramewireReply", "FramewireRequest"
]


func _enter_tree() -> void:
	_run()


func _run() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	for name: String in CLASSES:
		EditorInterface.get_script_editor().goto_help("class_name:" + name)
		for frame in 5:
			await get_tree().process_frame
		print("page ", JSON.stringify({
			"class": name,
			"text": _shown(name),
			"methods": _names(ClassDB.class_get_method_list(name, true)),
			"signals": _names(ClassDB.class_get_signal_list(name, true)),
			"members": _names(ClassDB.class_get_property_list(name, true)),
			"constants": _constants(name),
		}))
	get_tree().quit()


func _shown(name: String) -> String:
	for help in EditorInterface.get_script_editor().find_children("*", "EditorHelp", true, false):
		if help.name == name:
			var labels := help.find_children("*", "RichTextLabel", true, false)
			return labels[0].get_parsed_text()
	return ""


func _names(described: Array[Dictionary]) -> Array:
	return described.map(func(each: Dictionary) -> String: return each.name)


func _constants(name: String) -> Dictionary:
	var found := {}
	for constant in ClassDB.class_get_integer_constant_list(name, true):
		found[constant] = ClassDB.class_get_integer_constant(name, constant)
	return found
