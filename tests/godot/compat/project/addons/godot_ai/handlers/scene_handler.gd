@tool
class_name McpSceneHandler
extends RefCounted
## Stand-in for a handler that answers later, by the connection in its own type.

var _connection: McpConnection


func _init(connection: McpConnection) -> void:
	_connection = connection


## Answers in a later frame.
func save(params: Dictionary) -> Dictionary:
	_finish.call_deferred(params)
	return McpDispatcher.DEFERRED


## Answers at once, with the types of what it was given.
func types(params: Dictionary) -> Dictionary:
	var told := {}
	for key: String in params:
		told[key] = type_string(typeof(params[key]))
	return {"data": told}


## As scene saves do: pumps no frames while it works.
func guarded(_params: Dictionary) -> Dictionary:
	_connection.pause_processing = true
	var depth := _connection.pause_depth()
	_connection.pause_processing = false
	return {"data": {"depth": depth, "readiness": McpConnection.get_readiness()}}


func _finish(params: Dictionary) -> void:
	_connection.send_deferred_response(params._request_id, {"data": {"saved": params.get("path")}})
