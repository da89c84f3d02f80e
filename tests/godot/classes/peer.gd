extends RefCounted
## A peer in this process: a WebSocket server for one connection at a time that does what a test tells it.

## Messages that are JSON objects, the oldest first.
var messages: Array[Dictionary] = []
## All others: text as String, binary as PackedByteArray.
var others: Array = []
## Called with each message; what it returns is sent back, unless it is null.
var reply := Callable()
## Connections taken so far.
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


## The close code that came; -1 before, and without a close frame.
func close_code() -> int:
	return _socket.get_close_code() if _socket != null else -1


## To be called every frame.
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


## Sends a message.
func send(message: Dictionary) -> void:
	_socket.send_text(JSON.stringify(message))


func send_text(text: String) -> void:
	_socket.send_text(text)


## Sends a text that a String cannot hold: an `a`, a NUL, a `b`.
func send_nul_text() -> void:
	_socket.send(PackedByteArray([97, 0, 98]), WebSocketPeer.WRITE_MODE_TEXT)


func send_binary(bytes: PackedByteArray) -> void:
	_socket.send(bytes)


## Calls the other side (JSON-RPC).
func call_host(id: Variant, method: String, params: Variant = {}) -> void:
	send({"jsonrpc": "2.0", "id": id, "method": method, "params": params})


## The answer to the call of that id; empty if there is none yet.
func answer_to(id: float) -> Dictionary:
	for message in messages:
		if typeof(message.get("id")) == TYPE_FLOAT and message.id == id and not message.has("method"):
			return message
	return {}


func has_answer(id: float) -> bool:
	return not answer_to(id).is_empty()


## The calls that came with that method.
func calls_of(method: String) -> Array[Dictionary]:
	return messages.filter(func(message: Dictionary) -> bool: return message.get("method") == method)


## Answers a call that came.
func answer(message: Dictionary, result: Variant) -> void:
	send({"jsonrpc": "2.0", "id": message.id, "result": result})


## Says goodbye.
func close(code := 1000) -> void:
	if _socket != null:
		_socket.close(code)


## Lets the connection go without a goodbye.
func cut() -> void:
	_socket = null


## Ends it.
func stop() -> void:
	cut()
	_server.stop()


func _take(packet: PackedByteArray) -> void:
	if not _socket.was_string_packet():
		others.append(packet)
		return
	var json := JSON.new()
	var text := packet.get_string_from_utf8()
	if json.parse(text) != OK or not json.data is Dictionary:
		others.append(text)
		return
	messages.append(json.data)
	var answer_now: Variant = reply.call(json.data) if reply.is_valid() else null
	if answer_now != null:
		send(answer_now)
