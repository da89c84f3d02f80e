"""Tool calls of an MCP client arrive in the editor, and the editor's answers come back."""

from __future__ import annotations

import time

import pytest

from harness.mcp_client import ToolError
from harness.wait import until


def test_a_call_and_its_answer(wire, connected):
    host, session_id = connected(wire)
    answer = wire.client.call("node_get_properties", path="/root/Größe ☃", session_id=session_id)
    assert answer["path"] == "/root/Größe ☃"
    # The line of a frame is printed at its end: the answer can be here first.
    until(lambda: host.seen("request", name="get_node_properties"), "the host to tell of the request")


def test_as_many_calls_in_flight_as_the_server_allows(wire, connected):
    host, session_id = connected(wire, script="get_node_properties defer 2500 echo\n")
    count = wire.release.calls_in_flight
    paths = [f"/root/node-{number}" for number in range(count)]
    calls = [wire.client.start("node_get_properties", path=path, session_id=session_id) for path in paths]
    assert [call.result(timeout=60)["path"] for call in calls] == paths

    requests = host.seen("request", name="get_node_properties")
    answers = host.wait("responded", count)
    assert len(requests) == len(answers) == count, "each call once, each answered once"
    assert len({request["id"] for request in requests}) == count
    last_request, first_answer = host.events.index(requests[-1]), host.events.index(answers[0])
    assert last_request < first_answer, "all of them were in flight together"


def test_one_call_too_many_is_the_servers_own_refusal(wires, connected):
    wire = wires[2]
    host, session_id = connected(wire, script="get_node_properties defer 3000 echo\n")
    count = wire.release.calls_in_flight
    calls = [wire.client.start("node_get_properties", path=f"/{n}", session_id=session_id) for n in range(count)]
    host.wait("request", count)
    with pytest.raises(ToolError, match="TRANSPORT_OVERLOADED"):
        wire.client.call("node_get_properties", path="/one-more", session_id=session_id)
    assert sorted(call.result(timeout=60)["path"] for call in calls) == sorted(f"/{n}" for n in range(count))


def test_a_deferred_answer(wire, connected):
    host, session_id = connected(wire, script='run_tests defer 6000 {"passed":3}\n')
    began = time.monotonic()
    call = wire.client.start("test_run", session_id=session_id)
    # Later calls overtake it: deferring blocks nobody.
    host.wait("request", name="run_tests")
    assert wire.client.call("node_get_properties", path="/quick", session_id=session_id)["path"] == "/quick"
    assert not call.done()
    assert call.result(timeout=60)["passed"] == 3
    assert time.monotonic() - began >= 6.0


def test_an_error_answer(wire, connected):
    message = 'no node named "Ünknown"; look at the scene tree'
    host, session_id = connected(wire, script=f"get_node_properties fail NODE_NOT_FOUND {message}\n")
    with pytest.raises(ToolError) as error:
        wire.client.call("node_get_properties", path="/missing", session_id=session_id)
    assert f"NODE_NOT_FOUND: {message}" in str(error.value)
    assert wire.client.call("editor_state", session_id=session_id)["readiness"] == "ready"


def test_calls_wait_out_a_blocked_main_thread(wire, connected):
    host, session_id = connected(wire)
    began = time.monotonic()
    host.say("stall", 2000)
    paths = [f"/waiting-{number}" for number in range(8)]
    calls = [wire.client.start("node_get_properties", path=path, session_id=session_id) for path in paths]
    # The servers give these calls 5 s: they live only if the answers leave as soon as the main thread is back.
    assert [call.result(timeout=60)["path"] for call in calls] == paths
    assert time.monotonic() - began >= 1.0, "the main thread was not blocked"
    assert not host.seen("closed")
    until(lambda: len(host.seen("request", name="get_node_properties")) == len(paths), "the host to tell of every request")
