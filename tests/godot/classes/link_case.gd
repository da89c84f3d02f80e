extends "res://support/test_case.gd"
## Base of the tests of the classes: links to a peer in this process.

const Peer := preload("res://classes/peer.gd")

static var _names := 0

var _peers: Array[Peer] = []
var _links := PackedInt64Array()


func after_each() -> void:
	for id in _links:
		# A handler that holds its link keeps it from being freed for ever.
		if is_instance_id_valid(id):
			_forget_handlers(instance_from_id(id))
	for peer in _peers:
		get_tree().process_frame.disconnect(peer.poll)
		peer.stop()
	_peers.clear()


## A peer that is polled every frame until the test is over.
func new_peer() -> Peer:
	var peer := Peer.new()
	_peers.append(peer)
	get_tree().process_frame.connect(peer.poll)
	return peer


## A name that no other link has.
func new_name() -> String:
	_names += 1
	return "link %d" % _names


## The configuration of a JSON-RPC link to a peer.
func config(peer: Peer, more := {}) -> Dictionary:
	var given := {"name": new_name(), "url": peer.url(), "profile": "json_rpc"}
	given.merge(more, true)
	return given


## A link that polls itself.
func polled() -> FramewireLink:
	var link := FramewireLink.new()
	_links.append(link.get_instance_id())
	link.auto_poll = true
	return link


## A link that polls itself, connected to a peer.
func connected(peer: Peer, more := {}) -> FramewireLink:
	var link := polled()
	equal(link.open(config(peer, more)), OK, "open")
	await active(link, peer)
	return link


## Waits until a link and its peer are connected.
func active(link: FramewireLink, peer: Peer) -> void:
	await until(func() -> bool: return peer.is_open() and phase(link) == FramewireLink.PHASE_ACTIVE, "a connection")


## Waits until what the link counts as received can be polled: it is counted a moment before. What is sent now leaves
## behind that. A JSON-RPC peer gets a notification more by it.
func settled(link: FramewireLink, peer: Peer) -> void:
	var before := peer.calls_of("settled").size()
	equal(link.notify("settled"), OK, "notify")
	await until(func() -> bool: return peer.calls_of("settled").size() > before, "the link to settle")


func phase(link: FramewireLink) -> int:
	return link.get_state().phase


## Keeps what a signal brings, in order; signals of more than one argument bring arrays.
func heard(from: Signal) -> Array:
	var found := []
	var count := 0
	for described: Dictionary in from.get_object().get_signal_list():
		if described.name == from.get_name():
			count = described.args.size()
	match count:
		1: from.connect(func(a: Variant) -> void: found.append(a))
		2: from.connect(func(a: Variant, b: Variant) -> void: found.append([a, b]))
		3: from.connect(func(a: Variant, b: Variant, c: Variant) -> void: found.append([a, b, c]))
	return found


## Waits until a list has that many entries.
func counted(list: Array, count: int, what: String) -> void:
	await until(func() -> bool: return list.size() >= count, what)


## Awaits a call on behalf of a test that goes on meanwhile: the reply is appended to the list.
func ended(call_ended: Signal, replies: Array) -> void:
	replies.append(await call_ended)


func _forget_handlers(link: FramewireLink) -> void:
	for described in link.get_signal_list():
		for connection in link.get_signal_connection_list(described.name):
			connection.signal.disconnect(connection.callable)
