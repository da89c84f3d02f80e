"""Which runs of the engine open a link: an editor that somebody works in, and no other."""

from __future__ import annotations

import pytest
from addon_project import add_plugin
from export_presets import write_presets

ENVIRONMENT = {"FRAMEWIRE_HEADLESS": "1"}

# Tells, long after an editor would have opened its link, whether there is one and why not, and ends the editor.
WITNESS = """\
@tool
extends EditorPlugin


func _enter_tree() -> void:
	_run.call_deferred()


func _run() -> void:
	var calm := 0
	while calm < 60:
		calm = 0 if EditorInterface.get_resource_filesystem().is_scanning() else calm + 1
		await get_tree().process_frame
	for node in get_tree().root.find_children("*", "", true, false):
		var script: Script = node.get_script()
		if script != null and script.resource_path == "res://addons/framewire/editor/host.gd":
			print("link: ", node.is_open(), "; reason: ", node.reason)
	get_tree().quit()
"""

# Plays the main scene, tells when the game has come and gone, and ends the editor.
PLAYER = """\
@tool
extends EditorPlugin


func _enter_tree() -> void:
	_play.call_deferred()


func _play() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	EditorInterface.play_main_scene()
	while not FileAccess.file_exists("res://played"):
		await get_tree().process_frame
	while EditorInterface.is_playing_scene():
		await get_tree().process_frame
	print("the game is over")
	get_tree().quit()
"""

# A game that would open a link if it could: the plugin's own parts, started by hand.
GAME = """\
extends Node


func _ready() -> void:
	var host: Node = load("res://addons/framewire/editor/host.gd").new()
	add_child(host)
	host.start()
	print("reason: ", host.reason)
	FileAccess.open("res://played", FileAccess.WRITE).store_string("yes")
	for _frame in 60:
		await get_tree().process_frame
	get_tree().quit()
"""

SCENE = """\
[gd_scene load_steps=2 format=3]

[ext_resource type="Script" path="res://game.gd" id="1"]

[node name="Game" type="Node"]
script = ExtResource("1")
"""


@pytest.fixture
def plugged(project, server):
    """A project with the plugin on and the server's address in its settings."""
    project.enable_plugin("framewire")
    project.set("framewire/link/url", f'"{server.url}"')
    return project


def test_an_editor_that_may_connects_by_the_projects_settings(plugged, editor, server) -> None:
    editor(plugged, environment=ENVIRONMENT)
    server.wait("acknowledged", seconds=60)


def test_a_headless_editor_opens_nothing(plugged, engine, server) -> None:
    add_plugin(plugged, "witness", WITNESS)
    run = engine.run(plugged, "--editor").check()
    assert "link: false; reason: A headless editor opens no link. Set FRAMEWIRE_HEADLESS=1 if it should." in run.lines
    assert not server.seen("connected")
    assert "link: true; reason: " in engine.run(plugged, "--editor", environment=ENVIRONMENT).check().lines


@pytest.mark.parametrize("arguments", [["--import"], ["--export-pack", "Linux", "game.pck"]], ids=lambda words: words[0])
def test_an_errand_opens_nothing(arguments, plugged, engine, server) -> None:
    write_presets(plugged)
    engine.run(plugged, *arguments, environment=ENVIRONMENT).check()
    assert not server.seen("connected")


def test_auto_connect_can_be_turned_off(plugged, engine, server) -> None:
    add_plugin(plugged, "witness", WITNESS)
    plugged.set("framewire/link/auto_connect", "false")
    assert "link: false; reason: " in engine.run(plugged, "--editor", environment=ENVIRONMENT).check().lines
    assert not server.seen("connected")
    plugged.set("framewire/link/auto_connect", "true")
    assert "link: true; reason: " in engine.run(plugged, "--editor", environment=ENVIRONMENT).check().lines


def add_game(project) -> None:
    project.write("game.gd", GAME)
    project.write("game.tscn", SCENE)
    project.set("application/run/main_scene", '"res://game.tscn"')


def test_a_game_opens_nothing(plugged, engine, server) -> None:
    add_game(plugged)
    run = engine.run(plugged, environment=ENVIRONMENT).check()
    assert "reason: This is a game, not the editor." in run.lines
    assert not server.seen("connected")


@pytest.mark.play
def test_a_game_started_from_the_editor_opens_nothing(plugged, engine, server) -> None:
    add_game(plugged)
    plugged.set("editor/run/main_run_args", '"--headless"')
    add_plugin(plugged, "player", PLAYER)
    run = engine.run(plugged, "--editor", play=True, environment=ENVIRONMENT)
    run.check()
    assert "the game is over" in run.lines
    assert (plugged.root / "played").exists()
    assert len(server.seen("connected")) == 1, "the editor's own, and none of the game"
