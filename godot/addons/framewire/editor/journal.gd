@tool
extends RefCounted
## The newest lines of the link's log, kept for the dock.

## A line was added.
signal added(entry: Dictionary)
## All lines are gone.
signal cleared

## Numbers of FramewireLink's log levels, which the library counts from the gravest.
enum Level { ERROR = 1, WARN, INFO, DEBUG, TRACE }

const CAPACITY := 300

## Lines, oldest first: time ("14:02:31"), level, text.
var entries: Array[Dictionary] = []


## Adds a line with the time of day. The oldest makes room.
func add(level: int, text: String) -> void:
	var entry := {"time": Time.get_time_string_from_system(), "level": level, "text": text}
	entries.append(entry)
	if entries.size() > CAPACITY:
		entries.pop_front()
	added.emit(entry)


## Forgets all lines.
func clear() -> void:
	entries.clear()
	cleared.emit()


## All lines as text, for a report of a fault.
func as_text() -> String:
	var lines := PackedStringArray()
	for entry in entries:
		lines.append("%s %-5s %s" % [entry.time, Level.find_key(entry.level), entry.text])
	return "\n".join(lines)
