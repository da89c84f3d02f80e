extends "res://classes/link_case.gd"
## A link that is closed, or loses its last reference, in the handlers of the rarer signals.

## What the link is opened with, by the signal.
const CONFIGS := {
	&"request_orphaned": {},
	&"request_ended": {"request_timeout_ms": 1000},
	&"send_dropped": {"peer_max_message": 100_000},
	&"reconnecting": {"reconnect_delays_ms": [10]},
	&"text_received": {"profile": "raw"},
	&"binary_received": {"profile": "raw"},
}


func test_close() -> void:
	for name: StringName in CONFIGS:
		await _ends_at(name, func(held: Array) -> void: held[0].close(0))


func test_dropping_the_last_reference() -> void:
	for name: StringName in CONFIGS:
		await _ends_at(name, func(held: Array) -> void: held.clear())


func _ends_at(name: StringName, end: Callable) -> void:
	var peer := new_peer()
	var given := config(peer, CONFIGS[name])
	if name == &"request_orphaned":
		await _leave_an_orphan(peer, given)
	var held: Array[FramewireLink] = [polled()]
	var id := held[0].get_instance_id()
	var ran := []
	var handler := func() -> void:
		ran.append(name)
		end.call(held)
	held[0].connect(name, handler.unbind(2 if name == &"request_ended" else 1))
	equal(held[0].open(given), OK, name)
	await _provoke(name, peer, held)
	await counted(ran, 1, name)
	await frames(3)
	equal(ran.size(), 1, name)
	if held.is_empty():
		await until(func() -> bool: return not is_instance_id_valid(id), "%s: the end of the object" % name)
	else:
		check(not held[0].is_open(), "%s: it is closed" % name)
		equal(held[0].poll(), ERR_UNCONFIGURED, "%s: a poll behind it" % name)
	held.clear()


## Leaves a link to whoever opens it next, with a request that was handed out.
func _leave_an_orphan(peer: Peer, given: Dictionary) -> void:
	var link := polled()
	link.keep_alive = true
	equal(link.open(given), OK)
	await active(link, peer)
	var requests := heard(link.request_received)
	peer.call_host(1, "a")
	await counted(requests, 1, "the request")


## Makes the link emit that signal.
func _provoke(name: StringName, peer: Peer, held: Array[FramewireLink]) -> void:
	if name == &"request_orphaned":
		return
	await active(held[0], peer)
	match name:
		&"request_ended":
			peer.call_host(1, "a")
		&"send_dropped":
			var requests := heard(held[0].request_received)
			peer.call_host(1, "a")
			await counted(requests, 1, "the request")
			equal(requests[0].respond("x".repeat(200_000)), OK)
		&"reconnecting":
			peer.close(4001)
		&"text_received":
			peer.send_text("a")
		&"binary_received":
			peer.send_binary([1])
