## The measured side: a link that is polled as a plugin polls it.
extends RefCounted

## What the last command was: how much text or how many elements its parameters held.
var last_size := 0
## Commands that were seen.
var count := 0

var _link: RefCounted = ClassDB.instantiate(&"FramewireLink")
var _open: Array[int] = []


func open(port: int) -> bool:
	_link.connect(&"request_received", _on_request)
	var config := {
		"name": "bench",
		"url": "ws://127.0.0.1:%d/godot" % port,
		"profile": "godot_ai",
		"protocol": 1,
		"peer_max_message": 64 << 20,
		"outbound_bytes": 64 << 20,
		"request_slots": 8192,
		"inbound_count": 8192,
		# 64 commands of 1 KiB, as a plugin would limit what one frame takes.
		"budget_bytes": 64 << 10,
	}
	if _link.call(&"open", config) != OK:
		return false
	var acknowledged := [false]
	_link.connect(&"acknowledged", func(_version: String) -> void: acknowledged[0] = true)
	var deadline := Time.get_ticks_msec() + 10_000
	while not acknowledged[0] and Time.get_ticks_msec() < deadline:
		OS.delay_msec(1)
		poll()
	return acknowledged[0]


func poll() -> void:
	_link.poll()


## What a frame of a plugin does once more after a command, before its last reference is gone.
func settle() -> void:
	_link.poll()


## Answers what was seen and is unanswered.
func answer(data: Variant = {}) -> void:
	for id in _open:
		_link.respond(id, data)
	_open.clear()


func order(orders: Dictionary) -> void:
	_link.notify("bench_commands", orders)


func is_drained() -> bool:
	return _link.get_state().outbound_bytes == 0


func close() -> void:
	_link.close()


func _on_request(request: RefCounted) -> void:
	var params: Dictionary = request.params
	last_size = params.text.length() if params.has("text") else params.list.size()
	count += 1
	_open.append(request.id)
