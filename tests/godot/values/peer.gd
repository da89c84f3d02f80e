extends RefCounted
## A JSON-RPC peer in this process, which a test polls, or leaves unread.

## What came in, the oldest first: parsed.
var messages: Array[Dictionary] = []
## The same as texts.
var texts := PackedStringArray()
var is_reading := true

var _server := TCPServer.new()
var _socket: WebSocketPeer
var _last_id := 0


func _init() -> void:
	_server.listen(0, "127.0.0.1")


func url() -> String:
	return "ws://127.0.0.1:%d" % _server.get_local_port()


func is_open() -> bool:
	return _socket != null and _socket.get_ready_state() == WebSocketPeer.STATE_OPEN


## To be called every frame.
func poll() -> void:
	if _server.is_connection_available():
		_socket = WebSocketPeer.new()
		_socket.inbound_buffer_size = 64 << 20
		_socket.outbound_buffer_size = 8 << 20
		_socket.max_queued_packets = 8192
		_socket.accept_stream(_server.take_connection())
	if _socket == null or not is_reading:
		return
	_socket.poll()
	while _socket.get_available_packet_count() > 0:
		var text := _socket.get_packet().get_string_from_utf8()
		texts.append(text)
		messages.append(JSON.parse_string(text))


## Sends a request; its id.
func ask(method := "do") -> int:
	return ask_text(method, "{}")


## Sends a request whose parameters are given as JSON; its id.
func ask_text(method: String, params: String) -> int:
	_last_id += 1
	_socket.send_text('{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}' % [_last_id, method, params])
	return _last_id


## The answer to a request, or an empty Dictionary.
func answer(id: int) -> Dictionary:
	for message in messages:
		if message.get("id") == float(id) and not message.has("method"):
			return message
	return {}


## The parameters of the notifications of that name.
func told(method: String) -> Array:
	var named := func(message: Dictionary) -> bool: return message.get("method") == method
	return messages.filter(named).map(func(message: Dictionary) -> Variant: return message.get("params"))


## Lets go of the connection without a word.
func stop() -> void:
	_server.stop()
	_socket = null
