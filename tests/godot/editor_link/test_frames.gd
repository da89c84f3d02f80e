@tool
# runner: editor
## When commands run: in which order, how many a frame, never inside each other, never paused.
extends "res://editor_link/case.gd"

var ran: Array = []


func before_each() -> void:
	await connect_node()


func test_commands_run_in_the_order_of_their_arrival() -> void:
	node.handle("note", func(params: Dictionary) -> Dictionary:
		ran.append(int(params.n))
		return {})
	var tags := range(40).map(func(n: int) -> String: return send("note", {"n": n}))
	for tag: String in tags:
		await answer_to(tag)
	equal(ran, range(40))


func test_a_frame_ends_when_its_time_is_spent() -> void:
	node.frame_budget_ms = 4.0
	node.handle("slow", _slow)
	await send_paused("slow", 6)
	# 6 ms each, of 4 ms a frame.
	equal(frames_of(ran), [1, 1, 1, 1, 1, 1])


func test_a_frame_holds_what_fits() -> void:
	node.frame_budget_ms = 60_000.0
	node.handle("slow", _slow)
	await send_paused("slow", 6)
	equal(frames_of(ran), [6])


func test_a_budget_of_nothing_is_one_command_a_frame() -> void:
	node.frame_budget_ms = 0.0
	node.handle("quick", func(_params: Dictionary) -> Dictionary:
		ran.append(Engine.get_process_frames())
		return {})
	await send_paused("quick", 5)
	equal(frames_of(ran), [1, 1, 1, 1, 1])


func _slow(_params: Dictionary) -> Dictionary:
	ran.append(Engine.get_process_frames())
	OS.delay_msec(6)
	return {}


## Sends so many commands, which then all lie there when the first is run.
func send_paused(command: String, count: int) -> void:
	node.pause()
	var tags := range(count).map(func(_n: int) -> String: return send(command))
	await waiting(count)
	# They are counted a moment before they can be taken; what is sent now leaves behind that.
	equal(node.link.notify("settled", {}), OK)
	await told("settled")
	equal(ran, [], "what ran before")
	node.resume()
	for tag: String in tags:
		equal((await answer_to(tag)).status, "ok")


## How many of these frame numbers are alike, in their order.
func frames_of(numbers: Array) -> Array:
	var counts := []
	for index in numbers.size():
		if index > 0 and numbers[index] == numbers[index - 1]:
			counts[-1] += 1
		else:
			counts.append(1)
	return counts


func test_nothing_runs_inside_a_handler_that_draws_frames() -> void:
	var depth := [0]
	node.handle("outer", func(_params: Dictionary) -> Dictionary:
		ran.append("begin")
		depth[0] += 1
		var deadline := Time.get_ticks_msec() + 5000
		while node.link.get_state().requests_waiting == 0 and Time.get_ticks_msec() < deadline:
			OS.delay_msec(1)
		# What a frame of the engine does that is drawn in between.
		for _frame in 5:
			get_tree().process_frame.emit()
			node.call("_frame")
		equal(depth[0], 1, "how deep handlers run")
		depth[0] -= 1
		ran.append("end")
		return {})
	node.handle("inner", func(_params: Dictionary) -> Dictionary:
		ran.append("inner")
		return {})
	var outer := send("outer")
	var inner := send("inner")
	await answer_to(outer)
	await answer_to(inner)
	equal(ran, ["begin", "end", "inner"])


func test_nothing_is_told_inside_a_handler() -> void:
	await told("scene_changed")
	await told("play_state_changed")
	var before := server.seen("event").size()
	node.handle("open", func(_params: Dictionary) -> Dictionary:
		EditorInterface.open_scene_from_path("res://editor_link/scene_a.tscn")
		for _frame in 3:
			get_tree().process_frame.emit()
		OS.delay_msec(100)
		ran.append(server.seen("event").size())
		return {})
	await ask("open")
	equal(ran, [before], "events that the server has seen inside the handler")
	await told("scene_changed", 1, {"current_scene": "res://editor_link/scene_a.tscn"})
	EditorInterface.close_scene()


func test_pause_nests() -> void:
	node.handle("note", func(params: Dictionary) -> Dictionary:
		ran.append(int(params.n))
		return {})
	node.pause()
	node.pause()
	equal(node.pause_depth, 2)
	var first := send("note", {"n": 1})
	await waiting(1)
	await frames(10)
	equal(ran, [])
	node.resume()
	equal(node.pause_depth, 1)
	await frames(10)
	equal(ran, [])
	node.resume()
	await answer_to(first)
	equal(ran, [1])
	node.resume()
	equal(node.pause_depth, 0, "never below zero")
	await answered("note", {}, {"n": 2})


func test_a_pause_survives_the_connection() -> void:
	node.handle("note", func(_params: Dictionary) -> Dictionary:
		ran.append("note")
		return {})
	node.pause()
	server.say(".close")
	await reported(server, "acknowledged", {}, 2)
	equal(node.pause_depth, 1)
	var tag := send("note")
	await waiting(1)
	await frames(10)
	equal(ran, [])
	node.resume()
	await answer_to(tag)
	equal(ran, ["note"])


func test_a_pause_survives_another_open() -> void:
	node.pause()
	node.link.close()
	equal(node.open(configuration()), OK)
	await reported(server, "acknowledged", {}, 2)
	await frames(10)
	equal(node.pause_depth, 1)
	equal(node.link.get_state().pause_depth, 1)
	node.resume()
	equal(node.link.get_state().pause_depth, 0)
	await acknowledged(2)


func test_a_handler_may_pause() -> void:
	node.handle("pause", func(_params: Dictionary) -> Dictionary:
		node.pause()
		return {"paused": true})
	node.handle("note", func(_params: Dictionary) -> Dictionary:
		ran.append("note")
		return {})
	node.frame_budget_ms = 1000.0
	var pause := send("pause")
	var note := send("note")
	equal((await answer_to(pause)).data, {"paused": true})
	await frames(10)
	equal(ran, [])
	node.resume()
	await answer_to(note)


func test_a_paused_link_is_no_stalled_one() -> void:
	node.pause()
	var polls: int = node.link.get_stats().polls
	await frames(5)
	check(node.link.get_stats().polls >= polls + 4, "a paused node shows that the editor lives")


func test_a_command_of_a_lost_connection_never_runs() -> void:
	node.handle("slow", func(_params: Dictionary) -> Dictionary:
		ran.append("slow")
		var before := node.link.get_state()
		server.say(".close")
		# The connection is lost before the next frame.
		var deadline := Time.get_ticks_msec() + 20_000
		while is_same_connection(before) and Time.get_ticks_msec() < deadline:
			OS.delay_msec(5)
		return {})
	node.handle("note", func(_params: Dictionary) -> Dictionary:
		ran.append("note")
		return {})
	node.frame_budget_ms = 0.0
	node.pause()
	send("slow")
	send("note")
	send("note")
	await waiting(3)
	node.resume()
	await reported(server, "acknowledged", {}, 2)
	await frames(10)
	equal(ran, ["slow"])
	await answered("note", {})


## Whether the link has not lost the connection of that state yet.
func is_same_connection(before: Dictionary) -> bool:
	var now := node.link.get_state()
	var is_open: bool = now.phase in [FramewireLink.PHASE_ACTIVE, FramewireLink.PHASE_CLOSING]
	return is_open and now.generation == before.generation


func test_a_link_of_ones_own() -> void:
	var own := FramewireLink.new()
	own.auto_poll = true
	node.link.close()
	node.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	equal(own.open(configuration()), OK)
	node.link = own
	equal(own.auto_poll, false, "the node polls")
	equal(node.link, own)
	await acknowledged(2)
	await answered("echo", {"a": 1.0}, {"a": 1})
	node.link = null
	equal(node.link, null)
	var seen: Array[String] = []
	own.request_received.connect(func(request: FramewireRequest) -> void:
		seen.append(request.method))
	own.auto_poll = true
	send("echo")
	await until(func() -> bool: return seen == ["echo"], "the command to come to the link alone")
	await frames(3)
	equal(own.outstanding().size(), 1, "requests that nobody has answered")
	own.close()
