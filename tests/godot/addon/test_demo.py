"""The demo project: its editor talks to `framewire serve`, and its tool plugin does what it says."""

from __future__ import annotations

import shutil

import pytest
import tree
from addon_project import PLUGIN_CFG
from platforms import host
from runner.builds import REPOSITORY, library

DEMO = REPOSITORY / "godot" / "demo"
OPENER = """\
@tool
extends EditorPlugin


func _enter_tree() -> void:
	_open.call_deferred()


func _open() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	EditorInterface.open_scene_from_path("res://main.tscn")
"""


@pytest.fixture
def demo(new_project, editor, server):
    """The demo in an editor that is connected, with its scene open."""
    project = new_project(extension=False, addon=False)
    shutil.rmtree(project.root / "addons", ignore_errors=True)
    ignored = shutil.ignore_patterns(".godot", "framewire", "*.import", "*.uid")
    shutil.copytree(DEMO, project.root, ignore=ignored, dirs_exist_ok=True)
    tree.assemble(project.root / "addons" / "framewire", {host(): library()}, reloadable=True)
    settings = project.root / "project.godot"
    project.write("addons/opener/plugin.cfg", PLUGIN_CFG.format(name="opener"))
    project.write("addons/opener/plugin.gd", OPENER)
    both = settings.read_text().replace('tool_demo/plugin.cfg"', 'tool_demo/plugin.cfg", "res://addons/opener/plugin.cfg"')
    settings.write_text(both)
    running = editor(project, environment={"FRAMEWIRE_HEADLESS": "1", "FRAMEWIRE_URL": server.url})
    server.wait("acknowledged", seconds=90)
    server.wait("event", name="scene_changed", seconds=60)
    yield server
    running.kill()


def ask(server, command: str, params: dict | None = None):
    since = len(server.reports())
    server.call(command, params)
    answer = server.wait("answer", since=since)[0]
    assert answer["status"] == "ok", answer
    return answer["data"]


def test_the_demo_answers(demo) -> None:
    assert ask(demo, "hello", {"to": "demo"}) == {"greeting": "Hello, demo!"}
    assert ask(demo, "wait_frames", {"frames": 3}) == {"waited": 3}
    root = ask(demo, "scene_tree")["root"]
    assert (root["name"], root["class"]) == ("Main", "Control")
    assert ask(demo, "add_node", {"type": "Timer", "name": "Clock"}) == {"added": True, "path": "Clock"}
    assert "Clock" in [child["name"] for child in ask(demo, "scene_tree")["root"]["children"]]
    assert ask(demo, "add_node", {"type": "RefCounted"})["added"] is False
