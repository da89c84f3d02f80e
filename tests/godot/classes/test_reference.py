"""The editor's help: each class, method, property, signal and constant is described, and constants are those of C."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.engine import Engine
from runner.project import Project

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
PREFIXES = ["PROFILE", "PHASE", "READINESS", "REASON", "RECONNECT", "OVERFLOW", "OUTSTANDING", "LOG"]
# What the engine writes where there is no description.
NOTHING = "There is currently no description for this"
PLUGIN = '[plugin]\nname="help"\ndescription=""\nauthor=""\nversion="1"\nscript="plugin.gd"\n'

Page = dict[str, Any]


@pytest.fixture
def pages(engine: Engine, new_project: Callable[..., Project]) -> dict[str, Page]:
    """What is shown of each class."""
    project = new_project(addon=False)
    project.write("addons/help/plugin.cfg", PLUGIN)
    project.copy(HERE / "help_pages.gd", "addons/help/plugin.gd")
    project.enable_plugin("help")
    run = engine.run(project, "--editor").check()
    shown = [json.loads(line.removeprefix("page ")) for line in run.lines if line.startswith("page ")]
    return {page["class"]: page for page in shown}


def test_the_help(pages: dict[str, Page]) -> None:
    assert set(pages) == {f"Framewire{name}" for name in ("Call", "EditorLink", "Link", "Reply", "Request")}
    for name, page in pages.items():
        shown = page["text"]
        assert len(shown) > 100, f"{name}: {shown}"
        around = [shown[max(0, found.start() - 200) : found.end()] for found in re.finditer(NOTHING, shown)]
        assert not around, f"{name}: {around}"

    pattern = rf"^#define FRAMEWIRE_((?:{'|'.join(PREFIXES)})_\w+) (\d+)$"
    header = (TOP / "include" / "framewire.h").read_text()
    constants = {found: int(value) for found, value in re.findall(pattern, header, re.MULTILINE)}
    assert len(constants) > 60
    assert pages["FramewireLink"]["constants"] == constants

    assert not [found for page in pages.values() for found in missing_references(page, pages)]


def missing_references(page: Page, pages: dict[str, Page]) -> list[str]:
    """References such as [method close] of the class's description that lead nowhere."""
    kinds = {"method": "methods", "signal": "signals", "member": "members", "constant": "constants"}
    missing = []
    for kind, target in re.findall(r"\[(method|member|signal|constant) ([\w.]+)\]", source(page["class"])):
        owner, _, short = target.rpartition(".")
        of_engine = owner not in ("", *pages) or (kind == "constant" and re.match("OK$|ERR_", short))
        if not of_engine and short not in pages[owner or page["class"]][kinds[kind]]:
            missing.append(f"{page['class']}: [{kind} {target}]")
    return missing


def source(name: str) -> str:
    """The documentation comments of a class, in the files that have an `impl` of it."""
    files = [path.read_text() for path in (TOP / "godot" / "src").rglob("*.rs")]
    lines = "\n".join(text for text in files if re.search(rf"^(impl|pub struct) {name} ", text, re.MULTILINE))
    return "\n".join(line for line in lines.splitlines() if line.strip().startswith("///"))
