@tool
# runner: editor, play
extends "res://support/test_case.gd"

const PROOF := "user://played.txt"


func test_a_scene_is_played() -> void:
	EditorInterface.play_custom_scene("res://itself/played.tscn")
	await until(func() -> bool: return FileAccess.file_exists(PROOF), "the game's own file")
	await until(func() -> bool: return not EditorInterface.is_playing_scene(), "the game's end")
