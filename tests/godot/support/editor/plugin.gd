@tool
## Runs the tests that the command line names, inside the editor, and ends the editor after them.
extends EditorPlugin

const Runner := preload("res://support/runner.gd")


func _enter_tree() -> void:
	var words := OS.get_cmdline_user_args()
	if words.is_empty():
		return
	var runner := Runner.new()
	EditorInterface.get_base_control().add_child(runner)
	runner.finished.connect(_end.bind(runner))
	_begin.call_deferred(runner, words)


func _begin(runner: Runner, words: PackedStringArray) -> void:
	# The editor's first scan calls the project's scripts anew.
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	runner.run(words[0], words.slice(1))


func _end(runner: Runner) -> void:
	runner.queue_free()
	# The editor warns of a scan that its quit aborts.
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	for _frame in 2:
		await get_tree().process_frame
	get_tree().quit()
