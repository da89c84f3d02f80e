extends "res://classes/link_case.gd"
## Calls of ours: every await ends once, with a FramewireReply.


func test_a_reply() -> void:
	var peer := new_peer()
	peer.reply = func(message: Dictionary) -> Variant:
		return {"jsonrpc": "2.0", "id": message.id, "result": message.params}
	var link := await connected(peer)
	var responses := heard(link.response_received)
	var reply: FramewireReply = await link.request("echo", {"x": 1, "y": ["z"]})
	check(reply.ok, reply.message)
	equal(reply.data, {"x": 1.0, "y": ["z"]}, "the data")
	equal(reply.code, "", "the code")
	equal(reply.text, "", "the text of what is decoded")
	check(reply.age_ms >= 0 and reply.age_ms < 20_000, "age %d" % reply.age_ms)
	await counted(responses, 1, "the signal")
	equal(responses[0][0], link.get_last_request_id(), "its id")
	equal(responses[0][1], reply, "its reply")
	link.close()


func test_a_refusal_of_the_server() -> void:
	var peer := new_peer()
	peer.reply = func(message: Dictionary) -> Variant:
		var error := {"code": -32601, "message": "no such thing", "data": {"a": 1}}
		return {"jsonrpc": "2.0", "id": message.id, "error": error}
	var link := await connected(peer)
	var reply: FramewireReply = await link.request("missing")
	check(not reply.ok, "it is not ok")
	equal(reply.code, "-32601", "the code")
	equal(reply.message, "no such thing", "the message")
	equal(reply.data, {"a": 1.0}, "the data")
	link.close()


func test_parameters_reach_the_server() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	link.request("none")
	link.request("list", [1, 2.5])
	link.request("members", {"a": null})
	await counted(peer.messages, 3, "three calls")
	check(not peer.calls_of("none")[0].has("params"), "none: %s" % peer.calls_of("none")[0])
	equal(peer.calls_of("list")[0].params, [1.0, 2.5], "list")
	equal(peer.calls_of("members")[0].params, {"a": null}, "members")
	link.close()


func test_a_time_out() -> void:
	var link := await connected(new_peer())
	var reply: FramewireReply = await link.request("sleep", null, 50)
	equal([reply.ok, reply.code], [false, "TIMEOUT"], "the reply")
	check(reply.age_ms >= 50, "age %d" % reply.age_ms)
	link.close()


func test_a_cancel() -> void:
	var link := await connected(new_peer())
	var replies := []
	ended(link.request("sleep"), replies)
	var id := link.get_last_request_id()
	await until(func() -> bool: return link.outstanding().size() == 1, "it to be listed")
	var listed := link.outstanding()[0]
	equal([listed.id, listed.kind], [id, FramewireLink.OUTSTANDING_CALL], "what is listed")
	equal([listed.method, listed.deliveries, listed.note_len], ["sleep", 0, 0], "what is listed")
	check(listed.remaining_ns > 0 and listed.age_ns >= 0, "its times: %s" % listed)
	equal(link.cancel(id), OK, "cancel")
	check(replies.is_empty(), "it does not end inside the call")
	await counted(replies, 1, "its end")
	equal(replies[0].code, "CANCELLED", "the code")
	equal(link.cancel(id), ERR_DOES_NOT_EXIST, "a second cancel")
	link.close()


func test_a_lost_connection() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var replies := []
	ended(link.request("sleep"), replies)
	await counted(peer.messages, 1, "the call")
	peer.cut()
	await counted(replies, 1, "its end")
	equal([replies[0].ok, replies[0].code], [false, "LOST"], "the reply")
	link.close()


func test_a_close_of_the_link() -> void:
	var link := await connected(new_peer())
	var replies := []
	for method in ["a", "b", "c"]:
		ended(link.request(method), replies)
	link.close(0)
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code),
		["CLOSED_BY_HOST", "CLOSED_BY_HOST", "CLOSED_BY_HOST"], "their ends before close() returns")
	await frames(3)
	equal(replies.size(), 3, "their number later")


func test_a_link_that_is_freed() -> void:
	var peer := new_peer()
	var held := [await connected(peer)]
	var replies := []
	ended(held[0].request("sleep"), replies)
	await counted(peer.messages, 1, "the call")
	held.clear()
	equal(replies.size(), 1, "its end")
	equal(replies[0].code, "CLOSED_BY_HOST", "the code")


func test_no_connection() -> void:
	var link := FramewireLink.new()
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "profile": "json_rpc"}), OK)
	var replies := []
	ended(link.request("a"), replies)
	equal(link.get_last_request_id(), 0, "its id")
	await frames(3)
	equal(replies.size(), 0, "ends before a poll")
	equal(link.poll(), OK, "poll")
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code), ["NOT_SENT"], "ends")
	check("connection" in replies[0].message, replies[0].message)
	link.close(0)


func test_no_connection_and_no_poll() -> void:
	var replies := []
	var link := FramewireLink.new()
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "profile": "json_rpc"}), OK)
	ended(link.request("a"), replies)
	link.close(0)
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code), ["NOT_SENT"], "at close")
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "profile": "json_rpc"}), OK)
	ended(link.request("b"), replies)
	link = null
	equal(replies.size(), 2, "ends when it is freed")


func test_a_link_that_is_not_open() -> void:
	var link := FramewireLink.new()
	# Nobody polls it.
	var reply: FramewireReply = await link.request("a")
	equal(reply.code, "NOT_SENT", "the code")
	check("open()" in reply.message, reply.message)


func test_a_profile_that_does_not_call() -> void:
	var link := polled()
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1"}), OK)
	var reply: FramewireReply = await link.request("a")
	equal(reply.code, "NOT_SENT", "the code")
	link.close(0)


func test_arguments_that_cannot_be_sent() -> void:
	var link := await connected(new_peer())
	var endless := []
	endless.append(endless)
	for arguments: Array in [["a", endless], ["a", 7], ["", null], ["a", null, -1], ["a", null, 1 << 40]]:
		var reply: FramewireReply = await link.callv("request", arguments)
		equal(reply.code, "NOT_SENT", "%s" % [arguments.slice(2)])
		check(reply.message != "", "no message")
	endless.clear()
	link.close()


func test_many_at_once() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var replies := []
	for index in 100:
		ended(link.request("count", {"index": index}), replies)
	await counted(peer.messages, 100, "the calls")
	for index in range(99, -1, -1):
		peer.answer(peer.messages[index], index)
	await counted(replies, 100, "the replies")
	var found := replies.map(func(reply: FramewireReply) -> int: return int(reply.data))
	var expected := range(99, -1, -1)
	equal(found, Array(expected), "in the order in which they came")
	link.close()


func test_nothing_is_left_of_calls_that_nobody_awaits() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var before := Performance.get_monitor(Performance.OBJECT_COUNT)
	for index in 50:
		link.request("sleep", null, 1)
	await until(func() -> bool: return link.get_state().calls_open == 0, "their ends")
	# Less than one for every second call: the engine has some of its own that come and go.
	var are_gone := func() -> bool: return Performance.get_monitor(Performance.OBJECT_COUNT) < before + 25
	await until(are_gone, "the objects of 50 calls to go; there were %d before" % before)
	link.close()


func test_a_reply_over_the_node_budget() -> void:
	var peer := new_peer()
	peer.reply = func(message: Dictionary) -> Variant:
		return {"jsonrpc": "2.0", "id": message.id, "result": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}
	var link := await connected(peer, {"node_budget": 10})
	var reply: FramewireReply = await link.request("list")
	check(reply.ok, "it is ok")
	equal(reply.data, null, "the data")
	equal(JSON.parse_string(reply.text), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], "the text")
	link.close()


func test_a_link_that_ended_by_itself() -> void:
	var peer := new_peer()
	var link := FramewireLink.new()
	var given := config(peer, {"orphan_ms": 5000})
	equal(link.open(given), OK)
	await active(link, peer)
	var replies := []
	ended(link.request("sleep"), replies)
	# Nobody polls it.
	await until(func() -> bool: return not link.is_open(), "its end")
	equal(replies.size(), 0, "ends before anybody looks")
	equal(link.open(given), OK, link.get_open_error())
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code), ["ORPHANED"], "its end")
	link.close(0)


class Talkative:
	extends RefCounted
	var link: FramewireLink

	func _to_string() -> String:
		link.notify("inside")
		return "me"


func test_a_value_whose_script_uses_the_link() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var value := Talkative.new()
	value.link = link
	link.request("outside", [value])
	await until(func() -> bool: return peer.calls_of("outside").size() == 1, "the call")
	equal(peer.calls_of("outside")[0].params, ["me"], "its parameters")
	check(peer.calls_of("inside").size() >= 1, "the notification")
	link.close()


func test_other_threads() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var found := heard(link.notification_received)
	var work := func(number: int) -> void:
		for index in 100:
			while link.notify("count", [number, index]) == ERR_BUSY:
				OS.delay_usec(100)
			link.get_state()
			link.poll()
	var threads: Array[Thread] = []
	for number in 3:
		threads.append(Thread.new())
		threads[number].start(work.bind(number))
	peer.send({"jsonrpc": "2.0", "method": "a"})
	await counted(peer.messages, 300, "what they sent")
	for thread in threads:
		thread.wait_to_finish()
	await counted(found, 1, "the notification")
	for number in 3:
		var own := peer.messages.filter(func(message: Dictionary) -> bool: return message.params[0] == number)
		equal(own.map(func(message: Dictionary) -> int: return int(message.params[1])), range(100), "the order")
	link.close()
