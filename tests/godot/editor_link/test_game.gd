## Outside the editor the node does nothing, and says so.
extends "res://support/test_case.gd"


func test_it_says_that_it_does_nothing() -> void:
	check(not Engine.is_editor_hint(), "no editor")
	expect_error("FramewireEditorLink serves the editor and does nothing here", 1)
	var node := FramewireEditorLink.new()
	equal(node.open({"name": "game", "url": "ws://127.0.0.1:1"}), ERR_UNAVAILABLE)
	equal(node.handle("x", func(_params: Dictionary) -> Dictionary: return {}), ERR_UNAVAILABLE)
	add_child(node)
	await frames(3)
	node.link = FramewireLink.new()
	equal(node.link, null)
	equal(node.get_handled_methods(), PackedStringArray())
	var sleep := OS.low_processor_usage_mode_sleep_usec
	node.pause()
	node.notification(NOTIFICATION_APPLICATION_FOCUS_OUT)
	node.notification(NOTIFICATION_APPLICATION_FOCUS_IN)
	await frames(3)
	node.resume()
	equal(OS.low_processor_usage_mode_sleep_usec, sleep)
	node.free()
