@tool
# runner: editor
## What the link and its server are told of the editor.
extends "res://editor_link/case.gd"

const SCENE_A := "res://editor_link/scene_a.tscn"
const SCENE_B := "res://editor_link/scene_b.tscn"


func before_each() -> void:
	close_scenes()
	await until(_is_still, "the editor to be done with its files")


func after_each() -> void:
	super()
	close_scenes()


func close_scenes() -> void:
	while EditorInterface.get_edited_scene_root() != null:
		EditorInterface.close_scene()


func _is_still() -> bool:
	return not EditorInterface.get_resource_filesystem().is_scanning()


func readiness() -> int:
	return node.link.get_state().readiness


func events(event: String) -> Array:
	return server.seen("event", {"name": event}).map(func(each: Dictionary) -> Dictionary: return each.data)


func test_readiness_follows_the_editor() -> void:
	await connect_node()
	equal(readiness(), FramewireLink.READINESS_NO_SCENE)
	EditorInterface.open_scene_from_path(SCENE_A)
	await until(func() -> bool: return readiness() == FramewireLink.READINESS_READY, "ready")
	await reported(server, "event", {"name": "readiness_changed", "data": {"readiness": "ready"}})
	var told := events("readiness_changed").size()
	# A small project is scanned within a frame; the answer of who begins the scan is in the middle of it.
	node.handle("scan", func(_params: Dictionary) -> Dictionary:
		EditorInterface.get_resource_filesystem().scan()
		return {})
	equal((await ask("scan")).readiness, "importing")
	await until(func() -> bool: return readiness() == FramewireLink.READINESS_READY, "ready again")
	await until(func() -> bool: return events("readiness_changed").size() == told + 2, "two more events")
	equal(events("readiness_changed").slice(told), [{"readiness": "importing"}, {"readiness": "ready"}])
	EditorInterface.close_scene()
	await until(func() -> bool: return readiness() == FramewireLink.READINESS_NO_SCENE, "no scene")
	await reported(server, "event", {"name": "readiness_changed", "data": {"readiness": "no_scene"}})


func test_the_hello_has_the_readiness_already() -> void:
	EditorInterface.open_scene_from_path(SCENE_A)
	await until(func() -> bool: return EditorInterface.get_edited_scene_root() != null, "a scene")
	await connect_node()
	equal(server.seen("acknowledged")[0].readiness, "ready")


func test_an_answer_has_the_readiness_of_its_moment() -> void:
	await connect_node()
	node.handle("open", func(_params: Dictionary) -> Dictionary:
		EditorInterface.open_scene_from_path(SCENE_A)
		return {})
	node.handle("close", func(_params: Dictionary) -> Dictionary:
		EditorInterface.close_scene()
		return {})
	equal((await ask("open")).readiness, "ready")
	equal((await ask("close")).readiness, "no_scene")


func test_scenes_are_told_when_they_change() -> void:
	await connect_node()
	await until(func() -> bool: return events("scene_changed").size() == 1, "the first event")
	EditorInterface.open_scene_from_path(SCENE_A)
	await until(func() -> bool: return events("scene_changed").size() == 2, "an event")
	EditorInterface.open_scene_from_path(SCENE_B)
	await until(func() -> bool: return events("scene_changed").size() == 3, "an event")
	await frames(10)
	close_scenes()
	await until(func() -> bool: return events("scene_changed")[-1] == {"current_scene": ""}, "an empty path")
	var paths := events("scene_changed").map(func(data: Dictionary) -> String: return data.current_scene)
	equal(paths.slice(0, 3), ["", SCENE_A, SCENE_B])


func test_every_connection_is_told_again() -> void:
	EditorInterface.open_scene_from_path(SCENE_A)
	await connect_node()
	await until(func() -> bool: return events("play_state_changed").size() == 1, "the first connection's events")
	for connection in [2, 3]:
		server.say(".close")
		await acknowledged(connection)
		await until(func() -> bool: return events("play_state_changed").size() == connection, "another's events")
	await frames(10)
	equal(events("scene_changed"), [{"current_scene": SCENE_A}, {"current_scene": SCENE_A}, {"current_scene": SCENE_A}])
	equal(events("play_state_changed"), [{"play_state": "stopped"}, {"play_state": "stopped"}, {"play_state": "stopped"}])


func test_what_changes_while_nobody_listens_is_told_later() -> void:
	await connect_node()
	await until(func() -> bool: return events("play_state_changed").size() == 1, "the first connection's events")
	node.link.disconnect_from_server()
	await reported(server, "gone")
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	node.link.connect_to_server()
	await until(func() -> bool: return events("scene_changed").size() == 2, "the second connection's event")
	equal(events("scene_changed"), [{"current_scene": ""}, {"current_scene": SCENE_A}])


func test_what_could_not_be_sent_is_sent_later() -> void:
	await connect_node()
	await until(func() -> bool: return events("play_state_changed").size() == 1, "the first events")
	var pid := str(int(server.seen("listening")[0].pid))
	if OS.execute("kill", ["-STOP", pid]) != 0:
		return skip("no process can be stopped here")
	# Strings of 1000, which are written at once.
	var data := {"fill": range(64).map(func(_n: int) -> String: return "x".repeat(1000))}
	var full := func() -> bool:
		for _attempt in 100:
			if node.link.notify("fill", data) == ERR_BUSY:
				return node.link.notify("fill", {}) == ERR_BUSY or node.link.get_state().outbound_bytes > 4 << 20
		return false
	# What the system takes makes room again, so it is full only when it stays so.
	var filled := 0
	var filler := {"x": "y".repeat(900)}
	await until(full, "the queue to be full")
	while filled < 3:
		filled += 1
		while node.link.notify("fill", filler) == OK:
			filled = 0
		while node.link.notify("fill", {}) == OK:
			filled = 0
		await frames(2)
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	OS.execute("kill", ["-CONT", pid])
	await until(func() -> bool: return events("scene_changed").size() == 2, "the event")
	await frames(10)
	equal(events("scene_changed"), [{"current_scene": ""}, {"current_scene": SCENE_A}])


func test_nothing_is_told_while_paused() -> void:
	await connect_node()
	await until(func() -> bool: return events("play_state_changed").size() == 1, "the first events")
	node.pause()
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	equal(readiness(), FramewireLink.READINESS_NO_SCENE)
	node.resume()
	await until(func() -> bool: return events("scene_changed").size() == 2, "the event")
	equal(readiness(), FramewireLink.READINESS_READY)


func test_other_profiles_are_told_what_has_a_name() -> void:
	server = await start_server("json-rpc")
	node = FramewireEditorLink.new()
	node.scene_event = "editor/scene"
	node.readiness_event = "editor/readiness"
	add_child(node)
	await open({"profile": "json_rpc", "protocol": 0, "hello": {}})
	EditorInterface.open_scene_from_path(SCENE_A)
	await until(func() -> bool: return events("editor/scene").size() == 2, "events of the scene")
	await until(func() -> bool: return events("editor/readiness").size() >= 2, "events of the readiness")
	equal(events("editor/scene"), [{"current_scene": ""}, {"current_scene": SCENE_A}])
	equal(events("editor/readiness")[-1], {"readiness": "ready"})
	equal(server.seen("event").size(), events("editor/scene").size() + events("editor/readiness").size())
	node.handle("echo", func(params: Variant) -> Variant: return params)
	await answered("echo", {"a": 1.0}, {"a": 1})
	await refused_by_number("nope", -32601)


func refused_by_number(command: String, code: int) -> void:
	var answer: Dictionary = await ask(command)
	equal(answer.status, "error")
	equal(int(answer.error.code), code, JSON.stringify(answer.error))


func test_profiles_without_names_are_told_nothing() -> void:
	server = await start_server("json-rpc")
	node = FramewireEditorLink.new()
	add_child(node)
	await open({"profile": "json_rpc", "protocol": 0, "hello": {}})
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(20)
	equal(server.seen("event").size(), 0)
