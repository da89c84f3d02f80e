@tool
## Reloads the extension in the middle of traffic, FRAMEWIRE_RELOADS times, and says what became of its objects.
extends RefCounted

const EXTENSION := "res://addons/framewire/framewire.gdextension"
const RELOADED := "reloaded %d: %s"

var _tree: SceneTree
var _requests := 0


func run(tree: SceneTree) -> void:
	_tree = tree
	var link := _open()
	print("build ", ClassDB.class_call_static(&"FramewireLink", &"build_id"))
	for number in int(OS.get_environment("FRAMEWIRE_RELOADS")):
		while _requests < 3:
			await tree.process_frame
		var silent: RefCounted = ClassDB.instantiate(&"FramewireLink")
		print("reloading")
		var result := GDExtensionManager.reload_extension(EXTENSION)
		print("reloaded ", number, " ", result == GDExtensionManager.LOAD_STATUS_OK)
		print("old object ", link.call(&"poll"), " ", link.call(&"is_open"), " ", silent.call(&"poll"))
		# Whoever drives this looks at the threads of the process now.
		await _told("go on %d" % number)
		print("build ", ClassDB.class_call_static(&"FramewireLink", &"build_id"))
		link = _open()
	while _requests < 3:
		await tree.process_frame
	print("close ", link.call(&"close"))


func _open() -> RefCounted:
	_requests = 0
	var link: RefCounted = ClassDB.instantiate(&"FramewireLink")
	link.set(&"auto_poll", true)
	# Even so it does not outlive the library.
	link.set(&"keep_alive", true)
	link.connect(&"request_received", func(request: RefCounted) -> void: _on_request(request))
	var config := {"name": "reload", "url": OS.get_environment("FRAMEWIRE_TRAFFIC_URL"), "profile": "godot_ai"}
	if link.call(&"open", config) != OK:
		push_error(link.call(&"get_open_error"))
	return link


func _on_request(request: RefCounted) -> void:
	if request.get(&"method") == "echo":
		request.call(&"respond", request.get(&"params"))
	_requests += 1


func _told(words: String) -> void:
	while not FileAccess.get_file_as_string("user://told.txt").contains(words):
		await _tree.process_frame
