@tool
class_name McpDispatcher
extends RefCounted
## Stand-in for the dispatcher of 2.x: commands in order, a budget for each frame, deferred answers.

const DEFERRED := {"_deferred": true}
const DEFERRED_MS := 4500

## What was dispatched, by name.
var ran := PackedStringArray()
var ticks := 0

var _handlers := {}
var _queue: Array[Dictionary] = []
var _deferred := {}


func register(command: String, handler: Callable) -> void:
	_handlers[command] = handler


func enqueue(command: Dictionary) -> void:
	_queue.append(command)


func queued() -> int:
	return _queue.size()


func tick(budget_ms := 4.0) -> Array[Dictionary]:
	ticks += 1
	var answers := _expired()
	var began := Time.get_ticks_msec()
	while not _queue.is_empty() and Time.get_ticks_msec() - began < budget_ms:
		var answer := _run(_queue.pop_front())
		if not answer.is_empty():
			answers.append(answer)
	return answers


func has_pending_deferred_response(request_id: String) -> bool:
	return _deferred.has(request_id)


func complete_deferred_response(request_id: String) -> void:
	_deferred.erase(request_id)


func clear_deferred_responses() -> void:
	_deferred.clear()


## Notes a deferred answer, as if its handler had returned.
func note_deferred(request_id: String, command: String, budget_ms := DEFERRED_MS) -> void:
	var deadline := Time.get_ticks_msec() + budget_ms
	_deferred[request_id] = {"command": command, "deadline": deadline, "budget": budget_ms}


func _run(command: Dictionary) -> Dictionary:
	ran.append(command.command)
	if not _handlers.has(command.command):
		return _answer(command.request_id, {"error": {"code": "UNKNOWN_COMMAND", "message": "?"}})
	var params: Dictionary = command.get("params", {}).duplicate()
	params["_request_id"] = command.request_id
	var result: Dictionary = _handlers[command.command].call(params)
	if result == DEFERRED:
		note_deferred(command.request_id, command.command)
		return {}
	return _answer(command.request_id, result)


func _answer(request_id: String, result: Dictionary) -> Dictionary:
	var answer := result.duplicate()
	answer["request_id"] = request_id
	if not answer.has("status"):
		answer["status"] = "error" if result.has("error") else "ok"
	return answer


func _expired() -> Array[Dictionary]:
	var answers: Array[Dictionary] = []
	for request_id: String in _deferred.keys():
		var entry: Dictionary = _deferred[request_id]
		if Time.get_ticks_msec() < entry.deadline:
			continue
		_deferred.erase(request_id)
		var error := {"code": "DEFERRED_TIMEOUT", "message": "no answer in time"}
		answers.append(_answer(request_id, {"error": error}))
	return answers
