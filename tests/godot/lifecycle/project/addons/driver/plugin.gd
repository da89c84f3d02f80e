@tool
## Runs the script that FRAMEWIRE_STEPS names, `func run(tree: SceneTree) -> void`, and ends the editor after it.
extends EditorPlugin


func _enter_tree() -> void:
	_begin.call_deferred()


func _begin() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	var steps: Object = load(OS.get_environment("FRAMEWIRE_STEPS")).new()
	await steps.run(get_tree())
	get_tree().quit()
