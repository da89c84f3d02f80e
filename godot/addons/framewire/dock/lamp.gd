@tool
extends Control
## A round light in the colour of the link's state, with a halo around it.

var color := Color.GRAY:
	set(value):
		if color != value:
			color = value
			queue_redraw()

var _size := 16


## [param pixels] is the width of lamp and halo together.
func _init(pixels: int = 16) -> void:
	_size = pixels
	custom_minimum_size = Vector2(pixels, pixels)
	size_flags_vertical = Control.SIZE_SHRINK_CENTER
	mouse_filter = Control.MOUSE_FILTER_PASS


func _draw() -> void:
	var center := size / 2.0
	draw_circle(center, _size * 0.5, Color(color, 0.22), true, -1.0, true)
	draw_circle(center, _size * 0.28, color, true, -1.0, true)
