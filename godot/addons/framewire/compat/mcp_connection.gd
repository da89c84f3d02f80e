@tool
extends "connection_core.gd"
## Godot AI's connection on a native link: it stands in for the body of that addon's connection.gd.
##
## Replace everything below [code]@tool[/code] in [code]addons/godot_ai/connection.gd[/code] by
## [codeblock]
## class_name McpConnection
## extends "res://addons/framewire/compat/mcp_connection.gd"
## [/codeblock]
## The line [code]@tool[/code] must stay: a script is no tool because the one that it extends is.
##
## It serves the 2.x addon and the 4.x one, which proves itself to its server. What the rest of the
## addon sees is kept, but for faults: a blocked editor keeps its session, scene and play state are
## announced again on each connection, and a connection that lasted is dialed again at once.

## What came of [method service_transport_during_exclusive_run].
enum ServiceStatus { SERVICED, DISCONNECTED, PAUSED, BLOCKED }

## What one call of [method service_transport_during_exclusive_run] takes at most, ms.
const MOST_SERVICE_MS := 500
const SessionId := preload("session_id.gd")

## Whether the channel is usable.
var is_connected: bool:
	get:
		return _connected
## Setting it nests: true adds one, false takes one off.
var pause_processing: bool:
	get:
		return _pause_depth > 0
	set(value):
		if value:
			pause()
		else:
			resume()

var _pause_depth := 0


func _ready() -> void:
	_session_id = _make_session_id(ProjectSettings.globalize_path("res://"))
	if connect_blocked:
		_stop_blocked()
		return
	_connect_to_server()
	_watch.take_baseline()


func _process(delta: float) -> void:
	if pause_processing:
		return
	_receive()
	_watch.tell_debugger(debugger_plugin)
	_tell_readiness()
	if _connected:
		_redial.pass_time(delta)
		_watch.announce(send_event, _log)
		_dispatch()
	elif _status.phase == TransportStatus.Phase.CLOSED and _redial.pass_time(delta):
		_attempt_reconnect()


## Adds one to the pauses: while there is one, nothing is received, sent or timed out here.
func pause() -> void:
	_pause_depth += 1


## Takes one off the pauses.
func resume() -> void:
	_pause_depth = maxi(0, _pause_depth - 1)


## How deep pauses are nested.
func pause_depth() -> int:
	return _pause_depth


## The editor's readiness in the server's words.
static func get_readiness() -> String:
	return EditorWatch.readiness()


## The id that the server knows this editor by.
func get_session_id() -> String:
	return _session_id


## Sends an event; false if it was not sent.
func send_event(event_name: String, data: Dictionary = {}) -> bool:
	return _send_json({"type": "event", "event": event_name, "data": data})


## Answers a command whose handler deferred it. [param payload] has data or error.
func send_deferred_response(request_id: String, payload: Dictionary) -> void:
	if dispatcher != null and not dispatcher.has_pending_deferred_response(request_id):
		_log("[defer] answer to %s came too late and was dropped" % request_id)
		return
	var response := payload.duplicate()
	response["request_id"] = request_id
	if not response.has("status"):
		response["status"] = "ok" if payload.has("data") else "error"
	_stamp(response)
	if _send_json(response) and dispatcher != null:
		dispatcher.complete_deferred_response(request_id)


## Ends the connection with a normal close. Unless processing is stopped too, the next dial is due
## as after a loss.
func disconnect_from_server(reason := "Plugin unloading") -> void:
	_native.hang_up(1000, reason)
	_end_connection()


## Everything that must be let go before the node is freed. Nothing is called back afterwards.
func teardown() -> void:
	set_process(false)
	disconnect_from_server()
	_native.close()
	dispatcher = null
	log_buffer = null


## Takes the permission to dial back (4.x): token wiped, connection closed, queues cleared.
func revoke_transport(reason: String) -> void:
	auth_token = ""
	connect_blocked = true
	connect_block_reason = reason
	set_process(false)
	disconnect_from_server("Transport authority revoked")


## Gives the permission to dial (4.x), and dials.
func authorize_transport(port: int, token: String) -> void:
	if _status.phase != TransportStatus.Phase.CLOSED:
		disconnect_from_server("Transport authority renewed")
	ws_port = port
	auth_token = token
	_proves_itself = true
	connect_blocked = false
	connect_block_reason = ""
	_blocked_notice_given = false
	server_version = ""
	_redial.hurry()
	set_process(true)
	if is_inside_tree():
		_attempt_reconnect()


## The transport's phase for the dock (4.x).
func get_transport_status() -> Dictionary:
	var blocked: Variant = connect_block_reason if connect_blocked else null
	return _status.snapshot(_redial.attempt, _redial.seconds_left, blocked)


## Refuses every command that waits, from inside a handler that blocks the editor (4.x).
## [param run_state] belongs to the caller and counts them under packets_serviced.
func service_transport_during_exclusive_run(run_state: Dictionary) -> ServiceStatus:
	if connect_blocked:
		return ServiceStatus.BLOCKED
	if pause_processing:
		return ServiceStatus.PAUSED
	_exclusive_run = run_state
	var deadline := Time.get_ticks_msec() + MOST_SERVICE_MS
	while _connected:
		_native.poll(PACKET_DRAIN_CAP_PER_TICK)
		if _native.waiting() == 0 or Time.get_ticks_msec() > deadline:
			break
		# The rest is being read on another thread.
		OS.delay_usec(100)
	_exclusive_run = null
	return ServiceStatus.SERVICED if _connected else ServiceStatus.DISCONNECTED


## Between two tests of a run (4.x): "" to go on, else "timeout", "paused" or "transport_lost".
static func exclusive_run_checkpoint(
	service: Callable, deadline_ticks_ms: int, run_state: Dictionary
) -> String:
	if deadline_ticks_ms > 0 and Time.get_ticks_msec() >= deadline_ticks_ms:
		return "timeout"
	if not service.is_valid():
		return ""
	match service.call(run_state):
		ServiceStatus.SERVICED:
			return ""
		ServiceStatus.PAUSED:
			return "paused"
	return "transport_lost"


# What the addon's own tests call beside all this.


static func _make_session_id(project_path: String) -> String:
	return SessionId.make(project_path, 16 if Addon.wants_proof() else 4)


static func _slugify(text: String) -> String:
	return SessionId.slug(text)


static func _reconnect_delay_for_attempt(attempt_index: int) -> float:
	return Redial.delay(attempt_index)


static func _should_log_reconnect_attempt(attempt_number: int) -> bool:
	return Redial.is_logged(attempt_number)


static func _would_exceed_outbound_backpressure(buffered_bytes: int, message_bytes: int) -> bool:
	return buffered_bytes + message_bytes > OUTBOUND_BUFFER_LIMIT_BYTES


static func _make_backpressure_error(
	request_id: String, buffered_bytes: int, message_bytes: int
) -> Dictionary:
	var answer := Wording.too_large(request_id, buffered_bytes, message_bytes)
	answer["readiness"] = get_readiness()
	return answer


## Takes a text as if the server had sent it. The link itself reads what servers really send.
func _handle_message(raw: String) -> void:
	var message: Variant = _parsed(raw)
	match Wording.kind(message):
		Wording.Kind.UNREADABLE:
			push_warning("MCP: a message is no JSON and was ignored")
		Wording.Kind.ACKNOWLEDGEMENT:
			var version: Variant = message.get("server_version")
			server_version = "" if version == null else str(version)
		Wording.Kind.COMMAND:
			if dispatcher != null:
				dispatcher.enqueue(message)
		Wording.Kind.BAD_COMMAND:
			if message.request_id is String:
				var answer := Wording.bad_command(message.request_id)
				_stamp(answer)
				_send_json(answer)


## Takes the messages of [param peer], a frame's worth at most.
func _drain_inbound_packets(peer: Variant) -> Dictionary:
	var drained := 0
	while drained < PACKET_DRAIN_CAP_PER_TICK and peer.get_available_packet_count() > 0:
		_handle_message(peer.get_packet().get_string_from_utf8())
		drained += 1
	var spilled: int = peer.get_available_packet_count()
	if spilled > 0:
		_note_spill(spilled)
	return {"drained": drained, "spilled": spilled}
