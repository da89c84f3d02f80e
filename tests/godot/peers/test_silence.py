"""A main thread that is blocked for longer than any server waits costs no session."""

from __future__ import annotations

from collections.abc import Callable

# Past both deadlines: protocol 1 servers close 40 s after the last pong, protocol 2 servers after 80 s.
BLOCKED_SECONDS = 95


def test_a_main_thread_blocked_for_95_s_keeps_its_session(wires: dict, edit: Callable) -> None:
    editors = [edit(wire, control=True) for wire in wires.values()]
    for editor in editors:
        editor.running.wait_for("control open")
    before = [editor.session for editor in editors]
    # What a server shared with other tests has said before is no proof of this silence.
    said = [len(editor.wire.server.log()) for editor in editors]
    blocked = [editor.begin("node_get_properties", path=f"do:block:{BLOCKED_SECONDS * 1000}") for editor in editors]
    for editor, call, session, old in zip(editors, blocked, before, said, strict=True):
        running = editor.running
        running.wait_for("unblocked", seconds=BLOCKED_SECONDS + 60)
        assert call.exception(timeout=60), "the call itself ran out of its own time"
        # The same process, the same silence: what pongs on the main thread only is gone.
        closed = running.wait_for("control closed")[0].split()[-1]
        assert closed == "1011" or "keepalive" in editor.wire.server.log()[old:], closed
        assert editor.look("/still-here")["path"] == "/still-here"
        assert editor.session["connected_at"] == session["connected_at"], "the connection of before"
        assert editor.connections() == 1 and not any("MCP | disconnected" in line for line in running.lines)
