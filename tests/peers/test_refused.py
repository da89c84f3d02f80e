"""What cannot work is said clearly, and not tried again at once."""

from __future__ import annotations

import time

import pytest

from harness.server import capability

# Long enough for a dozen redials of a host that does not hold back.
QUIET_SECONDS = 5.0


def expect_one_refusal(host, counted, reason):
    """One dial, one CONNECT_FAILED with that reason and a long wait; `connect` then dials exactly once more."""
    refused = host.wait("connect_failed")[0]
    assert refused["reason"] == reason, host.describe()
    assert refused["delay_ms"] >= 45_000, "60 s, give or take the jitter"
    assert not host.seen("acknowledged")
    time.sleep(QUIET_SECONDS)
    assert counted.dials == 1, "it dialed again while it should wait"
    host.say("connect")
    assert host.wait("connect_failed", 2)[1]["reason"] == reason
    assert counted.dials == 2
    return refused["detail"].lower()


def test_a_wrong_capability(wires, launch, relay):
    wire = wires[2]
    counted = relay(wire.server)
    host = launch(None, "--url", counted.url, "--profile", "godot_ai", "--godot-version", "4.7.1", "--token", "0" * 64)
    detail = expect_one_refusal(host, counted, "AUTHENTICATION")
    assert "capability" in detail or "token" in detail, "it says what to look at"
    assert "0" * 64 not in host.describe(), "a capability is never shown"


@pytest.mark.library
def test_protocol_1_against_a_protocol_2_server(wires, launch, relay):
    wire = wires[2]
    counted = relay(wire.server)
    host = launch(None, "--url", counted.url, "--profile", "godot_ai", "--godot-version", "4.7.1", "--protocol", "1")
    detail = expect_one_refusal(host, counted, "PROTOCOL_MISMATCH")
    assert "protocol" in detail and "2" in detail, "it says what the server speaks"


@pytest.mark.library
def test_a_capability_against_a_protocol_1_server(wires, launch, relay):
    wire = wires[1]
    counted = relay(wire.server)
    token = capability()
    host = launch(None, "--url", counted.url, "--profile", "godot_ai", "--godot-version", "4.7.1",
                  environment={"GODOT_AI_WS_TOKEN": token})  # fmt: skip
    detail = expect_one_refusal(host, counted, "PROTOCOL_MISMATCH")
    assert "godot_ai_ws_token" in detail, "it says where the capability came from"
    assert "protocol" in detail and "1" in detail, "it says how to reach this server"
    assert token not in host.describe(), "a capability is never shown"
