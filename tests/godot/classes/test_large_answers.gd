extends "res://classes/link_case.gd"
# runner: seconds=240
## Answers that are encoded on the link's own thread: in every profile, and where the queue to the server is full.

const LARGE := 300_000


func test_large_answers_in_each_profile() -> void:
	for profile: String in ["json-rpc", "godot-ai", "unity-mcp"]:
		var link := await _served(profile)
		var data := {"text": "ü" + "x".repeat(LARGE), "bytes": PackedInt32Array(range(10_000)), "n": 1}
		link.request_received.connect(func(request: FramewireRequest) -> void:
			equal(request.respond(data), OK, profile))
		var answer := await _asked()
		equal(answer.status, "ok", profile)
		# unity_mcp wraps what it carries.
		var found: Dictionary = answer.data.get("result", answer.data)
		equal(found.text, data.text, "the text in %s" % profile)
		equal(found.bytes.size(), 10_000, "the numbers in %s" % profile)
		link.close()


func test_large_answers_over_the_cap_in_each_profile() -> void:
	for profile: String in ["json-rpc", "godot-ai", "unity-mcp"]:
		var link := await _served(profile, {"peer_max_message": 100_000})
		var drops := heard(link.send_dropped)
		var ids := []
		link.request_received.connect(func(request: FramewireRequest) -> void:
			ids.append(request.id)
			equal(request.respond({"text": "x".repeat(LARGE)}), OK, profile))
		var answer := await _asked()
		check(answer.status != "ok", "an error in its place: %s" % answer)
		await counted(drops, 1, "the signal in %s" % profile)
		equal([drops[0].id, drops[0].reason], [ids[0], FramewireLink.REASON_MESSAGE_TOO_LARGE], profile)
		link.close()


func test_answers_wait_for_room() -> void:
	const COUNT := 8
	var text := "x".repeat(3_000_000)
	var found := await _unread({"outbound_bytes": 4_000_000}, COUNT)
	var peer: Peer = found[0]
	var link: FramewireLink = found[1]
	var drops := heard(link.send_dropped)
	for request: FramewireRequest in found[2]:
		equal(request.respond(text), OK)
	# Nobody reads: most of them wait on the thread that has encoded them.
	await frames(20)
	equal(drops, [])
	get_tree().process_frame.connect(peer.poll)
	for id in COUNT:
		await until(func() -> bool: return peer.has_answer(id), "answer %d" % id)
		equal(peer.answer_to(id).result.length(), text.length(), "answer %d" % id)
	equal(drops, [])
	link.close()


func test_an_answer_that_waits_for_room_ends_with_its_request() -> void:
	const COUNT := 8
	var found := await _unread({"outbound_bytes": 4_000_000, "request_timeout_ms": 5000}, COUNT)
	var peer: Peer = found[0]
	var link: FramewireLink = found[1]
	var drops := heard(link.send_dropped)
	for request: FramewireRequest in found[2]:
		equal(request.respond("x".repeat(3_000_000)), OK)
	await until(func() -> bool: return not drops.is_empty(), "the time-out")
	equal(drops[0].reason, FramewireLink.REASON_EXPIRED)
	get_tree().process_frame.connect(peer.poll)
	for id in COUNT:
		await until(func() -> bool: return peer.has_answer(id), "answer %d" % id)
	check(peer.messages.any(func(message: Dictionary) -> bool: return message.has("error")), "a time-out")
	link.close()


func test_a_close_gives_up_what_finds_no_room() -> void:
	var found := await _unread({"outbound_bytes": 4_000_000}, 8)
	var link: FramewireLink = found[1]
	for request: FramewireRequest in found[2]:
		equal(request.respond("x".repeat(3_000_000)), OK)
	var began := Time.get_ticks_msec()
	var report := link.close(100)
	check(report.unsent + report.unanswered > 0, str(report))
	check(Time.get_ticks_msec() - began < 10_000, "it ends")
	get_tree().process_frame.connect(found[0].poll)


var _server: RefCounted
var _tags := 0


## A link to a server of that profile.
func _served(profile: String, more := {}) -> FramewireLink:
	_server = await start_server(profile)
	var link := polled()
	var given := {"name": new_name(), "url": _server.url(), "profile": profile.replace("-", "_")}
	given.merge(more)
	if profile == "unity-mcp":
		given.hello = {"project_name": "test", "project_hash": "0123456789abcdef"}
	equal(link.open(given), OK, link.get_open_error())
	await reported(_server, "acknowledged")
	return link


## What a request of the server comes to.
func _asked() -> Dictionary:
	_tags += 1
	_server.call_editor("large", {}, _tags)
	return (await reported(_server, "answer", {"tag": _tags}))[0]


## A peer that has sent so many requests and reads nothing more; a link, and these requests.
func _unread(more: Dictionary, count: int) -> Array:
	var peer := new_peer()
	var link := await connected(peer, more)
	var requests := heard(link.request_received)
	for id in count:
		peer.call_host(id, "a")
	await counted(requests, count, "the requests")
	get_tree().process_frame.disconnect(peer.poll)
	return [peer, link, requests]
