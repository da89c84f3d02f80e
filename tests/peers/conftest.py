"""Fixtures of the real-server tests: shared servers, fresh editor hosts, MCP clients."""

from __future__ import annotations

import functools
import inspect
import itertools
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import provision  # noqa: E402
from harness import host  # noqa: E402
from harness.absence import Absences  # noqa: E402
from harness.host import Host  # noqa: E402
from harness.launcher import USUAL_SCRIPT, launcher  # noqa: E402
from harness.mcp_client import McpClient  # noqa: E402
from harness.relay import Relay  # noqa: E402
from harness.server import RELEASES, Release, Server  # noqa: E402
from harness.silence import Silence  # noqa: E402
from harness.unity_background import UnityBackground  # noqa: E402
from harness.unity_mcp import ENVIRONMENT as UNITY_ENVIRONMENT  # noqa: E402
from harness.unity_mcp import Editor, UnityWire  # noqa: E402
from harness.wait import until  # noqa: E402


class Wire:
    """One server, shared by the tests of its protocol, with an MCP client and a way to start editors on it."""

    usual_script = USUAL_SCRIPT

    def __init__(self, release: Release, root: Path) -> None:
        self.release = release
        self.server = Server(release, root / str(release))
        self.client = McpClient(self.server)

    def arguments(self, url: str = "") -> list[str]:
        """The options that let an editor in."""
        usual = ["--url", url or self.server.url, "--profile", "godot_ai", "--godot-version", "4.7.1-stable (official)"]
        return usual + (["--token", self.server.token] if self.server.token else [])

    def close(self) -> None:
        self.client.close()
        self.server.stop()


def pytest_configure(config: pytest.Config) -> None:
    # An end by SIGTERM also tears down: no server or host outlives the run.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.addinivalue_line("markers", "background: runs beside the whole suite; started first, judged last")
    config.addinivalue_line("markers", "library: needs the library itself, which the stand-in is not")


def pytest_sessionstart() -> None:
    try:
        host.program()
    except AssertionError as error:
        pytest.exit(str(error), returncode=2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("background") is not None)


# Function scope, although it only looks the server up: pytest would regroup the tests by a wider parameter.
@pytest.fixture(params=RELEASES, ids=str)
def wire(request: pytest.FixtureRequest, wires: dict[int, Wire]) -> Wire:
    """The shared server of one protocol; a test that takes it runs once for each."""
    return wires[request.param.protocol]


@pytest.fixture(scope="session")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Wire]]:
    root = tmp_path_factory.mktemp("servers")
    for release in RELEASES:
        check_environment(release.environment, "godot-ai")
    started: dict[int, Wire] = {}
    try:
        for release in RELEASES:
            started[release.protocol] = Wire(release, root)
        yield started
    finally:
        for shared in started.values():
            shared.close()


@pytest.fixture(scope="session")
def unity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnityWire]:
    """The shared unity-mcp server."""
    check_environment(UNITY_ENVIRONMENT, "mcp-for-unity")
    started = UnityWire(tmp_path_factory.mktemp("unity"))
    yield started
    started.close()


def check_environment(name: str, program: str) -> None:
    if not provision.executable(name, program).exists():
        pytest.fail(f"{provision.environment(name)} is missing: run tests/peers/run.py, which makes it")


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Host]]:
    """Starts an editor host: `launch(wire, *more_options, script=..., url=..., environment=...)`. Without a wire only
    the options given are used. Ended with the test."""
    with launcher(tmp_path) as start:
        yield start


@pytest.fixture
def connected(launch: Callable[..., Host]) -> Callable[..., tuple[Host, str]]:
    """Like `launch`, but waits until the server lists the editor; gives the host and its session id."""

    def start(wire: Wire, *options: str, **more: object) -> tuple[Host, str]:
        editor = launch(wire, *options, **more)
        editor.wait("acknowledged")
        session_id = editor.session_id()
        until(lambda: session_id in wire.client.sessions(), "the server to list the editor", context=editor.describe)
        return editor, session_id

    return start


@pytest.fixture
def editor(unity: UnityWire, launch: Callable[..., Host], tmp_path: Path) -> Callable[..., Editor]:
    """Starts an editor on the unity-mcp server: `editor(*more_options, script=...)`, as `launch` takes them."""
    return functools.partial(unity.editor, launch, tmp_path)


@pytest.fixture
def own_unity(tmp_path: Path) -> Iterator[UnityWire]:
    """A unity-mcp server that belongs to the test alone, which may kill it or keep it busy."""
    started = UnityWire(tmp_path / "own")
    yield started
    started.close()


@pytest.fixture
def relay() -> Iterator[Callable[[Server], Relay]]:
    """Puts a counting relay before a server."""
    relays: list[Relay] = []

    def start(server: Server) -> Relay:
        relays.append(Relay(server.ws_port))
        return relays[-1]

    yield start
    for each in relays:
        each.close()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server that belongs to the test alone, which may kill it."""
    servers: list[Server] = []
    numbers = itertools.count()

    def start(release: Release, **options: bool) -> Server:
        servers.append(Server(release, tmp_path / f"server-{next(numbers)}", **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session", autouse=True)
def silence(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silence | None]:
    """The long silence, begun before the first test where a test that judges it was chosen."""
    if not is_chosen(request, "silence"):
        yield None
        return
    wires = request.getfixturevalue("wires")
    running = Silence(wires.values(), tmp_path_factory.mktemp("silence"))
    yield running
    running.stop()


@pytest.fixture(scope="session", autouse=True)
def absences(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Absences | None]:
    """The editors that are long away under traffic, begun before the first test where a test that judges them was chosen."""
    if not is_chosen(request, "absences"):
        yield None
        return
    directory = tmp_path_factory.mktemp("absences")
    with launcher(directory) as start:
        running = Absences(request.getfixturevalue("wires").values(), start, directory)
        yield running
        running.stop()


@pytest.fixture(scope="session", autouse=True)
def unity_background(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UnityBackground | None]:
    """The Unity editors that are long away, begun before the first test where a test that judges them was chosen."""
    if not is_chosen(request, "unity_background"):
        yield None
        return
    directory = tmp_path_factory.mktemp("unity-away")
    with launcher(directory) as start:
        running = UnityBackground(request.getfixturevalue("unity"), start, directory)
        yield running
        running.stop()


def is_chosen(request: pytest.FixtureRequest, fixture: str) -> bool:
    """Whether a background test that names `fixture` is to run."""
    background = (item for item in request.session.items if item.get_closest_marker("background"))
    return any(fixture in inspect.signature(item.function).parameters for item in background)
