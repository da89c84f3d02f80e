@tool
extends Node
## Owns the editor's link: opens it from the settings, closes it, and tells the dock about it.

const Chronicle := preload("chronicle.gd")
const Door := preload("../framewire.gd")
const FrameMeter := preload("frame_meter.gd")
const Guards := preload("guards.gd")
const Hello := preload("hello.gd")
const Journal := preload("journal.gd")
const Library := preload("library.gd")
const Settings := preload("settings.gd")

## Something about the link is different: opened, closed, connected, lost.
signal changed

## Signals of the link after which the dock has something new to show.
const NEWS: PackedStringArray = ["opened", "acknowledged", "closed", "connect_failed", "reconnecting"]

## Frames without a scan of the project's files after which the editor counts as up: every plugin has had its turn, and
## an editor that was started to import would have ended.
const CALM_FRAMES := 3

var journal := Journal.new()
## The FramewireEditorLink; null while there is none.
var node: Node = null
## Why there is no link, for the dock; empty if there is one or nothing hinders it.
var reason: String = ""

var _link: RefCounted = null
var _chronicle: Chronicle = null
var _meter := FrameMeter.new()
# Counts openings and closings, so that one which waits knows whether it is still wanted.
var _turn := 0
var _opened_url: String = ""
var _opened_profile: String = ""


## Opens the link, once the editor is up, if this process may and the settings want it.
func start() -> void:
	reason = Guards.reason()
	if not Library.is_present():
		reason = Library.advice()
		journal.add(Journal.Level.ERROR, reason)
		printerr(reason)
	if reason.is_empty() and Settings.auto_connect():
		_open_when_calm()
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
	return _link != null and _link.call(&"is_open")


## Opens the link by the settings of now, after closing one that is open.
func open() -> void:
	close()
	node = Library.create_node()
	if node == null:
		return
	_link = Library.create_link()
	_opened_url = Settings.url()
	_opened_profile = Settings.profile()
	_listen()
	node.name = "Link"
	node.call(&"set_link", _link)
	_meter.stand_before(get_tree())
	add_child(node)
	_meter.stand_behind()
	if node.call(&"open", _config()) != OK:
		reason = "Framewire: %s" % _link.call(&"get_open_error")
		journal.add(Journal.Level.ERROR, reason)
		close()
		return
	reason = ""
	Door.attach_host(self)
	changed.emit()


## Closes the link, if there is one.
func close() -> void:
	_turn += 1
	if node == null:
		return
	Door.detach_host(self)
	_meter.leave()
	_link.call(&"close")
	_link = null
	_chronicle = null
	node.queue_free()
	node = null
	changed.emit()


## Connects now: opens the link where there is none, else dials without waiting.
func reconnect() -> void:
	if not is_open():
		open()
		return
	_link.call(&"connect_to_server")


## Holds events back, or hands them out again. The connection stays.
func set_paused(is_paused: bool) -> void:
	if node != null:
		node.call(&"pause" if is_paused else &"resume")
	changed.emit()


## Where the link goes, or would go.
func url() -> String:
	return _opened_url if is_open() else Settings.url()


## The same for people and logs, without a query, in which there may be a secret.
func address() -> String:
	return url().get_slice("?", 0)


## The wire profile it speaks, or would speak.
func profile() -> String:
	return _opened_profile if is_open() else Settings.profile()


## The state of the link, as FramewireLink.get_state tells it; empty without a link.
func state() -> Dictionary:
	return _link.call(&"get_state") if is_open() else {}


## The totals of the link, as FramewireLink.get_stats tells them; empty without a link.
func stats() -> Dictionary:
	return _link.call(&"get_stats") if is_open() else {}


## What link and handlers cost a frame on average since the last call, microseconds.
func take_frame_cost() -> float:
	return _meter.take_usec()


## For the door: gives the link a handler.
func apply_handler(method: String, callable: Callable) -> void:
	if node != null:
		node.call(&"handle", method, callable)


## For the door: takes a handler back.
func remove_handler(method: String) -> void:
	if node != null:
		node.call(&"remove_handler", method)


func _open_when_calm() -> void:
	_turn += 1
	var turn := _turn
	var calm := 0
	while calm < CALM_FRAMES:
		await get_tree().process_frame
		if turn != _turn or not is_inside_tree():
			return
		calm = 0 if EditorInterface.get_resource_filesystem().is_scanning() else calm + 1
	open()


func _config() -> Dictionary:
	var project := ProjectSettings.globalize_path("res://")
	var config := {
		"name": "editor",
		"owner": "framewire:" + project,
		"url": _opened_url,
		"profile": _opened_profile,
		"project": project,
		"hello": Hello.of(_opened_profile),
	}
	var token := Settings.token()
	if not token.is_empty():
		config["token"] = token
	return config


func _listen() -> void:
	_chronicle = Chronicle.new(journal, _link, _opened_url.get_slice("?", 0))
	for news in NEWS:
		# What they tell stands in the state and the log.
		_link.connect(news, func(_told: Variant) -> void: changed.emit())


func _settings_changed() -> void:
	if is_open() and (Settings.url() != _opened_url or Settings.profile() != _opened_profile):
		open()
