@tool
extends EditorPlugin
## A small tool plugin: what a server can ask of this editor.

const Framewire := preload("res://addons/framewire/framewire.gd")


func _enter_tree() -> void:
	Framewire.handle("hello", _hello)
	Framewire.handle("scene_tree", _scene_tree)
	Framewire.handle("add_node", _add_node)
	Framewire.handle("wait_frames", _wait_frames)


func _exit_tree() -> void:
	for method: String in ["hello", "scene_tree", "add_node", "wait_frames"]:
		Framewire.unhandle(method)


## The shortest handler: what it returns is the answer.
func _hello(params: Dictionary) -> Dictionary:
	return {"greeting": "Hello, %s!" % params.get("to", "world")}


## The nodes of the scene that is being edited.
func _scene_tree(_params: Dictionary) -> Dictionary:
	var scene := EditorInterface.get_edited_scene_root()
	return {"root": _described(scene) if scene != null else null}


## Adds a node to the scene, so that the editor's undo takes it back.
func _add_node(params: Dictionary) -> Dictionary:
	var scene := EditorInterface.get_edited_scene_root()
	var type := str(params.get("type", "Node"))
	if scene == null:
		return {"added": false, "why": "no scene is open"}
	if not ClassDB.can_instantiate(type) or not ClassDB.is_parent_class(type, "Node"):
		return {"added": false, "why": "%s is no class of nodes" % type}
	var node: Node = ClassDB.instantiate(type)
	node.name = str(params.get("name", type))
	var undo := get_undo_redo()
	undo.create_action("Add %s" % node.name)
	undo.add_do_method(scene, "add_child", node, true)
	undo.add_do_property(node, "owner", scene)
	undo.add_do_reference(node)
	undo.add_undo_method(scene, "remove_child", node)
	undo.commit_action()
	return {"added": true, "path": str(scene.get_path_to(node))}


## A handler may await: the answer goes out when it returns.
func _wait_frames(params: Dictionary) -> Dictionary:
	var frames: int = clampi(params.get("frames", 60), 0, 600)
	for _frame in frames:
		await get_tree().process_frame
	return {"waited": frames}


func _described(node: Node) -> Dictionary:
	var children := []
	for child in node.get_children():
		children.append(_described(child))
	return {"name": node.name, "class": node.get_class(), "children": children}
