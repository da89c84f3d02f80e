@tool
extends RefCounted
## Measures what the link costs a frame: it stands before and behind the link's node in the line of those who are
## called once a frame, and reads the clock in both places.

var _tree: SceneTree = null
var _began_usec := 0
var _spent_usec := 0
var _frames := 0


## Takes the place before the node. Call it before the node enters the tree.
func stand_before(tree: SceneTree) -> void:
	_tree = tree
	_tree.process_frame.connect(_begin)


## Takes the place behind the node. Call it after the node has entered the tree.
func stand_behind() -> void:
	_tree.process_frame.connect(_end)


## Leaves both places. The editor's link may have left the tree before.
func leave() -> void:
	for place: Callable in [_begin, _end]:
		if _tree != null and _tree.process_frame.is_connected(place):
			_tree.process_frame.disconnect(place)
	_tree = null


## What a frame cost on average since the last call, microseconds, handlers included.
func take_usec() -> float:
	var mean := float(_spent_usec) / _frames if _frames > 0 else 0.0
	_spent_usec = 0
	_frames = 0
	return mean


func _begin() -> void:
	_began_usec = Time.get_ticks_usec()


func _end() -> void:
	_spent_usec += Time.get_ticks_usec() - _began_usec
	_frames += 1
