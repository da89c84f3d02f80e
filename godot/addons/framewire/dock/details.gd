@tool
extends GridContainer
## Names and values in two columns: who talks to whom.

const Style := preload("style.gd")

var _values: Dictionary = {}


func _init() -> void:
	columns = 2
	add_theme_constant_override("h_separation", Style.px(10))
	add_theme_constant_override("v_separation", Style.px(1))


## Adds a row that [method put] fills.
func add_row(key: StringName, caption: String) -> void:
	var name_label := Label.new()
	name_label.text = caption
	name_label.add_theme_color_override("font_color", Style.dim())
	add_child(name_label)
	var value := Label.new()
	value.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	value.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	value.clip_text = true
	value.custom_minimum_size.x = Style.px(100)
	value.mouse_filter = Control.MOUSE_FILTER_PASS
	add_child(value)
	_values[key] = value


## Shows [param text] in the row [param key], and whole in its tooltip.
func put(key: StringName, text: String) -> void:
	var value: Label = _values[key]
	value.text = text if not text.is_empty() else "-"
	value.tooltip_text = text


## What a row shows.
func text_of(key: StringName) -> String:
	return (_values[key] as Label).text
