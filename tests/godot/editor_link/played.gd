## A game that writes a file, as a proof that it ran, and goes on; or ends at once.
extends Node

@export var is_brief := false


func _ready() -> void:
	if is_brief:
		get_tree().quit()
		return
	var file := FileAccess.open("user://editor_link_played.txt", FileAccess.WRITE)
	file.store_string("played")
	file.close()
