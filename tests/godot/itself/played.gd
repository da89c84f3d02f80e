extends Node


func _ready() -> void:
	FileAccess.open("user://played.txt", FileAccess.WRITE).store_string("played")
	get_tree().quit()
