@tool
extends "dispatcher.gd"
## Stand-in for the dispatcher of 4.x, whose queue can be cleared.


func clear_command_queue() -> void:
	_queue.clear()
