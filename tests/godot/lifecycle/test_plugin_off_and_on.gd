@tool
# runner: editor, seconds=500, test_seconds=300
## Plugins that are switched off and on by another plugin, the one that these tests run in.
extends "res://support/test_case.gd"

const CYCLES := 200
const JOURNAL := "user://journal.txt"

var server: TestServer
var sent := 0
var random := RandomNumberGenerator.new()


func before_each() -> void:
	random.seed = 4
	server = await start_server("godot-ai")
	OS.set_environment("FRAMEWIRE_TRAFFIC_URL", server.url())
	if FileAccess.file_exists(JOURNAL):
		DirAccess.remove_absolute(JOURNAL)


func after_each() -> void:
	_switch(false)
	OS.set_environment("FRAMEWIRE_TRAFFIC_KEEP", "")


func test_the_link_outlives_two_hundred_cycles_under_traffic() -> void:
	OS.set_environment("FRAMEWIRE_TRAFFIC_KEEP", "1")
	_switch(true)
	await reported(server, "acknowledged")
	for cycle in CYCLES:
		_send(4)
		await frames(random.randi_range(1, 3))
		_switch(false)
		_send(2)
		await frames(random.randi_range(0, 2))
		_switch(true)
		# Never more at once than the server lets an editor have.
		await until(func() -> bool: return sent - _answers().size() < 20, "the answers to keep up")
	await until(func() -> bool: return _answers().size() >= sent, "the last answers")

	_judge_answers()
	_judge_journal()
	equal(server.seen("connected").size(), 1, "connections")
	equal(server.seen("gone").size(), 0, "connections that ended")
	await _judge_totals({"connections": 1.0, "sent": float(sent), "answered": float(sent)})
	# The plugin off for good, and the link closed by somebody who takes it over without keeping it.
	_switch(false)
	OS.set_environment("FRAMEWIRE_TRAFFIC_KEEP", "")
	_switch(true)
	_switch(false)
	var gone := await reported(server, "gone")
	equal(gone[0].clean, true, "a clean close")
	equal(gone[0].code, 1000.0, "its code")


func test_without_keep_alive_each_cycle_has_a_connection_of_its_own() -> void:
	const TIMES := 20
	for cycle in TIMES:
		_switch(true)
		await reported(server, "acknowledged", {}, cycle + 1)
		_send(1)
		await until(func() -> bool: return _answers().size() == sent, "the answer")
		_switch(false)
		await reported(server, "gone", {"clean": true, "code": 1000.0, "lost": 0.0}, cycle + 1)
	_judge_answers()
	await _judge_totals({"connections": float(TIMES), "sent": float(sent), "answered": float(sent)})


func test_off_and_on_within_a_frame() -> void:
	OS.set_environment("FRAMEWIRE_TRAFFIC_KEEP", "1")
	_switch(true)
	await reported(server, "acknowledged")
	var began := Time.get_ticks_msec()
	var cycle := 0
	# Nobody waits for an answer: where the server is slow, the first twenty leave nothing to a later plugin.
	while cycle < 20 or (cycle < 400 and Time.get_ticks_msec() < began + 60_000 and not _has_finished()):
		cycle += 1
		if cycle > 20:
			await until(func() -> bool: return sent - _answers().size() < 20, "the answers to keep up")
		_send(3)
		_switch(false)
		_switch(true)
		_switch(false)
		_switch(true)
		await frames(1)
	await until(func() -> bool: return _answers().size() >= sent, "the last answers")
	_judge_answers()
	_judge_journal()
	OS.set_environment("FRAMEWIRE_TRAFFIC_KEEP", "")
	_switch(false)
	_switch(true)
	_switch(false)
	await reported(server, "gone", {"clean": true})
	await _judge_totals({"connections": 1.0, "sent": float(sent), "answered": float(sent)})


func test_a_changed_script_of_a_plugin_finds_its_link() -> void:
	# None of them awaits anything: the engine drops a coroutine of a changed script, and leaks its arguments.
	_switch(true)
	await reported(server, "acknowledged")
	server.call_editor("never", {"key": sent}, sent)
	sent += 1
	var plugin: Node = get_tree().get_first_node_in_group(&"traffic_plugins")
	var link: RefCounted = plugin.get(&"link")
	await until(func() -> bool: return not link.call(&"outstanding").is_empty(), "the request to be open")

	var script: GDScript = load("res://addons/traffic/plugin.gd")
	var before := script.source_code
	for cycle in 5:
		_send_echoes(4)
		# As the editor does after a save: the object stays, its script is compiled anew.
		script.source_code = before + "\n# changed for the %d. time\n" % (cycle + 1)
		equal(script.reload(true), OK, "the reload of the script")
		_send_echoes(4)
		await frames(2)
	await until(func() -> bool: return _answers().size() >= sent - 1, "the answers of the changed script")
	var open: Array = link.call(&"outstanding")
	equal(open.size(), 1, "open requests")
	equal(link.call(&"respond", open[0].id, {"key": 0.0}), OK, "the answer to what the old script began")
	await until(func() -> bool: return _answers().size() >= sent, "the last answer")
	_judge_answers()
	await _judge_totals({"connections": 1.0, "sent": float(sent), "answered": float(sent)})
	link = null
	_switch(false)
	await reported(server, "gone", {"clean": true})


func _switch(is_on: bool) -> void:
	if EditorInterface.is_plugin_enabled("traffic") != is_on:
		EditorInterface.set_plugin_enabled("traffic", is_on)


func _send(count: int) -> void:
	for _number in count:
		var command: String = ["echo", "later"][random.randi_range(0, 1)]
		server.call_editor(command, {"key": sent, "frames": random.randi_range(1, 4)}, sent)
		sent += 1


func _send_echoes(count: int) -> void:
	for _number in count:
		server.call_editor("echo", {"key": sent}, sent)
		sent += 1


func _answers() -> Array[Dictionary]:
	return server.seen("answer")


func _judge_answers() -> void:
	var tags := {}
	for answer in _answers():
		tags[answer.tag] = tags.get(answer.tag, 0) + 1
		equal(answer.status, "ok", "the answer to %s" % answer.tag)
		equal(answer.data.get("key"), answer.tag, "what it answers")
	equal(tags.size(), sent, "commands that were answered")
	equal(tags.values().max(), 1, "answers to one command, at most")


## Each command ran once; what a later plugin finished, an earlier one had begun.
func _judge_journal() -> void:
	var runs := {}
	var finished := {}
	for line in FileAccess.get_file_as_string(JOURNAL).split("\n", false):
		var words := line.split(" ")
		var lines: Dictionary = runs if words[0] == "run" else finished
		check(not (words[0] == "run" and lines.has(words[1])), "command %s ran twice" % words[1])
		lines[words[1]] = true
	equal(runs.size(), sent, "commands that ran")
	for key: String in finished:
		check(runs.has(key), "command %s was finished and never begun" % key)
	check(not finished.is_empty(), "a later plugin finished what an earlier one had begun")


## Whether a later plugin has finished what an earlier one had begun.
func _has_finished() -> bool:
	return "finish " in FileAccess.get_file_as_string(JOURNAL)


func _judge_totals(expected: Dictionary) -> void:
	var seen := server.seen("stats").size()
	server.say(".stats")
	var stats: Dictionary = (await reported(server, "stats", {}, seen + 1)).back()
	for name: String in ["lost", "timed_out", "late", "doubled", "unknown", "malformed", "open"]:
		equal(stats[name], 0.0, "the server's count of %s" % name)
	for name: String in expected:
		equal(stats[name], expected[name], "the server's count of %s" % name)
