## Measures one thing with both sides, one after the other: `-- MODE PORT`. Prints `figure NAME VALUE` lines, times in ns.
extends SceneTree

const SIDES := {"framewire": preload("framewire.gd"), "peer": preload("web_socket_peer.gd")}
const IDLE_POLLS := 100_000
const SAMPLES := {64: 400, 1 << 10: 400, 64 << 10: 100, 1 << 20: 15}
const ANSWER_BYTES := 8 << 20
const ANSWERS := 6
const FLOOD := 4_000
const PATIENCE_MS := 20_000

signal told(one: RefCounted)

var _heard := 0


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	var words := OS.get_cmdline_user_args()
	if words[0] == "floors":
		_floors()
		quit()
		return
	for name: String in SIDES:
		var side: RefCounted = SIDES[name].new()
		if not side.open(int(words[1])):
			push_error("%s cannot connect" % name)
			continue
		match words[0]:
			"idle":
				_idle(name, side)
			"command":
				_commands(name, side, int(words[2]), "text")
			"objects":
				_commands(name, side, 1 << 20, "objects")
			"answer":
				_answers(name, side)
			"flood":
				_flood(name, side)
			"round_trip":
				_spun(name, side)
			"frames":
				await _frames(name, side)
		side.close()
	quit()


## What the clock and a call cost, and a copy of what an answer holds.
func _floors() -> void:
	var times: Array[int] = []
	for _n in 1000:
		var began := ThreadClock.now_ns()
		times.append(ThreadClock.now_ns() - began)
	_tell("clock", times)
	var empty := RefCounted.new()
	var began := ThreadClock.now_ns()
	for _n in IDLE_POLLS:
		empty.get_reference_count()
	print("figure call_ns ", (ThreadClock.now_ns() - began) / float(IDLE_POLLS))
	_floor_of_a_signal()
	var bytes := PackedByteArray()
	bytes.resize(ANSWER_BYTES)
	times.clear()
	for _n in 10:
		began = ThreadClock.now_ns()
		var copy := bytes.slice(0)
		times.append(ThreadClock.now_ns() - began)
		copy.clear()
	_tell("copy", times)


## What the engine takes to make an object, emit a signal with it and call a handler that reads one
## member: at once, and after a pause, when other threads have had the caches.
func _floor_of_a_signal() -> void:
	told.connect(_on_told)
	for pause: int in [0, 500]:
		var times: Array[int] = []
		for _n in 400:
			if pause > 0:
				OS.delay_usec(pause)
			var began := ThreadClock.now_ns()
			var one := RefCounted.new()
			one.set_meta(&"params", {})
			told.emit(one)
			one = null
			times.append(ThreadClock.now_ns() - began)
		_tell("signal_cold" if pause > 0 else "signal", times.slice(5))


func _on_told(one: RefCounted) -> void:
	var params: Dictionary = one.get_meta(&"params")
	_heard += params.size()


func _idle(name: String, side: RefCounted) -> void:
	var began := ThreadClock.now_ns()
	for _n in IDLE_POLLS:
		side.poll()
	print("figure %s.cpu_ns %f" % [name, (ThreadClock.now_ns() - began) / float(IDLE_POLLS)])


## The main thread's time from the poll that brings a command until its last reference is gone.
func _commands(name: String, side: RefCounted, bytes: int, shape: String) -> void:
	var times: Array[int] = []
	for _n in int(SAMPLES[bytes]) + 5:
		times.append(_one_command(side, {"count": 1, "bytes": bytes, "shape": shape}))
		side.answer()
	# The first ones find cold caches.
	_tell(name, times.slice(5))


func _one_command(side: RefCounted, orders: Dictionary) -> int:
	var seen: int = side.count
	side.order(orders)
	var spent := 0
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while side.count == seen and Time.get_ticks_msec() < deadline:
		OS.delay_usec(500 if orders.bytes < 1 << 20 else 20_000)
		var began := ThreadClock.now_ns()
		side.poll()
		if side.count > seen:
			side.settle()
		spent += ThreadClock.now_ns() - began
	return spent


func _answers(name: String, side: RefCounted) -> void:
	var times: Array[int] = []
	for number in ANSWERS:
		_one_command(side, {"count": 1, "bytes": 64})
		# A text of its own each time, as a screenshot is.
		var data := {"image": String.chr(65 + number).repeat(ANSWER_BYTES)}
		var began := ThreadClock.now_ns()
		side.answer(data)
		var spent := ThreadClock.now_ns() - began
		var deadline := Time.get_ticks_msec() + PATIENCE_MS
		while not side.is_drained() and Time.get_ticks_msec() < deadline:
			OS.delay_msec(1)
		times.append(spent)
	print("figure %s.cold_ns %d" % [name, times[0]])
	_tell(name, times.slice(1))


## The longest frame while thousands of commands wait.
func _flood(name: String, side: RefCounted) -> void:
	side.order({"count": FLOOD, "bytes": 1 << 10})
	OS.delay_msec(400)
	var times: Array[int] = []
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while side.count < FLOOD and Time.get_ticks_msec() < deadline:
		var began := ThreadClock.now_ns()
		side.poll()
		times.append(ThreadClock.now_ns() - began)
		side.answer()
	var spent: int = times.reduce(func(sum: int, time: int) -> int: return sum + time, 0)
	print("figure %s.each_ns %f" % [name, spent / float(FLOOD)])
	_tell(name, times)
	print("figure %s.missing %d" % [name, FLOOD - side.count])


## Command, answer, next command, in a loop that does nothing else; wall time.
func _spun(name: String, side: RefCounted) -> void:
	const ROUNDS := 2_000
	side.order({"count": ROUNDS, "bytes": 64, "window": 1})
	var times: Array[int] = []
	var last := Time.get_ticks_usec()
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while side.count < ROUNDS and Time.get_ticks_msec() < deadline:
		var seen: int = side.count
		side.poll()
		if side.count > seen:
			var now := Time.get_ticks_usec()
			times.append((now - last) * 1000)
			last = now
			side.answer()
	_tell(name, times.slice(100))


## The same in frames of 60 Hz.
func _frames(name: String, side: RefCounted) -> void:
	const ROUNDS := 60
	Engine.max_fps = 60
	await process_frame
	side.order({"count": ROUNDS, "bytes": 64, "window": 1})
	var times: Array[int] = []
	var last := Time.get_ticks_usec()
	var deadline := Time.get_ticks_msec() + PATIENCE_MS
	while side.count < ROUNDS and Time.get_ticks_msec() < deadline:
		await process_frame
		var seen: int = side.count
		side.poll()
		if side.count > seen:
			var now := Time.get_ticks_usec()
			times.append((now - last) * 1000)
			last = now
			side.answer()
	_tell(name, times.slice(2))


func _tell(name: String, times: Array[int]) -> void:
	times.sort()
	var last := times.size() - 1
	print("figure %s.p50_ns %d" % [name, times[last / 2]])
	print("figure %s.p99_ns %d" % [name, times[last * 99 / 100]])
	print("figure %s.worst_ns %d" % [name, times[last]])
