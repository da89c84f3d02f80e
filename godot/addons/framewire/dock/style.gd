@tool
extends RefCounted
## Colours, icons, fonts and sizes of the editor's theme, whichever it is and at whichever scale.


## [param pixels] of a design at 100 %, at the scale of this editor.
static func px(pixels: float) -> int:
	return roundi(pixels * EditorInterface.get_editor_scale())


## What tells one look of the editor from another.
static func look() -> Array:
	return [color(&"font_color"), color(&"accent_color"), ground(), font_size(), EditorInterface.get_editor_scale()]


## A colour of the editor's theme, as `accent_color` or `error_color`.
static func color(name: StringName) -> Color:
	return EditorInterface.get_editor_theme().get_color(name, &"Editor")


## The colour of text that explains rather than tells.
static func dim() -> Color:
	return Color(color(&"font_color"), 0.6)


## The ground of panels inside the dock: a step off the theme's own, darker or lighter as the theme is.
static func ground() -> Color:
	return color(&"dark_color_2")


## An icon of the editor's theme.
static func icon(name: StringName) -> Texture2D:
	return EditorInterface.get_editor_theme().get_icon(name, &"EditorIcons")


## A font of the editor's theme, as `bold` or `source`.
static func font(name: StringName) -> Font:
	return EditorInterface.get_editor_theme().get_font(name, &"EditorFonts")


## The size of the editor's text, times [param factor].
static func font_size(factor: float = 1.0) -> int:
	return roundi(EditorInterface.get_editor_theme().get_font_size(&"main_size", &"EditorFonts") * factor)


## A rounded panel in [param background].
static func panel(background: Color, margin: float = 8.0) -> StyleBoxFlat:
	var box := StyleBoxFlat.new()
	box.bg_color = background
	box.set_corner_radius_all(px(4))
	box.set_content_margin_all(px(margin))
	return box


## A line of text without margins of its own, cut with an ellipsis where it does not fit.
static func label(width: float, text_color: Color, factor: float = 1.0) -> Label:
	var made := Label.new()
	made.clip_text = true
	made.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	made.custom_minimum_size.x = px(width)
	made.mouse_filter = Control.MOUSE_FILTER_PASS
	made.add_theme_stylebox_override("normal", StyleBoxEmpty.new())
	made.add_theme_font_size_override("font_size", font_size(factor))
	made.add_theme_color_override("font_color", text_color)
	return made


## A number of bytes as people read it: `812 B`, `3.4 KiB`, `12 MiB`.
static func bytes(count: float) -> String:
	var value := count
	for unit: String in ["B", "KiB", "MiB", "GiB"]:
		if value < 1024.0 or unit == "GiB":
			return ("%d %s" if value >= 100.0 or unit == "B" else "%.1f %s") % [value, unit]
		value /= 1024.0
	return ""


## A count as people read it: thousands apart.
static func count(number: int) -> String:
	var digits := str(number)
	var grouped := ""
	for at in digits.length():
		if at > 0 and (digits.length() - at) % 3 == 0:
			grouped += "\u202f"
		grouped += digits[at]
	return grouped
