@tool
extends GridContainer
## Names and values in two columns: who talks to whom.

const Style := preload("style.gd")

var _values: Dictionary = {}


func _init() -> void:
	columns = 2
	add_theme_constant_override("h_separation", Style.px(6))
	add_theme_constant_override("v_separation", Style.px(3))


## Adds a row that [method put] fills.
func add_row(key: StringName, caption: String) -> void:
	var title := Style.label(76.0, Style.dim())
	title.text = caption
	add_child(title)
	var value := Style.label(100.0, Style.color(&"font_color"))
	value.size_flags_horizontal = Control.SIZE_EXPAND_FILL
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
