"""The link returns by itself: after a killed server, and beside another editor that has its name."""

from __future__ import annotations

import pytest

from conftest import Wire
from harness.mcp_client import McpClient
from harness.server import RELEASES
from harness.wait import until


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_a_killed_server_is_found_again_on_its_ports(release, tmp_path, connected):
    wire = Wire(release, tmp_path)
    try:
        host, session_id = connected(wire, script="run_tests silent\n")
        wire.client.start("test_run", session_id=session_id)
        request = host.wait("request", name="run_tests")[0]

        wire.server.kill()
        closed = host.wait("closed")[0]
        assert not closed["clean"]
        if not is_stand_in(host):
            ended = host.seen("request_ended", id=request["id"])
            assert len(ended) == 1 and ended[0]["reason"] == "LOST", host.describe()
            assert host.events.index(ended[0]) < host.events.index(closed)

        wire.client.close()
        wire.server.restart()
        wire.client = McpClient(wire.server)
        host.wait("acknowledged", 2, seconds=90)
        assert host.session_id() == session_id, "an editor keeps its name over a reconnect"
        until(lambda: session_id in wire.client.sessions(), "the server to list the editor again")
        assert wire.client.call("node_get_properties", path="/again", session_id=session_id)["path"] == "/again"
        assert len(host.seen("request", name="run_tests")) == 1, "nothing runs twice"
    finally:
        wire.close()


@pytest.mark.library
def test_a_restarted_server_with_a_new_capability_is_found_again(own_server, launch):
    server = own_server(RELEASES[1], own_capabilities=True)
    host = launch(None, "--url", server.url, "--profile", "godot_ai", "--godot-version", "4.7.1",
                  "--capability-file", str(server.capability_file))  # fmt: skip
    host.wait("acknowledged")
    first_token = server.token
    # The record of a killed server stays behind, with a capability that is worth nothing.
    server.kill()
    host.wait("closed")
    server.restart()
    assert server.token != first_token
    # A dial between the listener's start and the new record is refused and costs a wait of 60 s.
    host.wait("acknowledged", 2, seconds=150)


def is_stand_in(host) -> bool:
    return any(str(part).endswith("stand_in.py") for part in host.process.args)


@pytest.mark.library
def test_a_taken_session_id_gets_a_new_one(wire, connected, launch):
    first, session_id = connected(wire)
    # While it is away another editor takes its name.
    first.say("disconnect")
    until(lambda: session_id not in wire.client.sessions(), "the server to forget the editor")
    second, _ = connected(wire, "--session-id", session_id)
    first.say("connect")
    refused = first.wait("connect_failed")[0]
    assert (refused["reason"], refused["code"]) == ("SESSION_TAKEN", 4001)

    first.wait("acknowledged", 2)
    other_id = first.session_id()
    assert other_id != session_id
    until(lambda: {session_id, other_id} <= wire.client.sessions().keys(), "the server to list both editors")
    for number, each in enumerate((session_id, other_id)):
        assert wire.client.call("node_get_properties", path=f"/{number}", session_id=each)["path"] == f"/{number}"
    assert not second.seen("closed"), "the editor that has the name is untouched"


@pytest.mark.library
def test_a_given_session_id_that_is_taken_is_renewed(wire, connected, launch):
    first, session_id = connected(wire, "--session-id", f"given-{wire.release.protocol}@0011223344556677")
    second = launch(wire, "--session-id", session_id)
    refused = second.wait("connect_failed")[0]
    assert (refused["reason"], refused["code"]) == ("SESSION_TAKEN", 4001)
    assert session_id in refused["detail"]
    second.wait("acknowledged")
    renewed = second.session_id()
    assert renewed != session_id
    until(lambda: {session_id, renewed} <= wire.client.sessions().keys(), "the server to list both editors")
    assert wire.client.call("node_get_properties", path="/mine", session_id=renewed)["path"] == "/mine"
    assert not first.seen("closed"), "the editor that has the name is untouched"
