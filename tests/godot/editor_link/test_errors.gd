@tool
# runner: editor
## Handlers that a script error stops, or that never come to their end.
extends "res://editor_link/case.gd"

## Godot 4.3 and 4.4 show no script errors to extensions.
var shows_script_errors := ClassDB.class_exists("Logger")

var nothing: Variant = null


func before_each() -> void:
	await connect_node()


func test_a_script_error_answers_an_error() -> void:
	node.handle("stopped", _stopped)
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	var texts: Array[String] = ["'stopped'"]
	if shows_script_errors:
		texts = ["script error", "'stopped'", "Nonexistent function", ".gd:", "in _stopped"]
	else:
		allow_error("returned nothing")
	await refused("stopped", "INTERNAL_ERROR", texts)


func _stopped(_params: Dictionary) -> Variant:
	nothing.foo()
	return {"reached": true}


func test_a_typed_handler_does_not_hide_it() -> void:
	if not shows_script_errors:
		return skip("this engine shows no script errors to extensions")
	node.handle("typed", _typed)
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	await refused("typed", "INTERNAL_ERROR", ["Nonexistent function 'foo'", "in _typed"])


func _typed(_params: Dictionary) -> Dictionary:
	nothing.foo()
	return {"reached": true}


func test_an_error_in_a_helper_whose_value_is_passed_on_counts() -> void:
	node.handle("helped", func(params: Dictionary) -> Variant: return _stopped(params))
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	if not shows_script_errors:
		allow_error("returned nothing")
	await refused("helped", "INTERNAL_ERROR", ["'helped'"])


func test_a_handler_that_goes_on_after_an_error_below_it_answers() -> void:
	node.handle("went_on", func(params: Dictionary) -> Dictionary:
		var helper: Variant = _stopped(params)
		return {"helper": helper})
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	await answered("went_on", {"helper": null})


func test_an_error_after_an_await_answers_an_error() -> void:
	node.handle("later", func(_params: Dictionary) -> Variant:
		await get_tree().process_frame
		nothing.foo()
		return {"reached": true})
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	if not shows_script_errors:
		allow_error("returned nothing")
	await refused("later", "INTERNAL_ERROR", ["'later'"])


func test_an_error_after_an_await_in_a_typed_handler() -> void:
	if not shows_script_errors:
		return skip("this engine shows no script errors to extensions")
	node.handle("typed_later", _typed_later)
	expect_error("Nonexistent function 'foo' in base 'Nil'", 1)
	await refused("typed_later", "INTERNAL_ERROR", ["Nonexistent function", "in _typed_later"])


func _typed_later(_params: Dictionary) -> Dictionary:
	await get_tree().process_frame
	await get_tree().process_frame
	nothing.foo()
	return {"reached": true}


func test_errors_of_others_are_not_blamed_on_a_coroutine() -> void:
	# In every frame, also in the one in which the coroutine ends.
	allow_error("Nonexistent function 'foo' in base 'Nil'")
	get_tree().process_frame.connect(_noise)
	node.handle("empty_later", _empty_later)
	await answered("empty_later", {})
	get_tree().process_frame.disconnect(_noise)


func _noise() -> void:
	nothing.foo()


func _empty_later(_params: Dictionary) -> Dictionary:
	for _frame in 3:
		await get_tree().process_frame
	return {}


func test_errors_before_a_handler_are_not_blamed_on_it() -> void:
	allow_error("Nonexistent function 'foo' in base 'Nil'")
	get_tree().process_frame.connect(_noise)
	node.handle("empty", func(_params: Dictionary) -> Dictionary: return {})
	for _round in 3:
		await answered("empty", {})
	get_tree().process_frame.disconnect(_noise)


func test_nothing_is_kept_of_what_was_answered() -> void:
	var requests: Array[WeakRef] = []
	node.handle("now", func(_params: Dictionary, request: FramewireRequest) -> Dictionary:
		requests.append(weakref(request))
		return {})
	node.handle("later", func(_params: Dictionary, request: FramewireRequest) -> Dictionary:
		requests.append(weakref(request))
		await get_tree().process_frame
		return {})
	for command in ["now", "later", "now", "later"]:
		await answered(command, {})
	await frames(2)
	equal(requests.size(), 4)
	equal(requests.filter(func(each: WeakRef) -> bool: return each.get_ref() != null).size(), 0)


func test_a_coroutine_whose_object_is_freed_answers_an_error() -> void:
	var keeper := Node.new()
	keeper.set_script(load("res://editor_link/keeper.gd"))
	node.handle("kept", keeper.wait_for_itself)
	var tag := send("kept")
	await until(func() -> bool: return node.link.outstanding().size() == 1, "the handler to run")
	await frames(3)
	expect_error("handler of 'kept' will never come to its end", 1)
	keeper.free()
	check_error("kept", await answer_to(tag), "INTERNAL_ERROR", ["'kept'", "freed"])


func test_a_coroutine_whose_awaited_object_is_freed_answers_an_error() -> void:
	var keeper := Node.new()
	keeper.set_script(load("res://editor_link/keeper.gd"))
	node.handle("other", func(_params: Dictionary) -> Dictionary:
		await keeper.never
		return {"never": true})
	var tag := send("other")
	await until(func() -> bool: return node.link.outstanding().size() == 1, "the handler to run")
	await frames(3)
	expect_error("handler of 'other' will never come to its end", 1)
	keeper.free()
	check_error("other", await answer_to(tag), "INTERNAL_ERROR", ["'other'", "freed"])


func test_a_node_that_is_freed_answers_for_its_handlers() -> void:
	# The link stays, so that it is the node that answers.
	var link := node.link
	var running := [0]
	node.handle("slow", func(_params: Dictionary) -> Dictionary:
		running[0] += 1
		await get_tree().create_timer(1.0).timeout
		running[0] -= 1
		return {"slow": true})
	var slow := send("slow")
	await until(func() -> bool: return running[0] == 1, "the handler to run")
	node.free()
	var poll := func() -> void: link.poll()
	get_tree().process_frame.connect(poll)
	var answer := await answer_to(slow)
	check_error("slow", answer, "TRANSPORT_OUTCOME_UNKNOWN", ["switched off", "look before"])
	await until(func() -> bool: return running[0] == 0, "the coroutine's end")
	get_tree().process_frame.disconnect(poll)
	equal(server.seen("unmatched").size(), 0, "answers in vain")
	link.close()


func test_a_handler_may_free_the_node() -> void:
	node.handle("queue_free", func(_params: Dictionary) -> Dictionary:
		node.queue_free()
		return {"freed": true})
	await answered("queue_free", {"freed": true})
	await until(func() -> bool: return not is_instance_valid(node), "the node to go")


func test_a_handler_may_take_the_node_out_of_the_tree() -> void:
	node.handle("remove", func(_params: Dictionary) -> Dictionary:
		remove_child(node)
		return {"removed": true})
	await answered("remove", {"removed": true})
	node.handle("still", func(_params: Dictionary) -> Dictionary: return {"still": true})
	var tag := send("still")
	await frames(10)
	equal(server.seen("answer", {"tag": tag}).size(), 0, "answers out of the tree")
	add_child(node)
	equal((await answer_to(tag)).data, {"still": true})


func test_a_handler_may_close_the_link() -> void:
	node.handle("close", func(_params: Dictionary) -> Dictionary:
		node.link.close()
		return {"closed": true})
	var tag := send("close")
	check_error("close", await answer_to(tag), "TRANSPORT_OUTCOME_UNKNOWN", [])
	await reported(server, "gone")
	await frames(3)
	await open()
	node.handle("again", func(_params: Dictionary) -> Dictionary: return {"again": true})
	await answered("again", {"again": true})
