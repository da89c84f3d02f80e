extends "res://classes/link_case.gd"
# runner: seconds=240
## Threads that use a link while the main thread polls, closes and opens it.

const THREADS := 4

var _stopped := false


func before_each() -> void:
	_stopped = false


func test_calls_from_threads_end_once_each() -> void:
	const CALLS := 300
	var server := await start_server("json-rpc")
	var link := polled()
	var ends := heard(link.response_received)
	equal(link.open({"name": new_name(), "url": server.url(), "profile": "json_rpc"}), OK)
	await reported(server, "acknowledged")
	var work := func(number: int) -> void:
		for call in CALLS:
			link.request("no_such_method", {"number": number})
			if call % 64 == 63:
				OS.delay_msec(2)
	await _run_in_threads(work)
	await until(func() -> bool: return link.get_state().calls_open == 0, "every call to end", 60)
	await until(func() -> bool: return ends.size() == link.get_stats().calls, "every end to be told", 60)
	check(link.get_stats().calls > 0, "calls were made")
	var ids := {}
	for end: Array in ends:
		ids[end[0]] = true
	equal(ids.size(), ends.size(), "each id once")


func test_threads_on_a_link_that_comes_and_goes() -> void:
	var server := await start_server("json-rpc")
	var given := {"name": new_name(), "url": server.url(), "profile": "json_rpc"}
	var link := polled()
	link.request_received.connect(func(request: FramewireRequest) -> void: request.respond(request.params))
	var large := "x".repeat(100_000)
	var work := func(number: int) -> void:
		while not _stopped:
			link.notify("n", {"text": large, "number": number})
			link.request("r", [large])
			link.respond(number, {"a": large})
			link.cancel(link.get_last_request_id())
			link.pause()
			link.resume()
			link.set_readiness(number % 3, "because")
			link.get_state()
			link.get_stats()
			link.outstanding()
			if number == 0:
				link.poll()
			OS.delay_msec(1)
	var group := WorkerThreadPool.add_group_task(work, THREADS, THREADS, true)
	for round in 30:
		link.open(given)
		server.call_editor("echo", {"round": round, "text": large}, round)
		await frames(1 + round % 4)
		link.close(round % 3)
	_stopped = true
	await _done(group)
	equal(link.open(given), OK, link.get_open_error())
	await until(func() -> bool: return phase(link) == FramewireLink.PHASE_ACTIVE, "a connection")


func test_the_last_reference_goes_in_a_thread() -> void:
	var server := await start_server("json-rpc")
	var url: String = server.url()
	var work := func(number: int) -> void:
		for round in 5:
			var link := FramewireLink.new()
			link.open({"name": "mine %d" % number, "url": url, "profile": "json_rpc"})
			link.notify("n", {"text": "x".repeat(50_000)})
			link.poll()
			link = null
	await _run_in_threads(work)


func test_params_are_dropped_in_threads() -> void:
	var server := await start_server("json-rpc")
	var link := polled()
	var kept := []
	var lock := Mutex.new()
	link.request_received.connect(func(request: FramewireRequest) -> void:
		request.respond()
		lock.lock()
		kept.append(request)
		lock.unlock())
	equal(link.open({"name": new_name(), "url": server.url(), "profile": "json_rpc"}), OK)
	await reported(server, "acknowledged")
	var work := func(_number: int) -> void:
		while not _stopped:
			lock.lock()
			var one: FramewireRequest = kept.pop_back()
			lock.unlock()
			if one != null:
				one.params.list.append({"more": one.method})
				one.params.clear()
			one = null
			OS.delay_usec(200)
	var group := WorkerThreadPool.add_group_task(work, THREADS, THREADS, true)
	var list := range(2000).map(func(number: int) -> Dictionary: return {"a": number, "b": str(number)})
	for round in 40:
		server.call_editor("take", {"list": list}, round)
	await reported(server, "answer", {}, 40)
	await until(func() -> bool: return kept.is_empty(), "the requests to be taken")
	# Some are dropped behind the link's end.
	for round in 10:
		server.call_editor("take", {"list": list}, round)
	await frames(3)
	link.close()
	_stopped = true
	await _done(group)


func _run_in_threads(work: Callable) -> void:
	await _done(WorkerThreadPool.add_group_task(work, THREADS, THREADS, true))


func _done(group: int) -> void:
	await until(func() -> bool: return WorkerThreadPool.is_group_task_completed(group), "the threads", 60)
	WorkerThreadPool.wait_for_group_task_completion(group)
