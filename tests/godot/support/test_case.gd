@tool
## Base of test cases. A method whose name begins with `test_` is a test; it may await. Each runs in an object of its
## own, which is in the tree meanwhile.
##
## A check that does not hold notes a failure and lets the test go on; it returns whether it held, for tests that
## cannot go on.
extends Node

const Protocol := preload("res://support/protocol.gd")
const TestServer := preload("res://support/test_server.gd")

## What did not hold, with the line of the test that asked.
var failures := PackedStringArray()
## Why the test could not run here; empty = it did.
var skipped := ""

var _servers: Array[TestServer] = []


## Runs before each test; may await.
func before_each() -> void:
	pass


## Runs after each test, whether it passed or not; may await.
func after_each() -> void:
	pass


## Demands that a condition holds.
func check(condition: bool, what: String) -> bool:
	if not condition:
		fail(what)
	return condition


## Demands that two values have the same type and the same content.
func equal(found: Variant, expected: Variant, what := "") -> bool:
	if typeof(found) == typeof(expected) and found == expected:
		return true
	var named := what + ": " if what else ""
	fail("%sfound %s, expected %s" % [named, show(found), show(expected)])
	return false


## Notes a failure.
func fail(what: String) -> void:
	failures.append("%s%s" % [_place(), what])


## Says that the test cannot run here. Return after it.
func skip(reason: String) -> void:
	skipped = reason


## Waits until the callable returns something true, and returns that; null and a failure after `seconds`.
func until(condition: Callable, what: String, seconds := 20.0) -> Variant:
	var deadline := Time.get_ticks_msec() + int(seconds * 1000.0)
	while true:
		@warning_ignore("redundant_await")
		var value: Variant = await condition.call()
		if value:
			return value
		if Time.get_ticks_msec() > deadline:
			fail("waited %s s for %s" % [seconds, what])
			return null
		await get_tree().process_frame
	return null


## Lets that many frames pass.
func frames(count: int) -> void:
	for _frame in count:
		await get_tree().process_frame


## Announces that the engine's log will tell, during this test, `count` errors or warnings that match the regular
## expression (Python's). Without it any error in the log fails the test; with it another number does.
func expect_error(pattern: String, count := 1) -> void:
	Protocol.tell({"event": "expect", "pattern": pattern, "count": count})


## Allows errors or warnings in the log during this test that match, in any number.
func allow_error(pattern: String) -> void:
	Protocol.tell({"event": "expect", "pattern": pattern, "count": null})


## Starts `framewire serve` with a profile (godot-ai, json-rpc, unity-mcp) and returns it once it listens. It is
## stopped after the test.
func start_server(profile := "godot-ai", options: Array = []) -> TestServer:
	var server := TestServer.start(profile, options)
	_servers.append(server)
	await until(server.is_listening, "the server to listen")
	return server


## Waits for reports of the server: `count` or more of that kind whose fields have the values given.
func reported(server: TestServer, event: String, fields := {}, count := 1, seconds := 20.0) -> Array[Dictionary]:
	var enough := func() -> bool: return server.seen(event, fields).size() >= count
	await until(enough, "%d x %s %s from the server" % [count, event, fields], seconds)
	return server.seen(event, fields)


## How a value is shown in a failure.
static func show(value: Variant) -> String:
	var text := var_to_str(value)
	if text.length() > 400:
		text = text.left(400) + "... (%d characters)" % text.length()
	return "%s (%s)" % [text, type_string(typeof(value))]


## Ends what the test started.
func clean_up() -> void:
	for server in _servers:
		server.stop()


func _place() -> String:
	for frame: Dictionary in get_stack():
		if frame.source != "res://support/test_case.gd":
			return "%s:%d: " % [str(frame.source).get_file(), frame.line]
	return ""
