extends "res://values/linked_case.gd"
## What is sent, and when it is taken: numbers, containers and short strings at once, long parts by
## sharing them.


func long_text(seed_text := "x") -> String:
	return seed_text.repeat(100_000)


func test_what_is_changed_after_the_call_is_not_sent() -> void:
	for is_long: bool in [false, true]:
		var request: FramewireRequest = await asked()
		var text := long_text("old") if is_long else "old"
		var numbers := PackedInt32Array([1])
		numbers.resize(50_000 if is_long else 2)
		var data := {"a": {"b": [1, {"c": text}]}, "numbers": numbers, "text": text}
		equal(request.respond(data), OK)
		data.a.b[1].c = "new"
		data.a.b.append("new")
		numbers[0] = 2
		data.numbers[0] = 2
		data.numbers.append(3)
		data.text += "new"
		data.erase("a")
		text += "new"
		var got: Dictionary = await answered()
		equal(got.keys(), ["a", "numbers", "text"])
		var before := long_text("old") if is_long else "old"
		check(got.a.b.size() == 2 and got.a.b[1].c == before, "the containers")
		check(got.numbers.size() == (50_000 if is_long else 2) and got.numbers[0] == 1.0, "the numbers")
		check(got.text == before, "the text")


func test_notifications_keep_their_order_whatever_their_size() -> void:
	var count := 60
	for number in count:
		var data := {"number": number, "text": long_text() if number % 3 == 0 else "short"}
		equal(link.notify("told", data), OK)
	await until(func() -> bool: return peer.told("told").size() == count, "all of them")
	var numbers := peer.told("told").map(func(data: Dictionary) -> int: return int(data.number))
	equal(numbers, range(count))


func test_a_short_answer_does_not_wait_for_a_long_notification() -> void:
	var request: FramewireRequest = await asked()
	equal(link.notify("told", {"text": long_text()}), OK)
	equal(request.respond({"short": true}), OK)
	equal(await answered(), {"short": true})
	await until(func() -> bool: return peer.told("told").size() == 1, "the notification")


func test_a_request_is_answered_once_even_while_the_answer_is_encoded() -> void:
	for _round in 20:
		var request: FramewireRequest = await asked()
		equal(request.respond({"text": long_text()}), OK)
		equal(link.respond(request.id, {"short": true}), ERR_ALREADY_EXISTS)
		equal(link.respond(request.id, {"text": long_text()}), ERR_ALREADY_EXISTS)
		equal(link.respond_error(request.id, "1", "no"), ERR_ALREADY_EXISTS)
		check((await answered()).text.length() == 100_000, "the first one")
	equal(unsent, [])


func test_an_error_may_bring_long_data() -> void:
	var request: FramewireRequest = await asked()
	equal(request.fail("-32000", "no", {"text": long_text()}), OK)
	var error: Dictionary = await answered()
	equal([error.code, error.message], [-32000.0, "no"])
	check(JSON.stringify(error.data).length() > 100_000, "the data")


func test_a_call_may_bring_long_parameters() -> void:
	var reply := link.request("call", {"text": long_text()}, 60_000)
	check(not reply.is_null(), "a signal")
	await until(func() -> bool: return peer.told("call").size() == 1, "the call")
	check(peer.told("call")[0].text.length() == 100_000, "its parameters")


func test_what_cannot_be_sent_is_refused_and_the_request_stays_open() -> void:
	var request: FramewireRequest = await asked()
	var ring := []
	ring.append(ring)
	equal(request.respond(ring), ERR_INVALID_PARAMETER)
	ring.clear()
	equal(link.notify("told", 5), ERR_INVALID_PARAMETER)
	equal(link.notify("", {}), ERR_INVALID_PARAMETER)
	equal(link.respond(12345, {}), ERR_DOES_NOT_EXIST)
	equal(link.respond(12345, {"text": long_text()}), ERR_DOES_NOT_EXIST)
	check(request.is_open(), "it is open")
	equal(request.respond([NAN, INF]), OK)
	equal(await answered(), [null, INF])


func test_an_object_that_answers_while_it_is_written_does_no_harm() -> void:
	var outer: FramewireRequest = await asked()
	var inner: FramewireRequest = await asked()
	equal(outer.respond({"object": Answering.new(inner), "text": long_text()}), OK)
	await until(func() -> bool: return peer.answer(1) and peer.answer(2), "both")
	equal(peer.answer(1).result.object, "answered")
	equal(peer.answer(2).result, {"inner": true})


func test_too_much_at_once_is_refused_and_the_rest_arrives_in_order() -> void:
	peer.is_reading = false
	var text := "x".repeat(8 << 20)
	var accepted := 0
	var outcome := OK
	while outcome == OK and accepted < 200:
		outcome = link.notify("told", {"number": accepted, "text": text})
		accepted += 1 if outcome == OK else 0
	equal(outcome, ERR_BUSY)
	check(accepted >= 2, "some were taken: %d" % accepted)
	peer.is_reading = true
	var has_room := func() -> bool: return link.notify("told", {"number": accepted, "text": text}) == OK
	await until(has_room, "room", 60.0)
	await until(func() -> bool: return peer.told("told").size() == accepted + 1, "all of them", 60.0)
	var numbers := peer.told("told").map(func(data: Dictionary) -> int: return int(data.number))
	equal(numbers, range(accepted + 1))


func test_a_close_sends_what_was_accepted() -> void:
	# A server in a process of its own, which reads while the close waits.
	var server := await start_server("json-rpc")
	link.close(0)
	equal(link.open({"name": "values close", "url": server.url(), "profile": "json_rpc"}), OK)
	await reported(server, "acknowledged")
	server.call_editor("do")
	await until(func() -> bool: return requests.size() == 1, "the request")
	for number in 5:
		equal(link.notify("told", {"number": number, "text": "y".repeat(1 << 20)}), OK)
	equal(requests[0].respond({"text": "y".repeat(1 << 20)}), OK)
	var report := link.close(20_000)
	equal([report.unsent, report.unanswered], [0, 0])
	await reported(server, "event", {"name": "told"}, 5)
	await reported(server, "answer", {"status": "ok"})
	equal(link.notify("told", {}), ERR_UNCONFIGURED)


func test_what_waits_when_the_connection_ends_is_told() -> void:
	peer.is_reading = false
	for number in 6:
		equal(link.notify("told", {"number": number, "text": "x".repeat(4 << 20)}), OK)
	peer.stop()
	await until(func() -> bool: return unsent.size() > 0, "word of it")


class Answering:
	var _request: FramewireRequest

	func _init(request: FramewireRequest) -> void:
		_request = request

	func _to_string() -> String:
		_request.respond({"inner": true})
		return "answered"
