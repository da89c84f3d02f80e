@tool
## A `framewire serve` that the test's starter runs: told lines, read by its reports.
extends RefCounted

const Protocol := preload("res://support/protocol.gd")

static var _started := 0

## The order of its start, which is also how its starter knows it.
var number := 0

var _reports: Array[Dictionary] = []
var _read_bytes := 0


## Asks for a server. It listens a little later: see `is_listening`.
static func start(profile: String, options: Array) -> RefCounted:
	var server: RefCounted = new()
	server.number = _started
	_started += 1
	Protocol.tell({"event": "server", "number": server.number, "profile": profile, "options": options})
	return server


func is_listening() -> bool:
	return not seen("listening").is_empty()


## Where it listens.
func url() -> String:
	return seen("listening")[0].url if is_listening() else ""


## Tells it one line of its standard input; `framewire serve` lists them at `.help`.
func say(line: String) -> void:
	Protocol.tell({"event": "say", "number": number, "line": line})


## Sends a command to an editor, by default the first; the tag comes back with the answer.
func call_editor(command: String, params := {}, tag: Variant = null, editor := "") -> void:
	var line := {"command": command, "params": params, "tag": tag}
	if editor:
		line.editor = editor
	say(JSON.stringify(line))


## Ends it in good order.
func stop() -> void:
	Protocol.tell({"event": "stop", "number": number})


## Ends it without a word to its editors.
func kill() -> void:
	Protocol.tell({"event": "kill", "number": number})


## All that it has reported so far.
func reports() -> Array[Dictionary]:
	var path := Protocol.scratch().path_join("server-%d.jsonl" % number)
	var file := FileAccess.open(path, FileAccess.READ) if FileAccess.file_exists(path) else null
	if file == null:
		return _reports
	file.seek(_read_bytes)
	var bytes := file.get_buffer(file.get_length() - _read_bytes)
	# The last line may still be under way.
	var whole := bytes.rfind(10) + 1
	for line in bytes.slice(0, whole).get_string_from_utf8().split("\n", false):
		var report: Variant = JSON.parse_string(line)
		if report is Dictionary:
			_reports.append(report)
	_read_bytes += whole
	return _reports


## The reports of a kind whose fields have the values given.
func seen(event: String, fields := {}) -> Array[Dictionary]:
	return reports().filter(func(report: Dictionary) -> bool: return _matches(report, event, fields))


func _matches(report: Dictionary, event: String, fields: Dictionary) -> bool:
	if report.get("event") != event:
		return false
	for field: Variant in fields:
		if report.get(field) != fields[field]:
			return false
	return true
