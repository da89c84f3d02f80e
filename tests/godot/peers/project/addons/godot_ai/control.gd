@tool
## An editor's connection as it is made without a native link: polled on the main thread, which so is
## the only one that pongs.
##
## It shows that the server judges a silence which the connection beside it outlives.
extends Node

var _peer := WebSocketPeer.new()
var _token := OS.get_environment("FRAMEWIRE_TEST_TOKEN")
var _nonce := Crypto.new().generate_random_bytes(32).hex_encode()
var _is_open := false
var _is_over := false


func _ready() -> void:
	_peer.connect_to_url("ws://127.0.0.1:" + OS.get_environment("FRAMEWIRE_TEST_PORT"))


func _process(_delta: float) -> void:
	_peer.poll()
	match _peer.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			if not _is_open:
				_is_open = true
				_greet()
			while _peer.get_available_packet_count() > 0:
				_hear(JSON.parse_string(_peer.get_packet().get_string_from_utf8()))
		WebSocketPeer.STATE_CLOSED:
			if not _is_over:
				_is_over = true
				print("control closed %d" % _peer.get_close_code())


func _greet() -> void:
	if _token.is_empty():
		_say(_who().merged({"type": "handshake", "protocol_version": 1}))
	else:
		_say({"type": "auth_hello", "protocol_version": 2, "client_nonce": _nonce})


func _hear(message: Dictionary) -> void:
	match message.get("type"):
		"handshake_ack":
			print("control open")
		"auth_challenge":
			var who := _who()
			var values := [
				"2", _nonce, message.server_nonce, message.server_version,
				who.session_id, who.godot_version, who.project_path, who.plugin_version,
				who.readiness, str(who.editor_pid), who.server_launch_mode,
			]
			who.merge({"type": "auth_response", "protocol_version": 2, "client_nonce": _nonce})
			who.merge({"server_nonce": message.server_nonce, "client_proof": _proof(values)})
			_say(who)


func _who() -> Dictionary:
	return {
		"session_id": "control@%s" % _nonce.left(8),
		"godot_version": "4.7.1-stable (official)",
		"project_path": ProjectSettings.globalize_path("res://control/"),
		"plugin_version": OS.get_environment("FRAMEWIRE_TEST_RELEASE"),
		"readiness": "ready",
		"editor_pid": 1,
		"server_launch_mode": "unknown",
	}


func _say(message: Dictionary) -> void:
	_peer.send_text(JSON.stringify(message))


func _proof(values: Array) -> String:
	var text := "godot-ai-ws-v2/client-proof"
	for value: String in values:
		text += "\n%d:%s" % [value.to_utf8_buffer().size(), value]
	var context := HMACContext.new()
	context.start(HashingContext.HASH_SHA256, _token.to_utf8_buffer())
	context.update(text.to_utf8_buffer())
	return context.finish().hex_encode()
