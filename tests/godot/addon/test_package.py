"""What a user gets: the tree of the release zip, loaded by the editor."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import archive
import gdextension
import pytest
import tree
from addon_project import add_plugin
from platforms import PLATFORMS, host
from runner.builds import library

TELL = """\
@tool
extends EditorPlugin


func _enter_tree() -> void:
	_tell.call_deferred()


func _tell() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	var found: Script = load("res://addons/framewire/editor/library.gd")
	print("library: ", found.is_present(), " ", found.version(), " ", found.build_id() != "")
	get_tree().quit()
"""


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive.build({host(): library()}, tmp_path_factory.mktemp("package"))


def test_the_zip_holds_what_the_addon_needs(zipped: Path) -> None:
    assert zipped.name == f"framewire-godot-{tree.version()}.zip"
    with zipfile.ZipFile(zipped) as content:
        names = set(content.namelist())
    assert all(name.startswith("addons/framewire/") for name in names)
    short = {name.removeprefix("addons/framewire/") for name in names}
    needed = {"plugin.cfg", "plugin.gd", "framewire.gd", "framewire.gdextension", host().shipped, "README.md"}
    needed |= {"LICENSE-MIT", "LICENSE-APACHE", "Third Party Notices.md", "dock/dock.gd", "icons/framewire.svg"}
    assert needed <= short
    assert not [name for name in short if name.endswith((".import", ".py", ".pyc"))]
    assert not [name for name in short if name.endswith(".gd") and f"{name}.uid" not in short], "each script has its id"


def test_two_zips_of_the_same_files_are_equal(zipped: Path, tmp_path: Path) -> None:
    again = archive.build({host(): library()}, tmp_path)
    with zipfile.ZipFile(zipped) as one, zipfile.ZipFile(again) as other:
        assert [(entry.filename, entry.CRC, entry.date_time) for entry in one.infolist()] == [
            (entry.filename, entry.CRC, entry.date_time) for entry in other.infolist()
        ]


def test_the_extension_names_the_libraries_in_the_tree_alone(tmp_path: Path) -> None:
    fake = tmp_path / "library"
    fake.write_bytes(b"no library")
    chosen = dict.fromkeys(PLATFORMS[1:4], fake)
    tree.assemble(tmp_path / "addon", chosen)
    text = (tmp_path / "addon" / gdextension.NAME).read_text()
    named = [line.partition(" = ")[0] for line in text.splitlines() if "/bin/" in line]
    assert named == [platform.key for platform in PLATFORMS[1:4]]
    assert 'entry_symbol = "gdext_rust_init"' in text
    assert 'compatibility_minimum = "4.3"' in text
    assert "reloadable = false" in text
    for line in text.splitlines():
        if "res://addons/framewire/" in line:
            path = line.partition("res://addons/framewire/")[2].strip('"')
            assert (tmp_path / "addon" / path).exists(), line


def test_a_build_of_ones_own_may_reload(tmp_path: Path) -> None:
    tree.assemble(tmp_path / "addon", {host(): library()}, reloadable=True)
    assert "reloadable = true" in (tmp_path / "addon" / gdextension.NAME).read_text()


def test_the_library_keeps_the_c_interface_to_itself() -> None:
    listed = subprocess.run(["nm", "-D", "--defined-only", library()], capture_output=True, text=True, check=True)
    exported = [line.split()[-1] for line in listed.stdout.splitlines()]
    assert "gdext_rust_init" in exported
    assert not [name for name in exported if name.startswith("framewire_")]


def test_no_library_is_no_addon(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no library"):
        tree.assemble(tmp_path / "addon", {})


def test_a_second_installation_takes_out_what_is_gone_and_leaves_what_the_editor_made(tmp_path: Path) -> None:
    addon = tmp_path / "addon"
    tree.assemble(addon, {host(): library()})
    (addon / "old.gd").write_text("extends Node\n")
    (addon / "old.gd.uid").write_text("uid://old\n")
    (addon / "plugin.gd.uid").write_text("uid://plugin\n")
    tree.assemble(addon, {host(): library()})
    assert not (addon / "old.gd").exists() and not (addon / "old.gd.uid").exists()
    assert (addon / "plugin.gd.uid").exists() and (addon / "plugin.gd").exists()


def test_the_editor_loads_the_library_out_of_the_zip(zipped: Path, new_project, engine) -> None:
    project = new_project(extension=False, addon=False)
    (project.root / ".godot/extension_list.cfg").unlink(missing_ok=True)
    with zipfile.ZipFile(zipped) as content:
        content.extractall(project.root)
    project.write(".godot/extension_list.cfg", "res://addons/framewire/framewire.gdextension\n")
    project.enable_plugin("framewire")
    add_plugin(project, "tell", TELL)
    run = engine.run(project, "--editor").check()
    assert f"library: true {tree.version()} true" in run.lines, run.log
