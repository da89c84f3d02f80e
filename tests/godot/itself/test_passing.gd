extends "res://support/test_case.gd"


func test_plain() -> void:
	check(true, "holds")
	equal([1, {"a": 2.0}], [1, {"a": 2.0}])


func test_frames_pass() -> void:
	var before := Engine.get_process_frames()
	await frames(3)
	check(Engine.get_process_frames() >= before + 3, "frames pass")


func test_error_that_is_expected() -> void:
	expect_error("ERROR: the expected one")
	push_error("the expected one")


func test_server_answers() -> void:
	var server: RefCounted = await start_server("json-rpc", ["--max-message", "100000"])
	server.say(".stats")
	var stats := await reported(server, "stats")
	equal(stats[0].connections, 0.0)
