## The main loop of tests that need no editor: runs the tests that the command line names.
extends SceneTree

const Runner := preload("res://support/runner.gd")


func _initialize() -> void:
	var runner := Runner.new()
	root.add_child(runner)
	runner.finished.connect(quit)
	var words := OS.get_cmdline_user_args()
	runner.run.call_deferred(words[0], words.slice(1))
