"""An MCP client works in a real editor through a real server and the addon's connection."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from harness.mcp_client import ToolError
from harness.relay import Relay
from harness.wait import until

MIB = 1 << 20
IMPORTING = "MCP | [event] readiness -> importing"


def test_calls_and_their_answers(wire, edit: Callable) -> None:
    editor = edit(wire)
    assert editor.look("/root/Größe ☃")["path"] == "/root/Größe ☃"
    paths = [f"/node-{number}" for number in range(wire.release.calls_in_flight)]
    calls = [editor.begin("node_get_properties", path=path) for path in paths]
    assert [call.result(timeout=60)["path"] for call in calls] == paths
    assert all(editor.ran(path) == 1 for path in paths)
    assert editor.look("later:20")["path"] == "later:20"
    assert editor.connections() == 1


def test_a_node_is_created_in_the_scene_that_is_open(wire, edit: Callable) -> None:
    editor = edit(wire)
    editor.shows(readiness="no_scene")
    with pytest.raises(ToolError, match="NO_SCENE"):
        editor.begin("node_create", type="Node", name="New").result(timeout=60)
    editor.look("do:open:res://one.tscn")
    editor.shows(current_scene="res://one.tscn", readiness="ready")
    made = editor.begin("node_create", type="Node", name="New").result(timeout=60)
    assert (made["name"], made["path"]) == ("New", "New")


def test_imports_in_the_middle_of_traffic(wire, edit: Callable, relay: Relay) -> None:
    editor = edit(wire, port=int(relay.url.rpartition(":")[2]))
    editor.look("do:open:res://one.tscn")
    editor.shows(readiness="ready")
    rounds = 0
    # A scan that begins and ends between two frames is seen by nobody: imports go on until two were told of.
    while rounds < 3 or editor.told(IMPORTING) < 2:
        assert rounds < 20, "no frame fell into a scan"
        editor.look(f"do:import:{min(20 * (rounds + 1), 60)}")
        calls = [editor.begin("node_get_properties", path=f"/{rounds}/{each}") for each in range(12)]
        assert [call.result(timeout=60)["path"] for call in calls] == [f"/{rounds}/{each}" for each in range(12)]
        editor.shows(readiness="ready")
        rounds += 1
    editor.running.wait_for("ran get_node_properties /", 12 * rounds)
    assert all(editor.ran(f"/{number}/{each}") == 1 for number in range(rounds) for each in range(12))
    # A write is let through again.
    editor.begin("node_create", type="Node", name="New").result(timeout=60)
    assert relay.dials == 1 and editor.connections() == 1


@pytest.mark.play
def test_a_scene_is_played_in_the_middle_of_traffic(wire, edit: Callable, relay: Relay) -> None:
    editor = edit(wire, port=int(relay.url.rpartition(":")[2]), play=True)
    editor.look("do:open:res://one.tscn")
    editor.shows(current_scene="res://one.tscn", play_state="stopped", readiness="ready")
    editor.look("do:play")
    editor.shows(play_state="playing", readiness="playing")
    home = editor.running.project.home
    proof = until(lambda: next(home.rglob("played.txt"), None), "the game's own file", context=editor.running.describe)
    assert proof.read_text() == "played"
    with pytest.raises(ToolError, match="EDITOR_NOT_READY"):
        editor.begin("node_create", type="Node", name="New").result(timeout=60)
    assert editor.look("/while/playing")["path"] == "/while/playing", "reads are not held back"
    editor.look("do:stop")
    editor.shows(play_state="stopped", readiness="ready")
    editor.begin("node_create", type="Node", name="New").result(timeout=60)
    editor.running.wait_for("ran create_node New", 1)
    assert editor.running.lines.count("ran create_node New") == 1, "what was refused never came to the editor"
    assert relay.dials == 1 and editor.connections() == 1


def test_a_screenshot_of_several_mib(wire, edit: Callable, relay: Relay) -> None:
    editor = edit(wire, port=int(relay.url.rpartition(":")[2]))
    # Without the image the server takes the whole answer and hands a small one to the MCP client.
    for _ in range(3):
        shot = editor.begin("editor_screenshot", include_image=False).result(timeout=60)
        assert (shot["width"], shot["height"], shot["format"]) == (900, 900, "png")
    large = [size for size in relay.message_sizes if size > 3 * MIB]
    assert len(large) == 3 and max(large) <= 4 * MIB, large
    assert editor.look("/after")["path"] == "/after"
    assert relay.dials == 1 and editor.connections() == 1


def test_a_server_that_comes_back_finds_the_same_editor(wire, edit: Callable) -> None:
    editor = edit(wire)
    session_id = editor.session_id
    wire.client.close()
    wire.server.kill()
    editor.running.wait_for("MCP | disconnected")
    time.sleep(0.5)
    wire.server.restart()
    wire.client = type(wire.client)(wire.server)
    until(lambda: session_id in wire.client.sessions(), "the same session", 60, editor.running.describe)
    assert editor.look("/again")["path"] == "/again"
