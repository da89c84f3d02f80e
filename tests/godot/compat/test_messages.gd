@tool
# runner: editor
## Points 12 to 17 of what the addon counts on: messages in both directions, and the log.
extends "res://compat/connection_case.gd"

const LIMIT := 4 * 1024 * 1024


func test_point_12_what_is_no_message_is_ignored() -> void:
	await begin()
	allow_error("WARNING: MCP: ")
	for text: String in ['{', '[1]', '7', 'null', '{}', '{"type":"news"}', '{"request_id":"1"}']:
		peer.say(text)
	dispatcher.register("x", func(_params: Dictionary) -> Dictionary: return {"data": {}})
	equal((await ask("x")).status, "ok")
	equal(dispatcher.ran, PackedStringArray(["x"]))
	equal(states, [true])


func test_point_12_what_cannot_be_read_is_warned_of() -> void:
	await begin()
	expect_error("WARNING: MCP: ")
	peer.say("{\"request_id\":")
	await ask("x")


func test_point_12_an_acknowledgement_without_a_version() -> void:
	build()
	peer.hides_version = true
	add_child(connection)
	var told := func() -> bool: return connection._is_acknowledged
	await until(told, "the acknowledgement")
	equal(connection.server_version, "")


func test_point_12_a_command_of_a_wrong_form_is_refused_and_never_queued() -> void:
	for release: String in ["2.4.2", "4.3.0"]:
		await begin(release)
		for wrong: Dictionary in [{"command": 7, "params": {}}, {"command": "x", "params": [1]}]:
			var id := "wrong-%d-%s" % [wrong.hash(), release]
			peer.say(JSON.stringify(wrong.merged({"request_id": id})))
			equal((await answer(id)).error.code, "INVALID_PARAMS")
		await ask("x")
		equal(dispatcher.ran, PackedStringArray(["x"]), "the queue goes on")
		connection.teardown()
		connection.free()
		peer.capability = ""


func test_point_12_the_helper_of_the_addons_tests_reads_the_same() -> void:
	build()
	expect_error("WARNING: MCP: a message is no JSON")
	for text: String in ["{", "[1]", "{\"type\":\"news\"}", "{\"request_id\":1,\"command\":\"x\"}"]:
		connection._handle_message(text)
	equal(dispatcher.queued(), 0)
	connection._handle_message("{\"type\":\"handshake_ack\",\"server_version\":\"2.4.2\"}")
	equal(connection.server_version, "2.4.2")
	connection._handle_message("{\"type\":\"handshake_ack\"}")
	equal(connection.server_version, "")
	connection._handle_message("{\"request_id\":\"1\",\"command\":\"x\",\"params\":{}}")
	equal(dispatcher.queued(), 1)


func test_point_13_every_number_is_a_float() -> void:
	await begin()
	dispatcher.register("types", handle_scenes().types)
	var params := '{"i":7,"n":-0,"f":2.5,"big":9007199254740993,"s":"7","b":true,"l":[1],"d":{"x":1}}'
	peer.say('{"request_id":"t","command":"types","params":%s}' % params)
	var told: Dictionary = (await answer("t")).data
	for name: String in ["i", "n", "f", "big"]:
		equal(told[name], "float", name)
	equal([told.s, told.b, told.l, told.d], ["String", "bool", "Array", "Dictionary"])
	equal(told._request_id, "String")


func test_point_14_nothing_is_sent_without_a_connection() -> void:
	build()
	equal(connection.send_event("x"), false)
	peer.deafen()
	add_child(connection)
	equal(connection.send_event("x"), false)
	dispatcher.note_deferred("id", "save")
	connection.send_deferred_response("id", {"data": {}})
	check(dispatcher.has_pending_deferred_response("id"), "it was not sent, so it waits on")


func test_point_15_the_limit_is_4_mib_and_equal_is_allowed() -> void:
	equal(McpConnection._would_exceed_outbound_backpressure(0, LIMIT), false)
	equal(McpConnection._would_exceed_outbound_backpressure(1, LIMIT), true)
	var words := McpConnection._make_backpressure_error("id", 5, 6)
	equal(words.error.data, {"buffered_bytes": 5, "message_bytes": 6, "limit_bytes": LIMIT})
	equal([words.status, words.data, words.readiness], ["error", {}, "no_scene"])


func test_point_15_an_answer_of_the_limit_passes_and_one_byte_more_is_replaced() -> void:
	await begin()
	var size := {"fill": 0}
	dispatcher.register(
		"shot",
		func(_params: Dictionary) -> Dictionary: return {"data": {"fill": "x".repeat(size.fill)}}
	)
	var small := await ask("shot")
	# As the link writes it: without spaces.
	var around := JSON.stringify(small, "", false).length()
	size.fill = LIMIT - around
	var largest := await ask("shot")
	equal(largest.get("status"), "ok")
	equal(largest.data.fill.length(), LIMIT - around)
	size.fill += 1
	var replaced := await ask("shot")
	equal(replaced.status, "error")
	equal(replaced.data, {})
	equal(replaced.readiness, "no_scene")
	equal(replaced.error.code, "INTERNAL_ERROR")
	check("max_resolution" in replaced.error.message, "it says what to do")
	check("include_image=false" in replaced.error.message, "it says what to do")
	equal(int(replaced.error.data.limit_bytes), LIMIT)
	equal(int(replaced.error.data.message_bytes), LIMIT + 1)
	check(replaced.error.data.has("buffered_bytes"), "it says what waits")
	await logged("too large")
	equal((await ask("unknown")).error.code, "UNKNOWN_COMMAND", "the connection lives")


func test_point_15_a_deferred_answer_that_is_replaced_counts_as_sent() -> void:
	await begin()
	dispatcher.register("later", _defer)
	var id := peer.command("later")
	await until(func() -> bool: return dispatcher._deferred.size() == 1, "the handler")
	var own: String = dispatcher._deferred.keys()[0]
	connection.send_deferred_response(own, {"data": {"fill": "x".repeat(LIMIT)}})
	check(not dispatcher.has_pending_deferred_response(own), "it is done")
	equal((await answer(id)).error.code, "INTERNAL_ERROR")


func test_point_15_an_event_that_does_not_fit_is_dropped() -> void:
	await begin()
	var packed := PackedStringArray()
	packed.resize(LIMIT / 2)
	equal(connection.send_event("custom", {"fill": packed}), false)
	equal(log_buffer.count("[send] event custom of"), 1)
	equal(connection.send_event("custom", {"fill": 1}), true)
	await until(func() -> bool: return peer.events("custom").size() == 1, "the small one")


func test_point_16_a_deferred_answer_is_completed() -> void:
	await begin()
	dispatcher.register("save", handle_scenes().save)
	var told := await ask("save", {"path": "res://a.tscn"})
	equal(told.data, {"saved": "res://a.tscn"})
	equal([told.status, told.readiness], ["ok", "no_scene"])
	equal(dispatcher._deferred.size(), 0)


func test_point_16_a_late_answer_is_dropped_with_a_line() -> void:
	await begin()
	connection.send_deferred_response("never-heard-of", {"data": {}})
	equal(log_buffer.count("[defer] answer to never-heard-of came too late"), 1)
	await ask("x")
	equal(peer.answers("never-heard-of").size(), 0)


func test_point_16_what_the_payload_says_itself_is_kept() -> void:
	await begin("4.3.0")
	connection.surfaced_error_tracker = Tracker.new()
	dispatcher.register("later", _defer)
	var payloads := [
		{"data": {"a": 1}},
		{"error": {"code": "NO", "message": "no"}},
		{"data": {}, "status": "ok", "readiness": "playing", "error_watermark": {"run_seq": 9}},
	]
	var told: Array[Dictionary] = []
	for payload: Dictionary in payloads:
		var id := peer.command("later")
		await until(func() -> bool: return dispatcher._deferred.size() == 1, "the handler")
		connection.send_deferred_response(dispatcher._deferred.keys()[0], payload)
		told.append(await answer(id))
	equal(told.map(func(one: Dictionary) -> String: return one.status), ["ok", "error", "ok"])
	var words := told.map(func(one: Dictionary) -> String: return one.readiness)
	equal(words, ["no_scene", "no_scene", "playing"])
	var marks := told.map(func(one: Dictionary) -> int: return int(one.error_watermark.run_seq))
	equal(marks, [3, 3, 9])
	equal(told[1].error, {"code": "NO", "message": "no"})


func test_point_16_an_error_watermark_stays_in_whole_numbers() -> void:
	await begin("4.3.0")
	dispatcher.register(
		"marked",
		func(_params: Dictionary) -> Dictionary:
			return {"data": {}, "error_watermark": {"run_seq": 3}, "readiness": "ready"}
	)
	var socket := func() -> bool: return Array(peer.texts).any(_has_mark)
	peer.command("marked")
	await until(socket, "the answer as text")


func test_point_17_log_lines_have_the_prefix_and_the_log_is_a_ring() -> void:
	await begin()
	equal(log_buffer.count("MCP | connected to server"), 1)
	for number in 600:
		connection._log("line %d" % number)
	var lines := log_buffer.get_recent(1000)
	equal(lines.size(), 500)
	check(Array(lines).all(func(line: String) -> bool: return line.begins_with("MCP | ")), "all")


func test_point_17_4_x_keeps_readiness_off_the_console() -> void:
	await begin("4.3.0")
	connection._log("[event] readiness -> ready", false)
	equal(Array(log_buffer.quiet_lines), ["[event] readiness -> ready"])
	equal(log_buffer.count("authenticated with server"), 1)


func _defer(_params: Dictionary) -> Dictionary:
	return McpDispatcher.DEFERRED


func _has_mark(text: String) -> bool:
	return '"error_watermark":{"run_seq":3}' in text


class Tracker:
	func watermark() -> Dictionary:
		return {"run_seq": 3}
