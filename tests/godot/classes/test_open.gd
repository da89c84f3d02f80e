extends "res://classes/link_case.gd"
## Opening: which Dictionaries are taken, what is said of those that are not.


func test_every_key_is_taken() -> void:
	var link := FramewireLink.new()
	var opened := link.open({
		"name": new_name(), "owner": "me", "url": "ws://127.0.0.1:1", "headers": {"X-A": "b"},
		"subprotocol": "mcp", "tls_ca_file": "res://ca.pem", "profile": "json_rpc", "protocol": 0,
		"hello": {"methods": ["a"]}, "token": "", "capability_file": "user://c", "http_port": 8000,
		"allow_remote": true, "allow_insecure_remote": true, "start_disconnected": true,
		"reconnect": "limited", "reconnect_limit": 3, "reconnect_delays_ms": [10, 20.0],
		"reconnect_jitter_percent": 10, "overflow": "close", "max_message": 1 << 20,
		"peer_max_message": 0, "inbound_bytes": 1 << 20, "outbound_bytes": 1 << 20,
		"inbound_count": 100, "outbound_count": 100, "request_slots": 10, "max_depth": 64,
		"budget_bytes": 1 << 20, "poll_events": 8, "resolve_timeout_ms": 1000, "connect_timeout_ms": 1000,
		"tls_timeout_ms": 1000, "upgrade_timeout_ms": 1000, "hello_timeout_ms": 1000,
		"request_timeout_ms": 1000, "close_timeout_ms": 100, "heartbeat_interval_ms": 0,
		"heartbeat_timeout_ms": 0, "stable_ms": 1000, "log_level": FramewireLink.LOG_TRACE,
		"state_file": OS.get_user_data_dir().path_join("state.json"), "project": null,
		"keepalive_message": "{}", "ledger_bytes": 0, "hold_ms": -1, "orphan_ms": 0, "stall_ms": 100,
		"ready_timeout_ms": 0, "reload_timeout_ms": 0, "keepalive_interval_ms": 0,
		"quiet_timeout_ms": 0, "max_calls": 16, "decode": true, "decoded_bytes": 1 << 20,
		"integers_as_int": true, "node_budget": 1000,
	})
	equal(opened, OK, link.get_open_error())
	check(link.is_open(), "it is open")
	equal(phase(link), FramewireLink.PHASE_DISCONNECTED, "the phase")
	equal(link.close().code, 0, "the close code without a connection")
	check(not link.is_open(), "it is closed")


func test_an_unknown_key_is_refused_and_the_nearest_one_named() -> void:
	expect_error("`alow_remote` is no key of a configuration: did you mean `allow_remote`\\?")
	var link := FramewireLink.new()
	var opened := link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "alow_remote": true})
	equal(opened, ERR_INVALID_PARAMETER, "open")
	check("did you mean `allow_remote`" in link.get_open_error(), link.get_open_error())
	check(not link.is_open(), "it is not open")


func test_an_unknown_key_without_a_value_is_refused_too() -> void:
	expect_error("`nome` is no key")
	equal(FramewireLink.new().open({"nome": null}), ERR_INVALID_PARAMETER, "open")


func test_wrong_values_are_refused_and_named() -> void:
	var wrong := {
		"name": 7, "url": 1.5, "profile": "smoke", "protocol": "2", "hello": 3, "http_port": 0,
		"allow_remote": 1, "reconnect": 9, "reconnect_delays_ms": 5, "overflow": "spill",
		"max_message": -1, "resolve_timeout_ms": 1.5, "orphan_ms": 1 << 40, "headers": "a",
		"node_budget": "many", "decode": "yes",
	}
	for key: String in wrong:
		expect_error("FramewireLink.open: `%s` is " % key)
		var link := FramewireLink.new()
		var given := {"name": new_name(), "url": "ws://127.0.0.1:1"}
		given[key] = wrong[key]
		equal(link.open(given), ERR_INVALID_PARAMETER, key)
		check("`%s` is " % key in link.get_open_error(), link.get_open_error())
	equal(FramewireLink.new().get_open_error(), "", "the error of another object")


func test_what_the_link_checks_names_the_field() -> void:
	var wrong := {
		"url": "http://127.0.0.1", "stall_ms": 0, "log_level": 9, "request_slots": 0, "protocol": 7,
		"hello": "[",
	}
	for key: String in wrong:
		expect_error("FramewireLink.open: .*%s" % key)
		var link := FramewireLink.new()
		var given := {"name": new_name(), "url": "ws://127.0.0.1:1", "profile": "json_rpc"}
		given[key] = wrong[key]
		equal(link.open(given), ERR_INVALID_PARAMETER, key)


func test_a_token_is_not_shown() -> void:
	expect_error("`token` is \\(hidden\\)")
	var link := FramewireLink.new()
	equal(link.open({"name": new_name(), "url": "ws://x", "token": 123456}), ERR_INVALID_PARAMETER)
	check(not "123456" in link.get_open_error(), link.get_open_error())


func test_limited_redials_need_a_limit() -> void:
	expect_error("`reconnect_limit` is missing")
	var link := FramewireLink.new()
	var given := {"name": new_name(), "url": "ws://127.0.0.1:1", "reconnect": "limited"}
	equal(link.open(given), ERR_INVALID_PARAMETER)
	given.reconnect_limit = 1
	equal(link.open(given), OK)
	equal(link.get_open_error(), "", "the error of an open that went well")
	link.close()


func test_enums_are_taken_by_number_and_by_name() -> void:
	for profile: Variant in [FramewireLink.PROFILE_JSON_RPC, "json_rpc", "JSON_RPC", &"json_rpc", 1.0]:
		var link := FramewireLink.new()
		equal(link.open({"name": new_name(), "url": "ws://127.0.0.1:1", "profile": profile}), OK)
		# What only that profile does.
		equal(link.send_text("x"), ERR_UNAVAILABLE, "a raw message")
		link.close()


func test_an_object_has_one_link() -> void:
	expect_error("this object has an open link")
	var link := FramewireLink.new()
	var given := {"name": new_name(), "url": "ws://127.0.0.1:1"}
	equal(link.open(given), OK)
	given.name = new_name()
	equal(link.open(given), ERR_ALREADY_IN_USE)
	check(link.is_open(), "the first one is open still")
	link.close()
	equal(link.open(given), OK, "after the close")
	link.close()


func test_a_name_has_one_link() -> void:
	expect_error("another object has a link of this name")
	var first := FramewireLink.new()
	var second := FramewireLink.new()
	var given := {"name": new_name(), "url": "ws://127.0.0.1:1"}
	equal(first.open(given), OK)
	equal(second.open(given), ERR_ALREADY_IN_USE)
	check(first.is_open() and not second.is_open(), "the first one has it")
	first.close()
	equal(second.open(given), OK)
	second.close()


func test_what_is_not_open_says_so() -> void:
	var link := FramewireLink.new()
	equal(link.poll(), ERR_UNCONFIGURED, "poll")
	equal(link.respond(1), ERR_UNCONFIGURED, "respond")
	equal(link.respond_error(1, "a", "b"), ERR_UNCONFIGURED, "respond_error")
	equal(link.respond_bytes(1, {}, "/a", []), ERR_UNCONFIGURED, "respond_bytes")
	equal(link.respond_image(1, Image.create_empty(1, 1, false, Image.FORMAT_RGB8)), ERR_UNCONFIGURED)
	equal(link.respond_envelope(1, {}), ERR_UNCONFIGURED, "respond_envelope")
	equal(link.defer(1, 1), ERR_UNCONFIGURED, "defer")
	equal(link.notify("a"), ERR_UNCONFIGURED, "notify")
	equal(link.send_text("a"), ERR_UNCONFIGURED, "send_text")
	equal(link.send_binary([]), ERR_UNCONFIGURED, "send_binary")
	equal(link.cancel(1), ERR_UNCONFIGURED, "cancel")
	equal(link.connect_to_server(), ERR_UNCONFIGURED, "connect_to_server")
	equal(link.disconnect_from_server(), ERR_UNCONFIGURED, "disconnect_from_server")
	equal(link.set_endpoint("ws://x"), ERR_UNCONFIGURED, "set_endpoint")
	equal(link.set_hello({}), ERR_UNCONFIGURED, "set_hello")
	equal(link.renew_session(), ERR_UNCONFIGURED, "renew_session")
	equal(link.set_readiness(FramewireLink.READINESS_READY), ERR_UNCONFIGURED, "set_readiness")
	equal(link.restore_readiness(FramewireLink.READINESS_READY), ERR_UNCONFIGURED, "restore_readiness")
	equal(link.pause(), ERR_UNCONFIGURED, "pause")
	equal(link.resume(), ERR_UNCONFIGURED, "resume")
	equal(link.get_state(), {"phase": FramewireLink.PHASE_CLOSED}, "get_state")
	equal(link.get_stats(), {}, "get_stats")
	check(link.outstanding().is_empty(), "outstanding")
	equal(link.close(), {}, "close")


func test_headers_are_sent() -> void:
	# Its upgrade is refused unless the protocol that was offered is one of the server's.
	var server := TCPServer.new()
	server.listen(0, "127.0.0.1")
	var link := FramewireLink.new()
	var url := "ws://127.0.0.1:%d" % server.get_local_port()
	for headers: Variant in [{"X-Editor": "it"}, ["X-Editor: it"], PackedStringArray(["X-Editor:it"])]:
		equal(link.open({"name": new_name(), "url": url, "headers": headers, "subprotocol": "mcp"}), OK)
		var stream: StreamPeerTCP = await until(server.take_connection, "a connection")
		var said := [""]
		var is_whole := func() -> bool:
			stream.poll()
			said[0] += stream.get_utf8_string(stream.get_available_bytes())
			return "\r\n\r\n" in said[0]
		await until(is_whole, "the upgrade")
		check("\r\nx-editor: it\r\n" in said[0].to_lower(), said[0])
		check("mcp" in said[0], said[0])
		link.close(0)
