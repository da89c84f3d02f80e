@tool
extends PanelContainer
## A line that asks for something to be done, with a button that does it where one can.

const Style := preload("style.gd")

var _text := Label.new()
var _button := Button.new()
var _action := Callable()


func _init(icon: StringName = &"StatusWarning", color: StringName = &"warning_color") -> void:
	var tint := Style.color(color)
	var box := Style.panel(Color(tint, 0.12))
	box.border_color = Color(tint, 0.7)
	box.border_width_left = Style.px(3)
	add_theme_stylebox_override("panel", box)
	var column := VBoxContainer.new()
	var row := HBoxContainer.new()
	row.add_theme_constant_override("separation", Style.px(8))
	var picture := TextureRect.new()
	picture.texture = Style.icon(icon)
	picture.stretch_mode = TextureRect.STRETCH_KEEP
	row.add_child(picture)
	_text.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_text.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_text.custom_minimum_size.x = Style.px(120)
	row.add_child(_text)
	column.add_child(row)
	_button.size_flags_horizontal = Control.SIZE_SHRINK_END
	_button.pressed.connect(func() -> void: if _action.is_valid(): _action.call())
	column.add_child(_button)
	add_child(column)
	visible = false


## Shows [param text]; with [param caption], a button that calls [param action].
func say(text: String, caption: String = "", action: Callable = Callable()) -> void:
	_text.text = text
	_button.text = caption
	_button.visible = not caption.is_empty()
	_action = action
	visible = not text.is_empty()


## What is shown; empty while nothing is.
func text() -> String:
	return _text.text if visible else ""
