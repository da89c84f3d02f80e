"""P6: a main thread blocked for 95 s costs nothing. The wait runs beside the whole suite; these tests come last."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.background


def test_the_control_client_loses_its_session(wire, silence):
    control = silence.controls[wire.release.protocol]
    # The server's verdict falls while the main thread is still blocked; the client learns of it when it is back.
    code = control.wait("closed", seconds=silence.remaining + 60)[0]["code"]
    assert code in (1006, 1011), control.describe()
    assert "keepalive" in wire.server.log() or code == 1011


@pytest.mark.library
def test_p6_a_blocked_main_thread_keeps_the_session(wire, silence):
    number = wire.release.protocol
    host, before = silence.hosts[number], silence.sessions[number]
    session_id = before["session_id"]
    host.wait("state", since=silence.marks[number], seconds=silence.remaining + 60)
    # After an answered call: a loss that is still on its way to the host would have shown by then.
    answer = wire.client.call("node_get_properties", path="/still-here", session_id=session_id)
    assert answer["path"] == "/still-here"
    host.wait("responded")
    assert not host.seen("closed") and not host.seen("connect_failed"), host.describe()
    assert len(host.seen("opened")) == 1
    assert wire.client.sessions()[session_id]["connected_at"] == before["connected_at"], "the connection of before"
