@tool
## Runs the tests of one script, one after another, and tells how each ended.
extends Node

const Protocol := preload("res://support/protocol.gd")
const TestCase := preload("res://support/test_case.gd")

## Emitted when all are through.
signal finished

## A test that takes longer has failed; the next one runs all the same.
var seconds := OS.get_environment("FRAMEWIRE_TEST_SECONDS").to_float()


## Runs the tests named; `path` is the script's.
func run(path: String, tests: PackedStringArray) -> void:
	var script: GDScript = load(path)
	for test in tests:
		await _run_test(script, test)
	Protocol.tell({"event": "finished"})
	finished.emit()


func _run_test(script: GDScript, test: String) -> void:
	Protocol.tell({"event": "begin", "test": test})
	var orphans := _orphans()
	var began := Time.get_ticks_msec()
	var failures := PackedStringArray()
	var skipped := ""
	if script == null or not script.can_instantiate():
		failures.append("the script cannot be loaded; its first lines may lack @tool, or the log tells more")
	else:
		var case: TestCase = script.new()
		add_child(case)
		if not await _ends(case, [&"before_each", test, &"after_each"]):
			case.fail("it was not over after %s s" % seconds)
		case.clean_up()
		failures = case.failures
		skipped = case.skipped
		case.free()
		# What was given to the engine to free is gone two frames later.
		for _frame in 2:
			await get_tree().process_frame
		# A scan of the editor's has a progress bar outside of the tree, from a thread, for as long as it takes.
		var deadline := Time.get_ticks_msec() + 5_000
		while Engine.is_editor_hint() and _orphans() > orphans and Time.get_ticks_msec() < deadline:
			await get_tree().process_frame
		if _orphans() > orphans:
			failures.append("%d nodes were left outside of the tree" % (_orphans() - orphans))
	var took := (Time.get_ticks_msec() - began) / 1000.0
	Protocol.tell({"event": "end", "test": test, "failures": failures, "skipped": skipped, "seconds": took})


func _ends(case: TestCase, methods: Array[StringName]) -> bool:
	var state := {"over": false}
	_call_each(case, methods, state)
	var deadline := Time.get_ticks_msec() + int(seconds * 1000.0)
	while not state.over:
		if Time.get_ticks_msec() > deadline:
			return false
		await get_tree().process_frame
	return true


func _call_each(case: TestCase, methods: Array[StringName], state: Dictionary) -> void:
	for method in methods:
		@warning_ignore("redundant_await")
		await case.call(method)
	state.over = true


func _orphans() -> int:
	return int(Performance.get_monitor(Performance.OBJECT_ORPHAN_NODE_COUNT))
