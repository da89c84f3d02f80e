@tool
extends RefCounted
## Writes down what happens to a link: its own log, and when connections begin and end.

const Journal := preload("journal.gd")

var _journal: Journal
var _address: String


## Listens to [param link], which goes to [param address].
func _init(journal: Journal, link: RefCounted, address: String) -> void:
	_journal = journal
	_address = address
	link.connect(&"log_message", _journal.add)
	link.connect(&"acknowledged", _acknowledged)
	link.connect(&"closed", _closed)
	link.connect(&"request_ended", _request_ended)
	link.connect(&"send_dropped", _send_dropped)
	link.connect(&"dropped", _dropped)


func _acknowledged(server_version: String) -> void:
	var version := " (server %s)" % server_version if not server_version.is_empty() else ""
	_journal.add(Journal.Level.INFO, "connected to %s%s" % [_address, version])


func _closed(info: Dictionary) -> void:
	var level := Journal.Level.INFO if info.get("clean", false) else Journal.Level.WARN
	var why := str(info.get("message", ""))
	_journal.add(level, "connection ended: code %s%s" % [info.get("code"), ", " + why if not why.is_empty() else ""])


func _request_ended(id: int, _reason: int) -> void:
	_journal.add(Journal.Level.WARN, "request %d ended before it was answered" % id)


func _send_dropped(info: Dictionary) -> void:
	_journal.add(Journal.Level.WARN, "a message was not sent: %s" % info.get("message", ""))


func _dropped(info: Dictionary) -> void:
	_journal.add(Journal.Level.WARN, "%s messages of the server were dropped: too many wait" % info.get("count"))
