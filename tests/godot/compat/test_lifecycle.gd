@tool
# runner: editor
## Points 1 to 7 of what the addon counts on: beginning, identity, redials, the end of a connection.
extends "res://compat/connection_case.gd"


func test_point_01_dials_once_when_it_is_ready() -> void:
	await begin()
	await frames(10)
	equal(peer.opened, 1)
	equal(peer.of_type("handshake").size(), 1)
	equal(peer.events("scene_changed").size(), 0, "the scene of the beginning is the baseline")


func test_point_01_blocked_it_says_why_once_and_does_not_dial() -> void:
	build()
	connection.connect_blocked = true
	connection.connect_block_reason = "another server has the port"
	add_child(connection)
	await frames(10)
	connection._attempt_reconnect()
	connection._attempt_reconnect()
	await frames(5)
	equal(peer.opened, 0)
	check(not connection.is_processing(), "it stops processing")
	equal(log_buffer.count("another server has the port"), 1)


func test_point_02_slugs() -> void:
	var slugs := {
		"My Game": "my-game",
		"--A__b--": "a-b",
		"Größe 2": "gr-e-2",
		"äöü": "",
		"": "",
		"x": "x",
	}
	for text: String in slugs:
		equal(McpConnection._slugify(text), slugs[text], text)


func test_point_02_a_session_id_has_slug_and_random_digits() -> void:
	var form := RegEx.create_from_string("^my-game@[0-9a-f]{4}$")
	check(form.search(McpConnection._make_session_id("/games/x/My Game/")) != null, "2.x: 4 digits")
	check(McpConnection._make_session_id("/").begins_with("project@"), "a project without a name")
	McpClientConfigurator.release = "4.3.0"
	form.compile("^my-game@[0-9a-f]{16}$")
	check(form.search(McpConnection._make_session_id("D:\\My Game\\")) != null, "4.x: 16 digits")


func test_point_02_the_session_id_is_kept_over_reconnects_and_new_for_each_instance() -> void:
	await begin()
	var id := connection.get_session_id()
	equal(peer.of_type("handshake")[0].session_id, id)
	peer.hang_up(1001)
	await until(func() -> bool: return peer.of_type("handshake").size() == 2, "the next hello")
	equal(peer.of_type("handshake")[1].session_id, id)
	connection.teardown()
	connection.free()
	await begin()
	check(peer.of_type("handshake")[2].session_id != id, "another instance, another id")


func test_point_02_a_session_id_that_is_taken_is_renewed() -> void:
	build("4.3.0")
	peer.refuses_with = 4001
	add_child(connection)
	await until(func() -> bool: return peer.of_type("auth_response").size() == 1, "the first hello")
	var first := connection.get_session_id()
	peer.refuses_with = 0
	await until(is_taken, "the acknowledgement")
	var second: String = peer.of_type("auth_response")[-1].session_id
	check(second != first, "a new id")
	equal(connection.get_session_id(), second)


func test_point_03_the_port_is_read_at_every_dial() -> void:
	build()
	peer.deafen()
	add_child(connection)
	await logged("dialing the server")
	peer.listen(0)
	check(peer.port != connection.ws_port, "another port")
	connection.ws_port = peer.port
	await until(is_taken, "the acknowledgement on the other port")


func test_point_04_waits() -> void:
	var waits: Array[float] = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0, 60.0]
	for index in waits.size():
		equal(McpConnection._reconnect_delay_for_attempt(index), waits[index])
	var logged_ones := range(1, 31).filter(McpConnection._should_log_reconnect_attempt)
	equal(logged_ones, [1, 2, 3, 4, 5, 10, 20, 30])


func test_point_04_it_dials_for_ever_at_growing_distances() -> void:
	build()
	peer.deafen()
	# Waits are counted in the time of frames, which the test makes pass faster.
	Engine.time_scale = 40.0
	var began := {}
	add_child(connection)
	var note := func() -> bool:
		var redial: RefCounted = connection._redial
		if redial.attempt > 0 and not began.has(redial.attempt):
			began[redial.attempt] = redial.seconds_left
		return redial.attempt >= 8
	await until(note, "eight attempts", 40.0)
	for attempt: int in [3, 5, 7]:
		var most := McpConnection._reconnect_delay_for_attempt(attempt - 1)
		check(began[attempt] <= most and began[attempt] > most - 4.0, "wait %d: %s" % [attempt, began])
	equal(log_buffer.count("dialing the server"), 5, "the first five are logged")
	Engine.time_scale = 1.0
	peer.listen(connection.ws_port)
	connection._redial.hurry()
	await until(is_taken, "the acknowledgement")
	equal(connection._redial.attempt, 0, "the counter starts again")


func test_point_04_a_connection_that_lasted_is_dialed_again_at_once() -> void:
	await begin()
	var is_spent := func() -> bool: return connection._redial.seconds_left == 0.0
	await until(is_spent, "the first wait to be over")
	# No time passes from here on: only what is due now happens.
	Engine.time_scale = 0.0
	peer.hang_up(1001)
	await until(func() -> bool: return peer.opened == 2, "the next connection")


func test_point_04_one_that_ended_at_once_is_not() -> void:
	build()
	Engine.time_scale = 0.0
	add_child(connection)
	await until(is_taken, "the acknowledgement")
	peer.hang_up(1001)
	await until(func() -> bool: return states == [true, false], "the end")
	await frames(30)
	equal(peer.opened, 1, "the wait is not over")
	Engine.time_scale = 10.0
	await until(func() -> bool: return peer.opened == 2, "the next connection")


func test_point_05_a_loss_leaves_nothing_of_its_connection() -> void:
	await begin("4.3.0")
	dispatcher.note_deferred("some-id", "save")
	connection._packet_spillover_total = 7
	connection.pause()
	peer.hang_up(1001)
	dispatcher.enqueue({"request_id": "stale", "command": "stale", "params": {}})
	await frames(10)
	equal(states, [true], "a paused connection hears nothing")
	connection.resume()
	connection.pause()
	equal(connection.pause_depth(), 1)
	connection._receive()
	await until(func() -> bool: connection._receive(); return states == [true, false], "the end")
	equal(connection.pause_depth(), 1, "the pause survives")
	equal(connection.server_version, "")
	equal(connection._packet_spillover_total, 0)
	check(not dispatcher.has_pending_deferred_response("some-id"), "deferred answers are forgotten")
	equal(dispatcher.queued(), 0, "commands of the dead connection never run (4.x)")


func test_point_05_the_dispatcher_of_2_x_has_no_queue_to_clear() -> void:
	await begin()
	peer.hang_up(1001)
	await until(func() -> bool: return states == [true, false], "the end, without an error")


func test_point_06_disconnect_closes_normally_and_tells_once() -> void:
	await begin()
	connection.set_process(false)
	connection.disconnect_from_server()
	equal(connection.is_connected, false)
	equal(states, [true, false])
	connection.disconnect_from_server()
	await until(func() -> bool: return not peer.closes.is_empty(), "the close frame")
	equal(peer.closes[0], {"code": 1000, "reason": "Plugin unloading"})
	equal(states, [true, false], "once")
	equal(connection.send_event("x"), false)


func test_point_06_after_a_disconnect_it_dials_again_while_it_processes() -> void:
	await begin()
	connection.disconnect_from_server()
	await until(func() -> bool: return peer.opened == 2, "the next connection")
	await until(is_taken, "its acknowledgement")
	equal(states, [true, false, true])


func test_point_06_teardown_lets_everything_go() -> void:
	await begin()
	peer.command("late")
	connection.teardown()
	equal([connection.dispatcher, connection.log_buffer], [null, null])
	equal(connection.is_processing(), false)
	equal(states, [true, false])
	await until(func() -> bool: return not peer.closes.is_empty(), "the close frame")
	equal(peer.closes[0].reason, "Plugin unloading")
	connection._process(100.0)
	await frames(10)
	equal(states, [true, false], "nothing is called back")
	equal(dispatcher.ran.size(), 0)
	connection.teardown()


func test_point_06_a_connection_that_is_freed_hangs_up() -> void:
	await begin()
	connection.free()
	await until(func() -> bool: return not peer.closes.is_empty(), "the close")


func test_point_07_2_x_is_connected_before_it_is_acknowledged() -> void:
	build()
	peer.is_acknowledging = false
	add_child(connection)
	await until(func() -> bool: return states == [true], "the signal")
	equal(connection.is_connected, true)
	equal(connection.server_version, "")
	equal(connection.send_event("plugin_event", {"name": "dock_startup"}), true)
	await until(func() -> bool: return peer.of_type("handshake").size() == 1, "the hello")
	equal(peer.messages.size(), 1, "the event waits for the acknowledgement")
	peer.acknowledge()
	await until(func() -> bool: return peer.events("plugin_event").size() == 1, "the event")
	equal(peer.events("plugin_event")[0].data, {"name": "dock_startup"})
	equal(states, [true])


func test_point_07_4_x_is_connected_when_it_is_acknowledged() -> void:
	build("4.3.0")
	peer.is_acknowledging = false
	add_child(connection)
	await until(func() -> bool: return peer.of_type("auth_response").size() == 1, "the hello")
	await frames(5)
	equal(states.size(), 0)
	equal(connection.is_connected, false)
	equal(connection.send_event("plugin_event"), false)
	peer.acknowledge_proof()
	await until(func() -> bool: return states == [true], "the signal")
	equal(connection.is_connected, true)
	equal(connection.server_version, "4.3.0")
