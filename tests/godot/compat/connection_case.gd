@tool
## Base of the tests of the connection: a scripted server, and the addon's parts around it.
extends "res://support/test_case.gd"

const Peer := preload("res://compat/peer.gd")
const CAPABILITY := "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e70123456789abcdef0123456789ab"
const FOLDER := "res://addons/godot_ai/"

var peer: Peer
var connection: McpConnection
var dispatcher: McpDispatcher
var log_buffer: McpLogBuffer
## The addon's handler, which knows the connection in its own type.
var scene_handler: McpSceneHandler
## What connection_state_changed told.
var states: Array[bool] = []


func before_each() -> void:
	peer = Peer.new()
	add_child(peer)


func after_each() -> void:
	Engine.time_scale = 1.0
	McpClientConfigurator.release = "2.4.2"
	if is_instance_valid(connection):
		connection.teardown()
		connection.free()
	peer.free()


## Makes the connection of an addon of that release; nothing is dialed before it is in the tree.
func build(release := "2.4.2") -> void:
	McpClientConfigurator.release = release
	var line := "_4" if release.begins_with("4") else ""
	dispatcher = load(FOLDER + "dispatcher%s.gd" % line).new()
	log_buffer = load(FOLDER + "log_buffer%s.gd" % line).new()
	connection = McpConnection.new()
	connection.dispatcher = dispatcher
	connection.log_buffer = log_buffer
	connection.ws_port = peer.port
	connection.connection_state_changed.connect(states.append)
	if line:
		peer.capability = CAPABILITY
		peer.version = release
		connection.auth_token = CAPABILITY


## Builds the connection, puts it into the tree and waits until the server has taken it.
func begin(release := "2.4.2") -> void:
	build(release)
	add_child(connection)
	await until(is_taken, "the server's acknowledgement")


## Whether the connection may be used to the full.
func is_taken() -> bool:
	return connection.is_connected and not connection.server_version.is_empty()


## The handler of the addon, kept for the length of the test.
func handle_scenes() -> McpSceneHandler:
	scene_handler = McpSceneHandler.new(connection)
	return scene_handler


## Sends a command and waits for its answer.
func ask(command: String, params: Variant = {}) -> Dictionary:
	return await answer(peer.command(command, params))


## Waits for the one answer to a command.
func answer(id: String) -> Dictionary:
	await until(func() -> bool: return not peer.answers(id).is_empty(), "the answer to %s" % id)
	var answers := peer.answers(id)
	return answers[0] if not answers.is_empty() else {}


## Waits for a line of log.
func logged(part: String, count := 1) -> void:
	var is_there := func() -> bool: return log_buffer.count(part) >= count
	await until(is_there, "%d x '%s' in the log %s" % [count, part, log_buffer.get_recent(9)])
