"""Exported games carry nothing of the addon, once the filter is set as the guide says."""

from __future__ import annotations

import pytest
from addon_project import block
from export_presets import write_presets

LISTER = """\
extends Node


func _ready() -> void:
	_list("res://")
	get_tree().quit()


func _list(folder: String) -> void:
	for file in DirAccess.get_files_at(folder):
		print("in the pack: ", folder.path_join(file))
	for each in DirAccess.get_directories_at(folder):
		_list(folder.path_join(each))
"""

SCENE = """\
[gd_scene load_steps=2 format=3]

[ext_resource type="Script" path="res://lister.gd" id="1"]

[node name="Lister" type="Node"]
script = ExtResource("1")
"""

EXCLUDER = """\
@tool
extends SceneTree


func _initialize() -> void:
	{line}
	quit()
"""


@pytest.fixture
def game(project, engine):
    """A project with the plugin on, a game that lists the files of its pack, and two presets."""
    project.enable_plugin("framewire")
    project.write("lister.gd", LISTER)
    project.write("lister.tscn", SCENE)
    project.set("application/run/main_scene", '"res://lister.tscn"')
    write_presets(project, exclude="*.txt")
    engine.run(project, "--import")
    return project


def export(engine, project, preset: str):
    return engine.run(project, "--export-pack", preset, str(project.directory / "game.pck"))


def packed(engine, project, new_project) -> list[str]:
    """What lies in the pack, by the word of the game that is started from it."""
    elsewhere = new_project(extension=False, addon=False, is_primed=False)
    run = engine.run(elsewhere, "--main-pack", str(project.directory / "game.pck")).check()
    found = [line.partition("in the pack: ")[2] for line in run.lines if "in the pack: " in line]
    assert "res://lister.tscn.remap" in found, run.log
    return found


def test_without_the_filter_the_addon_would_be_exported(game, engine, new_project) -> None:
    export(engine, game, "Linux").check()
    assert any("addons/framewire" in name for name in packed_lenient(engine, game, new_project))


def packed_lenient(engine, project, new_project) -> list[str]:
    """As `packed`, for a pack whose extension has no library beside it, of which the engine complains."""
    elsewhere = new_project(extension=False, addon=False, is_primed=False)
    run = engine.run(elsewhere, "--main-pack", str(project.directory / "game.pck"))
    return [line.partition("in the pack: ")[2] for line in run.lines if "in the pack: " in line]


@pytest.mark.parametrize("preset", ["Linux", "Web"])
def test_with_the_filter_nothing_of_it_is_and_the_game_starts(preset, game, engine, new_project) -> None:
    line = block("gdscript", 1).strip()
    game.write("exclude.gd", EXCLUDER.format(line=line))
    engine.script(game, "res://exclude.gd").check()
    (game.root / "exclude.gd").unlink()
    assert (game.root / "export_presets.cfg").read_text().count('exclude_filter="*.txt,addons/framewire/*"') == 2
    run = export(engine, game, preset).check()
    assert "addons/framewire" not in run.log
    names = packed(engine, game, new_project)
    assert not [name for name in names if "framewire" in name or "gdextension" in name or "extension_list" in name]
