@tool
# runner: editor
## Points 8 to 11 of what the addon counts on: what happens in a frame, and in which order.
extends "res://compat/connection_case.gd"


func after_each() -> void:
	for path in EditorInterface.get_open_scenes():
		EditorInterface.open_scene_from_path(path)
		# The editor defers a part of the switch, and complains if the scene is gone by then.
		await frames(1)
		EditorInterface.close_scene()
	await super.after_each()


func test_point_08_a_paused_connection_does_nothing_at_all() -> void:
	await begin()
	dispatcher.note_deferred("old", "save", 0)
	var ticks := dispatcher.ticks
	connection.pause()
	var id := peer.command("x")
	EditorInterface.open_scene_from_path("res://one.tscn")
	await frames(20)
	equal(dispatcher.ticks, ticks, "nothing is dispatched or timed out")
	equal(dispatcher.queued(), 0, "nothing is received")
	equal(peer.events("scene_changed").size(), 0, "nothing is announced")
	check(dispatcher.has_pending_deferred_response("old"), "deferred answers wait")
	connection.resume()
	await answer(id)
	await until(func() -> bool: return peer.events("scene_changed").size() == 1, "the event")
	check(not dispatcher.has_pending_deferred_response("old"), "deferred answers expire again")


func test_point_08_pauses_nest_and_never_go_below_none() -> void:
	build()
	connection.resume()
	connection.pause_processing = false
	equal(connection.pause_depth(), 0)
	connection.pause_processing = true
	connection.pause()
	equal(connection.pause_depth(), 2)
	connection.pause_processing = false
	equal(connection.pause_processing, true)
	connection.resume()
	equal([connection.pause_processing, connection.pause_depth()], [false, 0])


func test_point_08_a_typed_handler_pauses_and_resumes() -> void:
	await begin()
	dispatcher.register("guarded", handle_scenes().guarded)
	var told := await ask("guarded")
	equal(told.data, {"depth": 1.0, "readiness": "no_scene"})


func test_point_08_what_waits_too_long_for_a_paused_editor_is_refused_and_never_runs() -> void:
	await begin()
	connection.pause()
	var refusal := await ask("write_file")
	equal(refusal.error.code, "EDITOR_NOT_READY")
	equal(refusal.error.data.retryable, true)
	connection.resume()
	await ask("later")
	equal(dispatcher.ran, PackedStringArray(["later"]))


func test_point_09_the_hello_says_who_the_editor_is() -> void:
	await begin()
	var hello := peer.of_type("handshake")[0]
	equal(hello.godot_version, Engine.get_version_info().string)
	equal(hello.project_path, ProjectSettings.globalize_path("res://"))
	equal(hello.plugin_version, "2.4.2")
	equal(int(hello.editor_pid), OS.get_process_id())
	equal(hello.server_launch_mode, "dev_venv")
	equal(hello.readiness, "no_scene")
	equal(int(hello.protocol_version), 1)


func test_point_09_a_frame_takes_32_commands_and_the_rest_waits() -> void:
	await begin()
	connection.set_process(false)
	var ids := PackedStringArray()
	for number in 80:
		ids.append(peer.command("x"))
	# The connection does not receive by itself now: all of them arrive.
	var waiting := func() -> int: return connection._native._link.get_state().requests_waiting
	await until(func() -> bool: return waiting.call() == 80, "80 commands to arrive")
	# They are counted a moment before they can be taken; what is sent now leaves behind that.
	equal(connection._native._link.notify("settled", {}), OK)
	await until(func() -> bool: return peer.events("settled").size() == 1, "the link to settle")
	connection._receive()
	equal(dispatcher.queued(), 32)
	equal(connection._packet_spillover_total, 48)
	equal(log_buffer.count("[backpressure] took 32 commands, 48 wait"), 1)
	connection._receive()
	equal(dispatcher.queued(), 64)
	equal(log_buffer.count("16 wait for the next frame (64 waited so far)"), 1)
	connection._receive()
	equal(dispatcher.queued(), 80)
	equal(log_buffer.count("[backpressure]"), 2, "a frame that takes all tells nothing")
	connection.set_process(true)
	for id in ids:
		await answer(id)


func test_point_09_the_helper_of_the_addons_tests_drains_as_much() -> void:
	build()
	var fake := FakePackets.new()
	for number in 40:
		var text := JSON.stringify({"request_id": str(number), "command": "x", "params": {}})
		fake.packets.append(text.to_utf8_buffer())
	equal(connection._drain_inbound_packets(fake), {"drained": 32, "spilled": 8})
	equal(connection._drain_inbound_packets(fake), {"drained": 8, "spilled": 0})
	equal(dispatcher.queued(), 40)
	equal(log_buffer.count("8 wait for the next frame (8 waited so far)"), 1)


func test_point_10_each_change_is_announced_once() -> void:
	await begin()
	EditorInterface.open_scene_from_path("res://one.tscn")
	await until(func() -> bool: return peer.events("readiness_changed").size() == 1, "readiness")
	await until(func() -> bool: return peer.events("scene_changed").size() == 1, "scene")
	await frames(10)
	equal(peer.events("scene_changed").size(), 1)
	equal(peer.events("scene_changed")[0].data, {"current_scene": "res://one.tscn"})
	equal(peer.events("readiness_changed")[0].data, {"readiness": "ready"})
	EditorInterface.open_scene_from_path("res://two.tscn")
	await until(func() -> bool: return peer.events("scene_changed").size() == 2, "the next scene")
	equal(peer.events("scene_changed")[1].data, {"current_scene": "res://two.tscn"})
	equal(peer.events("readiness_changed").size(), 1)
	equal(log_buffer.count("[event] scene_changed -> res://two.tscn"), 1)
	equal(log_buffer.count("[event] readiness -> ready"), 1)


func test_point_10_what_was_not_sent_is_announced_again() -> void:
	build()
	EditorInterface.open_scene_from_path("res://one.tscn")
	var told := PackedStringArray()
	var tell := func(line: String, _is_echoed: bool) -> void: told.append(line)
	var sent := []
	var send := func(event: String, data: Dictionary) -> bool:
		sent.append([event, data])
		return sent.size() > 2
	for _frame in 5:
		connection._watch.announce(send, tell)
	var event := ["scene_changed", {"current_scene": "res://one.tscn"}]
	equal(sent, [event, event, event], "until it is sent, and no more")
	equal(told.size(), 1)


func test_point_10_announcements_come_before_the_answers_of_their_frame() -> void:
	await begin()
	connection.set_process(false)
	EditorInterface.open_scene_from_path("res://one.tscn")
	var id := peer.command("x")
	var waiting := func() -> int: return connection._native._link.get_state().requests_waiting
	await until(func() -> bool: return waiting.call() == 1, "the command to arrive")
	connection.set_process(true)
	await answer(id)
	var kinds := peer.messages.map(
		func(message: Dictionary) -> String: return message.get("event", message.get("type", "answer"))
	)
	check(kinds.find("scene_changed") < kinds.find("answer"), str(kinds))


func test_point_11_answers_leave_in_the_order_of_the_commands() -> void:
	await begin()
	for name: String in ["a", "b", "c"]:
		dispatcher.register(name, func(_params: Dictionary) -> Dictionary: return {"data": {"is": name}})
	var ids := [peer.command("a"), peer.command("b"), peer.command("unknown"), peer.command("c")]
	for id: String in ids:
		await answer(id)
	var answered := peer.messages.filter(
		func(message: Dictionary) -> bool: return message.has("request_id")
	)
	equal(answered.map(func(message: Dictionary) -> String: return message.request_id), ids)
	equal(answered[1].data, {"is": "b"})
	equal(answered[2].error.code, "UNKNOWN_COMMAND")
	equal(answered[2].status, "error")
	for message: Dictionary in answered:
		equal(message.readiness, "no_scene")


class FakePackets:
	var packets: Array[PackedByteArray] = []

	func get_available_packet_count() -> int:
		return packets.size()

	func get_packet() -> PackedByteArray:
		return packets.pop_front()
