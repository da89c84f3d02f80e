extends Case


func test_a_call_of_ours() -> void:
	var peer := new_peer()
	peer.answer = func(message: Dictionary) -> Variant:
		return {"jsonrpc": "2.0", "id": message["id"], "result": message["params"]}
	var link := await connected(peer)
	var reply: FramewireReply = await link.request("echo", {"x": 1})
	check(reply.ok, "it is ok: %s %s" % [reply.code, reply.message])
	equal(reply.data, {"x": 1.0}, "the result")
	link.close()


func test_a_request_of_theirs() -> void:
	var peer := new_peer()
	var link := await connected(peer)
	link.request_received.connect(func(request: FramewireRequest) -> void: request.respond(request.params))
	peer.call_host(7, "echo", {"y": [1, "two"]})
	check(await until(func() -> bool: return not peer.answer_to(7.0).is_empty()), "an answer comes")
	equal(peer.answer_to(7.0).get("result"), {"y": [1.0, "two"]}, "the answer")
	link.close()
