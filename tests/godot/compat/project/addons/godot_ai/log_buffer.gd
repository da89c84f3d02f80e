@tool
class_name McpLogBuffer
extends RefCounted
## Stand-in for the log of 2.x: keeps the newest lines.

const MOST_LINES := 500

var _lines := PackedStringArray()


func log(text: String) -> void:
	_lines.append("MCP | " + text)
	if _lines.size() > MOST_LINES:
		_lines.remove_at(0)


func get_recent(count: int) -> PackedStringArray:
	return _lines.slice(maxi(0, _lines.size() - count))


## How many lines hold [param part].
func count(part: String) -> int:
	var found := 0
	for line in _lines:
		if part in line:
			found += 1
	return found
