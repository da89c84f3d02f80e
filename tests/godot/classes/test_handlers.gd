extends "res://classes/link_case.gd"
## What a handler may do while the link emits: everything, but poll.


func test_respond() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var statuses := []
	link.request_received.connect(func(request: FramewireRequest) -> void:
		statuses.append(request.respond({"was": request.method}))
		statuses.append(request.respond())
		statuses.append(link.respond(request.id)))
	peer.call_host(1, "a", {})
	await until(func() -> bool: return peer.has_answer(1), "an answer")
	equal(peer.answer_to(1).result, {"was": "a"}, "the answer")
	equal(statuses, [OK, ERR_ALREADY_EXISTS, ERR_ALREADY_EXISTS], "what is returned")
	link.close()


func test_request() -> void:
	var peer := new_peer()
	peer.reply = func(message: Dictionary) -> Variant:
		var is_call: bool = message.get("method") == "back"
		return {"jsonrpc": "2.0", "id": message.id, "result": 5} if is_call else null
	var link := await connected(peer)
	link.request_received.connect(func(request: FramewireRequest) -> void:
		var reply: FramewireReply = await link.request("back")
		request.respond({"was": reply.data}))
	peer.call_host(1, "a", {})
	await until(func() -> bool: return peer.has_answer(1), "an answer")
	equal(peer.answer_to(1).result, {"was": 5.0}, "the answer")
	link.close()


func test_a_call_behind_a_reply() -> void:
	var peer := new_peer()
	peer.reply = func(message: Dictionary) -> Variant:
		return {"jsonrpc": "2.0", "id": message.id, "result": message.params}
	var link := await connected(peer)
	for index in 20:
		var reply: FramewireReply = await link.request("count", [index])
		equal(reply.data, [float(index)], "reply %d" % index)
	link.close()


func test_poll() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var statuses := []
	link.notification_received.connect(func(_name: String, _data: Variant, _text: String) -> void:
		statuses.append(link.poll()))
	peer.send({"jsonrpc": "2.0", "method": "a"})
	peer.send({"jsonrpc": "2.0", "method": "b"})
	await counted(statuses, 2, "two notifications")
	equal(statuses, [ERR_BUSY, ERR_BUSY], "poll in a handler")
	equal(link.poll(), OK, "poll afterwards")
	link.close()


func test_poll_in_the_end_of_a_call() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	await link.request("a", null, 1)
	equal(link.poll(), ERR_BUSY, "the coroutine goes on inside the poll")
	await frames(1)
	equal(link.poll(), OK, "and a frame later behind it")
	link.close()


func test_close() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var reports := []
	var names := []
	link.notification_received.connect(func(name: String, _data: Variant, _text: String) -> void:
		names.append(name)
		reports.append(link.close(0)))
	for name in ["a", "b", "c"]:
		peer.send({"jsonrpc": "2.0", "method": name})
	# All three are there before the first poll that finds them.
	link.auto_poll = false
	await until(func() -> bool: return link.get_stats().messages_in == 3, "the messages")
	await settled(link, peer)
	equal(link.poll(), OK, "the poll in which it was closed")
	equal(names, ["a"], "handed out")
	check(reports[0].undelivered >= 2, "counted as undelivered: %s" % reports[0])
	check(not link.is_open(), "it is closed")
	equal(link.poll(), ERR_UNCONFIGURED, "poll")


func test_close_and_open() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var given := config(peer)
	var opened := []
	link.notification_received.connect(func(_name: String, _data: Variant, _text: String) -> void:
		link.close(0)
		opened.append(link.open(given)))
	peer.send({"jsonrpc": "2.0", "method": "a"})
	await counted(opened, 1, "a notification")
	equal(opened, [OK], "open in a handler")
	await until(func() -> bool: return peer.connections == 2, "the second connection")
	await active(link, peer)
	link.close()


func test_dropping_the_last_reference() -> void:
	var peer := new_peer()
	var held := [await connected(peer)]
	var reference: WeakRef = weakref(held[0])
	var names := []
	held[0].notification_received.connect(func(name: String, _data: Variant, _text: String) -> void:
		names.append(name)
		held.clear())
	peer.send({"jsonrpc": "2.0", "method": "a"})
	peer.send({"jsonrpc": "2.0", "method": "b"})
	await counted(names, 1, "a notification")
	await until(func() -> bool: return reference.get_ref() == null, "the object to be freed")
	await until(func() -> bool: return peer.close_code() == 1000, "the goodbye")


func test_dropping_the_last_reference_in_the_end_of_a_call() -> void:
	var peer := new_peer()
	var held := [await connected(peer)]
	var reference: WeakRef = weakref(held[0])
	var replies := []
	var dropping := func() -> void:
		replies.append(await held[0].request("a", null, 1))
		held.clear()
	dropping.call()
	await counted(replies, 1, "its end")
	await until(func() -> bool: return reference.get_ref() == null, "the object to be freed")


func test_dropping_the_last_reference_in_a_poll_by_hand() -> void:
	var peer := new_peer()
	var held := [await connected(peer)]
	held[0].auto_poll = false
	held[0].notification_received.connect(func(_name: String, _data: Variant, _text: String) -> void:
		held[0] = null)
	peer.send({"jsonrpc": "2.0", "method": "a"})
	await until(func() -> bool:
		if held[0] != null:
			held[0].poll()
		return held[0] == null, "a notification")


func test_close_when_it_opens() -> void:
	var peer := new_peer()
	var link := polled()
	var infos := []
	link.opened.connect(func(info: Dictionary) -> void:
		infos.append(info)
		link.close(0))
	equal(link.open(config(peer)), OK)
	await counted(infos, 1, "the signal")
	equal(infos, [{"generation": 1}], "what it brings")
	check(not link.is_open(), "it is closed")


func test_close_when_the_server_has_acknowledged() -> void:
	var server := await start_server("godot-ai")
	var link := polled()
	var versions := []
	link.acknowledged.connect(func(version: String) -> void:
		versions.append(version)
		link.close())
	equal(link.open({"name": new_name(), "url": server.url(), "profile": "godot_ai"}), OK)
	await counted(versions, 1, "the signal")
	check(versions[0] != "", "no version")
	check(not link.is_open(), "it is closed")


func test_close_in_the_log() -> void:
	var link := polled()
	var lines := []
	link.log_message.connect(func(level: int, text: String) -> void:
		lines.append([level, text])
		link.close(0))
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1"}), OK)
	await counted(lines, 1, "a line")
	check(lines[0][0] <= FramewireLink.LOG_INFO and lines[0][1] != "", "%s" % [lines])
	check(not link.is_open(), "it is closed")


func test_close_at_a_request() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var statuses := []
	link.request_received.connect(func(request: FramewireRequest) -> void:
		statuses.append(link.close(0).unanswered)
		statuses.append(request.respond()))
	peer.call_host(1, "a")
	await counted(statuses, 2, "the request")
	equal(statuses, [1, ERR_UNCONFIGURED], "unanswered at the close, and the answer behind it")


func test_close_at_a_response() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var ends := []
	var replies := []
	link.response_received.connect(func(id: int, reply: FramewireReply) -> void:
		ends.append([id, reply.code])
		link.close(0))
	ended(link.request("a", null, 1), replies)
	var id := link.get_last_request_id()
	ended(link.request("b"), replies)
	await counted(ends, 1, "the signal")
	equal(ends, [[id, "TIMEOUT"]], "the end of the first")
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code), ["TIMEOUT", "CLOSED_BY_HOST"])


func test_a_close_in_closed_and_connect_failed() -> void:
	var link := polled()
	var infos := []
	link.connect_failed.connect(func(info: Dictionary) -> void:
		infos.append(info)
		link.close(0))
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1"}), OK)
	await counted(infos, 1, "a failure")
	equal(infos[0].reason, FramewireLink.REASON_REFUSED, "its reason")
	check(not link.is_open(), "it is closed")
	var peer := new_peer()
	link = await connected(peer)
	var ends := []
	link.closed.connect(func(info: Dictionary) -> void:
		ends.append(info)
		link.close(0))
	peer.close(4000)
	await counted(ends, 1, "the end")
	equal([ends[0].code, ends[0].reason], [4000, FramewireLink.REASON_CLOSED_BY_PEER], "it")


func test_pausing() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var names := []
	link.notification_received.connect(func(name: String, _data: Variant, _text: String) -> void:
		names.append(name)
		link.pause())
	for name in ["a", "b"]:
		peer.send({"jsonrpc": "2.0", "method": name})
	await counted(names, 1, "the first")
	await until(func() -> bool: return link.get_stats().messages_in == 2, "the second to arrive")
	await frames(5)
	equal(names, ["a"], "handed out while paused")
	equal(link.get_state().pause_depth, 1, "the depth")
	link.resume()
	await counted(names, 2, "the second")
	link.resume()
	link.close()


func test_an_error_in_a_handler() -> void:
	expect_error("SCRIPT ERROR: .*")
	var peer := new_peer()
	var link := await connected(peer)
	var names := []
	link.notification_received.connect(func(name: String, _data: Variant, _text: String) -> void:
		names.append(name)
		if name == "a":
			var nothing: Variant = null
			nothing.fall())
	peer.send({"jsonrpc": "2.0", "method": "a"})
	peer.send({"jsonrpc": "2.0", "method": "b"})
	await counted(names, 2, "both")
	equal(link.poll(), OK, "poll afterwards")
	link.close()
