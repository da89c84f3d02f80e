class_name Peer
extends RefCounted
## A JSON-RPC peer in this process: a server for one connection at a time that does what a case tells it.

## What came, parsed; the oldest first.
var messages: Array[Dictionary] = []
## What came that is no JSON, and binary messages.
var raw: Array = []
## Called with each message; what it returns is sent, unless null.
var answer := Callable()
## Connections that were taken.
var connections := 0

var _server := TCPServer.new()
var _socket: WebSocketPeer


func _init() -> void:
	_server.listen(0, "127.0.0.1")


## Where it listens.
func url() -> String:
	return "ws://127.0.0.1:%d" % _server.get_local_port()


func is_open() -> bool:
	return _socket != null and _socket.get_ready_state() == WebSocketPeer.STATE_OPEN


func close_code() -> int:
	return _socket.get_close_code() if _socket != null else 0


func poll() -> void:
	if _server.is_connection_available():
		_socket = WebSocketPeer.new()
		_socket.inbound_buffer_size = 1 << 24
		_socket.outbound_buffer_size = 1 << 24
		_socket.accept_stream(_server.take_connection())
		connections += 1
	if _socket == null:
		return
	_socket.poll()
	while _socket.get_available_packet_count() > 0:
		_take(_socket.get_packet())


func _take(packet: PackedByteArray) -> void:
	var parsed: Variant = null
	if _socket.was_string_packet():
		var json := JSON.new()
		if json.parse(packet.get_string_from_utf8()) == OK:
			parsed = json.data
	if not parsed is Dictionary:
		raw.append(packet.get_string_from_utf8() if _socket.was_string_packet() else packet)
		return
	messages.append(parsed)
	if answer.is_valid():
		var reply: Variant = answer.call(parsed)
		if reply != null:
			send(reply)


## Sends a message.
func send(message: Dictionary) -> void:
	_socket.send_text(JSON.stringify(message))


func send_raw(text: String) -> void:
	_socket.send_text(text)


## Calls the link's host.
func call_host(id: Variant, method: String, params: Variant = {}) -> void:
	send({"jsonrpc": "2.0", "id": id, "method": method, "params": params})


## The answer to the call of that id; empty if there is none yet.
func answer_to(id: Variant) -> Dictionary:
	for message in messages:
		if message.get("id") == id and not message.has("method"):
			return message
	return {}


func close(code := 1000) -> void:
	if _socket != null:
		_socket.close(code)


## Lets the connection go without a goodbye.
func cut() -> void:
	_socket = null


func stop() -> void:
	cut()
	_server.stop()
