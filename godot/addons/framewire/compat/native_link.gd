@tool
extends RefCounted
## The native link under one McpConnection.
##
## It is opened by the first dial, and anew when another protocol is to be spoken. When to dial is the
## connection's business: the link never redials by itself. The class of the extension is asked for by
## name, so that this script loads without it.

const CLASS := &"FramewireLink"
## An answer that never comes must not hold its place for ever; servers wait 302 s at most.
const ANSWER_TIMEOUT_MS := 330_000
## For the goodbyes of a link that is closed, ms.
const LINGER_MS := 250
## Values in one command that another thread still reads: more than 4 MiB of JSON can hold. What has more
## would be read on the main thread.
const NODE_BUDGET := 4 << 20
## What the extension lacks is said once in the engine's log, however many connections there are.
static var _has_complained := false

var _link: RefCounted
var _protocol := 0
var _listener: Node
var _taken := 0
var _most := 0


## [param listener] has the handlers: _on_opened, _on_acknowledged, _on_connect_failed, _on_closed,
## _on_request, _on_request_ended, _on_send_dropped, _on_log.
func _init(listener: Node) -> void:
	_listener = listener


## Whether the extension is loaded.
static func is_available() -> bool:
	return ClassDB.class_exists(CLASS)


## Dials. [param token] is "" for none. Returns what stands in the way, "" if nothing does.
func dial(
	port: int, protocol: int, token: String, hello: Dictionary, readiness: String
) -> String:
	if not is_available():
		return _complain()
	var url := "ws://127.0.0.1:%d" % port
	if _link != null and protocol != _protocol:
		close()
	if _link == null:
		var refused := _open(url, protocol, token, hello)
		if not refused.is_empty():
			return refused
	else:
		var error: Error = _link.call(&"set_endpoint", url, token)
		if error == OK:
			error = _link.call(&"set_hello", hello)
		if error != OK:
			return "the link does not take the endpoint: %s" % error_string(error)
	set_readiness(readiness)
	_link.call(&"connect_to_server")
	return ""


## Hands out what came, [param most] commands at most; the rest waits for the next call. Gives the
## number of commands that wait.
func poll(most: int) -> int:
	if _link == null:
		return 0
	# A handler may let go of the link.
	var link := _link
	_taken = 0
	_most = most
	link.call(&"poll")
	if _taken < most:
		return 0
	link.call(&"resume")
	return waiting()


## Commands that have come and were not handed out; some of them may still be read on another thread.
func waiting() -> int:
	return 0 if _link == null else int(_link.call(&"get_state").get("requests_waiting", 0))


## Answers [param id] with an envelope that has all but the request's id.
func respond(id: int, envelope: Dictionary) -> Error:
	return ERR_UNCONFIGURED if _link == null else _link.call(&"respond_envelope", id, envelope)


## Sends an event.
func notify(name: String, data: Dictionary) -> Error:
	return ERR_UNCONFIGURED if _link == null else _link.call(&"notify", name, data)


## Tells the link the editor's readiness in the server's word.
func set_readiness(word: String) -> void:
	if _link != null:
		_link.call(&"set_readiness", _readiness(word))


## The session id that the server knows, "" before there is one.
func session_id() -> String:
	return "" if _link == null else str(_link.call(&"get_state").get("session_id", ""))


## Bytes that wait to be sent.
func buffered_bytes() -> int:
	return 0 if _link == null else int(_link.call(&"get_state").get("outbound_bytes", 0))


## Ends the connection, with that close frame, and dials no more.
func hang_up(code: int, reason: String) -> void:
	if _link != null:
		_link.call(&"disconnect_from_server", code, reason)


## Forgets the token: no later dial can use it.
func wipe_token() -> void:
	if _link != null:
		_link.call(&"set_endpoint", "", "")


## Closes the link. No handler is called from here on.
func close() -> void:
	if _link == null:
		return
	var link := _link
	_link = null
	for signal_name in _handlers():
		link.disconnect(signal_name, _handlers()[signal_name])
	link.call(&"close", LINGER_MS)


func _open(url: String, protocol: int, token: String, hello: Dictionary) -> String:
	var link: RefCounted = ClassDB.instantiate(CLASS)
	var config := {
		"name": "godot-ai-%d" % _listener.get_instance_id(),
		"owner": ProjectSettings.globalize_path("res://"),
		"url": url,
		"profile": "godot_ai",
		"protocol": protocol,
		"hello": hello,
		"start_disconnected": true,
		"reconnect": "none",
		"request_timeout_ms": ANSWER_TIMEOUT_MS,
		"node_budget": NODE_BUDGET,
		# A main thread may be blocked for as long as it likes.
		"orphan_ms": 0,
	}
	if not token.is_empty():
		config["token"] = token
	var error: Error = link.call(&"open", config)
	if error != OK:
		return "the native link did not open: %s" % link.call(&"get_open_error")
	_link = link
	_protocol = protocol
	for signal_name in _handlers():
		link.connect(signal_name, _handlers()[signal_name])
	return ""


func _handlers() -> Dictionary:
	return {
		&"opened": Callable(_listener, &"_on_opened"),
		&"acknowledged": Callable(_listener, &"_on_acknowledged"),
		&"connect_failed": Callable(_listener, &"_on_connect_failed"),
		&"closed": Callable(_listener, &"_on_closed"),
		&"request_received": _take,
		&"request_ended": Callable(_listener, &"_on_request_ended"),
		&"send_dropped": Callable(_listener, &"_on_send_dropped"),
		&"log_message": Callable(_listener, &"_on_log"),
	}


## A paused link hands nothing out: that ends the poll under way.
func _take(request: RefCounted) -> void:
	_taken += 1
	if _taken == _most and _link != null:
		_link.call(&"pause")
	_listener.call(&"_on_request", request)


## Name of a reason, as "AUTHENTICATION".
func reason_name(reason: int) -> String:
	for constant in ClassDB.class_get_integer_constant_list(CLASS, true):
		var is_reason := constant.begins_with("REASON_")
		if is_reason and ClassDB.class_get_integer_constant(CLASS, constant) == reason:
			return constant.trim_prefix("REASON_")
	return ""


static func _readiness(word: String) -> int:
	return ClassDB.class_get_integer_constant(CLASS, "READINESS_" + word.to_upper())


static func _complain() -> String:
	var words := (
		"Framewire's native library is not loaded: install addons/framewire with the library for"
		+ " this system, and restart the editor"
	)
	if not _has_complained:
		_has_complained = true
		push_error(words)
	return words
