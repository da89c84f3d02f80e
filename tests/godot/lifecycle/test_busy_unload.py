"""The extension is unloaded while its threads are at work: a decode that outlasts every linger, a picture, large answers.
All of them are joined, for their code goes."""

from __future__ import annotations

from collections.abc import Callable

import editors
from runner import builds
from runner.engine import Engine
from runner.project import Project
from runner.server import ServeProcess

PLUGIN = '[plugin]\nname="busy"\ndescription=""\nauthor=""\nversion="1"\nscript="plugin.gd"\n'

SCRIPT = """\
@tool
extends EditorPlugin

const EXTENSION := "res://addons/framewire/framewire.gdextension"

var _requests: Array[RefCounted] = []


func _enter_tree() -> void:
	_run()


func _run() -> void:
	var kept := _open("kept")
	var closed := _open("closed")
	while _requests.size() < 4:
		kept.call("poll")
		closed.call("poll")
		await get_tree().process_frame
	print("ready")
	# From here on nothing is polled: what comes is being decoded, or waits for its turn.
	while kept.call("get_stats").messages_in < 3 or closed.call("get_stats").messages_in < 3:
		await get_tree().process_frame
	var image := Image.create_empty(3000, 3000, false, Image.FORMAT_RGBA8)
	for request in _requests:
		match request.get("method"):
			"picture": print("picture ", request.call("respond_image", image))
			"text": print("text ", request.call("respond", {"text": "x".repeat(8_000_000)}))
	closed.call("close", 0)
	print("closed")
	print("reloaded ", GDExtensionManager.reload_extension(EXTENSION))
	while not FileAccess.file_exists("res://quit"):
		await get_tree().process_frame
	_requests.clear()
	get_tree().quit()


func _open(title: String) -> RefCounted:
	var link: RefCounted = ClassDB.instantiate("FramewireLink")
	link.connect("request_received", func(request: RefCounted) -> void: _requests.append(request))
	var config := {"name": title, "url": OS.get_environment("PEER"), "profile": "json_rpc"}
	config.merge({"node_budget": 10_000_000, "decoded_bytes": 1_000_000_000})
	print("open ", link.call("open", config))
	return link
"""


def test_threads_at_work_are_joined(
    engine: Engine, new_project: Callable[..., Project], new_server: Callable[..., ServeProcess], profile: str
) -> None:
    server = new_server("json-rpc")
    project = new_project(extension=False, addon=False)
    project.add_extension(builds.library(profile), reloadable=True)
    project.write("addons/busy/plugin.cfg", PLUGIN)
    project.write("addons/busy/plugin.gd", SCRIPT)
    project.enable_plugin("busy")
    editor = engine.start(project, "--editor", environment={"PEER": server.url})
    sessions = [report["session_id"] for report in server.wait("acknowledged", count=2)]
    for session in sessions:
        server.call("picture", {}, editor=session)
        server.call("text", {}, editor=session)
    editor.wait_for("ready", seconds=60)
    many = {"list": [{"a": 0}] * 400_000}
    for session in sessions:
        server.call("many", many, editor=session)
    editor.wait_for("reloaded 0", seconds=120)
    assert editors.threads(editor) == [], editor.describe()
    project.write("quit", "")
    ended = editor.wait(120).check()
    assert [line for line in ended.lines if line.startswith("open")] == ["open 0", "open 0"]
