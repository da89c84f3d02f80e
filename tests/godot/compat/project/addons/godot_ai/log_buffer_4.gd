@tool
extends "log_buffer.gd"
## Stand-in for the log of 4.x, which may be told not to echo.

var quiet_lines := PackedStringArray()


@warning_ignore("native_method_override")
func log(text: String, echo := true) -> void:
	super.log(text)
	if not echo:
		quiet_lines.append(text)
