@tool
extends Node
## Owns the editor's link: opens it from the settings, closes it, and tells the dock about it.

const Door := preload("../framewire.gd")
const Guards := preload("guards.gd")
const Journal := preload("journal.gd")
const Library := preload("library.gd")
const Settings := preload("settings.gd")

## Something about the link is different: opened, closed, connected, lost.
signal changed

## Signals of the link after which the dock has something new to show.
const NEWS: PackedStringArray = ["opened", "acknowledged", "closed", "connect_failed", "reconnecting"]

var journal := Journal.new()
## The FramewireEditorLink; null while there is none.
var node: Node = null
## Why there is no link, for the dock; empty if there is one or nothing hinders it.
var reason: String = ""

var _opened_url: String = ""
var _opened_profile: String = ""


## Opens the link if this process may and the settings want it.
func start() -> void:
	reason = Guards.reason()
	if reason.is_empty() and not Library.is_present():
		reason = Library.advice()
		journal.add(Journal.Level.ERROR, reason)
		printerr(reason)
	if reason.is_empty() and Settings.auto_connect():
		open()
	ProjectSettings.settings_changed.connect(_settings_changed)
	changed.emit()


## Closes the link. Handlers stay with the door for the next start.
func stop() -> void:
	if ProjectSettings.settings_changed.is_connected(_settings_changed):
		ProjectSettings.settings_changed.disconnect(_settings_changed)
	close()


## Whether the button may open a link here.
func can_open() -> bool:
	return Library.is_present() and Guards.reason().is_empty()


## Whether there is a link, connected or not.
func is_open() -> bool:
	return node != null and _link().call(&"is_open")


## Opens the link by the settings of now, after closing one that is open.
func open() -> void:
	close()
	node = Library.create_node()
	if node == null:
		return
	node.name = "Link"
	add_child(node)
	_listen(_link())
	_opened_url = Settings.url()
	_opened_profile = Settings.profile()
	var error: Error = node.call(&"open", _config())
	if error != OK:
		reason = "Framewire: %s" % _link().call(&"get_open_error")
		journal.add(Journal.Level.ERROR, reason)
		close()
		return
	reason = ""
	Door.attach_host(self)
	changed.emit()


## Closes the link, if there is one.
func close() -> void:
	if node == null:
		return
	Door.detach_host(self)
	_link().call(&"close")
	node.queue_free()
	node = null
	changed.emit()


## Connects now: opens the link where there is none, else dials without waiting.
func reconnect() -> void:
	if not is_open():
		open()
		return
	_link().call(&"connect_to_server")


## Holds events back, or hands them out again. The connection stays.
func set_paused(is_paused: bool) -> void:
	if is_open():
		_link().call(&"pause" if is_paused else &"resume")
	changed.emit()


## Where the link goes, or would go.
func url() -> String:
	return _opened_url if is_open() else Settings.url()


## The wire profile it speaks, or would speak.
func profile() -> String:
	return _opened_profile if is_open() else Settings.profile()


## The state of the link, as FramewireLink.get_state tells it; empty without a link.
func state() -> Dictionary:
	return _link().call(&"get_state") if is_open() else {}


## The totals of the link, as FramewireLink.get_stats tells them; empty without a link.
func stats() -> Dictionary:
	return _link().call(&"get_stats") if is_open() else {}


## For the door: gives the link a handler.
func apply_handler(method: String, callable: Callable) -> void:
	if node != null:
		node.call(&"handle", method, callable)


## For the door: takes a handler back.
func remove_handler(method: String) -> void:
	if node != null:
		node.call(&"handle", method, Callable())


func _link() -> RefCounted:
	return node.get(&"link")


func _config() -> Dictionary:
	var project := ProjectSettings.globalize_path("res://")
	var config := {
		"name": "editor",
		"owner": "framewire:" + project,
		"url": _opened_url,
		"profile": _opened_profile,
		"project": project,
	}
	var token := Settings.token()
	if not token.is_empty():
		config["token"] = token
	return config


func _listen(link: RefCounted) -> void:
	link.connect(&"log_message", journal.add)
	for news in NEWS:
		# The signals differ in their arguments, none of which is needed here.
		link.connect(news, func(_detail: Variant) -> void: changed.emit())


func _settings_changed() -> void:
	if is_open() and (Settings.url() != _opened_url or Settings.profile() != _opened_profile):
		open()
