"""The servers take a message of 4 MiB and close on one byte more; the library never lets it come to that."""

from __future__ import annotations

import pytest

from harness.mcp_client import ToolError

LIMIT = 4 * 1024 * 1024
PICTURE = '{"source":"viewport","width":64,"height":64,"original_width":64,"original_height":64,"format":"png"}'


def screenshot(wire, session_id):
    # Without the image the server takes the whole answer from the editor and hands a small one to the MCP client.
    return wire.client.call("editor_screenshot", include_image=False, session_id=session_id)


@pytest.fixture
def fill_of_a_full_message(wire, connected, relay):
    """The fill with which the whole message has exactly LIMIT bytes: what a small answer needs beside its fill."""
    counted = relay(wire.server)
    _, session_id = connected(wire, url=counted.url, script=f"take_screenshot big 1000 {PICTURE}\n")
    assert screenshot(wire, session_id)["width"] == 64
    return LIMIT - (counted.message_sizes[-1] - 1000)


def test_an_answer_of_exactly_4_mib_passes(wire, connected, relay, fill_of_a_full_message):
    counted = relay(wire.server)
    script = f"take_screenshot big {fill_of_a_full_message} {PICTURE}\n"
    host, session_id = connected(wire, url=counted.url, script=script)
    assert screenshot(wire, session_id)["width"] == 64
    assert max(counted.message_sizes) == LIMIT
    assert wire.client.call("node_get_properties", path="/after", session_id=session_id)["path"] == "/after"
    assert counted.dials == 1 and not host.seen("closed")


def test_one_byte_more_gets_the_backpressure_error(wire, connected, relay, fill_of_a_full_message):
    counted = relay(wire.server)
    script = f"take_screenshot big {fill_of_a_full_message + 1} {PICTURE}\n"
    host, session_id = connected(wire, url=counted.url, script=script)
    with pytest.raises(ToolError) as error:
        screenshot(wire, session_id)
    assert "INTERNAL_ERROR" in str(error.value)
    assert "max_resolution" in str(error.value) and "include_image" in str(error.value)
    assert max(counted.message_sizes) < 8192, "the large message never went out"
    assert wire.client.call("node_get_properties", path="/after", session_id=session_id)["path"] == "/after"
    assert counted.dials == 1 and not host.seen("closed")
