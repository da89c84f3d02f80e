extends "res://support/test_case.gd"
## Base of tests with a link to a peer in this process.

const Peer := preload("res://values/peer.gd")

static var _names := 0

var peer: Peer
var link: FramewireLink
var requests: Array[FramewireRequest] = []
## What `send_dropped` told.
var unsent: Array[Dictionary] = []


func before_each() -> void:
	await open_link()


func after_each() -> void:
	link.close(0)
	get_tree().process_frame.disconnect(peer.poll)
	peer.stop()
	requests.clear()


## Opens the link and connects it.
func open_link(config := {}) -> void:
	_names += 1
	peer = Peer.new()
	get_tree().process_frame.connect(peer.poll)
	link = FramewireLink.new()
	link.auto_poll = true
	link.request_received.connect(func(request: FramewireRequest) -> void: requests.append(request))
	link.send_dropped.connect(func(info: Dictionary) -> void: unsent.append(info))
	var whole := {"name": "values %d" % _names, "url": peer.url(), "profile": "json_rpc"}
	whole.merge(config)
	equal(link.open(whole), OK, "open")
	var is_active := func() -> bool: return peer.is_open() and link.get_state().phase == FramewireLink.PHASE_ACTIVE
	await until(is_active, "a connection")


## A request of the peer that has arrived here.
func asked(method := "do") -> FramewireRequest:
	var before := requests.size()
	peer.ask(method)
	await until(func() -> bool: return requests.size() > before, "the request")
	return requests.back()


## What the peer got for its last request.
func answered() -> Variant:
	var id: int = peer._last_id
	var answer: Dictionary = await until(func() -> Dictionary: return peer.answer(id), "the answer")
	return answer.get("result", answer.get("error")) if answer else null
