@tool
extends HBoxContainer
## The state of the link in a word, where it goes, and the buttons.

const Lamp := preload("lamp.gd")
const Style := preload("style.gd")

signal reconnect_pressed
signal pause_toggled(is_paused: bool)

var menu := MenuButton.new()

var _lamp := Lamp.new(Style.px(18))
var _title := Style.label(90.0, Style.color(&"font_color"), 1.1)
var _detail := Style.label(90.0, Style.dim(), 0.88)
var _reconnect := Button.new()
var _pause := Button.new()


func _init() -> void:
	add_theme_constant_override("separation", Style.px(6))
	add_child(_lamp)
	var words := VBoxContainer.new()
	words.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	words.add_theme_constant_override("separation", 0)
	_title.add_theme_font_override("font", Style.font(&"bold"))
	words.add_child(_title)
	words.add_child(_detail)
	add_child(words)
	_prepare(_pause, &"Pause", "Hold events back; the connection stays")
	_pause.toggle_mode = true
	_pause.toggled.connect(func(is_on: bool) -> void: pause_toggled.emit(is_on))
	_prepare(_reconnect, &"Reload", "Connect now")
	_reconnect.pressed.connect(func() -> void: reconnect_pressed.emit())
	_prepare(menu, &"GuiTabMenuHl", "More")


## Shows the state. [param is_open] says whether there is a link that the buttons can act on.
func show_state(color: Color, title: String, detail: String, is_open: bool, is_paused: bool) -> void:
	_lamp.color = color
	_title.text = title
	_detail.text = detail
	tooltip_text = "%s\n%s" % [title, detail]
	_pause.disabled = not is_open
	_pause.set_pressed_no_signal(is_paused)
	_pause.icon = Style.icon(&"Play" if is_paused else &"Pause")
	_pause.tooltip_text = "Hand events out again" if is_paused else "Hold events back; the connection stays"


## Whether the link can be told to connect.
func enable_reconnect(is_enabled: bool) -> void:
	_reconnect.disabled = not is_enabled


## The word for the state, as it is shown.
func title() -> String:
	return _title.text


func _prepare(button: Button, icon: StringName, hint: String) -> void:
	button.flat = true
	button.icon = Style.icon(icon)
	button.tooltip_text = hint
	button.size_flags_vertical = Control.SIZE_SHRINK_CENTER
	add_child(button)
