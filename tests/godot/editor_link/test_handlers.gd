@tool
# runner: editor
## Who takes a command, with which arguments, and what becomes of what it returns.
extends "res://editor_link/case.gd"

var heard: Array = []


func before_each() -> void:
	await connect_node()


func test_what_is_returned_is_the_answer() -> void:
	node.handle("echo", func(params: Dictionary) -> Dictionary: return {"params": params})
	await answered("echo", {"params": {"a": [1.0, "x", null]}}, {"a": [1, "x", null]})


func test_empty_values_are_answers_too() -> void:
	node.handle("empty", func(_params: Dictionary) -> Dictionary: return {})
	await answered("empty", {})


func test_a_method_is_a_handler() -> void:
	node.handle("method", _typed)
	await answered("method", {"got": "x"}, {"it": "x"})


func _typed(params: Dictionary) -> Dictionary:
	return {"got": params.it}


func test_a_handler_may_take_the_request() -> void:
	node.handle("both", func(params: Dictionary, request: FramewireRequest) -> Dictionary:
		return {"method": request.method, "same": request.params == params})
	await answered("both", {"method": "both", "same": true}, {"a": 1})


func test_bound_arguments_count_as_given() -> void:
	var bound := func(params: Dictionary, more: String) -> Dictionary:
		return {"params": params, "more": more}
	# Of the two that are left over after binding one, the engine fills the last by what was bound.
	equal(node.handle("bound", bound.bind("x")), OK)
	await answered("bound", {"params": {"a": 1.0}, "more": "x"}, {"a": 1})


func test_an_optional_request_is_given() -> void:
	node.handle("optional", func(_params: Variant, request: FramewireRequest = null) -> Dictionary:
		return {"given": request != null})
	await answered("optional", {"given": true})


func test_a_coroutine_answers_when_it_ends() -> void:
	node.handle("later", func(params: Dictionary) -> Dictionary:
		for _frame in 3:
			await get_tree().process_frame
		return {"after": params.n})
	node.handle("now", func(_params: Dictionary) -> Dictionary: return {"now": true})
	var later := send("later", {"n": 3})
	await answered("now", {"now": true})
	equal((await answer_to(later)).data, {"after": 3.0})


func test_many_coroutines_at_once() -> void:
	node.handle("wait", func(params: Dictionary) -> Dictionary:
		for _frame in int(params.frames):
			await get_tree().process_frame
		return {"frames": params.frames})
	var tags := {}
	for count in [9, 1, 5, 3, 7]:
		tags[send("wait", {"frames": count})] = float(count)
	for tag: String in tags:
		equal((await answer_to(tag)).data, {"frames": tags[tag]})


func test_unknown_commands_are_refused_with_names_that_come_near() -> void:
	for command in ["open_scene", "save_scene", "play"]:
		node.handle(command, _typed)
	await refused("opne_scene", "UNKNOWN_COMMAND", ["opne_scene", "Did you mean 'open_scene'"])
	var answer := await ask("zzz")
	check_error("zzz", answer, "UNKNOWN_COMMAND", ["'zzz'"])
	check(not "mean" in answer.error.message, "nothing comes near")


func test_a_handler_can_be_replaced_and_removed() -> void:
	node.handle("x", func(_params: Dictionary) -> Dictionary: return {"by": 1})
	await answered("x", {"by": 1.0})
	node.handle("x", func(_params: Dictionary) -> Dictionary: return {"by": 2})
	await answered("x", {"by": 2.0})
	node.handle("a", _typed)
	equal(node.get_handled_methods(), PackedStringArray(["a", "x"]))
	equal(node.remove_handler("x"), true)
	equal(node.remove_handler("x"), false)
	equal(node.get_handled_methods(), PackedStringArray(["a"]))
	await refused("x", "UNKNOWN_COMMAND", ["'x'"])


func test_a_handler_may_replace_and_remove_itself() -> void:
	node.handle("x", func(_params: Dictionary) -> Dictionary:
		node.handle("x", _typed)
		node.handle("y", _typed)
		node.remove_handler("y")
		return {"first": true})
	await answered("x", {"first": true})
	await answered("x", {"got": 1.0}, {"it": 1})
	await refused("y", "UNKNOWN_COMMAND", [])


func test_wrong_callables_are_refused_at_once() -> void:
	expect_error("FramewireEditorLink.handle: 'none': the callable takes 0 arguments", 1)
	equal(node.handle("none", func() -> int: return 1), ERR_INVALID_PARAMETER)
	expect_error("'three': the callable takes 3 arguments, but a handler takes \\(params\\) or", 1)
	var three := func(_a: int, _b: int, _c: int) -> int: return 1
	equal(node.handle("three", three), ERR_INVALID_PARAMETER)
	expect_error("'empty': the callable leads to no method", 1)
	equal(node.handle("empty", Callable()), ERR_INVALID_PARAMETER)
	expect_error("the name of a command: it is empty", 1)
	equal(node.handle("", _typed), ERR_INVALID_PARAMETER)
	equal(node.get_handled_methods(), PackedStringArray())


func test_a_handler_whose_object_was_freed_is_an_error() -> void:
	var keeper := Node.new()
	keeper.set_script(load("res://editor_link/keeper.gd"))
	equal(node.handle("kept", keeper.answer), OK)
	await answered("kept", {"kept": true})
	keeper.free()
	expect_error("handler of 'kept' leads to no method any more", 1)
	await refused("kept", "INTERNAL_ERROR", ["'kept'", "freed"])


func test_a_handler_may_answer_itself() -> void:
	node.handle("respond", func(_params: Dictionary, request: FramewireRequest) -> void:
		equal(request.respond({"by": "hand"}), OK))
	await answered("respond", {"by": "hand"})
	node.handle("fail", func(_params: Dictionary, request: FramewireRequest) -> void:
		equal(request.fail("NODE_NOT_FOUND", "no such node", {"path": "/x"}), OK))
	var answer := await ask("fail")
	check_error("fail", answer, "NODE_NOT_FOUND", ["no such node"])
	equal(answer.error.data, {"path": "/x"})
	node.handle("both", func(_params: Dictionary, request: FramewireRequest) -> Dictionary:
		request.respond({"first": true})
		return {"second": true})
	await answered("both", {"first": true})
	await frames(5)
	equal(server.seen("unmatched").size(), 0, "answers in vain")


func test_a_large_answer_by_hand_is_the_only_one() -> void:
	node.handle("large", func(_params: Dictionary, request: FramewireRequest) -> void:
		equal(request.respond({"text": "x".repeat(1 << 20)}), OK))
	var answer := await ask("large")
	equal(answer.status, "ok", "large")
	equal(answer.data.text.length(), 1 << 20)
	await frames(5)
	equal(server.seen("unmatched").size(), 0, "answers in vain")


func test_a_deferred_request_is_left_to_whoever_deferred_it() -> void:
	node.handle("defer", func(_params: Dictionary, request: FramewireRequest) -> Error:
		heard.append(request)
		return request.defer(60000))
	var tag := send("defer")
	await until(func() -> bool: return heard.size() == 1, "the handler to run")
	await frames(10)
	equal(server.seen("answer", {"tag": tag}).size(), 0, "answers before the handler's own")
	equal(heard[0].respond({"late": true}), OK)
	equal((await answer_to(tag)).data, {"late": true})


func test_a_coroutine_that_defers_answers_with_its_value() -> void:
	node.handle("long", func(_params: Dictionary, request: FramewireRequest) -> Dictionary:
		request.defer(60000)
		for _frame in 3:
			await get_tree().process_frame
		return {"done": true})
	await answered("long", {"done": true})


func test_a_handler_that_returns_nothing_is_an_error() -> void:
	node.handle("nothing", func(_params: Dictionary) -> void: pass)
	expect_error("handler of 'nothing' returned nothing", 1)
	await refused("nothing", "INTERNAL_ERROR", ["'nothing'", "returned nothing"])


func test_what_is_no_json_is_an_error() -> void:
	var endless := []
	endless.append(endless)
	node.handle("endless", func(_params: Dictionary) -> Dictionary: return {"list": endless})
	expect_error("handler of 'endless' gave an answer that cannot be sent", 1)
	await refused("endless", "INTERNAL_ERROR", ["'endless'", "contains itself"])
	endless.clear()


func test_what_was_not_decoded_is_refused() -> void:
	node.link.close()
	await open({"node_budget": 16})
	node.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	await answered("echo", {"a": 1.0}, {"a": 1})
	var values := range(100)
	await refused("echo", "INVALID_PARAMS", ["node_budget"], {"values": values})


func test_a_request_that_has_ended_is_not_answered() -> void:
	node.link.close()
	await open({"request_timeout_ms": 2000})
	node.handle("slow", func(_params: Dictionary) -> Dictionary:
		await get_tree().create_timer(4.0).timeout
		heard.append("done")
		return {"too": "late"})
	var answer := await ask("slow")
	check_error("slow", answer, "DEFERRED_TIMEOUT", ["2000 ms"])
	await until(func() -> bool: return heard == ["done"], "the coroutine's end")
	await frames(5)
	equal(server.seen("unmatched").size(), 0, "answers in vain")
