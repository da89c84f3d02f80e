extends "res://classes/link_case.gd"
## Requests of the server: what they hold, and every way to answer.


## A link, its peer and the request that it got.
func requested(method: String, params: Variant = {}, more := {}) -> Array:
	var peer := new_peer()
	var link := await connected(peer, more)
	var requests := heard(link.request_received)
	peer.call_host(1, method, params)
	await counted(requests, 1, "the request")
	return [link, peer, requests[0]]


func answered(peer: Peer) -> Dictionary:
	await until(func() -> bool: return peer.has_answer(1), "an answer")
	return peer.answer_to(1)


func test_what_a_request_holds() -> void:
	var found := await requested("scene/open", {"b": 1, "a": [true, null, "ü\u20ac"], "c": {}})
	var request: FramewireRequest = found[2]
	check(request.id > 0, "its id")
	equal(request.method, "scene/open", "its method")
	equal(request.params, {"b": 1.0, "a": [true, null, "ü\u20ac"], "c": {}}, "its parameters")
	equal(request.params.keys(), ["a", "b", "c"], "their order on the wire")
	equal(request.is_decoded, true, "whether it is decoded")
	equal(JSON.parse_string(request.text), request.params, "its text")
	equal([request.note, request.deliveries, request.is_payload_gone], [PackedByteArray(), 1, false])
	check(request.age_ms >= 0 and request.age_ms < 60_000, "its age: %d" % request.age_ms)
	check(request.is_open(), "it is open")
	var listed: Array[Dictionary] = found[0].outstanding()
	equal(listed.size(), 1, "what is outstanding")
	equal([listed[0].id, listed[0].kind], [request.id, FramewireLink.OUTSTANDING_REQUEST], "it")
	equal(found[0].get_state().requests_open, 1, "requests_open")
	request.respond()
	found[0].close()


func test_integers_as_int() -> void:
	var found := await requested("a", {"x": 7}, {"integers_as_int": true})
	# As the peer wrote it.
	equal(found[2].text, '{"x":7}', "the text")
	equal(found[2].params, {"x": 7}, "the parameters")
	found[0].close(0)


func test_text_alone() -> void:
	var found := await requested("a", {"x": 7}, {"decode": false})
	equal([found[2].is_decoded, found[2].params, found[2].text], [false, null, '{"x":7}'], "the request")
	found[0].close(0)


func test_over_the_node_budget() -> void:
	var found := await requested("a", {"x": [1, 2, 3, 4, 5]}, {"node_budget": 5})
	equal([found[2].is_decoded, found[2].params, found[2].text], [false, null, '{"x":[1,2,3,4,5]}'])
	found[0].close(0)


func test_respond() -> void:
	var values := [null, true, 7, 1.5, "text", [1, "two", null], {"a": {"b": []}}, &"name", Vector2(1, 2)]
	var peer := new_peer()
	var link := await connected(peer)
	link.request_received.connect(func(request: FramewireRequest) -> void:
		equal(request.respond(values[int(request.params[0])]), OK, "respond"))
	for index in values.size():
		peer.call_host(index, "a", [index])
		await until(func() -> bool: return peer.has_answer(index), "answer %d" % index)
		var expected: Variant = JSON.parse_string(JSON.stringify(values[index]))
		equal(peer.answer_to(index).result, expected, "answer %d" % index)
	link.close()


func test_what_is_changed_afterwards_is_not_sent() -> void:
	var found := await requested("a")
	var data := {"list": [1, 2], "bytes": PackedByteArray(), "text": "x".repeat(100_000)}
	data.bytes.resize(100_000)
	equal(found[2].respond(data), OK)
	data.list.append(3)
	data.text += "y"
	data.bytes.fill(9)
	data.more = true
	var result: Dictionary = (await answered(found[1])).result
	equal(result.keys(), ["list", "bytes", "text"], "the members")
	equal(result.list, [1.0, 2.0], "the list")
	equal(result.text.length(), 100_000, "the text")
	check(not "9" in str(result.bytes), "the bytes: %s" % str(result.bytes).left(80))
	found[0].close()


func test_fail() -> void:
	var found := await requested("a")
	equal(found[2].fail("TOO_BUSY", "later", {"in": 5}), OK)
	equal(found[2].fail("TOO_BUSY", "later"), ERR_ALREADY_EXISTS)
	var error: Dictionary = (await answered(found[1])).error
	equal(error.message, "later", "the message")
	check("TOO_BUSY" in JSON.stringify(error), "%s" % error)
	found[0].close()


func test_answers_by_id() -> void:
	var found := await requested("a")
	var link: FramewireLink = found[0]
	equal(link.respond(found[2].id + (1 << 40)), ERR_DOES_NOT_EXIST, "a wrong id")
	equal(link.respond(-1), ERR_DOES_NOT_EXIST, "a negative id")
	equal(link.respond_error(found[2].id, "A", "b"), OK, "respond_error")
	equal(link.respond(found[2].id), ERR_ALREADY_EXISTS, "a second answer")
	await answered(found[1])
	link.close()


func test_respond_bytes_and_image() -> void:
	var found := await requested("a")
	var link: FramewireLink = found[0]
	equal(link.respond_bytes(found[2].id, {"n": 1}, "/file/data", [1, 2, 3]), ERR_INVALID_PARAMETER, "no such place")
	equal(link.respond_bytes(found[2].id, {"n": 1, "file": {}}, "/file/data", [1, 2, 3]), OK)
	var result: Dictionary = (await answered(found[1])).result
	equal(result, {"n": 1.0, "file": {"data": Marshalls.raw_to_base64([1, 2, 3])}}, "the answer")
	link.close()

	found = await requested("a")
	var image := Image.create_empty(8, 4, false, Image.FORMAT_RGBA8)
	image.fill(Color.RED)
	equal(found[2].respond_image(image, {"n": 1}), OK)
	image.fill(Color.BLUE)
	result = (await answered(found[1])).result
	equal(result.n, 1.0, "beside the image")
	var shown := Image.new()
	equal(shown.load_png_from_buffer(Marshalls.base64_to_raw(result.image)), OK, "the PNG")
	equal([shown.get_size(), shown.get_pixel(7, 3)], [Vector2i(8, 4), Color.RED], "the picture")
	found[0].close()


func test_an_envelope_is_for_one_profile() -> void:
	var found := await requested("a")
	equal(found[0].respond_envelope(found[2].id, {"status": "ok"}), ERR_UNAVAILABLE)
	found[0].close(0)


func test_defer_and_the_time_out() -> void:
	var found := await requested("a", {}, {"request_timeout_ms": 60_000})
	var ends := heard(found[0].request_ended)
	equal(found[2].defer(-1), ERR_INVALID_PARAMETER, "a negative time")
	equal(found[2].defer(50, "note".to_utf8_buffer()), OK)
	equal(found[0].defer(found[2].id, 50, "n".repeat(70_000).to_utf8_buffer()), ERR_OUT_OF_MEMORY, "a long note")
	await counted(ends, 1, "its end")
	equal(ends, [[found[2].id, FramewireLink.REASON_EXPIRED]], "its end")
	equal(found[2].respond(), ERR_TIMEOUT, "an answer")
	equal(found[2].defer(50), ERR_TIMEOUT, "more time")
	check(not found[2].is_open(), "it is open still")
	check((await answered(found[1])).has("error"), "the server is told")
	found[0].close()


func test_a_connection_that_ends() -> void:
	var found := await requested("a")
	var ends := heard(found[0].request_ended)
	found[1].cut()
	await counted(ends, 1, "its end")
	equal(ends, [[found[2].id, FramewireLink.REASON_LOST]], "its end")
	equal(found[2].respond(), ERR_CONNECTION_ERROR, "an answer")
	found[0].close(0)


func test_an_answer_over_the_cap() -> void:
	var found := await requested("a", {}, {"peer_max_message": 1000})
	equal(found[2].respond("x".repeat(2000)), ERR_OUT_OF_MEMORY, "a short one that is too long")
	check((await answered(found[1])).has("error"), "the server gets an error")
	found[0].close()

	found = await requested("a", {}, {"peer_max_message": 100_000})
	var drops := heard(found[0].send_dropped)
	equal(found[2].respond("x".repeat(200_000)), OK, "one that is prepared elsewhere")
	check((await answered(found[1])).has("error"), "the server gets an error")
	await counted(drops, 1, "the signal")
	equal([drops[0].id, drops[0].reason], [found[2].id, FramewireLink.REASON_MESSAGE_TOO_LARGE], "what it brings")
	found[0].close()


func test_a_request_made_by_hand() -> void:
	var request := FramewireRequest.new()
	equal([request.id, request.method, request.params, request.text], [0, "", null, ""], "it")
	equal([request.respond(), request.is_open()], [ERR_UNCONFIGURED, false], "an answer")
