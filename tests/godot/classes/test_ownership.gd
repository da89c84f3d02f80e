extends "res://classes/link_case.gd"
## Who has a link: the last reference, keep_alive, take-overs.


func test_the_last_reference_closes() -> void:
	var server := await start_server("json-rpc")
	var link := polled()
	var requests := heard(link.request_received)
	equal(link.open({"name": new_name(), "url": server.url(), "profile": "json_rpc"}), OK)
	await reported(server, "acknowledged")
	server.call_editor("a", {}, "tag")
	await counted(requests, 1, "the request")
	requests.clear()
	link = null
	var answers := await reported(server, "answer", {"tag": "tag"})
	equal(answers[0].status, "error", "the open request")
	await reported(server, "gone", {"code": 1000})


func test_dropping_it_waits_for_nobody() -> void:
	var fastest := 1 << 62
	for _drop in 5:
		var peer := new_peer()
		var link := await connected(peer)
		await frames(1)
		var began := Time.get_ticks_usec()
		link = null
		fastest = mini(fastest, Time.get_ticks_usec() - began)
		await until(func() -> bool: return peer.close_code() == 1000, "the goodbye")
	# The peer lives on this thread: a close that waited for it would take its 250 ms each time.
	check(fastest < 200_000, "the fastest drop took %d us" % fastest)


func test_the_name_is_free_at_once() -> void:
	var peer := new_peer()
	var given := config(peer)
	for round in 3:
		var link := polled()
		equal(link.open(given), OK, "round %d: %s" % [round, link.get_open_error()])
		await active(link, peer)
		# Behind it this goes on inside of active(), which holds a reference.
		await frames(1)
		link = null
	equal(peer.connections, 3, "connections")


func test_keep_alive() -> void:
	var peer := new_peer()
	var given := config(peer)
	var first := polled()
	first.keep_alive = true
	equal(first.open(given), OK)
	await active(first, peer)
	var requests := heard(first.request_received)
	peer.call_host(1, "long", {"x": 1})
	await counted(requests, 1, "the request")
	equal(requests[0].defer(0, "half".to_utf8_buffer()), OK, "defer")
	var old: FramewireRequest = requests[0]
	requests.clear()
	first = null
	# Arrives while nobody has the link.
	peer.call_host(2, "short", {"y": 2})
	await frames(5)
	check(peer.is_open(), "the connection lives")
	equal(old.respond(), ERR_UNCONFIGURED, "an answer by the old request")
	check(not old.is_open(), "the old request")

	var second := polled()
	var orphans := heard(second.request_orphaned)
	var opens := heard(second.opened)
	requests = heard(second.request_received)
	equal(second.open(given), OK, second.get_open_error())
	await counted(orphans, 1, "the orphan")
	await counted(requests, 1, "the request that nobody had")
	equal([orphans[0].method, orphans[0].params, orphans[0].deliveries], ["long", {"x": 1.0}, 2], "the orphan")
	equal(orphans[0].note, "half".to_utf8_buffer(), "its note")
	equal([requests[0].method, requests[0].deliveries], ["short", 1], "the other")
	equal(orphans[0].respond("done"), OK)
	equal(requests[0].respond("quick"), OK)
	await until(func() -> bool: return peer.has_answer(1) and peer.has_answer(2), "the answers")
	equal([peer.answer_to(1).result, peer.answer_to(2).result], ["done", "quick"], "the answers")
	equal([opens.size(), peer.connections], [0, 1], "connections")
	equal(second.get_state().attaches, 1, "attaches")
	equal(second.get_state().detached, false, "detached")
	# The second one did not ask for it.
	second = null
	await until(func() -> bool: return peer.close_code() == 1000, "the goodbye")


func test_a_living_object_is_taken_over() -> void:
	var peer := new_peer()
	var given := config(peer)
	var first := polled()
	equal(first.open(given), OK)
	first.keep_alive = true
	await active(first, peer)
	var replies := []
	ended(first.request("sleep"), replies)
	await counted(peer.messages, 1, "the call")
	var second := polled()
	equal(second.open(given), OK, second.get_open_error())
	check(second.is_open() and not first.is_open(), "the second one has it")
	equal(first.poll(), ERR_UNCONFIGURED, "the first one's poll")
	equal(first.notify("a"), ERR_UNCONFIGURED, "the first one's notification")
	equal(first.close(), {}, "the first one's close")
	equal(replies.map(func(reply: FramewireReply) -> String: return reply.code), ["CLOSED_BY_HOST"], "its call")
	check(second.is_open(), "the second one has it still")
	# The reply goes to who has the link.
	var responses := heard(second.response_received)
	peer.answer(peer.messages[0], "late")
	await counted(responses, 1, "the reply")
	equal(responses[0][1].data, "late", "the reply")
	second.close()


func test_a_take_over_in_a_handler() -> void:
	var peer := new_peer()
	var given := config(peer)
	var first := polled()
	var second := polled()
	equal(first.open(given), OK)
	first.keep_alive = true
	await active(first, peer)
	var names := heard(second.notification_received)
	var opened := []
	first.notification_received.connect(func(_name: String, _data: Variant, _text: String) -> void:
		opened.append(second.open(given))
		second.poll())
	first.auto_poll = false
	second.auto_poll = false
	for name in ["a", "b", "c"]:
		peer.send({"jsonrpc": "2.0", "method": name})
	await until(func() -> bool: return first.get_stats().messages_in == 3, "the messages")
	await settled(first, peer)
	first.poll()
	equal(opened, [OK], "open in the handler")
	equal(names.map(func(heard_now: Array) -> String: return heard_now[0]), ["b", "c"], "what the second one gets")
	second.close(0)


func test_another_owner_or_configuration_is_refused() -> void:
	expect_error("another owner or profile", 2)
	expect_error("opened with another max_depth")
	var peer := new_peer()
	var given := config(peer, {"owner": "me"})
	var first := polled()
	first.keep_alive = true
	equal(first.open(given), OK)
	first = null
	var second := FramewireLink.new()
	equal(second.open(given.merged({"owner": "you"}, true)), ERR_ALREADY_IN_USE)
	equal(second.open(given.merged({"profile": "raw"}, true)), ERR_ALREADY_IN_USE)
	equal(second.open(given.merged({"max_depth": 7})), ERR_ALREADY_EXISTS)
	equal(second.open(given), OK, second.get_open_error())
	second.close(0)


func test_a_link_that_nobody_looks_after_ends() -> void:
	var peer := new_peer()
	var given := config(peer, {"orphan_ms": 3000})
	var first := polled()
	first.keep_alive = true
	equal(first.open(given), OK)
	await active(first, peer)
	first = null
	await until(func() -> bool: return peer.close_code() == 1001, "the goodbye")
	var second := polled()
	equal(second.open(given), OK, second.get_open_error())
	await until(func() -> bool: return peer.connections == 2, "a new connection")
	second.close()


func test_a_request_outlives_the_close() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var requests := heard(link.request_received)
	peer.call_host(1, "a", {"x": [1, 2]})
	await counted(requests, 1, "the request")
	var request: FramewireRequest = requests[0]
	check(request.is_open(), "it is open")
	link.close(0)
	check(not request.is_open(), "it is open still")
	equal(request.respond(), ERR_UNCONFIGURED, "respond")
	equal(request.fail("a", "b"), ERR_UNCONFIGURED, "fail")
	equal(request.defer(1), ERR_UNCONFIGURED, "defer")
	equal([request.params, request.text], [{"x": [1.0, 2.0]}, '{"x":[1,2]}'], "its parameters")


func test_readiness_comes_back() -> void:
	var peer := new_peer()
	var given := config(peer)
	var first := polled()
	first.keep_alive = true
	equal(first.open(given), OK)
	equal(first.set_readiness(FramewireLink.READINESS_READY), OK)
	first = null
	var second := polled()
	equal(second.open(given), OK)
	equal(second.get_state().readiness, FramewireLink.READINESS_READY, "the readiness")
	second.close(0)
