@tool
## What the tests of FramewireEditorLink share: a server, a node that serves it, and asking.
extends "res://support/test_case.gd"

const HELLO := {
	"project_path": "/games/test/", "godot_version": "4.6", "plugin_version": "1.0"
}

static var _asked := 0
static var _opened := 0

var server: TestServer
## Freed after the test, unless the test did.
var node: FramewireEditorLink


func after_each() -> void:
	if is_instance_valid(node):
		node.free()


## Starts a server and a node that is connected to it.
func connect_node(config := {}, options := []) -> void:
	server = await start_server("godot-ai", options)
	node = FramewireEditorLink.new()
	add_child(node)
	await open(config)


## Opens the node's link to the server, and waits until the server has taken it.
func open(config := {}) -> void:
	var before := server.seen("acknowledged").size()
	if not equal(node.open(configuration(config)), OK, "open"):
		fail(node.link.get_open_error())
		return
	await acknowledged(before + 1)


## What a link to the server is opened with.
func configuration(more := {}) -> Dictionary:
	_opened += 1
	var config := {
		"name": "editor_link_%d" % _opened,
		"url": server.url(),
		"profile": "godot_ai",
		"protocol": 1,
		"hello": HELLO,
	}
	config.merge(more, true)
	return config


## Waits until this many connections were acknowledged, on both sides.
func acknowledged(count := 1) -> void:
	await reported(server, "acknowledged", {}, count)
	var is_active := func() -> bool: return phase() == FramewireLink.PHASE_ACTIVE
	await until(is_active, "the link to be active")


func phase() -> int:
	return node.link.get_state()["phase"]


## The data of the events of that name that the server was told.
func events(event: String) -> Array:
	var data := func(each: Dictionary) -> Dictionary: return each.data
	return server.seen("event", {"name": event}).map(data)


## Waits until the server was told so many events of that name, with these data if any are given.
func told(event: String, count := 1, data := {}) -> void:
	var fields := {"name": event}
	if not data.is_empty():
		fields.data = data
	await reported(server, "event", fields, count)


## Waits until so many commands lie in the link, while the node is paused or busy.
func waiting(count: int) -> void:
	var is_so := func() -> bool: return node.link.get_state().requests_waiting == count
	await until(is_so, "%d commands to lie there" % count)


## Sends a command; returns the tag by which its answer is known.
func send(command: String, params := {}) -> String:
	_asked += 1
	var tag := "ask-%d" % _asked
	server.call_editor(command, params, tag)
	return tag


## Waits for the answer to the command of that tag: the server's report of it.
func answer_to(tag: String) -> Dictionary:
	var found := await reported(server, "answer", {"tag": tag})
	return found[0] if found else {"status": "", "data": null, "error": {"code": "", "message": ""}}


## Sends a command and waits for its answer.
func ask(command: String, params := {}) -> Dictionary:
	return await answer_to(send(command, params))


## Demands that a command is answered with this data.
func answered(command: String, expected: Variant, params := {}) -> void:
	var answer: Dictionary = await ask(command, params)
	equal(answer.status, "ok", "%s: %s" % [command, answer.get("error")])
	equal(answer.data, expected, command)


## Demands that a command is answered with an error of this code whose message holds the texts.
func refused(command: String, code: String, texts: Array[String], params := {}) -> void:
	check_error(command, await ask(command, params), code, texts)


## Demands that an answer is such an error.
func check_error(what: String, answer: Dictionary, code: String, texts: Array[String]) -> void:
	if not equal(answer.status, "error", "%s (%s)" % [what, answer.data]):
		return
	equal(answer.error.code, code, "code of " + what)
	for text in texts:
		var message: String = answer.error.message
		check(text in message, "%s: no '%s' in: %s" % [what, text, message])
