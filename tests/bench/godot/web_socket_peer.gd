## Today's way: the engine's own WebSocketPeer and JSON, polled by the frame loop.
extends RefCounted

var last_size := 0
var count := 0

var _peer := WebSocketPeer.new()
var _open: Array[String] = []


func open(port: int) -> bool:
	_peer.inbound_buffer_size = 16 << 20
	_peer.outbound_buffer_size = 16 << 20
	_peer.max_queued_packets = 16_384
	_peer.connect_to_url("ws://127.0.0.1:%d/godot" % port)
	var deadline := Time.get_ticks_msec() + 10_000
	while _peer.get_ready_state() != WebSocketPeer.STATE_OPEN and Time.get_ticks_msec() < deadline:
		OS.delay_msec(1)
		_peer.poll()
	_peer.send_text('{"type":"handshake","session_id":"bench"}')
	while _peer.get_available_packet_count() == 0 and Time.get_ticks_msec() < deadline:
		OS.delay_msec(1)
		_peer.poll()
	_peer.get_packet()
	return _peer.get_ready_state() == WebSocketPeer.STATE_OPEN


func poll() -> void:
	_peer.poll()
	while _peer.get_available_packet_count() > 0:
		_take(_peer.get_packet().get_string_from_utf8())


func settle() -> void:
	pass


func answer(data: Variant = {}) -> void:
	for id in _open:
		_peer.send_text(JSON.stringify({"request_id": id, "status": "ok", "data": data}))
	_open.clear()


func order(orders: Dictionary) -> void:
	_peer.send_text(JSON.stringify({"type": "event", "event": "bench_commands", "data": orders}))


func is_drained() -> bool:
	_peer.poll()
	return _peer.get_current_outbound_buffered_amount() == 0


func close() -> void:
	_peer.close()


func _take(text: String) -> void:
	var message: Dictionary = JSON.parse_string(text)
	var params: Dictionary = message.params
	last_size = params.text.length() if params.has("text") else params.list.size()
	count += 1
	_open.append(message.request_id)
