"""The sample client of unity-mcp in an editor on Mono, called by an MCP client through a real server, while its domain is
reloaded; and beside it the usual way, a ClientWebSocket of the domain."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.host import Host
from harness.mcp_client import McpClient, ToolError
from harness.unity_mcp import UnityServer
from harness.wait import until

RELOADS = 20
FRAMEWIRE = ["Framewire.Editor.dll", "UnityMcpClient.dll"]
MANAGED = ["ManagedLink.dll"]


@dataclass
class Project:
    """A project with its Assets folder, and its editor once the server knows it."""

    server: UnityServer
    client: McpClient
    host: Host
    hash: str

    def call(self, tool: str, **arguments: str) -> dict:
        return self.client.call(tool, unity_instance=f"stub@{self.hash}", **arguments)

    def registrations(self) -> int:
        return self.server.log().count(f"Plugin registered: stub ({self.hash})")

    def reload(self, away: float, how: str = "told") -> None:
        mark = self.host.mark()
        self.host.say(f"unload {how}")
        self.host.wait("unloaded", since=mark)
        time.sleep(away)
        self.host.say("load")
        self.host.wait("loaded", since=mark)


@pytest.fixture
def client(unity_mcp: UnityServer):
    running = McpClient(unity_mcp)
    yield running
    running.close()


@pytest.fixture
def project(unity_mcp: UnityServer, client: McpClient, editor: Callable[[Path, list[str]], Host], tmp_path: Path):
    """Opens a new project in an editor that loads `assemblies`."""

    def start(assemblies: list[str]) -> Project:
        root = tmp_path / "project"
        (root / "Assets").mkdir(parents=True)
        (root / "UserSettings").mkdir()
        (root / "UserSettings" / "Framewire.txt").write_text(f"url.unity-mcp = {unity_mcp.url}\n")
        (root / "url.txt").write_text(unity_mcp.url)
        before = set(unity_mcp.instances())
        host = editor(root / "Assets", assemblies)
        host.say("load")
        host.wait("loaded")
        new = until(lambda: set(unity_mcp.instances()) - before, "the server to know the editor", context=host.describe)
        project_hash = new.pop()
        told = f"tools for session {unity_mcp.instances()[project_hash]['session_id']}"
        until(lambda: told in unity_mcp.log(), "the server to know the tools", context=host.describe)
        return Project(unity_mcp, client, host, project_hash)

    return start


@dataclass
class Traffic:
    """Calls without a pause, one after another on each of two threads, until `stop`."""

    project: Project
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._run, args=(seed,), daemon=True) for seed in range(2)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a call has no end"

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._stopping.is_set():
            words = chance.randint(1, 40)
            try:
                answer = self.project.call("count_words", text=" ".join(["word"] * words))
            except Exception as error:  # A client that fails in another way has no answer, either.
                self.lost.append(repr(error))
                # Whoever names an editor that the server does not know is refused at once: only what was under way counts.
                until(lambda: self.project.hash in self.project.server.instances(), "the editor to be back", 120)
                continue
            if not answer.get("success"):
                self.lost.append(str(answer.get("error")))
            elif answer["data"] != {"words": words}:
                self.wrong.append(f"{words}: {answer}")
            else:
                self.answered += 1


def storm(project: Project) -> Traffic:
    """Reloads under traffic, so that each finds a call under way."""
    traffic = Traffic(project)
    chance = random.Random(7)
    traffic.start()
    for number in range(RELOADS):
        seen = traffic.answered
        until(lambda: traffic.answered > seen + 1, "calls between two reloads", 120, project.host.describe)
        project.reload(chance.uniform(0.0, 0.3), "told" if number % 2 else "untold")
    traffic.stop()
    return traffic


def test_a_tool_of_the_sample_answers(project):
    demo = project(FRAMEWIRE)
    assert demo.call("count_words", text="one two  three")["data"] == {"words": 3}
    # The server holds calls against the parameters that it was told of.
    with pytest.raises(ToolError, match="text"):
        demo.call("count_words")


def test_the_answer_to_recompile_comes_from_the_domain_that_it_made(project):
    demo = project(FRAMEWIRE)
    answer = demo.client.start("recompile", unity_instance=f"stub@{demo.hash}")
    demo.host.wait("compile")
    demo.reload(0.5)
    assert answer.result(timeout=60) | {"data": None} == {
        "success": True,
        "message": "The scripts are compiled and loaded.",
        "data": None,
        "error": None,
        "hint": None,
    }
    assert len(demo.host.seen("compile")) == 1, "asked for once"
    assert demo.registrations() == 1


def test_no_call_is_lost_through_reloads(project):
    demo = project(FRAMEWIRE)
    traffic = storm(demo)
    report("package", traffic)
    assert traffic.lost == [] and traffic.wrong == []
    # Two before each reload.
    assert traffic.answered >= 2 * RELOADS
    assert demo.registrations() == 1, "one connection throughout"


def test_the_usual_way_loses_calls(project):
    """A control for the test above, and the other row of the README's table."""
    demo = project(MANAGED)
    assert demo.call("count_words", text="one two")["data"] == {"words": 2}
    traffic = storm(demo)
    report("ClientWebSocket", traffic)
    assert traffic.wrong == []
    assert traffic.lost, "it survived every reload: then the other test shows nothing"
    assert demo.registrations() > RELOADS // 2


def report(way: str, traffic: Traffic) -> None:
    calls = traffic.answered + len(traffic.lost)
    print(f"{way}: {RELOADS} reloads, {calls} calls, {len(traffic.lost)} lost: {len(traffic.lost) / RELOADS:.2f} a reload")
