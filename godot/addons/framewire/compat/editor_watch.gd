@tool
extends RefCounted
## What the editor shows at this moment, and which changes of it the server was told.
##
## A remembered value moves only when its event was sent, so that a lost event is sent again in the
## next frame.

var _scene := ""
var _is_playing := false
var _readiness := ""
var _was_playing := false


## The editor's readiness in the server's words, asked in the order that they rank in.
static func readiness() -> String:
	if EditorInterface.get_resource_filesystem().is_scanning():
		return "importing"
	if EditorInterface.is_playing_scene():
		return "playing"
	if EditorInterface.get_edited_scene_root() == null:
		return "no_scene"
	return "ready"


## Path of the scene being edited, empty without one.
static func scene() -> String:
	var root := EditorInterface.get_edited_scene_root()
	return "" if root == null else root.scene_file_path


## Takes scene and play state of now as known.
func take_baseline() -> void:
	_scene = scene()
	_is_playing = EditorInterface.is_playing_scene()
	_was_playing = _is_playing


## Takes nothing as known: an open scene and a running game are announced.
func forget_baseline() -> void:
	_scene = ""
	_is_playing = false


## Announces what changed. [param send] takes an event's name and data and says whether it was
## sent; [param told] is called with a line of log for each that was, and whether to echo it.
func announce(send: Callable, told: Callable) -> void:
	var current := scene()
	if current != _scene and send.call("scene_changed", {"current_scene": current}):
		_scene = current
		told.call("[event] scene_changed -> %s" % current, true)
	var playing := EditorInterface.is_playing_scene()
	var play_state := "playing" if playing else "stopped"
	if playing != _is_playing and send.call("play_state_changed", {"play_state": play_state}):
		_is_playing = playing
		told.call("[event] play_state_changed -> %s" % play_state, true)


## Gives the readiness of now if it is another than at the last call, else "".
func changed_readiness() -> String:
	var current := readiness()
	if current == _readiness:
		return ""
	_readiness = current
	return current


## Tells the addon's debugger plugin of games that begin and end, connected or not.
func tell_debugger(debugger: Object) -> void:
	var playing := EditorInterface.is_playing_scene()
	if playing == _was_playing:
		return
	_was_playing = playing
	var method := "note_editor_play_started" if playing else "note_editor_play_stopped"
	if is_instance_valid(debugger) and debugger.has_method(method):
		debugger.call(method)
