extends Node
## A game that leaves a proof of itself and goes on until it is stopped, but not for ever.

const SECONDS := 60.0


func _ready() -> void:
	FileAccess.open("user://played.txt", FileAccess.WRITE).store_string("played")
	await get_tree().create_timer(SECONDS).timeout
	get_tree().quit()
