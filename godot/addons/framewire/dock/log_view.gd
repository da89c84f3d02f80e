@tool
extends VBoxContainer
## The newest lines of the link's log, in the colours of their levels.

const Journal := preload("../editor/journal.gd")
const Style := preload("style.gd")

var _journal: Journal
var _lines := RichTextLabel.new()


func _init(journal: Journal) -> void:
	_journal = journal
	size_flags_vertical = Control.SIZE_EXPAND_FILL
	add_child(_heading())
	_lines.custom_minimum_size.y = Style.px(88)
	_lines.size_flags_vertical = Control.SIZE_EXPAND_FILL
	_lines.scroll_following = true
	_lines.selection_enabled = true
	_lines.context_menu_enabled = true
	_lines.focus_mode = Control.FOCUS_CLICK
	_lines.add_theme_stylebox_override("normal", Style.panel(Style.ground(), 6.0))
	_lines.add_theme_font_override("normal_font", Style.font(&"output_source"))
	_lines.add_theme_font_size_override("normal_font_size", Style.font_size(0.85))
	_lines.add_theme_constant_override("line_separation", Style.px(1))
	add_child(_lines)
	for entry in _journal.entries:
		_append(entry)
	_journal.added.connect(_append)
	_journal.cleared.connect(_lines.clear)


## The text that is shown.
func shown() -> String:
	return _lines.get_parsed_text()


func _heading() -> Control:
	var row := HBoxContainer.new()
	var title := Label.new()
	title.text = "Log"
	title.theme_type_variation = &"HeaderSmall"
	title.add_theme_stylebox_override("normal", StyleBoxEmpty.new())
	title.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	row.add_child(title)
	row.add_child(_button(&"ActionCopy", "Copy the log", _copy))
	row.add_child(_button(&"Clear", "Clear the log", _journal.clear))
	return row


func _button(icon: StringName, hint: String, action: Callable) -> Button:
	var button := Button.new()
	button.flat = true
	button.icon = Style.icon(icon)
	button.tooltip_text = hint
	button.pressed.connect(action)
	return button


func _copy() -> void:
	DisplayServer.clipboard_set(_journal.as_text())


func _append(entry: Dictionary) -> void:
	if _lines.get_paragraph_count() > Journal.CAPACITY:
		_lines.remove_paragraph(0)
	_lines.push_color(Style.dim())
	_lines.add_text("%s  " % entry.time)
	_lines.pop()
	_lines.push_color(_color_of(entry.level))
	_lines.add_text(str(entry.text))
	_lines.pop()
	_lines.newline()


static func _color_of(level: int) -> Color:
	match level:
		Journal.Level.ERROR:
			return Style.color(&"error_color")
		Journal.Level.WARN:
			return Style.color(&"warning_color")
		Journal.Level.INFO:
			return Style.color(&"font_color")
	return Style.dim()
