@tool
# runner: editor
extends "res://support/test_case.gd"


func test_is_in_the_editor() -> void:
	check(Engine.is_editor_hint(), "tests marked so run in the editor")


func test_frames_pass_here_too() -> void:
	var before := Engine.get_process_frames()
	await frames(3)
	check(Engine.get_process_frames() >= before + 3, "frames pass")
