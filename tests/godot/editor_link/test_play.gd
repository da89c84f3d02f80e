@tool
# runner: editor, play
## What the server is told while a scene is played.
extends "res://editor_link/case.gd"

const PROOF := "user://editor_link_played.txt"


func test_playing_is_told_and_read() -> void:
	DirAccess.remove_absolute(PROOF)
	await connect_node()
	node.handle("play", func(_params: Dictionary) -> Dictionary:
		EditorInterface.play_custom_scene("res://editor_link/played.tscn")
		return {"playing": EditorInterface.is_playing_scene()})
	node.handle("stop", func(_params: Dictionary) -> Dictionary:
		EditorInterface.stop_playing_scene()
		return {"playing": EditorInterface.is_playing_scene()})
	await told("play_state_changed", 1, {"play_state": "stopped"})
	var played := await ask("play")
	equal(played.data, {"playing": true})
	equal(played.readiness, "playing")
	await told("play_state_changed", 1, {"play_state": "playing"})
	await told("readiness_changed", 1, {"readiness": "playing"})
	equal(node.link.get_state().readiness, FramewireLink.READINESS_PLAYING)
	await until(func() -> bool: return FileAccess.file_exists(PROOF), "the game's own file", 60.0)
	# Another connection is told at once.
	server.say(".close")
	await acknowledged(2)
	equal(server.seen("acknowledged")[1].readiness, "playing")
	await told("play_state_changed", 2, {"play_state": "playing"})
	var stopped := await ask("stop")
	equal(stopped.data, {"playing": false})
	check(stopped.readiness != "playing", "readiness after the stop: %s" % stopped.readiness)
	await told("play_state_changed", 2, {"play_state": "stopped"})


func test_a_game_that_ends_by_itself_is_told() -> void:
	await connect_node()
	node.handle("play", func(_params: Dictionary) -> Dictionary:
		EditorInterface.play_custom_scene("res://editor_link/played_briefly.tscn")
		return {})
	await ask("play")
	await told("play_state_changed", 1, {"play_state": "playing"})
	var is_over := func() -> bool: return not EditorInterface.is_playing_scene()
	await until(is_over, "the game's end", 60.0)
	await told("play_state_changed", 2, {"play_state": "stopped"})
