"""A library that is not there: the engine's own lines, one of ours that says what to do, and an editor that works."""

from __future__ import annotations

import re
import shutil

import pytest
from addon_project import add_plugin, block
from runner.log import Allowance, entries

# The engine tells of the file, of the library and of the extension; in one run it may look several times.
ENGINES_OWN = ("FileAccess::exists", "GDExtension dynamic library not found", "Error loading extension")


def ours(lines: list[str]) -> list[str]:
    told = [line for line in lines if "framewire" in line.lower() and not line.startswith("[")]
    return [line for line in told if not re.search("GDExtension|Error loading extension", line)]


def start(project, engine):
    project.enable_plugin("framewire")
    add_plugin(project, "my_tools", block("gdscript"))
    return engine.run(project, "--editor", "--quit-after", "200", environment={"FRAMEWIRE_HEADLESS": "1"})


def test_a_library_that_is_gone_costs_one_line(project, engine) -> None:
    shutil.rmtree(project.root / "addons/framewire/bin")
    run = start(project, engine)
    run.check(*[Allowance(pattern) for pattern in ENGINES_OWN])
    assert entries(run.lines), "the engine says so itself"
    told = ours(run.lines)
    assert len(told) == 1, run.log
    assert "release zip" in told[0] and "restart the editor" in told[0]


def test_an_addon_without_extension_costs_one_line(new_project, engine) -> None:
    project = new_project(extension=False)
    (project.root / ".godot/extension_list.cfg").unlink(missing_ok=True)
    run = start(project, engine).check()
    told = ours(run.lines)
    assert len(told) == 1, run.log
    assert "no native library" in told[0] and "make godot" in told[0]


@pytest.mark.parametrize(
    "name", ["FramewireLink", "FramewireEditorLink", "FramewireRequest", "FramewireReply", "FramewireCall"]
)
def test_no_script_of_the_addon_needs_a_native_class(name) -> None:
    from runner.builds import ADDON

    for script in ADDON.rglob("*.gd"):
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), 1):
            code = line.partition("#")[0]
            spoken = f'"{name}"' in code
            assert name not in code or spoken, f"{script}:{number} names {name}"
