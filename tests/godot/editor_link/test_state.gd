@tool
# runner: editor
## What the link and its server are told of the editor.
extends "res://editor_link/case.gd"

const SCENE_A := "res://editor_link/scene_a.tscn"
const SCENE_B := "res://editor_link/scene_b.tscn"


func before_each() -> void:
	await close_scenes()
	await until(_is_still, "the editor to be done with its files")


func after_each() -> void:
	super()
	await close_scenes()


func close_scenes() -> void:
	while EditorInterface.get_edited_scene_root() != null:
		EditorInterface.close_scene()
		# The editor switches to the next one, and complains if that is gone before it has ended.
		await frames(1)


func _is_still() -> bool:
	return not EditorInterface.get_resource_filesystem().is_scanning()


func readiness() -> int:
	return node.link.get_state().readiness


func test_readiness_follows_the_editor() -> void:
	await connect_node()
	equal(readiness(), FramewireLink.READINESS_NO_SCENE)
	EditorInterface.open_scene_from_path(SCENE_A)
	await until(func() -> bool: return readiness() == FramewireLink.READINESS_READY, "ready")
	await told("readiness_changed", 1, {"readiness": "ready"})
	var before := events("readiness_changed").size()
	# A small project is scanned within a frame: the answer of who begins the scan is in the middle.
	node.handle("scan", func(_params: Dictionary) -> Dictionary:
		EditorInterface.get_resource_filesystem().scan()
		return {})
	var expected := [{"readiness": "importing"}, {"readiness": "ready"}]
	var answers := []
	# What changes back before the link's thread looks at it is told to nobody.
	for attempt in 20:
		answers.append((await ask("scan")).readiness)
		await until(func() -> bool: return readiness() == FramewireLink.READINESS_READY, "ready again")
		node.link.notify("settled", {})
		await told("settled", attempt + 1)
		if "importing" in answers and expected[0] in events("readiness_changed").slice(before):
			break
	check("importing" in answers, "the answers in the middle of a scan: %s" % [answers])
	await until(func() -> bool: return events("readiness_changed")[-1] == expected[1], "ready at last")
	equal(events("readiness_changed").slice(before).slice(-2), expected)
	EditorInterface.close_scene()
	await until(func() -> bool: return readiness() == FramewireLink.READINESS_NO_SCENE, "no scene")
	await told("readiness_changed", 1, {"readiness": "no_scene"})


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
	await told("scene_changed", 1)
	EditorInterface.open_scene_from_path(SCENE_A)
	await told("scene_changed", 2)
	EditorInterface.open_scene_from_path(SCENE_B)
	await told("scene_changed", 3)
	await frames(10)
	await close_scenes()
	var is_closed := func() -> bool: return events("scene_changed")[-1] == {"current_scene": ""}
	await until(is_closed, "an empty path")
	var first := events("scene_changed").slice(0, 3)
	for index in 3:
		equal(first[index], {"current_scene": ["", SCENE_A, SCENE_B][index]})


func test_every_connection_is_told_again() -> void:
	EditorInterface.open_scene_from_path(SCENE_A)
	await connect_node()
	await told("play_state_changed", 1)
	for connection in [2, 3]:
		server.say(".close")
		await acknowledged(connection)
		await told("play_state_changed", connection)
	await frames(10)
	var scene := {"current_scene": SCENE_A}
	equal(events("scene_changed"), [scene, scene, scene])
	var state := {"play_state": "stopped"}
	equal(events("play_state_changed"), [state, state, state])


func test_what_changes_while_nobody_listens_is_told_later() -> void:
	await connect_node()
	await told("play_state_changed", 1)
	node.link.disconnect_from_server()
	await reported(server, "gone")
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	node.link.connect_to_server()
	await told("scene_changed", 2)
	equal(events("scene_changed"), [{"current_scene": ""}, {"current_scene": SCENE_A}])


func test_what_could_not_be_sent_is_sent_later() -> void:
	await connect_node()
	await told("play_state_changed", 1)
	var pid := str(int(server.seen("listening")[0].pid))
	if OS.execute("kill", ["-STOP", pid]) != 0:
		return skip("no process can be stopped here")
	# Strings of 1000 are written at once. What the system takes makes room again, so the queue
	# is full when it stays so.
	var large := {"fill": range(64).map(func(_n: int) -> String: return "x".repeat(1000))}
	var rounds := 0
	while rounds < 3:
		rounds += 1
		for data: Dictionary in [large, {}]:
			while node.link.notify("fill", data) == OK:
				rounds = 0
		await frames(2)
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	OS.execute("kill", ["-CONT", pid])
	await told("scene_changed", 2)
	await frames(10)
	equal(events("scene_changed"), [{"current_scene": ""}, {"current_scene": SCENE_A}])


func test_nothing_is_told_while_paused() -> void:
	await connect_node()
	await told("play_state_changed", 1)
	node.pause()
	EditorInterface.open_scene_from_path(SCENE_A)
	await frames(10)
	equal(readiness(), FramewireLink.READINESS_NO_SCENE)
	node.resume()
	await told("scene_changed", 2)
	equal(readiness(), FramewireLink.READINESS_READY)


func test_other_profiles_are_told_what_has_a_name() -> void:
	server = await start_server("json-rpc")
	node = FramewireEditorLink.new()
	node.scene_event = "editor/scene"
	node.readiness_event = "editor/readiness"
	add_child(node)
	await open({"profile": "json_rpc", "protocol": 0, "hello": {}})
	await told("editor/scene", 1)
	await told("editor/readiness", 1)
	EditorInterface.open_scene_from_path(SCENE_A)
	await told("editor/scene", 2)
	await told("editor/readiness", 2)
	equal(events("editor/scene"), [{"current_scene": ""}, {"current_scene": SCENE_A}])
	equal(events("editor/readiness")[-1], {"readiness": "ready"})
	var named := events("editor/scene").size() + events("editor/readiness").size()
	equal(server.seen("event").size(), named)
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
