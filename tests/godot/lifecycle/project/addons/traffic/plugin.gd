@tool
## A plugin as an author would write it: opens a link when it is switched on, answers at once or some frames later, and
## drops the link when it is switched off. What it began and did not answer is left to the next one by a note.
##
## FRAMEWIRE_TRAFFIC_URL says where to; FRAMEWIRE_TRAFFIC_KEEP=1 lets the link outlive the plugin.
extends EditorPlugin

const MINUTE_MS := 60_000
## Here each command that was begun, and each that a later plugin finished, leaves a line.
const JOURNAL := "user://journal.txt"

var link: RefCounted

# Requests to be answered some frames later. No coroutine waits for them: the engine leaks the arguments of one that
# loses its object.
var _later: Array[Dictionary] = []


func _enter_tree() -> void:
	add_to_group(&"traffic_plugins")
	link = ClassDB.instantiate(&"FramewireLink")
	link.auto_poll = true
	link.keep_alive = OS.get_environment("FRAMEWIRE_TRAFFIC_KEEP") == "1"
	link.request_received.connect(_on_request_received)
	link.request_orphaned.connect(_on_request_orphaned)
	var config := {
		"name": "traffic",
		"url": OS.get_environment("FRAMEWIRE_TRAFFIC_URL"),
		"profile": "godot_ai",
		"reconnect_delays_ms": PackedInt32Array([100]),
	}
	if link.open(config) != OK:
		push_error(link.get_open_error())


func _exit_tree() -> void:
	link = null


func _process(_delta: float) -> void:
	for entry in _later:
		entry.frames -= 1
		if entry.frames <= 0:
			entry.request.respond(entry.request.params)
	_later = _later.filter(func(entry: Dictionary) -> bool: return entry.frames > 0)


func _on_request_received(request: RefCounted) -> void:
	_note("run", request)
	match request.method:
		"echo":
			request.respond(request.params)
		"later":
			request.defer(MINUTE_MS, "later".to_utf8_buffer())
			_later.append({"request": request, "frames": int(request.params.frames)})
		"never":
			request.defer(0)
		"block":
			request.respond(request.params)
			OS.delay_msec(int(request.params.ms))
		"quit":
			request.respond(request.params)
			get_tree().quit()
		_:
			request.fail("UNKNOWN_COMMAND", "there is no %s" % request.method)


func _on_request_orphaned(request: RefCounted) -> void:
	_note("finish", request)
	if request.note.get_string_from_utf8() == "later" or request.method == "echo":
		request.respond(request.params)
	else:
		request.fail("INTERNAL_ERROR", "an orphan of unknown kind")


func _note(how: String, request: RefCounted) -> void:
	var mode := FileAccess.READ_WRITE if FileAccess.file_exists(JOURNAL) else FileAccess.WRITE
	var journal := FileAccess.open(JOURNAL, mode)
	journal.seek_end()
	journal.store_line("%s %s" % [how, request.params.get("key", -1)])
