@tool
## A scripted Godot AI server in the test's own process, for what no real server can be made to say.
##
## Polled every frame. Speaks protocol 2 where it has a capability, else protocol 1.
extends Node

## The capability; empty: protocol 1.
var capability := ""
## What it calls its version.
var version := "2.4.2"
## Whether hellos are acknowledged.
var is_acknowledging := true
## Whether the version is left out of the acknowledgement (protocol 1).
var hides_version := false
## Close code for the next hello, before it is acknowledged; 0: it is taken.
var refuses_with := 0
## Messages of the editor, parsed, over all connections.
var messages: Array[Dictionary] = []
## The same as they came.
var texts := PackedStringArray()
## Connections that were opened.
var opened := 0
## Close frames of the editor, as code and reason.
var closes: Array[Dictionary] = []
var port := 0

var _tcp := TCPServer.new()
var _sockets: Array[WebSocketPeer] = []
var _welcomed := {}
var _commands := 0
var _nonces := {}


func _ready() -> void:
	listen(0)


func _process(_delta: float) -> void:
	while _tcp.is_connection_available():
		var socket := WebSocketPeer.new()
		socket.inbound_buffer_size = 16 << 20
		socket.outbound_buffer_size = 16 << 20
		socket.max_queued_packets = 8192
		socket.accept_stream(_tcp.take_connection())
		_sockets.append(socket)
	for socket: WebSocketPeer in _sockets.duplicate():
		_serve(socket)


func _exit_tree() -> void:
	_tcp.stop()
	_sockets.clear()


## Listens on a port, 0 = any free one.
func listen(on: int) -> void:
	_tcp.listen(on, "127.0.0.1")
	port = _tcp.get_local_port()


## Takes no more connections.
func deafen() -> void:
	_tcp.stop()


## Sends a command; its id.
func command(method: String, params: Variant = {}) -> String:
	_commands += 1
	var id := "%032x" % _commands
	say(JSON.stringify({"request_id": id, "command": method, "params": params}))
	return id


## Sends a text to the newest connection.
func say(text: String) -> void:
	_sockets.back().send_text(text)


## Ends the newest connection with a close frame.
func hang_up(code := 1000, reason := "") -> void:
	_sockets.back().close(code, reason)


## Answers to the command of that id.
func answers(id: String) -> Array[Dictionary]:
	return messages.filter(func(message: Dictionary) -> bool: return message.get("request_id") == id)


## Events of that name.
func events(event: String) -> Array[Dictionary]:
	return messages.filter(func(message: Dictionary) -> bool: return message.get("event") == event)


## Messages of that type.
func of_type(type: String) -> Array[Dictionary]:
	return messages.filter(func(message: Dictionary) -> bool: return message.get("type") == type)


func _serve(socket: WebSocketPeer) -> void:
	socket.poll()
	match socket.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			if not _welcomed.has(socket):
				_welcomed[socket] = true
				opened += 1
			while socket.get_available_packet_count() > 0:
				_hear(socket, socket.get_packet().get_string_from_utf8())
		WebSocketPeer.STATE_CLOSED:
			closes.append({"code": socket.get_close_code(), "reason": socket.get_close_reason()})
			_sockets.erase(socket)
			_welcomed.erase(socket)


func _hear(socket: WebSocketPeer, text: String) -> void:
	var message: Dictionary = JSON.parse_string(text)
	texts.append(text)
	messages.append(message)
	match message.get("type"):
		"handshake", "auth_response" when refuses_with != 0:
			socket.close(refuses_with)
		"handshake" when is_acknowledging:
			acknowledge()
		"auth_hello":
			_challenge(socket, message)
		"auth_response" when is_acknowledging:
			acknowledge_proof()


## Acknowledges the hello of the newest connection (protocol 1).
func acknowledge() -> void:
	say(_ack({} if hides_version else {"server_version": version}))


## Acknowledges the hello of the newest connection (protocol 2).
func acknowledge_proof() -> void:
	say(_ack({"protocol_version": 2, "server_version": version}))


func _ack(fields: Dictionary) -> String:
	return JSON.stringify(fields.merged({"type": "handshake_ack"}))


func _challenge(socket: WebSocketPeer, hello: Dictionary) -> void:
	var nonce := Crypto.new().generate_random_bytes(32).hex_encode()
	var proof := _proof(["2", hello.client_nonce, nonce, version])
	var challenge := {
		"type": "auth_challenge",
		"protocol_version": 2,
		"client_nonce": hello.client_nonce,
		"server_nonce": nonce,
		"server_version": version,
		"server_proof": proof,
	}
	socket.send_text(JSON.stringify(challenge))


func _proof(values: Array) -> String:
	var message := "godot-ai-ws-v2/server-proof"
	for value: String in values:
		message += "\n%d:%s" % [value.to_utf8_buffer().size(), value]
	var context := HMACContext.new()
	context.start(HashingContext.HASH_SHA256, capability.to_utf8_buffer())
	context.update(message.to_utf8_buffer())
	return context.finish().hex_encode()
