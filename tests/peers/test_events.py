"""What the editor announces becomes visible at the server."""

from __future__ import annotations

import pytest

from harness.mcp_client import ToolError
from harness.wait import until


def shows(wire, session_id, **fields):
    """Waits until the server's record of the session has these values."""

    def matches():
        session = wire.client.sessions()[session_id]
        return all(session[name] == value for name, value in fields.items())

    until(matches, f"the server to show {fields}", context=lambda: str(wire.client.sessions()[session_id]))


def test_scene_and_play_state_reach_the_server(wire, connected):
    host, session_id = connected(wire)
    host.say("notify", "scene_changed", '{"current_scene":"res://szenen/größe.tscn"}')
    host.say("notify", "play_state_changed", '{"play_state":"playing"}')
    shows(wire, session_id, current_scene="res://szenen/größe.tscn", play_state="playing")
    host.say("notify", "play_state_changed", '{"play_state":"stopped"}')
    shows(wire, session_id, play_state="stopped")


@pytest.mark.parametrize("word", ["importing", "playing", "no_scene"])
def test_readiness_reaches_the_server(wire, connected, word):
    host, session_id = connected(wire)
    host.say("readiness", word)
    shows(wire, session_id, readiness=word)
    host.say("readiness", "ready")
    shows(wire, session_id, readiness="ready")


def test_readiness_holds_back_writes_while_the_game_plays(wire, connected):
    script = 'get_editor_state reply {"readiness":"playing"}\n'
    host, session_id = connected(wire, script=script)
    host.say("readiness", "playing")
    shows(wire, session_id, readiness="playing")
    with pytest.raises(ToolError, match="EDITOR_NOT_READY"):
        wire.client.call("node_create", type="Node", name="New", session_id=session_id)
    assert not host.seen("request", name="create_node"), "the write never reached the editor"
    # Reads are not held back, and every answer carries the readiness of the moment.
    assert wire.client.call("node_get_properties", path="/x", session_id=session_id)["path"] == "/x"
    shows(wire, session_id, readiness="playing")

    host.say("readiness", "ready")
    shows(wire, session_id, readiness="ready")
    assert wire.client.call("node_create", type="Node", name="New", session_id=session_id)["name"] == "New"
