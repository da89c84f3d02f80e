@tool
# runner: editor, play
## Points 18 to 22 of what the addon counts on, all of the 4.x line: authority, status, test runs.
extends "res://compat/connection_case.gd"

const SERVICED := McpConnection.ServiceStatus.SERVICED
const DISCONNECTED := McpConnection.ServiceStatus.DISCONNECTED
const PAUSED := McpConnection.ServiceStatus.PAUSED
const BLOCKED := McpConnection.ServiceStatus.BLOCKED


func test_point_18_revoking_is_done_when_it_returns() -> void:
	await begin("4.3.0")
	dispatcher.enqueue({"request_id": "1", "command": "x", "params": {}})
	dispatcher.note_deferred("2", "y")
	connection.revoke_transport("the server has to prove itself again")
	equal(connection.auth_token, "")
	equal([connection.connect_blocked, connection.is_processing()], [true, false])
	equal(connection.connect_block_reason, "the server has to prove itself again")
	equal([dispatcher.queued(), dispatcher._deferred.size()], [0, 0])
	equal(connection.is_connected, false)
	equal(states, [true, false])
	await until(func() -> bool: return not peer.closes.is_empty(), "the close frame")
	equal(peer.closes[0], {"code": 1000, "reason": "Transport authority revoked"})
	await frames(30)
	equal(peer.opened, 1, "it dials no more")


func test_point_18_authorizing_dials_now() -> void:
	build("4.3.0")
	connection.auth_token = ""
	connection.connect_blocked = true
	connection.ws_port = 1
	add_child(connection)
	await frames(5)
	equal(peer.opened, 0)
	connection.authorize_transport(peer.port, CAPABILITY)
	equal([connection.connect_blocked, connection.is_processing()], [false, true])
	await until(is_taken, "the acknowledgement")
	connection.revoke_transport("again")
	connection.authorize_transport(peer.port, CAPABILITY)
	await until(is_taken, "the next acknowledgement")
	equal(states, [true, false, true])
	equal(peer.opened, 2)


func test_point_18_authorizing_anew_leaves_the_connection_of_before() -> void:
	await begin("4.3.0")
	connection.authorize_transport(peer.port, CAPABILITY)
	await until(func() -> bool: return peer.opened == 2 and is_taken(), "the next connection")
	equal(states, [true, false, true])
	equal(peer.closes, [{"code": 1000, "reason": "Transport authority renewed"}])


func test_point_18_a_capability_never_crosses_the_wire() -> void:
	await begin("4.3.0")
	await ask("x")
	check(not Array(peer.texts).any(_has_capability), "nor does a part of the hello hold it")
	equal(peer.of_type("auth_hello")[0].size(), 3, "nothing is told before the server's proof")


func test_point_18_without_a_capability_nothing_is_dialed() -> void:
	build("4.3.0")
	connection.auth_token = ""
	add_child(connection)
	await logged("cannot dial")
	equal(peer.opened, 0)
	equal(connection.get_transport_status().reason_code, "ws_auth_failed")


func test_point_18_a_server_that_cannot_prove_itself_learns_nothing() -> void:
	build("4.3.0")
	peer.capability = "f".repeat(64)
	add_child(connection)
	await until(func() -> bool: return not peer.closes.is_empty(), "the close")
	equal(peer.closes[0].code, 4003)
	equal(peer.of_type("auth_response").size(), 0)
	await until(
		func() -> bool: return connection.get_transport_status().get("reason_code") == "ws_auth_failed",
		"the reason"
	)
	check(CAPABILITY not in "\n".join(log_buffer.get_recent(100)), "the log keeps the secret")


func test_point_18_the_status_tells_each_phase() -> void:
	build("4.3.0")
	peer.is_acknowledging = false
	var seen := {}
	add_child(connection)
	var status := connection.get_transport_status()
	equal(status.phase, "connecting")
	check(not status.has("retry_in_sec"), "a dial under way has no retry")
	var see := func(phase: String) -> bool:
		seen[connection.get_transport_status().phase] = connection.get_transport_status()
		return seen.has(phase)
	await until(see.bind("authenticating"), "authenticating")
	peer.acknowledge_proof()
	await until(see.bind("connected"), "connected")
	check(seen.connected.state_elapsed_sec is float, "seconds in the phase")
	equal(seen.connected.attempt, 0)
	Engine.time_scale = 0.0
	peer.hang_up(1001, "gone")
	await until(see.bind("retrying"), "retrying")
	equal(seen.retrying.reason_code, "connection_lost")
	check("1001" in seen.retrying.reason, seen.retrying.reason)
	check(seen.retrying.retry_in_sec > 0.0, "a wait")
	connection.revoke_transport("no authority")
	status = connection.get_transport_status()
	equal([status.phase, status.reason_code], ["blocked", "connection_blocked"])
	equal(status.reason, "no authority")
	check(not status.has("retry_in_sec"), "blocked is no wait")


func test_point_18_the_status_says_why_the_server_refused() -> void:
	var reasons := {4002: "ws_protocol_mismatch", 4003: "ws_auth_failed", 1008: "ws_handshake_failed"}
	for code: int in reasons:
		build("4.3.0")
		Engine.time_scale = 0.0
		peer.refuses_with = code
		add_child(connection)
		var told := func() -> bool:
			return connection.get_transport_status().get("reason_code") == reasons[code]
		await until(told, "%s for %d" % [reasons[code], code])
		equal(states.size(), 0, "it was never connected")
		connection.teardown()
		connection.free()


func test_point_19_each_acknowledgement_begins_with_an_announcement() -> void:
	EditorInterface.open_scene_from_path("res://one.tscn")
	await begin("4.3.0")
	await until(func() -> bool: return peer.events("scene_changed").size() == 1, "the scene")
	peer.hang_up(1001)
	await until(func() -> bool: return peer.events("scene_changed").size() == 2, "the scene again")
	equal(peer.events("scene_changed")[1].data, {"current_scene": "res://one.tscn"})
	EditorInterface.close_scene()


func test_point_19_2_x_announces_again_after_a_reconnect() -> void:
	EditorInterface.open_scene_from_path("res://one.tscn")
	await begin()
	await frames(10)
	equal(peer.events("scene_changed").size(), 0)
	peer.hang_up(1001)
	await until(func() -> bool: return peer.events("scene_changed").size() == 1, "the scene")
	EditorInterface.close_scene()


func test_point_20_a_test_run_refuses_what_comes() -> void:
	await begin("4.3.0")
	var run := {}
	var told: Array[int] = []
	var ids: Array[String] = []
	dispatcher.register("run_tests", _run_tests.bind(run, told, ids))
	var run_id := peer.command("run_tests")
	equal((await answer(run_id)).data, {"passed": 3.0})
	for id in ids:
		var refusal := await answer(id)
		if not refusal.has("error"):
			fail(str(refusal))
			break
	var busy := peer.answers(ids[0])[0]
	equal([busy.error.code, busy.error.data.sub_code], ["EDITOR_NOT_READY", "EDITOR_TEST_RUNNING"])
	equal([busy.error.data.retryable, busy.readiness], [true, "no_scene"])
	equal(run.packets_serviced, 40)
	equal(told, [SERVICED])
	equal(dispatcher.ran, PackedStringArray(["run_tests"]), "what was refused never runs")
	equal(log_buffer.count("[busy] refused"), 5)


func test_point_20_a_flood_in_a_test_run_costs_the_connection() -> void:
	# Godot's own WebSocket does not know the code: another server has to tell it.
	var server: RefCounted = await start_server("godot-ai")
	build()
	connection.ws_port = server.url().get_slice(":", 2).to_int()
	add_child(connection)
	await until(is_taken, "the acknowledgement")
	connection.set_process(false)
	var run := {"packets_serviced": 2046}
	for number in 5:
		server.call_editor("x")
	var status := func() -> bool:
		return connection.service_transport_during_exclusive_run(run) == DISCONNECTED
	await until(status, "the end")
	equal(run.packets_serviced, 2049)
	equal(states, [true, false])
	await reported(server, "gone", {"code": 1013.0})
	connection.set_process(true)
	await until(is_taken, "the next connection")


func test_point_20_why_nothing_can_be_serviced() -> void:
	build("4.3.0")
	equal(connection.service_transport_during_exclusive_run({}), DISCONNECTED)
	connection.pause()
	equal(connection.service_transport_during_exclusive_run({}), PAUSED)
	connection.connect_blocked = true
	equal(connection.service_transport_during_exclusive_run({}), BLOCKED)


func test_point_20_checkpoints() -> void:
	var lost := "transport_lost"
	var outcomes := {SERVICED: "", DISCONNECTED: lost, PAUSED: "paused", BLOCKED: lost}
	for status: int in outcomes:
		var service := func(_run: Dictionary) -> int: return status
		equal(McpConnection.exclusive_run_checkpoint(service, 0, {}), outcomes[status])
		equal(McpConnection.exclusive_run_checkpoint(service, 1, {}), "timeout")
	equal(McpConnection.exclusive_run_checkpoint(Callable(), 0, {}), "")


func test_point_21_the_lifecycle_decides_after_a_loss() -> void:
	await begin("4.3.0")
	await until(func() -> bool: return connection._redial.seconds_left == 0.0, "a dial would be due")
	var lifecycle := func(is_open: bool) -> void:
		if not is_open:
			connection.revoke_transport("the server has to prove itself again")
	connection.connection_state_changed.connect(lifecycle)
	peer.hang_up(1011)
	await until(func() -> bool: return connection.connect_blocked, "the loss")
	await frames(60)
	equal(peer.opened, 1, "nothing is dialed behind the lifecycle's back")
	equal(states, [true, false])
	connection.authorize_transport(peer.port, CAPABILITY)
	await until(is_taken, "the next connection")


func test_point_21_a_link_that_never_authenticated_is_dialed_on_and_on() -> void:
	build("4.3.0")
	peer.refuses_with = 1008
	Engine.time_scale = 20.0
	add_child(connection)
	await until(func() -> bool: return peer.opened >= 4, "more attempts")
	equal(states.size(), 0)
	peer.refuses_with = 0
	await until(is_taken, "the acknowledgement")


func test_point_22_a_large_command_may_follow_the_acknowledgement_at_once() -> void:
	build("4.3.0")
	peer.is_acknowledging = false
	dispatcher.register(
		"large", func(params: Dictionary) -> Dictionary: return {"data": {"length": params.fill.length()}}
	)
	add_child(connection)
	await until(func() -> bool: return peer.of_type("auth_response").size() == 1, "the hello")
	peer.acknowledge_proof()
	var id := peer.command("large", {"fill": "x".repeat(3_000_000)})
	equal((await answer(id)).data, {"length": 3_000_000.0})


func test_point_22_games_are_tracked_while_there_is_no_connection() -> void:
	build("4.3.0")
	peer.deafen()
	var debugger := Debugger.new()
	connection.debugger_plugin = debugger
	add_child(connection)
	EditorInterface.play_custom_scene("res://one.tscn")
	await until(func() -> bool: return debugger.told == ["started"], "the begin")
	EditorInterface.stop_playing_scene()
	await until(func() -> bool: return debugger.told == ["started", "stopped"], "the end")


func _has_capability(text: String) -> bool:
	return CAPABILITY in text


func _run_tests(
	_params: Dictionary, run: Dictionary, told: Array[int], ids: Array[String]
) -> Dictionary:
	# They come while this has the main thread.
	for number in 40:
		ids.append(peer.command("write_file"))
	var link: RefCounted = connection._native._link
	# The scripted server lives on this thread, too.
	var deadline := Time.get_ticks_msec() + 20_000
	while link.get_state().requests_waiting < 40 and Time.get_ticks_msec() < deadline:
		peer._process(0.0)
		OS.delay_msec(1)
	# They are counted a moment before they can be taken; what is sent now leaves behind that.
	link.notify("settled", {})
	while peer.events("settled").is_empty() and Time.get_ticks_msec() < deadline:
		peer._process(0.0)
		OS.delay_msec(1)
	told.append(connection.service_transport_during_exclusive_run(run))
	return {"data": {"passed": 3}}


class Debugger:
	var told: Array[String] = []

	func note_editor_play_started() -> void:
		told.append("started")

	func note_editor_play_stopped() -> void:
		told.append("stopped")
