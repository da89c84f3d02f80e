extends "res://classes/link_case.gd"
## What hardly any script does, and none may crash the editor with.


## A value that does something while it is written down.
class Talking:
	extends RefCounted
	var act: Callable

	func _init(what: Callable) -> void:
		act = what

	func _to_string() -> String:
		act.call()
		return "said"


var _held: Variant


func after_each() -> void:
	_held = null
	super()


func test_an_answer_that_drops_its_request() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	link.request_received.connect(func(request: FramewireRequest) -> void: _held = request)
	for round in 3:
		peer.call_host(round, "a")
		await until(func() -> bool: return _held != null, "the request")
		var talking := Talking.new(func() -> void: _held = null)
		var status: int
		match round:
			0: status = _held.respond({"x": talking})
			1: status = _held.fail("1", "no", {"x": talking})
			2: status = _held.respond_image(Image.create_empty(2, 2, false, Image.FORMAT_L8), {"x": talking})
		equal(status, OK, "status %d" % round)
		equal(_held, null)
		await until(func() -> bool: return peer.has_answer(round), "answer %d" % round)
	equal(peer.answer_to(0).result, {"x": "said"})


func test_a_send_that_drops_its_link() -> void:
	var peer := new_peer()
	for round in 4:
		_held = FramewireLink.new()
		_held.open(config(peer))
		await until(func() -> bool: return peer.is_open() and phase(_held) == FramewireLink.PHASE_ACTIVE, "a connection")
		# Behind it nothing but this test holds the link.
		await frames(2)
		var talking := Talking.new(func() -> void: _held = null)
		match round:
			0: equal(_held.notify("n", {"x": talking}), OK)
			1: equal(_held.respond(1, {"x": talking}), ERR_DOES_NOT_EXIST)
			2: equal(_held.set_hello({"methods": [talking]}), OK)
			3:
				var ended: Signal = _held.request("r", {"x": talking})
				check(not ended.is_null(), "a signal")
		equal(_held, null)
		await until(func() -> bool: return peer.close_code() == 1000, "the goodbye %d" % round)


func test_a_send_that_closes_its_link() -> void:
	var peer := new_peer()
	var given := config(peer)
	var link := polled()
	equal(link.open(given), OK)
	await active(link, peer)
	equal(link.notify("n", {"x": Talking.new(link.close)}), ERR_UNCONFIGURED)
	equal(link.open(given), OK)
	await active(link, peer)
	var reply: FramewireReply = await link.request("r", {"x": Talking.new(link.close)})
	equal(reply.code, "NOT_SENT")
	equal(link.open(given), OK)
	await active(link, peer)
	# It is another link by the time that the call is made.
	var again := func() -> void:
		link.close()
		link.open(given)
	reply = await link.request("r", {"x": Talking.new(again)})
	equal(reply.code, "NOT_SENT")
	await active(link, peer)


func test_a_value_that_changes_while_it_is_written() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var odd := {}
	odd[Talking.new(func() -> void: odd.clear())] = 1
	odd.b = 2
	equal(link.notify("n", odd), OK)
	var list := []
	list.append(Talking.new(list.clear))
	list.append_array(range(100))
	equal(link.notify("n", {"l": list}), OK)
	await until(func() -> bool: return peer.calls_of("n").size() == 2, "both")
	equal(peer.calls_of("n")[0].params, {"said": 1.0, "b": 2.0})
	equal(peer.calls_of("n")[1].params, {"l": ["said"]})


func test_a_pointer_that_goes_round_and_round() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var requests := heard(link.request_received)
	peer.call_host(1, "a")
	await counted(requests, 1, "the request")
	var ring := {}
	ring.a = ring
	equal(link.respond_bytes(requests[0].id, ring, "/a".repeat(200_000), PackedByteArray([1])), ERR_INVALID_PARAMETER)
	equal(link.respond_bytes(requests[0].id, ring, "/a", PackedByteArray([1])), ERR_INVALID_PARAMETER)
	ring.clear()
	equal(requests[0].respond(), OK)


func test_ids_and_numbers_out_of_range() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	const MIN := -9223372036854775807 - 1
	for id: int in [0, -1, MIN, 9223372036854775807, 1 << 32]:
		equal(link.respond(id), ERR_DOES_NOT_EXIST, str(id))
		equal(link.respond_error(id, "1", ""), ERR_DOES_NOT_EXIST, str(id))
		equal(link.defer(id, 0), ERR_DOES_NOT_EXIST, str(id))
		equal(link.cancel(id), ERR_DOES_NOT_EXIST, str(id))
	for time: int in [-1, MIN, 1 << 32, 9223372036854775807]:
		equal(link.defer(1, time), ERR_INVALID_PARAMETER)
		equal((await link.request("r", null, time)).code, "NOT_SENT")
	for code: int in [-1, 0, 999, 1005, 1 << 16, 65536 + 1000, 1 << 40]:
		equal(link.disconnect_from_server(code), ERR_INVALID_PARAMETER)
	for number: int in [-1, 1 << 32, MIN]:
		equal(link.set_readiness(number), ERR_INVALID_PARAMETER)
	check(link.close(MIN).has("clean"), "a close in no time")


func test_what_stands_behind_a_nul() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var requests := heard(link.request_received)
	peer.send_text('{"jsonrpc":"2.0","id":1,"method":"delete\\u0000_nothing","params":{"x\\u0000y":"\\u0000"}}')
	await counted(requests, 1, "the request")
	equal(requests[0].method, "delete\ufffd_nothing")
	equal(requests[0].params, {"x\ufffdy": "\ufffd"})
	peer.reply = func(message: Dictionary) -> Variant:
		peer.send_text('{"jsonrpc":"2.0","id":"%s","error":{"code":1,"message":"a\\u0000b"}}' % message.id)
		return null
	var reply: FramewireReply = await link.request("r")
	peer.reply = Callable()
	equal(reply.message, "a\ufffdb")
	link.close()
	var raw := await connected(peer, {"profile": "raw"})
	var texts := heard(raw.text_received)
	peer.send_nul_text()
	await counted(texts, 1, "the text")
	equal(texts[0], "a\ufffdb")


func test_typed_containers_in_a_configuration() -> void:
	var peer := new_peer()
	var given: Dictionary[String, Variant] = {}
	given.assign(config(peer))
	var lines: Array[String] = ["X-One: 1", "X-Two: 2"]
	given.headers = lines
	var delays: Array[int] = [10, 20]
	given.reconnect_delays_ms = delays
	var link := polled()
	equal(link.open(given), OK, link.get_open_error())
	link.close()
	var pairs: Dictionary[StringName, int] = {&"X-One": 1}
	given.headers = pairs
	equal(link.open(given), OK, link.get_open_error())
