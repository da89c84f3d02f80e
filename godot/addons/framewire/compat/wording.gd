@tool
extends RefCounted
## Messages: what an incoming text is, and the error answers that this side words itself.

enum Kind { OTHER, UNREADABLE, ACKNOWLEDGEMENT, COMMAND, BAD_COMMAND }

## Bytes that a server takes in one message, and that may wait to be sent.
const LIMIT_BYTES := 4 * 1024 * 1024


## What a text of the server is.
static func kind(message: Variant) -> Kind:
	if message == null:
		return Kind.UNREADABLE
	if not message is Dictionary:
		return Kind.OTHER
	if str(message.get("type", "")) == "handshake_ack":
		return Kind.ACKNOWLEDGEMENT
	if not (message.has("request_id") and message.has("command")):
		return Kind.OTHER
	var is_sound: bool = (
		message.request_id is String
		and message.command is String
		and message.get("params", {}) is Dictionary
	)
	return Kind.COMMAND if is_sound else Kind.BAD_COMMAND


## The answer to a command that breaks the form.
static func bad_command(request_id: String) -> Dictionary:
	var words := "A command needs request_id and command as strings and params as an object."
	return _failure(request_id, "INVALID_PARAMS", words, {})


## The answer to a command that came in the middle of a test run.
static func test_running(request_id: String, command: String) -> Dictionary:
	var words := (
		"The editor runs its tests, so '%s' did not run. Ask again when they are done;"
		+ " test_manage(op=\"results_get\") has the results."
	)
	var data := {"sub_code": "EDITOR_TEST_RUNNING", "retryable": true}
	return _failure(request_id, "EDITOR_NOT_READY", words % command, data)


## The answer in the place of one that does not fit. All in bytes.
static func too_large(request_id: String, buffered: int, message: int) -> Dictionary:
	var words := (
		"The answer does not fit: too much waits to be sent. Ask for less; for a screenshot, lower"
		+ " max_resolution or set include_image=false."
	)
	var data := {
		"buffered_bytes": buffered,
		"message_bytes": message,
		"limit_bytes": LIMIT_BYTES,
	}
	return _failure(request_id, "INTERNAL_ERROR", words, data)


## The envelope of an answer that JSON cannot say.
static func unwritable(readiness: String) -> Dictionary:
	var words := "The command ran, but its answer holds something that JSON cannot say."
	var envelope := _failure("", "INTERNAL_ERROR", words, {})
	envelope.erase("request_id")
	envelope["readiness"] = readiness
	return envelope


static func _failure(
	request_id: String, code: String, words: String, data: Dictionary
) -> Dictionary:
	var error := {"code": code, "message": words}
	if not data.is_empty():
		error["data"] = data
	return {"request_id": request_id, "status": "error", "data": {}, "error": error}
