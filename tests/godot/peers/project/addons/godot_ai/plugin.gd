@tool
## Stand-in for the addon's plugin: brings the connection up and handles a few commands.
##
## The environment says where to dial and as which release. Orders to the editor itself come as paths
## of get_node_properties, since every server has that tool: "do:play", "do:block:95000", ...
extends EditorPlugin

const PrintingLog := preload("printing_log.gd")
const Control_ := preload("control.gd")

var connection: Node
var dispatcher: RefCounted
var _imports := 0


func _enter_tree() -> void:
	if not OS.has_environment("FRAMEWIRE_TEST_PORT"):
		return
	var release := OS.get_environment("FRAMEWIRE_TEST_RELEASE")
	var port := OS.get_environment("FRAMEWIRE_TEST_PORT").to_int()
	var token := OS.get_environment("FRAMEWIRE_TEST_TOKEN")
	McpClientConfigurator.release = release
	var line := "" if token.is_empty() else "_4"
	dispatcher = load("res://addons/godot_ai/dispatcher%s.gd" % line).new()
	dispatcher.register("get_editor_state", _tell_state)
	dispatcher.register("get_node_properties", _look)
	dispatcher.register("create_node", _create)
	dispatcher.register("take_screenshot", _shoot)
	connection = McpConnection.new()
	connection.dispatcher = dispatcher
	connection.log_buffer = PrintingLog.new()
	# A 4.x server takes editors of 4.7 and newer only.
	connection.godot_version = "4.7.1-stable (official)"
	connection.ws_port = port
	connection.connect_blocked = not token.is_empty()
	add_child(connection)
	if not token.is_empty():
		connection.authorize_transport(port, token)
	if OS.has_environment("FRAMEWIRE_TEST_CONTROL"):
		add_child(Control_.new())


func _exit_tree() -> void:
	if connection != null:
		connection.teardown()


func _tell_state(_params: Dictionary) -> Dictionary:
	var state := {"readiness": McpConnection.get_readiness(), "godot_version": "4.7.1"}
	return {"data": state}


func _look(params: Dictionary) -> Dictionary:
	var path: String = params.path
	print("ran get_node_properties ", path)
	if path.begins_with("do:"):
		_obey(path.trim_prefix("do:"))
	if path.begins_with("later:"):
		_answer_later(params, path.trim_prefix("later:").to_int())
		return McpDispatcher.DEFERRED
	return {"data": {"path": path, "properties": []}}


func _answer_later(params: Dictionary, frames: int) -> void:
	for _frame in frames:
		await get_tree().process_frame
	connection.send_deferred_response(params._request_id, {"data": {"path": params.path}})


func _obey(order: String) -> void:
	var word := order.get_slice(":", 0)
	match word:
		"block":
			OS.delay_msec(order.get_slice(":", 1).to_int())
			print("unblocked")
		"open":
			EditorInterface.open_scene_from_path(order.trim_prefix("open:"))
		"play":
			EditorInterface.play_custom_scene("res://played.tscn")
		"stop":
			EditorInterface.stop_playing_scene()
		"import":
			_import(order.get_slice(":", 1).to_int())


func _create(params: Dictionary) -> Dictionary:
	print("ran create_node ", params.get("name"))
	var root := EditorInterface.get_edited_scene_root()
	if root == null:
		return {"error": {"code": "NO_SCENE", "message": "no scene is open"}}
	var node: Node = ClassDB.instantiate(params.type)
	node.name = params.name
	root.add_child(node)
	node.owner = root
	return {"data": {"name": str(node.name), "path": str(root.get_path_to(node)), "type": params.type}}


## Noise, which no encoder makes smaller.
func _shoot(_params: Dictionary) -> Dictionary:
	var side := 900
	var pixels := Crypto.new().generate_random_bytes(side * side * 3)
	var image := Image.create_from_data(side, side, false, Image.FORMAT_RGB8, pixels)
	var png := image.save_png_to_buffer()
	print("took a screenshot of %d bytes" % png.size())
	var shot := {"source": "viewport", "width": side, "height": side, "format": "png"}
	shot.merge({"original_width": side, "original_height": side})
	shot["image_base64"] = Marshalls.raw_to_base64(png)
	return {"data": shot}


## Writes pictures and has the editor import them.
func _import(count: int) -> void:
	for number in count:
		var image := Image.create(256, 256, false, Image.FORMAT_RGB8)
		image.fill(Color(number / 100.0, _imports / 10.0, 0.5))
		image.save_png("res://picture_%d_%d.png" % [_imports, number])
	_imports += 1
	EditorInterface.get_resource_filesystem().scan()
