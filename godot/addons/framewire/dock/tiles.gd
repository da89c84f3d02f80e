@tool
extends GridContainer
## Figures under their names, three a row.

const Style := preload("style.gd")

## Enough for `123 KiB`.
const TEXT_WIDTH := 62.0

var _values: Dictionary = {}


func _init() -> void:
	columns = 3
	add_theme_constant_override("h_separation", Style.px(4))
	add_theme_constant_override("v_separation", Style.px(4))


## Adds a tile that [method put] fills. [param hint] says more about it.
func add_tile(key: StringName, caption: String, hint: String) -> void:
	var panel := PanelContainer.new()
	panel.add_theme_stylebox_override("panel", Style.panel(Style.ground(), 7.0))
	panel.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	panel.tooltip_text = hint
	var column := VBoxContainer.new()
	column.add_theme_constant_override("separation", 0)
	var title := Style.label(TEXT_WIDTH, Style.dim(), 0.8)
	title.text = caption
	column.add_child(title)
	var value := Style.label(TEXT_WIDTH, Style.color(&"font_color"), 1.05)
	value.text = "-"
	column.add_child(value)
	panel.add_child(column)
	add_child(panel)
	_values[key] = value


## Shows [param text] in the tile [param key], in [param color] if something is amiss.
func put(key: StringName, text: String, color: Color = Color.TRANSPARENT) -> void:
	var value: Label = _values[key]
	value.text = text
	value.add_theme_color_override("font_color", color if color.a > 0.0 else Style.color(&"font_color"))


## What a tile shows.
func text_of(key: StringName) -> String:
	return (_values[key] as Label).text
