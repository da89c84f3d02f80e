"""The guide's ten lines, copied out of it and run."""

from __future__ import annotations

import pytest
from addon_project import add_plugin, block

ORDERS = (["framewire", "my_tools"], ["my_tools", "framewire"])


def test_the_ten_lines_are_ten() -> None:
    assert len([line for line in block("gdscript").splitlines() if line.strip()]) <= 10


@pytest.mark.parametrize("order", ORDERS, ids=" before ".join)
def test_the_ten_lines_answer_what_the_guide_types(order, project, editor, server) -> None:
    for plugin in order:
        if plugin == "framewire":
            project.enable_plugin("framewire")
        else:
            add_plugin(project, "my_tools", block("gdscript"))
    running = editor(project, environment={"FRAMEWIRE_HEADLESS": "1", "FRAMEWIRE_URL": server.url})
    server.wait("acknowledged", seconds=60)
    server.say(block("text").splitlines()[1])
    answer = server.wait("answer")[0]
    assert answer["status"] == "ok", answer
    assert answer["data"] == {"greeting": "Hello, you!"}
    running.kill()


def test_the_hello_names_editor_and_project(project, editor, server) -> None:
    project.enable_plugin("framewire")
    editor(project, environment={"FRAMEWIRE_HEADLESS": "1", "FRAMEWIRE_URL": server.url})
    told = server.wait("acknowledged", seconds=60)[0]
    assert told["godot_version"].startswith("4."), told
    assert told["project_path"] == f"{project.root}/"
    assert told["editor_pid"] > 0
    assert told["session_id"].startswith("project@")
