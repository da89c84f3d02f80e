@tool
# runner: editor, seconds=600, test_seconds=300
## An editor without the focus, which draws 10 frames a second, while a server talks.
extends "res://editor_link/case.gd"

## What the editor sets with and without the focus, and what the node sets, microseconds.
const FOCUSED := 6900
const UNFOCUSED := 100_000
const AWAKE := 7000

## How often a figure is measured: other programs may hold up the server or the engine once.
const ATTEMPTS := 20
const TRIES := 8
## With no more than this since the last message, microseconds, the node still sets the sleep: it does for two seconds.
const RECENT := 1_500_000

const SETTINGS: Array[String] = [
	"interface/editor/unfocused_low_processor_mode_sleep_usec",
	"interface/editor/low_processor_mode_sleep_usec",
]

var seen: Array[Dictionary] = []
var settings: Array = []


func before_each() -> void:
	settings = SETTINGS.map(EditorInterface.get_editor_settings().get_setting)
	await connect_node()
	node.handle("note", func(_params: Dictionary) -> Dictionary:
		var now := Time.get_ticks_usec()
		seen.append({"frame": Engine.get_process_frames(), "sleep": sleep(), "usec": now})
		return {})
	# The commands of the connection itself are none, but its events may be under way.
	await told("play_state_changed")
	focus(false)


func after_each() -> void:
	super()
	focus(true)
	equal(sleep(), FOCUSED, "sleep after the test")
	var now := SETTINGS.map(EditorInterface.get_editor_settings().get_setting)
	equal(now, settings, "settings of the editor")


func sleep() -> int:
	return OS.low_processor_usage_mode_sleep_usec


func focus(has_focus: bool) -> void:
	get_tree().root.propagate_notification(
			NOTIFICATION_APPLICATION_FOCUS_IN if has_focus else NOTIFICATION_APPLICATION_FOCUS_OUT)
	equal(sleep(), FOCUSED if has_focus else UNFOCUSED, "sleep that the editor sets")


func is_asleep() -> bool:
	return sleep() == UNFOCUSED


## Lets a command run and demands that the node has set the sleep, and sets it still when this returns. The answer's way
## to the test may take longer than that.
func awakened() -> void:
	for _attempt in ATTEMPTS:
		var before := seen.size()
		send("note")
		await until(func() -> bool: return seen.size() > before, "the command to run")
		if is_recent():
			equal(sleep(), AWAKE)
			return
	fail("no command ran just now")


func is_recent() -> bool:
	return not seen.is_empty() and Time.get_ticks_usec() - seen[-1].usec < RECENT


func test_twenty_commands_in_sequence() -> void:
	var figures := []
	for attempt in TRIES:
		await until(is_asleep, "the editor's own sleep")
		await frames(3)
		seen.clear()
		server.say(".flood 20 1 note {}")
		await reported(server, "flood", {"ok": 20.0}, attempt + 1)
		for index in range(1, seen.size()):
			if seen[index].usec - seen[index - 1].usec < RECENT:
				equal(seen[index].sleep, AWAKE, "sleep from the second command on")
		var slowest: float = server.seen("flood")[-1].latency_us.worst / 1000.0
		var gap := 0
		for index in range(1, seen.size()):
			gap = maxi(gap, seen[index].frame - seen[index - 1].frame)
		if slowest <= 150.0 and gap <= 3:
			return
		figures.append([slowest, gap])
	fail("the slowest command, which is the first, in ms, and the frames between two: %s" % [figures])


func test_the_sleep_comes_back_two_seconds_after_the_last_message() -> void:
	await awakened()
	await get_tree().create_timer(1.0).timeout
	await answered("note", {})
	var last: int = seen[-1].usec
	await until(is_asleep, "the editor's own sleep")
	var took := (Time.get_ticks_usec() - last) / 1e6
	check(took >= 2.0, "it came back after %.3f s" % took)
	await get_tree().create_timer(0.5).timeout
	equal(sleep(), UNFOCUSED)


func test_focus_in_the_middle_is_respected() -> void:
	await awakened()
	focus(true)
	await answered("note", {})
	equal(sleep(), FOCUSED, "sleep while the editor has the focus")
	await get_tree().create_timer(2.5).timeout
	equal(sleep(), FOCUSED, "sleep after the last message")


func test_focus_that_goes_in_the_middle_is_outdone_and_comes_back() -> void:
	focus(true)
	await answered("note", {})
	equal(sleep(), FOCUSED)
	focus(false)
	await awakened()
	await until(is_asleep, "the editor's own sleep")


func test_focus_that_comes_and_goes() -> void:
	for _attempt in ATTEMPTS:
		await awakened()
		focus(true)
		await frames(2)
		focus(false)
		await frames(2)
		if is_recent():
			break
	check(is_recent(), "four frames took too long, each time")
	equal(sleep(), AWAKE)
	await until(is_asleep, "the editor's own sleep")


func test_what_others_set_stays() -> void:
	await answered("note", {})
	OS.low_processor_usage_mode_sleep_usec = 5000
	await get_tree().create_timer(2.5).timeout
	equal(sleep(), 5000)
	focus(false)


func test_a_node_that_is_freed_puts_it_back() -> void:
	await awakened()
	node.free()
	equal(sleep(), UNFOCUSED)


func test_a_node_that_leaves_the_tree_puts_it_back() -> void:
	await awakened()
	remove_child(node)
	equal(sleep(), UNFOCUSED)


func test_a_paused_node_puts_it_back() -> void:
	await answered("note", {})
	node.pause()
	await until(is_asleep, "the editor's own sleep")


func test_it_can_be_switched_off() -> void:
	node.keeps_awake = false
	await answered("note", {})
	equal(sleep(), UNFOCUSED)
	await frames(3)
	equal(sleep(), UNFOCUSED)


func test_silence_changes_nothing() -> void:
	for _frame in 10:
		equal(sleep(), UNFOCUSED)
		await get_tree().process_frame
