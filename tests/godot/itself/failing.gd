# runner: test_seconds=3
## Tests that must fail, each in a way of its own.
extends "res://support/test_case.gd"

signal never

var nothing: Object


func test_check() -> void:
	check(false, "it is false")


func test_equal_minds_types() -> void:
	equal(1, 1.0)


func test_script_error_before_an_await() -> void:
	nothing.call("x")
	await frames(1)


func test_script_error_behind_an_await() -> void:
	await frames(1)
	nothing.call("x")
	await frames(1)


func test_never_ends() -> void:
	await never


func test_engine_error() -> void:
	push_error("nobody expects it")


func test_expected_error_that_is_missing() -> void:
	expect_error("missing")


func test_orphan() -> void:
	Node.new()


func test_that_passes_in_between() -> void:
	check(true, "it is true")


func test_skip() -> void:
	skip("for a reason")


func test_crash() -> void:
	OS.crash("on purpose")
