"""Fixtures of the tests with real servers: the servers, and headless editors on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import provision
from harness.mcp_client import McpClient
from harness.relay import Relay
from harness.server import RELEASES, Release, Server
from harness.wait import until
from runner.engine import Engine
from runner.project import Project
from runner.running import Running

HERE = Path(__file__).resolve().parent


class Wire:
    """One server, with an MCP client, shared by the tests of its protocol."""

    def __init__(self, release: Release, root: Path) -> None:
        self.release = release
        self.server = Server(release, root / str(release))
        self.client = McpClient(self.server)

    def close(self) -> None:
        self.client.close()
        self.server.stop()


class Editor:
    """A headless editor whose addon is connected to a server."""

    def __init__(self, wire: Wire, running: Running) -> None:
        self.wire = wire
        self.running = running
        running.wait_for("MCP | authenticated with server" if wire.server.token else "MCP | connected to server")
        self.session_id = until(self._listed, "the server to list the editor", context=running.describe)

    def _listed(self) -> str | None:
        """Its session id, by its project's path."""
        place = str(self.running.project.root)
        sessions = self.wire.client.sessions().values()
        found = [each["session_id"] for each in sessions if each["project_path"].rstrip("/") == place]
        return found[0] if found else None

    @property
    def session(self) -> dict:
        """What the server knows of it."""
        return self.wire.client.sessions()[self.session_id]

    def look(self, path: str) -> dict:
        """A call and its answer."""
        return self.wire.client.call("node_get_properties", path=path, session_id=self.session_id)

    def begin(self, tool: str, **arguments: object):
        """Begins a call."""
        return self.wire.client.start(tool, session_id=self.session_id, **arguments)

    def shows(self, **fields: object) -> None:
        """Waits until the server's record of it has these values."""
        until(
            lambda: all(self.session[name] == value for name, value in fields.items()),
            f"the server to show {fields}",
            context=lambda: f"{self.session}\n{self.running.describe()}",
        )

    def ran(self, path: str) -> int:
        """How often the handler ran for that path."""
        return sum(line == f"ran get_node_properties {path}" for line in list(self.running.lines))

    def connections(self) -> int:
        """How often it connected."""
        return self.told("MCP | connected to server")

    def told(self, text: str) -> int:
        """How many lines of its log hold the text."""
        return sum(text in line for line in list(self.running.lines))


@pytest.fixture(scope="session")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Wire]]:
    """The server of each protocol."""
    for release in RELEASES:
        provide(release.environment)
    root = tmp_path_factory.mktemp("servers")
    started: dict[int, Wire] = {}
    try:
        for release in RELEASES:
            started[release.protocol] = Wire(release, root)
        yield started
    finally:
        for wire in started.values():
            wire.close()


def provide(environment: str) -> None:
    """Makes the environment of a server; the tests are skipped, in words, where the package index is out of reach."""
    try:
        provision.provision(environment)
    except provision.ProvisionError as error:
        if error.offline and os.environ.get("FRAMEWIRE_REQUIRE_ALL") != "1":
            pytest.skip(f"{environment}: {error}")
        pytest.fail(f"{environment}: {error}")


@pytest.fixture(params=RELEASES, ids=str)
def wire(request: pytest.FixtureRequest, wires: dict[int, Wire]) -> Wire:
    """The shared server of one protocol; a test that takes it runs once for each."""
    return wires[request.param.protocol]


@pytest.fixture
def edit(engine: Engine, new_project: Callable[..., Project]) -> Callable[..., Editor]:
    """Starts an editor on a server: `edit(wire, port=0, control=False, play=False)`. It ends with the test."""

    def start(wire: Wire, port: int = 0, control: bool = False, play: bool = False) -> Editor:
        project = new_project()
        project.copy(HERE.parent / "compat" / "project", ".")
        project.copy(HERE / "project", ".")
        project.enable_plugin("godot_ai")
        if play:
            project.set("editor/run/main_run_args", '"--headless"')
        environment = {
            "FRAMEWIRE_TEST_PORT": str(port or wire.server.ws_port),
            "FRAMEWIRE_TEST_RELEASE": wire.release.version,
            "FRAMEWIRE_TEST_TOKEN": wire.server.token,
        }
        if control:
            environment["FRAMEWIRE_TEST_CONTROL"] = "1"
        return Editor(wire, engine.start(project, "--editor", play=play, environment=environment))

    return start


@pytest.fixture
def relay(wire: Wire) -> Iterator[Relay]:
    """A counting relay before the server."""
    started = Relay(wire.server.ws_port)
    yield started
    started.close()
