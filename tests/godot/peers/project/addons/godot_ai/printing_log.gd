@tool
extends "log_buffer.gd"
## A log that the test can read, line by line.


@warning_ignore("native_method_override")
func log(text: String, _echo := true) -> void:
	super.log(text)
	print("MCP | ", text)
