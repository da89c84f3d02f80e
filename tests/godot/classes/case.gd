class_name Case
extends RefCounted
## What the test cases share: checks, waiting, a link to a peer in this process.

var tree: SceneTree
var failures: PackedStringArray = []

var _peers: Array[Peer] = []
static var _names := 0


## Notes a failure, and goes on.
func check(is_true: bool, what: String) -> void:
	if not is_true:
		failures.append(what)


## As [method check], for two values.
func equal(found: Variant, expected: Variant, what: String) -> void:
	if typeof(found) != typeof(expected) or found != expected:
		failures.append("%s is %s, not %s" % [what, var_to_str(found), var_to_str(expected)])


## Waits until [param condition] holds; false after [param seconds].
func until(condition: Callable, seconds := 10.0) -> bool:
	var deadline := Time.get_ticks_msec() + int(seconds * 1000)
	while not condition.call():
		if Time.get_ticks_msec() > deadline:
			return false
		await tree.process_frame
	return true


## Waits for that many frames.
func frames(count: int) -> void:
	for i in count:
		await tree.process_frame


## A peer of this process, polled every frame until the case ends.
func new_peer() -> Peer:
	var peer := Peer.new()
	_peers.append(peer)
	tree.process_frame.connect(peer.poll)
	return peer


## A name that no other link has.
func new_name() -> String:
	_names += 1
	return "link_%d" % _names


## The configuration of a json_rpc link to [param peer].
func config(peer: Peer, more := {}) -> Dictionary:
	var base := {"name": new_name(), "url": peer.url(), "profile": "json_rpc"}
	base.merge(more, true)
	return base


## A link that polls itself and is connected to [param peer].
func connected(peer: Peer, more := {}) -> FramewireLink:
	var link := FramewireLink.new()
	link.auto_poll = true
	equal(link.open(config(peer, more)), OK, "open")
	check(await until(peer.is_open), "the peer sees a connection")
	var is_active := func() -> bool:
		return link.get_state()["phase"] == FramewireLink.PHASE_ACTIVE
	check(await until(is_active), "the link is active")
	return link


## Ends what the case has left.
func clean() -> void:
	for peer in _peers:
		tree.process_frame.disconnect(peer.poll)
		peer.stop()
	_peers.clear()
