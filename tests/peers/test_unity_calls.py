"""unity-mcp: tool calls of an MCP client arrive in the editor, and its answers come back as they are."""

from __future__ import annotations

import time

import pytest

from harness.mcp_client import McpClient
from harness.unity_mcp import TOOLS, hello
from harness.wait import until

pytestmark = pytest.mark.library


def test_a_call_and_its_answer(editor):
    demo = editor()
    assert demo.call("execute_menu_item", menu_path="Tools/Größe ☃")["data"] == {"menuPath": "Tools/Größe ☃"}
    assert demo.host.session_id() == demo.record()["session_id"], "the id that the server gave is told to the host"
    assert demo.registrations() == 1


def test_a_payload_in_the_servers_own_form_passes_untouched(editor):
    payload = '{"success":true,"message":"done","data":{"n":9007199254740993,"é":[1e-7]}}'
    answer = editor(script=f"execute_menu_item reply {payload}\n").call("execute_menu_item", menu_path="x")
    assert answer == {"success": True, "message": "done", "error": None, "data": {"n": 9007199254740993, "é": [1e-7]}, "hint": None}


def test_an_error_answer(editor):
    answer = editor(script='manage_editor fail not_found no "thing": look at the list\n').call("manage_editor", action="play")
    assert not answer["success"]
    assert (answer["error"], answer["code"]) == ('no "thing": look at the list', "not_found")


def test_a_fast_call_is_preceded_by_the_servers_probe(editor):
    demo = editor(script='read_console reply {"success":true,"data":[{"message":"x"}]}\n')
    assert demo.call("read_console", action="get")["data"] == [{"message": "x"}]
    until(lambda: len(demo.host.seen("request")) == 2, "the host to tell of both")
    assert [request["name"] for request in demo.host.seen("request")] == ["ping", "read_console"]


def test_many_calls_in_flight(editor):
    demo = editor(script="bake defer 1500 echo\n")
    calls = [demo.bake(f"{number}") for number in range(20)]
    assert [call.result(timeout=60)["data"]["key"] for call in calls] == [f"{number}" for number in range(20)]
    assert sorted(demo.keys(), key=int) == [f"{number}" for number in range(20)], "each once"


def test_tools_are_told_at_once_when_they_change(editor, unity):
    demo = editor()
    session_id = demo.record()["session_id"]
    told = f"tools for session {session_id}"
    until(lambda: f"Registered {len(TOOLS)} {told}" in unity.server.log(), "the server to know the tools")
    more = [*TOOLS, {"name": "bake_more", "description": "More."}]
    demo.host.say("hello", hello(demo.project_hash, more))
    until(lambda: f"Registered {len(more)} {told}" in unity.server.log(), "the server to know the new tools")
    # A new client: that of the other tests has the server look for the last editor it called before it lists tools.
    client = McpClient(unity.server)
    try:
        assert client.call("bake_more", unity_instance=f"demo@{demo.project_hash}")["success"]
    finally:
        client.close()
    assert demo.registrations() == 1 and not demo.host.seen("closed")


def test_a_17_mib_answer_is_refused_in_words_and_the_session_lives(editor):
    demo = editor(script=f"bake big {17 << 20}\n")
    before = demo.record()
    answer = demo.bake("big").result(timeout=60)
    assert not answer["success"] and "16 MiB" in answer["error"], answer
    assert demo.host.wait("responded")[0]["status"] == "REPLACED"
    assert demo.call("execute_menu_item", menu_path="after")["success"]
    assert demo.record() == before and not demo.host.seen("closed")


def test_two_editors_are_told_apart(editor):
    first, second = editor(), editor()
    assert first.bake("a").result(timeout=60)["data"]["key"] == "a"
    assert (first.keys(), second.keys()) == (["a"], [])


def test_a_main_thread_away_for_5_s_costs_a_call_nothing_but_time(editor):
    demo = editor()
    mark = demo.host.mark()
    began = time.monotonic()
    # In one write, so that the line tells of the stall's begin.
    demo.host.say("state\nstall", 5000)
    demo.host.wait("state", since=mark)
    assert demo.bake("waits").result(timeout=60)["data"]["key"] == "waits"
    assert time.monotonic() - began >= 4.0
    assert demo.keys() == ["waits"] and not demo.host.seen("closed")


def test_a_refusal_for_a_reload_makes_the_server_repeat_an_edit_by_itself(editor):
    state = '{"success":true,"data":{"schema_version":"1","observed_at_unix_ms":1,"sequence":1}}'
    # One slot, taken for 6 s: what comes meanwhile is refused at once, for the reason that the readiness tells.
    demo = editor("--slots", "1", script=f"bake defer 6000 echo\nget_editor_state reply {state}\n")
    demo.host.say("readiness RELOADING")
    taken = demo.bake("taken")
    demo.host.wait("request", name="bake")
    answer = demo.call("create_script", path="Assets/Demo.cs", contents="class Demo {}")
    assert answer["success"], answer
    assert taken.result(timeout=60)["success"]
    assert demo.host.ask("stats")["refused_busy"] >= 1
    assert demo.executed().count("manage_script") == 1
