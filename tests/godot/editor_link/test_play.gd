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
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "stopped"}})
	var played := await ask("play")
	equal(played.data, {"playing": true})
	equal(played.readiness, "playing")
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "playing"}})
	await reported(server, "event", {"name": "readiness_changed", "data": {"readiness": "playing"}})
	equal(node.link.get_state().readiness, FramewireLink.READINESS_PLAYING)
	await until(func() -> bool: return FileAccess.file_exists(PROOF), "the game's own file", 60.0)
	# Another connection is told at once.
	server.say(".close")
	await acknowledged(2)
	equal(server.seen("acknowledged")[1].readiness, "playing")
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "playing"}}, 2)
	var stopped := await ask("stop")
	equal(stopped.data, {"playing": false})
	check(stopped.readiness != "playing", "readiness after the stop: %s" % stopped.readiness)
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "stopped"}}, 2)


func test_a_game_that_ends_by_itself_is_told() -> void:
	await connect_node()
	node.handle("play", func(_params: Dictionary) -> Dictionary:
		EditorInterface.play_custom_scene("res://editor_link/played_briefly.tscn")
		return {})
	await ask("play")
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "playing"}})
	await until(func() -> bool: return not EditorInterface.is_playing_scene(), "the game's end", 60.0)
	await reported(server, "event", {"name": "play_state_changed", "data": {"play_state": "stopped"}}, 2)
