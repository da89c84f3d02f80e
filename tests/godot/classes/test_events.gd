extends "res://classes/link_case.gd"
## Signals of connections and messages, and what the link says of itself.


func test_a_connection() -> void:
	var peer := new_peer()
	var link := polled()
	var opens := heard(link.opened)
	var ends := heard(link.closed)
	var redials := heard(link.reconnecting)
	equal(link.open(config(peer, {"reconnect_delays_ms": [10]})), OK)
	await counted(opens, 1, "opened")
	equal(opens[0], {"generation": 1}, "opened")
	await until(peer.is_open, "the peer")
	peer.close(4001)
	await counted(ends, 1, "closed")
	var end: Dictionary = ends[0]
	equal([end.code, end.reason, end.clean, end.by_us, end.final, end.generation],
		[4001, FramewireLink.REASON_CLOSED_BY_PEER, true, false, false, 1], "closed")
	for key in ["count", "settled", "unconfirmed", "skipped", "os_error"]:
		equal(end[key], 0, key)
	check("4001" in end.message, end.message)
	await counted(redials, 1, "reconnecting")
	equal([redials[0].attempt, redials[0].count], [2, 0], "reconnecting")
	check(redials[0].delay_ms >= 10, "waited %d ms" % redials[0].delay_ms)
	await counted(opens, 2, "opened again")
	link.close(0)


func test_a_dial_that_fails() -> void:
	var link := polled()
	var failures := heard(link.connect_failed)
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "reconnect": "none"}), OK)
	await counted(failures, 1, "connect_failed")
	var failure: Dictionary = failures[0]
	equal([failure.reason, failure.code, failure.final, failure.attempt],
		[FramewireLink.REASON_REFUSED, 0, true, 1], "connect_failed")
	check(failure.os_error != 0 and failure.message != "", "%s" % failure)
	equal(phase(link), FramewireLink.PHASE_DISCONNECTED, "the phase")
	link.close(0)


func test_notifications() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var found := heard(link.notification_received)
	peer.send({"jsonrpc": "2.0", "method": "a", "params": {"x": [1]}})
	peer.send({"jsonrpc": "2.0", "method": "b"})
	await counted(found, 2, "both")
	equal(found, [["a", {"x": [1.0]}, ""], ["b", null, ""]], "them")
	equal(link.notify("c", {"y": 1}), OK)
	equal(link.notify("d"), OK)
	equal(link.notify("", {}), ERR_INVALID_PARAMETER, "without a name")
	await counted(peer.messages, 2, "ours")
	equal([peer.messages[0].method, peer.messages[0].params], ["c", {"y": 1.0}], "the first")
	equal(peer.messages[1].method, "d", "the second")
	link.close()


func test_raw_messages() -> void:
	var peer := new_peer()
	var link := await connected(peer, {"profile": "raw"})
	var texts := heard(link.text_received)
	var binaries := heard(link.binary_received)
	peer.send_text("tëxt")
	peer.send_binary([0, 255])
	await until(func() -> bool: return texts.size() == 1 and binaries.size() == 1, "both")
	equal([texts[0], binaries[0]], ["tëxt", PackedByteArray([0, 255])], "them")
	equal(link.send_text("bäck"), OK)
	equal(link.send_binary([1, 0]), OK)
	await counted(peer.others, 2, "ours")
	equal(peer.others, ["bäck", PackedByteArray([1, 0])], "ours")
	equal(link.respond(1), ERR_DOES_NOT_EXIST, "respond")
	equal(link.notify("a"), ERR_UNAVAILABLE, "notify")
	equal(link.set_hello({}), ERR_UNAVAILABLE, "set_hello")
	expect_error("set_hello: .*raw profile")
	link.close()


func test_disconnecting_and_connecting() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var ends := heard(link.closed)
	equal(link.disconnect_from_server(4321, "enough"), OK)
	await counted(ends, 1, "closed")
	await until(func() -> bool: return peer.close_code() == 4321, "the code")
	equal([ends[0].reason, ends[0].by_us], [FramewireLink.REASON_CLOSED_BY_HOST, true], "closed")
	equal(phase(link), FramewireLink.PHASE_DISCONNECTED, "the phase")
	equal(link.disconnect_from_server(1005), ERR_INVALID_PARAMETER, "a code that is not for hosts")
	equal(link.disconnect_from_server(70_000), ERR_INVALID_PARAMETER, "a number that is no code")
	equal(link.notify("a"), ERR_CONNECTION_ERROR, "a notification")
	equal(link.connect_to_server(), OK)
	await until(func() -> bool: return peer.connections == 2, "the second connection")
	link.close(0)


func test_another_endpoint() -> void:
	expect_error("FramewireLink.set_endpoint: .*")
	var first := new_peer()
	var second := new_peer()
	var link := await connected(first)
	equal(link.set_endpoint("no url"), ERR_INVALID_PARAMETER)
	check(link.get_open_error() != "", "no error")
	equal(link.set_endpoint(second.url()), OK)
	equal(link.get_open_error(), "", "the error")
	link.disconnect_from_server()
	await until(func() -> bool: return phase(link) == FramewireLink.PHASE_DISCONNECTED, "the end of the first")
	link.connect_to_server()
	await until(func() -> bool: return second.connections == 1, "the second peer")
	equal(link.set_endpoint("", ""), OK, "a token that is wiped")
	link.close(0)


func test_the_log() -> void:
	var link := polled()
	var lines := heard(link.log_message)
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "reconnect": "none"}), OK)
	await counted(lines, 1, "a line")
	check(lines[0][0] >= FramewireLink.LOG_ERROR and lines[0][0] <= FramewireLink.LOG_INFO, "%s" % [lines])
	link.close(0)


func test_state_and_stats() -> void:
	var peer := new_peer()
	var link := FramewireLink.new()
	equal(link.open(config(peer)), OK)
	equal(link.get_state().poll_age_ns, -1, "the age of a poll that was not")
	link.auto_poll = true
	await active(link, peer)
	peer.send({"jsonrpc": "2.0", "method": "a"})
	await until(func() -> bool: return link.get_stats().messages_in == 1, "the message")
	var keys := ["phase", "readiness", "generation", "attempt", "protocol", "poll_age_ns",
		"requests_open", "requests_waiting", "inbound_bytes", "outbound_bytes", "pause_depth", "session_id",
		"server_version", "detached", "attaches", "requests_orphaned", "calls_open", "published_readiness",
		"stalled"]
	equal(link.get_state().keys(), keys, "the state")
	equal(link.get_stats().size(), 27, "the number of totals")
	equal(link.get_stats().connections, 1, "connections")
	check(link.get_stats().polls > 0, "polls")
	check(link.get_state().poll_age_ns >= 0, "poll_age_ns")
	link.close()


func test_readiness() -> void:
	var link := FramewireLink.new()
	equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1"}), OK)
	equal(link.get_state().readiness, FramewireLink.READINESS_STARTING, "at first")
	equal(link.set_readiness(FramewireLink.READINESS_READY), OK)
	equal(link.set_readiness(FramewireLink.READINESS_IMPORTING, "textures"), OK)
	equal(link.get_state().readiness, FramewireLink.READINESS_IMPORTING, "while it imports")
	equal(link.restore_readiness(FramewireLink.READINESS_IMPORTING), OK)
	equal(link.get_state().readiness, FramewireLink.READINESS_READY, "afterwards")
	equal(link.set_readiness(99), ERR_INVALID_PARAMETER, "a number that is none")
	equal(link.set_readiness(-1), ERR_INVALID_PARAMETER, "a negative number")
	link.close(0)


func test_auto_poll_is_switched_off() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	var found := heard(link.notification_received)
	link.auto_poll = false
	check(not link.auto_poll, "auto_poll")
	peer.send({"jsonrpc": "2.0", "method": "a"})
	await until(func() -> bool: return link.get_stats().messages_in == 1, "the message")
	await settled(link, peer)
	await frames(5)
	equal(found.size(), 0, "handed out")
	link.poll()
	equal(found.size(), 1, "handed out by hand")
	link.auto_poll = true
	link.auto_poll = true
	peer.send({"jsonrpc": "2.0", "method": "b"})
	await counted(found, 2, "the second")
	link.close()


func test_a_flood_is_spread_over_frames() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	link.auto_poll = false
	var found := heard(link.notification_received)
	for index in 1500:
		peer.send({"jsonrpc": "2.0", "method": "n", "params": [index]})
	await until(func() -> bool: return link.get_stats().messages_in == 1500, "the messages")
	await settled(link, peer)
	equal(link.poll(), OK)
	check(found.size() > 0 and found.size() <= 64, "in one poll: %d" % found.size())
	await until(func() -> bool: return link.poll() == OK and found.size() == 1500, "all")
	equal(found.map(func(each: Array) -> int: return int(each[1][0])), range(1500), "their order")
	link.close()


func test_a_poll_hands_out_as_many_as_it_is_told_to() -> void:
	var peer := new_peer()
	var link := await connected(peer, {"poll_events": 3})
	link.auto_poll = false
	var found := heard(link.notification_received)
	for index in 10:
		peer.send({"jsonrpc": "2.0", "method": "n", "params": [index]})
	await until(func() -> bool: return link.get_stats().messages_in == 10, "the messages")
	await settled(link, peer)
	var before := link.get_stats()
	equal(link.poll(), OK)
	equal(link.get_stats().events, before.events + 3, "in one poll")
	equal(link.get_stats().polls, before.polls + 1, "it is one poll")
	await until(func() -> bool: return link.poll() == OK and found.size() == 10, "all")
	link.close()


func test_versions() -> void:
	check(FramewireLink.version() != "", "version")
	check(FramewireLink.build_id() != "", "build_id")
