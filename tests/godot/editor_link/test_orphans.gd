@tool
# runner: editor
## Requests that an earlier owner of the link had: a plugin that was switched off and on.
extends "res://editor_link/case.gd"

var config: Dictionary


func before_each() -> void:
	server = await start_server()
	config = configuration()


## A link that took a command, kept alive when its object goes.
func leave_behind(command: String, note := PackedByteArray()) -> String:
	var link := FramewireLink.new()
	link.keep_alive = true
	equal(link.open(config), OK)
	var requests: Array[FramewireRequest] = []
	link.request_received.connect(func(request: FramewireRequest) -> void: requests.append(request))
	var poll := func() -> void: link.poll()
	get_tree().process_frame.connect(poll)
	await reported(server, "acknowledged")
	var tag := send(command)
	await until(func() -> bool: return requests.size() == 1, "the command")
	if not note.is_empty():
		equal(requests[0].defer(60000, note), OK)
	get_tree().process_frame.disconnect(poll)
	requests.clear()
	return tag


func take_over() -> void:
	node = FramewireEditorLink.new()
	node.link = FramewireLink.new()
	node.link.keep_alive = true


func test_what_nobody_finishes_is_answered() -> void:
	var tag := await leave_behind("build")
	take_over()
	node.handle("build", func(_params: Dictionary) -> Dictionary:
		fail("a command that may have run was run again")
		return {})
	add_child(node)
	equal(node.open(config), OK)
	var answer := await answer_to(tag)
	check_error("build", answer, "TRANSPORT_OUTCOME_UNKNOWN", ["reloaded", "look before"])
	equal(server.seen("acknowledged").size(), 1, "connections")
	node.link.close()


func test_what_the_plugin_finishes_is_not() -> void:
	var tag := await leave_behind("build", "step 2".to_utf8_buffer())
	take_over()
	node.link.request_orphaned.connect(func(request: FramewireRequest) -> void:
		request.respond({"note": request.note.get_string_from_utf8(), "method": request.method}))
	add_child(node)
	equal(node.open(config), OK)
	equal((await answer_to(tag)).data, {"note": "step 2", "method": "build"})
	await frames(5)
	equal(server.seen("unmatched").size(), 0, "answers in vain")
	node.link.close()


func test_what_the_plugin_defers_waits() -> void:
	var tag := await leave_behind("build")
	take_over()
	var orphans: Array[FramewireRequest] = []
	node.link.request_orphaned.connect(func(request: FramewireRequest) -> void:
		request.defer(60000)
		orphans.append(request))
	add_child(node)
	equal(node.open(config), OK)
	await until(func() -> bool: return orphans.size() == 1, "the orphan")
	await frames(10)
	equal(server.seen("answer", {"tag": tag}).size(), 0, "answers before the plugin's own")
	equal(orphans[0].respond({"late": true}), OK)
	equal((await answer_to(tag)).data, {"late": true})
	node.link.close()


func test_a_link_that_was_taken_over_is_served_at_once() -> void:
	await leave_behind("build")
	take_over()
	node.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	add_child(node)
	equal(node.open(config), OK)
	await answered("echo", {"a": 1.0}, {"a": 1})
	await reported(server, "event", {"name": "play_state_changed"})
	equal(server.seen("acknowledged").size(), 1, "connections")
	node.link.close()
