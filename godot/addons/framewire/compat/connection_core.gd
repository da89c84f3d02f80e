@tool
extends Node
## What a connection of Godot AI does with its native link: dials, hears, sends, and ends.
##
## The names are those that the rest of that addon uses; what it calls is in
## [code]mcp_connection.gd[/code].

## The channel became usable, or ended.
signal connection_state_changed(is_open: bool)

const Addon := preload("addon.gd")
const EditorWatch := preload("editor_watch.gd")
const NativeLink := preload("native_link.gd")
const Redial := preload("redial.gd")
const TransportStatus := preload("transport_status.gd")
const Wording := preload("wording.gd")

const RECONNECT_DELAYS := Redial.DELAYS
const OUTBOUND_BUFFER_LIMIT_BYTES := Wording.LIMIT_BYTES
## Commands taken in one frame.
const PACKET_DRAIN_CAP_PER_TICK := 32
## Commands refused in one test run before the connection is given up.
const EXCLUSIVE_RUN_PACKET_CAP := 2048
const CLOSE_CODE_EXCLUSIVE_RUN_FLOOD := 1013
## Of the commands refused in a test run, so many are logged; then one of every hundred.
const REFUSALS_LOGGED := 5
## Events that may wait for the server's acknowledgement.
const MOST_EARLY_EVENTS := 256
## The least severe level of the link's own log that is shown as a warning.
const WARNING_LEVEL := 2

## Port of the server, read at every dial.
var ws_port: int = Addon.usual_port()
## Capability of the server. Wiped from the link when it is emptied.
var auth_token := "":
	set(value):
		auth_token = value
		if value.is_empty():
			_native.wipe_token()
## Version that the server told, "" while there is no connection.
var server_version := ""
## The engine's version as the server is told it.
var godot_version: String = Engine.get_version_info().get("string", Addon.UNKNOWN)
## No dial is allowed, for that reason.
var connect_blocked := false
var connect_block_reason := ""

# The addon's own objects, in the types that it likes.
var dispatcher
var log_buffer
var surfaced_error_tracker
var debugger_plugin

var _native: NativeLink = NativeLink.new(self)
var _redial: Redial = Redial.new()
var _status: TransportStatus = TransportStatus.new()
var _watch: EditorWatch = EditorWatch.new()
var _session_id := ""
## The channel is usable: open (2.x), or acknowledged (4.x).
var _connected := false
var _is_open := false
var _is_acknowledged := false
var _acknowledgements := 0
## The addon speaks the protocol of 4.x.
var _proves_itself := false
var _blocked_notice_given := false
var _packet_spillover_total := 0
## Native ids of the commands that wait for an answer, by the ids that the dispatcher knows.
var _open_commands := {}
## Events between the open connection and the server's acknowledgement (2.x).
var _early_events: Array[Dictionary] = []
## The state of the test run that is going on, else null.
var _exclusive_run: Variant = null


func _connect_to_server() -> void:
	_proves_itself = _proves_itself or Addon.wants_proof()
	var protocol := 2 if _proves_itself else 1
	var trouble := ""
	if _proves_itself and not _is_capability(auth_token):
		trouble = "the editor has no capability of the server: restart the server from this editor"
		_status.blame("ws_auth_failed", trouble)
	else:
		var readiness := EditorWatch.readiness()
		trouble = _native.dial(ws_port, protocol, auth_token, _hello(), readiness)
	if trouble.is_empty():
		_status.enter(TransportStatus.Phase.CONNECTING)
	elif Redial.is_logged(_redial.attempt):
		_log("cannot dial: %s" % trouble)


func _attempt_reconnect() -> void:
	if connect_blocked:
		_stop_blocked()
		return
	_redial.begin()
	if _redial.takes_line(_proves_itself):
		var words := "dialing the server (attempt %d; the next is due %.0f s after a failure)"
		_log(words % [_redial.attempt, _redial.seconds_left])
	_connect_to_server()


func _stop_blocked() -> void:
	set_process(false)
	if _blocked_notice_given:
		return
	_blocked_notice_given = true
	if not connect_block_reason.is_empty():
		_log(connect_block_reason)


func _hello() -> Dictionary:
	return {
		"session_id": _session_id,
		"godot_version": godot_version,
		"project_path": ProjectSettings.globalize_path("res://"),
		"plugin_version": Addon.version(),
		"editor_pid": OS.get_process_id(),
		"server_launch_mode": Addon.launch_mode(),
	}


func _receive() -> void:
	var left := _native.poll(PACKET_DRAIN_CAP_PER_TICK)
	if left > 0:
		_note_spill(left)


func _note_spill(left: int) -> void:
	_packet_spillover_total += left
	var words := "[backpressure] took %d commands, %d wait for the next frame (%d waited so far)"
	_log(words % [PACKET_DRAIN_CAP_PER_TICK, left, _packet_spillover_total])


func _dispatch() -> void:
	if dispatcher == null:
		return
	for response: Dictionary in dispatcher.tick():
		_send_json(response)


func _tell_readiness() -> void:
	var word := _watch.changed_readiness()
	if word.is_empty():
		return
	_native.set_readiness(word)
	if _connected:
		_log("[event] readiness -> %s" % word, false)


func _on_opened(_info: Dictionary) -> void:
	_is_open = true
	_is_acknowledged = false
	var told := _native.session_id()
	if not told.is_empty():
		_session_id = told
	if _proves_itself:
		_status.enter(TransportStatus.Phase.AUTHENTICATING)
		_log("connected to server; authenticating")
	else:
		_log("connected to server")
		_begin_channel()


func _on_acknowledged(version: String) -> void:
	if not _is_open:
		return
	server_version = version
	_is_acknowledged = true
	_acknowledgements += 1
	_status.absolve()
	if _proves_itself or _acknowledgements > 1:
		_watch.forget_baseline()
	for event in _early_events:
		_native.notify(event.event, event.data)
	_early_events.clear()
	if _proves_itself:
		_log("authenticated with server")
		_begin_channel()


func _begin_channel() -> void:
	_connected = true
	_redial.succeed()
	_status.enter(TransportStatus.Phase.CONNECTED)
	connection_state_changed.emit(true)


func _on_connect_failed(info: Dictionary) -> void:
	if _is_open:
		# The hello came to nothing; the end of the connection follows.
		_status.blame_hello(_native.reason_name(info.reason))
		_log("the server refused: %s" % info.message)
		return
	if _status.phase != TransportStatus.Phase.CONNECTING:
		return
	var seconds := _status.enter(TransportStatus.Phase.CLOSED)
	_status.absolve()
	if _redial.takes_line(_proves_itself) and _proves_itself:
		var words := "attempt %d failed after %.1f s (code %d, %s); the next is due in %.0f s"
		var number := maxi(1, _redial.attempt)
		_log(words % [number, seconds, info.code, info.message, _redial.seconds_left])


func _on_closed(info: Dictionary) -> void:
	if not _is_open:
		# This side hung up and has told so.
		return
	if _is_acknowledged:
		_status.blame("connection_lost", "Close code %d: %s" % [info.code, info.message])
	var words := "disconnected after %.1f s (code %d, %s)"
	_log(words % [_status.elapsed(), info.code, info.message])
	_end_connection()


func _on_request(request: RefCounted) -> void:
	if not _is_open or dispatcher == null:
		# Nobody is there to run it; the link answers for it.
		return
	var request_id := str(request.id)
	_open_commands[request_id] = request.id
	if _exclusive_run != null:
		_refuse_in_run(request_id, request.method)
		return
	var params: Variant = request.params if request.is_decoded else _parsed(request.text)
	var command := {"request_id": request_id, "command": str(request.method)}
	command["params"] = params if params is Dictionary else {}
	dispatcher.enqueue(command)


func _on_request_ended(id: int, _reason: int) -> void:
	_open_commands.erase(str(id))


func _on_send_dropped(info: Dictionary) -> void:
	_log("[send] %s" % info.message)


func _on_log(level: int, text: String) -> void:
	if level <= WARNING_LEVEL:
		push_warning("MCP: %s" % text)


func _refuse_in_run(request_id: String, command: String) -> void:
	var count := int(_exclusive_run.get("packets_serviced", 0)) + 1
	_exclusive_run["packets_serviced"] = count
	if count > EXCLUSIVE_RUN_PACKET_CAP:
		_log("[busy] more than %d commands in a test run: hanging up" % EXCLUSIVE_RUN_PACKET_CAP)
		_native.hang_up(CLOSE_CODE_EXCLUSIVE_RUN_FLOOD, "command flood during test run")
		_end_connection()
		return
	var refusal := Wording.test_running(request_id, command)
	_stamp(refusal)
	_send_json(refusal)
	if count <= REFUSALS_LOGGED or count % 100 == 0:
		_log("[busy] refused '%s' in a test run (number %d)" % [command, count], false)


func _end_connection() -> void:
	var was_connected := _connected
	_connected = false
	_is_open = false
	_is_acknowledged = false
	_early_events.clear()
	_open_commands.clear()
	_status.enter(TransportStatus.Phase.CLOSED)
	_clear_on_disconnect()
	if was_connected:
		connection_state_changed.emit(false)


## Nothing of a connection may reach into the next one.
func _clear_on_disconnect() -> void:
	server_version = ""
	_packet_spillover_total = 0
	if dispatcher == null:
		return
	dispatcher.clear_deferred_responses()
	if dispatcher.has_method("clear_command_queue"):
		dispatcher.clear_command_queue()


func _send_json(data: Dictionary) -> bool:
	if not _connected:
		return false
	var request_id := str(data.get("request_id", ""))
	return _send_event(data) if request_id.is_empty() else _send_response(request_id, data)


func _send_event(message: Dictionary) -> bool:
	if message.get("type") != "event":
		return false
	if not _is_acknowledged:
		if _early_events.size() >= MOST_EARLY_EVENTS:
			return false
		_early_events.append(message.duplicate(true))
		return true
	# Large values are written down on another thread: what does not fit must be known here.
	var size := JSON.stringify(message).to_utf8_buffer().size()
	var error := ERR_OUT_OF_MEMORY
	if _native.buffered_bytes() + size <= OUTBOUND_BUFFER_LIMIT_BYTES:
		error = _native.notify(str(message.event), message.data)
	if error != OK:
		var words := "[send] event %s of %d bytes was not sent: %s (%d bytes wait)"
		_log(words % [message.event, size, error_string(error), _native.buffered_bytes()])
	return error == OK


func _send_response(request_id: String, message: Dictionary) -> bool:
	if not _open_commands.has(request_id):
		_log("[send] nobody waits for the answer to %s" % request_id)
		return false
	var id: int = _open_commands[request_id]
	var envelope := message.duplicate()
	envelope.erase("request_id")
	if not envelope.has("readiness"):
		envelope["readiness"] = EditorWatch.readiness()
	var error := _native.respond(id, envelope)
	if error == ERR_INVALID_PARAMETER:
		_log("[send] the answer to %s is nothing that JSON can say" % request_id)
		error = _native.respond(id, Wording.unwritable(envelope.readiness))
	if error != OK:
		var words := "[send] the answer to %s was dropped: %s (%d bytes wait)"
		_log(words % [request_id, error_string(error), _native.buffered_bytes()])
		return false
	_open_commands.erase(request_id)
	return true


## Puts the editor's readiness and the count of errors into an answer, where it has none.
func _stamp(response: Dictionary) -> void:
	if not response.has("readiness"):
		response["readiness"] = EditorWatch.readiness()
	var tracker: Variant = surfaced_error_tracker
	if tracker == null or response.has("error_watermark") or not tracker.has_method("watermark"):
		return
	response["error_watermark"] = tracker.watermark()


func _log(text: String, is_echoed := true) -> void:
	if log_buffer == null:
		return
	# Older log buffers take nothing beside the text.
	if is_echoed or log_buffer.get_method_argument_count("log") < 2:
		log_buffer.log(text)
	else:
		log_buffer.log(text, false)


static func _parsed(text: String) -> Variant:
	var json := JSON.new()
	return json.data if json.parse(text) == OK else null


static func _is_capability(token: String) -> bool:
	return token.length() == 64 and token.is_valid_hex_number() and token == token.to_lower()
