extends SceneTree
## Runs the test cases of this folder one after the other and ends with 0 if all of them pass.
##
## A case is a method `test_*` of a script `test_*.gd`; it fails by [method Case.check]. Arguments after
## `--` choose cases by a part of their name.

## Longest time that one case may take, seconds.
const PATIENCE := 30.0

var _passed := 0
var _failed: PackedStringArray = []


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	var wanted := OS.get_cmdline_user_args()
	for file in DirAccess.get_files_at("res://"):
		if file.begins_with("test_") and file.ends_with(".gd"):
			await _run_file(file, wanted)
	print("classes: %d passed, %d failed" % [_passed, _failed.size()])
	for name in _failed:
		print("  failed: ", name)
	quit(0 if _failed.is_empty() and _passed > 0 else 1)


func _run_file(file: String, wanted: PackedStringArray) -> void:
	var script: GDScript = load("res://" + file)
	for method in script.get_script_method_list():
		var name: String = method["name"]
		if not name.begins_with("test_"):
			continue
		var title := "%s.%s" % [file.get_basename(), name]
		if wanted.is_empty() or Array(wanted).any(func(part: String) -> bool: return part in title):
			await _run_case(script, name, title)


func _run_case(script: GDScript, name: String, title: String) -> void:
	var case: Case = script.new()
	case.tree = self
	var done := [false]
	var run := func() -> void:
		await case.call(name)
		done[0] = true
	run.call()
	var deadline := Time.get_ticks_msec() + int(PATIENCE * 1000)
	while not done[0] and Time.get_ticks_msec() < deadline:
		await process_frame
	if not done[0]:
		case.check(false, "it did not end within %d s" % PATIENCE)
	case.clean()
	if case.failures.is_empty():
		_passed += 1
		print("ok   ", title)
	else:
		_failed.append(title)
		for failure in case.failures:
			print("FAIL ", title, ": ", failure)
