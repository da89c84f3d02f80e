"""An addon whose native library is missing says so once, and goes on without a connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from runner.builds import TESTS
from runner.engine import Engine
from runner.log import problems
from runner.project import Project


BODY = 'class_name McpConnection\nextends "res://addons/framewire/compat/mcp_connection.gd"\n'


@pytest.mark.parametrize("first_line", ["@tool\n", ""], ids=["tool", "two lines alone"])
def test_a_missing_library_is_told_of_once(
    engine: Engine, new_project: Callable[..., Project], first_line: str
) -> None:
    project = new_project(extension=False)
    # The editor that was there before had the library.
    (project.root / ".godot" / "extension_list.cfg").unlink(missing_ok=True)
    project.copy(TESTS / "compat" / "project", ".")
    project.copy(TESTS / "peers" / "project", ".")
    project.write("addons/godot_ai/connection.gd", first_line + BODY)
    project.enable_plugin("godot_ai")
    environment = {"FRAMEWIRE_TEST_PORT": "9", "FRAMEWIRE_TEST_RELEASE": "2.4.2", "FRAMEWIRE_TEST_TOKEN": ""}
    running = engine.start(project, "--editor", environment=environment)
    # The first attempt and two more.
    running.wait_for("MCP | cannot dial: Framewire's native library is not loaded: install", 3)
    found = problems(list(running.lines))
    assert len(found) == 1 and "Framewire's native library is not loaded" in found[0], found
