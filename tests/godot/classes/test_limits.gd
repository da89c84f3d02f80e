extends "res://classes/link_case.gd"
# runner: seconds=280, test_seconds=120
## Much at once, large and deep.


func test_deep_values_in_a_thread() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var deep := []
	for level in 500:
		deep = [deep]
	var too_deep := [deep]
	for level in 20:
		too_deep = [too_deep]
	var found := []
	var task := WorkerThreadPool.add_task(func() -> void:
		found.append(link.notify("n", {"deep": deep}))
		found.append(link.notify("n", {"deep": too_deep})))
	await until(func() -> bool: return WorkerThreadPool.is_task_completed(task), "the thread")
	WorkerThreadPool.wait_for_task_completion(task)
	equal(found, [OK, ERR_INVALID_PARAMETER])
	await until(func() -> bool: return peer.calls_of("n").size() + peer.others.size() == 1, "it arrives")


func test_the_deepest_message() -> void:
	var peer := new_peer()
	var link := await connected(peer, {"max_depth": 1024})
	var requests := heard(link.request_received)
	for depth: int in [100, 1000]:
		requests.clear()
		var params := "[".repeat(depth) + "]".repeat(depth)
		peer.send_text('{"jsonrpc":"2.0","id":%d,"method":"deep","params":%s}' % [depth, params])
		await until(func() -> bool: return peer.has_answer(depth) or not requests.is_empty(), "depth %d" % depth)
		for request: FramewireRequest in requests:
			equal(request.text.length(), 2 * depth)
			equal(request.respond(), OK)
	check(peer.is_open(), "the connection lives")


func test_the_largest_message() -> void:
	var server := await start_server("json-rpc", ["--max-message", "67108864"])
	var link := polled()
	link.open({"name": new_name(), "url": server.url(), "profile": "json_rpc"})
	await reported(server, "acknowledged")
	var text := "x".repeat(60 << 20)
	link.request_received.connect(func(request: FramewireRequest) -> void:
		equal(request.respond({"text": text}), OK))
	server.call_editor("large", {}, "large")
	await until(func() -> bool: return link.get_stats().bytes_out > 60 << 20, "it goes out", 60)
	link.close(5000)


func test_thousands_of_requests() -> void:
	const COUNT := 5000
	var peer := new_peer()
	var link := await connected(peer)
	var kept: Array[FramewireRequest] = []
	link.request_received.connect(func(request: FramewireRequest) -> void: kept.append(request))
	for id in COUNT:
		peer.call_host(id, "a", {"id": id})
		if id % 500 == 0:
			await frames(1)
	# More than 1024 cannot be open: the others were told so.
	await until(func() -> bool: return kept.size() + peer.messages.size() == COUNT, "all to come")
	check(kept.size() >= 1024, "%d were handed out" % kept.size())
	for request in kept:
		equal(request.respond({"id": request.params.id}), OK)
	await until(func() -> bool: return peer.messages.size() == COUNT, "the answers")
	var ids := {}
	for message in peer.messages:
		ids[int(message.id)] = true
	equal(ids.size(), COUNT, "each id is answered once")


func test_two_objects_that_take_a_link_from_each_other() -> void:
	var peer := new_peer()
	var given := config(peer)
	var first := polled()
	var second := polled()
	var third := polled()
	for link: FramewireLink in [first, second, third]:
		link.keep_alive = true
	equal(first.open(given), OK)
	await active(first, peer)
	var seen := []
	var take := func(other: FramewireLink, request: FramewireRequest) -> void:
		seen.append(request.deliveries)
		if request.deliveries < 40:
			# The request goes with the link, in its own handler.
			equal(other.open(given), OK, other.get_open_error())
			equal(request.respond(), ERR_UNCONFIGURED)
		else:
			equal(request.respond("done"), OK)
	var next := {first: second, second: third, third: first}
	for link: FramewireLink in next:
		link.request_received.connect(func(request: FramewireRequest) -> void: take.call(next[link], request))
		link.request_orphaned.connect(func(request: FramewireRequest) -> void: take.call(next[link], request))
	peer.call_host(1, "hot", {"text": "x".repeat(10_000)})
	await until(func() -> bool: return peer.has_answer(1), "the answer")
	equal(peer.answer_to(1).get("result"), "done")
	equal(seen, range(1, 41), "each owner had it once")
	equal(peer.connections, 1)
	next.clear()
	for link: FramewireLink in [first, second, third]:
		link.close()
