"""An editor gets in, and the server knows it by what its hello said."""

from __future__ import annotations

import json

import pytest

from harness.server import RELEASES
from harness.wait import USUAL_SECONDS, until


def test_the_server_acknowledges_and_lists_the_editor(wire, connected):
    host, session_id = connected(wire, "--project", "/games/My Game/")
    assert host.wait("opened")[0]["generation"] >= 1
    assert host.wait("acknowledged")[0]["name"] == wire.release.version

    session = wire.client.sessions()[session_id]
    assert session["project_path"] == "/games/My Game/"
    assert session["godot_version"] == "4.7.1-stable (official)"
    assert session["protocol_version"] == wire.release.protocol
    assert session["readiness"] in ("ready", "no_scene")
    assert session["editor_pid"] == host.process.pid


def test_the_session_leaves_with_the_host(wire, connected):
    host, session_id = connected(wire)
    host.stop(USUAL_SECONDS)
    assert host.process.returncode == 0, host.describe()
    until(lambda: session_id not in wire.client.sessions(), "the server to forget the editor")


@pytest.mark.library
def test_the_capability_is_taken_from_the_environment(wires, launch):
    wire = wires[2]
    host = launch(None, "--url", wire.server.url, "--profile", "godot_ai", "--godot-version", "4.7.1",
                  environment={"GODOT_AI_WS_TOKEN": wire.server.token})  # fmt: skip
    assert host.wait("acknowledged")[0]["name"] == wire.release.version


@pytest.mark.library
def test_the_capability_is_taken_from_the_servers_record(own_server, launch):
    server = own_server(RELEASES[1], own_capabilities=True)
    place = {"GODOT_AI_CAPABILITY_DIR": str(server.capability_directory)}
    common = ("--url", server.url, "--profile", "godot_ai", "--godot-version", "4.7.1")
    found = launch(None, *common, "--http-port", str(server.http_port), environment=place)
    named = launch(None, *common, "--capability-file", str(server.capability_file))
    assert found.wait("acknowledged")[0]["name"] == server.release.version
    assert named.wait("acknowledged")[0]["name"] == server.release.version


@pytest.mark.library
@pytest.mark.parametrize("at_first", ["missing", "readable by all"])
def test_a_capability_record_is_looked_for_again_at_each_dial(wires, launch, tmp_path, at_first):
    server = wires[2].server
    record = tmp_path / "http-1.json"
    pair = {"version": 1, "http": server.http_capability, "websocket": server.token, "instance_nonce": "0" * 32}
    if at_first == "readable by all":
        record.write_text(json.dumps(pair))
        record.chmod(0o644)
    host = launch(None, "--url", server.url, "--profile", "godot_ai", "--godot-version", "4.7.1",
                  "--capability-file", str(record))  # fmt: skip
    assert host.wait("connect_failed")[0]["reason"] in ("PROTOCOL_MISMATCH", "CAPABILITY")
    assert not host.seen("acknowledged")

    record.write_text(json.dumps(pair))
    record.chmod(0o600)
    host.say("connect")
    host.wait("acknowledged")
