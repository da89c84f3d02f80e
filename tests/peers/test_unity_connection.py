"""unity-mcp: registrations, lost servers, refusals, and what keeps a server busy."""

from __future__ import annotations

import pytest

from harness.unity_mcp import hello
from harness.wait import until

pytestmark = pytest.mark.library


def test_one_registration_a_connection(own_unity, launch, tmp_path):
    demo = own_unity.editor(launch, tmp_path, "--reconnect-delays-ms", "100")
    first = demo.record()["session_id"]
    own_unity.server.kill()
    demo.host.wait("closed")
    own_unity.server.restart()
    demo.host.wait("acknowledged", count=2)
    second = until(demo.record, "the server to list the editor again")["session_id"]
    # The tools were told again, too.
    until(lambda: f"tools for session {second}" in own_unity.server.log(), "the server to know the tools")
    assert first != second == demo.host.session_id()
    assert demo.registrations() == 2 and len(demo.host.seen("opened")) == 2


def test_a_project_opened_twice_is_the_newer_editors(editor, unity, launch):
    old = editor("--reconnect", "none")
    launch(unity, "--hello", hello(old.project_hash)).wait("acknowledged")
    assert old.host.wait("closed")[0]["code"] == 1001


def test_a_hello_without_a_hash_is_refused_before_it_is_dialled(launch, unity):
    host = launch(unity, "--hello", '{"project_name":"demo"}')
    until(lambda: host.process.poll() is not None, "the host to end", context=host.describe)
    # What it printed last may still be on its way.
    until(lambda: "project_hash" in host.describe(), "the reason", context=host.describe)
    assert "Assets" in host.describe()


def test_an_answer_of_15_mib_passes(own_unity, launch, tmp_path):
    # The server is deaf while it reads that much, which the waits of others would feel.
    demo = own_unity.editor(launch, tmp_path, script=f"bake big {15 << 20}\n")
    assert len(demo.bake("big").result(timeout=120)["data"]["fill"]) == 15 << 20
