"""unity-mcp: editors that are away for as long as a domain reload takes, and longer. The waits run beside the whole
suite; these tests come last."""

from __future__ import annotations

import json

import pytest

from harness.unity_background import IDLE_SECONDS, TAKEN
from harness.wait import until

pytestmark = [pytest.mark.background, pytest.mark.library]


def test_the_control_without_signs_of_life_loses_its_session(unity_background):
    assert unity_background.mute.wait() == 1001


def test_p6_an_idle_session_outlives_every_deadline_of_the_server(unity_background):
    idle = unity_background.idle
    idle.host.wait("state", since=unity_background.idle_mark, seconds=IDLE_SECONDS + 60)
    assert idle.call("execute_menu_item", menu_path="still here")["success"]
    same_connection(idle, unity_background.idle_before)


@pytest.mark.parametrize("seconds", [5, 25])
def test_p4_calls_live_through_a_reload(unity_background, seconds):
    reload = unity_background.reloads[seconds]
    assert reload.wait()["status"] == "ATTACHED"
    taken, held = reload.taken.result(), reload.held.result()
    assert (taken["success"], taken["message"]) == (True, json.loads(TAKEN)["message"]), "the true result"
    assert held["data"] == {"menuPath": "held"}
    assert min(reload.taken.seconds, reload.held.seconds) > seconds - 3, "they were in flight all the while"
    editor = reload.editor
    ran = [command for command in editor.executed() if command != "read_console"]
    assert ran == ["manage_editor", "execute_menu_item"], "each once"
    assert editor.executed("finish") == ["manage_editor"], "the new domain gave the answer of the old one"
    assert len(editor.host.seen("request_orphaned")) == 1
    assert editor.bake("after").result(timeout=60)["success"]
    same_connection(editor, reload.before)


def test_p2_a_call_held_in_vain_is_refused_and_never_runs(unity_background):
    reload = unity_background.reloads[35]
    held = reload.held.result()
    assert not held["success"] and held["hint"] == "retry", held
    assert held["data"]["reason"] == "reloading" and "was not run" in held["error"], held
    # What the host took and did not answer may have run: nobody is told to repeat it.
    taken = reload.taken.result()
    assert not taken["success"] and "hint" not in taken and "look before you repeat it" in taken["error"], taken
    assert reload.wait()["status"] == "ATTACHED"
    editor = reload.editor
    assert editor.bake("after").result(timeout=60)["data"] == {"key": "after"}
    assert editor.executed() == ["bake"], "what was refused never ran"
    same_connection(editor, reload.before)


def test_fast_calls_pass_after_a_short_reload_and_are_the_servers_to_refuse_in_a_long_one(unity_background):
    assert unity_background.reloads[5].fast()["success"]
    refused = unity_background.reloads[25].fast()
    assert not refused["success"] and refused["hint"] == "retry" and "ping not answered" in refused["error"], refused
    # The probes whose time was over never reached the frame loop.
    reload = unity_background.reloads[25]
    reload.wait()
    assert reload.editor.bake("later").result(timeout=60)["success"]
    assert not reload.editor.host.seen("request", name="ping"), reload.editor.host.describe()


def same_connection(editor, before) -> None:
    """After an answered call: a loss that is still on its way to the host would have shown by then."""
    assert editor.record()["session_id"] == before["session_id"], "the connection of before"
    assert editor.registrations() == 1
    assert len(editor.host.seen("opened")) == 1 and not editor.host.seen("closed"), editor.host.describe()
