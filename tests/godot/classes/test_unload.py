"""What a script inside the engine cannot do: the extension is reloaded under a live link, a handler switches its own
plugin off."""

from __future__ import annotations

from collections.abc import Callable

from runner.engine import Engine
from runner.project import Project
from runner.server import ServeProcess

PLUGIN = '[plugin]\nname="it"\ndescription=""\nauthor=""\nversion="1"\nscript="plugin.gd"\n'

RELOADING = """\
@tool
extends EditorPlugin

const EXTENSION := "res://addons/framewire/framewire.gdextension"

var link: RefCounted
var kept: RefCounted
var request: RefCounted


func _enter_tree() -> void:
	_run()


func _run() -> void:
	link = ClassDB.instantiate("FramewireLink")
	link.set("auto_poll", true)
	link.connect("request_received", func(received: RefCounted) -> void: request = received)
	var config := {"name": "it", "url": OS.get_environment("PEER"), "profile": "json_rpc"}
	print("open: ", link.call("open", config))
	while request == null:
		await get_tree().process_frame
	# One that no object has any more.
	kept = ClassDB.instantiate("FramewireLink")
	kept.set("keep_alive", true)
	print("kept: ", kept.call("open", {"name": "kept", "url": config.url, "profile": "json_rpc"}))
	while kept.call("get_state").phase != 7:
		await get_tree().process_frame
	kept = null
	# No poll comes before the reload.
	_call(config)
	print("reload: ", GDExtensionManager.reload_extension(EXTENSION))
	print("request: ", request.call("respond"))
	print("state: ", link.call("poll"), " ", link.call("is_open"), " ", link.get("auto_poll"))
	config.name = "again"
	print("open again: ", link.call("open", config))
	while link.call("get_state").phase != 7:
		await get_tree().process_frame
	print("done")
	get_tree().quit()


func _call(config: Dictionary) -> void:
	var reply: RefCounted = await link.call("request", "sleep")
	print("reply: ", reply.get("code"))
	print("open meanwhile: ", link.call("open", config))
"""


def test_a_reload_of_the_extension(
    engine: Engine, new_project: Callable[..., Project], new_server: Callable[..., ServeProcess]
) -> None:
    server = new_server("json-rpc")
    project = new_project(extension=False, addon=False)
    project.add_extension(reloadable=True)
    project.write("addons/unload/plugin.cfg", PLUGIN)
    project.write("addons/unload/plugin.gd", RELOADING)
    project.enable_plugin("unload")
    run = engine.start(project, "--editor", environment={"PEER": server.url})
    server.wait("acknowledged")
    server.call("wait", {}, tag="open")
    ended = run.wait(120)
    ended.check("FramewireLink.open: the extension is being unloaded")
    said = [line for line in ended.lines if line]
    for expected in (
        "open: 0",
        "kept: 0",
        "reply: RELOADING",
        "open meanwhile: 2",  # ERR_UNAVAILABLE
        "reload: 0",
        "request: 3",  # ERR_UNCONFIGURED
        "state: 3 false true",
        "open again: 0",
        "done",
    ):
        assert expected in said, "\n".join(ended.lines)
    (answer,) = server.wait("answer", tag="open")
    assert answer["status"] == "error", answer
    gone = server.wait("gone", count=2)
    assert [end["code"] for end in gone[:2]] == [1001, 1001], gone


OWNER = """\
@tool
extends EditorPlugin

var link := FramewireLink.new()


func _enter_tree() -> void:
	link.auto_poll = true
	link.request_received.connect(_on_request)
	link.open({"name": "it", "url": OS.get_environment("PEER"), "profile": "json_rpc"})


func _on_request(request: FramewireRequest) -> void:
	print("request: ", request.method)
	if request.method == "off":
		request.respond("going")
		EditorInterface.set_plugin_enabled("owner", false)
	else:
		request.respond("here")
"""

DRIVER = """\
@tool
extends EditorPlugin


func _enter_tree() -> void:
	_run()


func _run() -> void:
	for round in 5:
		while EditorInterface.is_plugin_enabled("owner"):
			await get_tree().process_frame
		print("off: ", round)
		EditorInterface.set_plugin_enabled("owner", true)
	while not FileAccess.file_exists("res://quit"):
		await get_tree().process_frame
	get_tree().quit()
"""


def test_a_handler_switches_its_plugin_off(
    engine: Engine, project: Project, new_server: Callable[..., ServeProcess]
) -> None:
    server = new_server("json-rpc")
    for name, script in (("owner", OWNER), ("driver", DRIVER)):
        project.write(f"addons/{name}/plugin.cfg", PLUGIN)
        project.write(f"addons/{name}/plugin.gd", script)
        project.enable_plugin(name)
    run = engine.start(project, "--editor", environment={"PEER": server.url})
    for number in range(5):
        server.wait("acknowledged", count=number + 1)
        server.call("off", {}, tag=number)
        # The last reference went behind the answer.
        (answer,) = server.wait("answer", tag=number)
        assert answer["data"] == "going", answer
        server.wait("gone", count=number + 1)
    server.wait("acknowledged", count=6)
    server.call("still", {}, tag="still")
    (answer,) = server.wait("answer", tag="still")
    assert answer["data"] == "here", answer
    project.write("quit", "")
    ended = run.wait(120).check()
    assert [line for line in ended.lines if line.startswith("off: ")] == [f"off: {number}" for number in range(5)]
    assert [end["code"] for end in server.wait("gone", count=6)] == [1000] * 6


# One waits in the plugin's own method, which goes with it, and one outside.
WAITING = """\
@tool
extends EditorPlugin

var link := FramewireLink.new()


func _enter_tree() -> void:
	link.auto_poll = true
	link.open({"name": "it", "url": OS.get_environment("PEER"), "profile": "json_rpc"})
	_run()


func _run() -> void:
	var files := EditorInterface.get_resource_filesystem()
	while link.get_state().phase != FramewireLink.PHASE_ACTIVE or files.is_scanning():
		await get_tree().process_frame
	_wait(link.request("sleep"))
	_off.call_deferred()
	var reply: FramewireReply = await link.request("sleep")
	print("gone with the plugin, not told: ", reply.code)


static func _wait(call_ended: Signal) -> void:
	var reply: FramewireReply = await call_ended
	print("ended: ", reply.code)
	(Engine.get_main_loop() as SceneTree).quit.call_deferred()


static func _off() -> void:
	print("waiting")
	EditorInterface.set_plugin_enabled("waiting", false)
"""


def test_a_call_ends_when_its_plugin_is_switched_off(
    engine: Engine, project: Project, new_server: Callable[..., ServeProcess]
) -> None:
    server = new_server("json-rpc")
    project.write("addons/waiting/plugin.cfg", PLUGIN)
    project.write("addons/waiting/plugin.gd", WAITING)
    project.enable_plugin("waiting")
    ended = engine.run(project, "--editor", environment={"PEER": server.url}).check()
    said = [line for line in ended.lines if line.startswith(("waiting", "ended", "gone"))]
    assert said == ["waiting", "ended: CLOSED_BY_HOST"], ended.log
    assert server.wait("gone")[0]["code"] == 1000
