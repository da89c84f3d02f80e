"""What the tests of the Unity package share: the compiled parts, a real unity-mcp server, editors on Mono."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "peers"))
sys.path.insert(0, str(ROOT / "unity" / "package~"))

from harness.host import Host  # noqa: E402
from harness.unity_mcp import UnityServer  # noqa: E402


@pytest.fixture(scope="session")
def assemblies() -> Path:
    """Where the compiled C# lies."""
    return Path(os.environ["FRAMEWIRE_HOSTS"])


@pytest.fixture(scope="session")
def library_environment() -> dict[str, str]:
    """The environment in which Mono finds the library by its bare name."""
    place = os.environ["FRAMEWIRE_LIBRARY"]
    return {"LD_LIBRARY_PATH": place, "DYLD_LIBRARY_PATH": place}


@pytest.fixture(scope="session")
def unity_mcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnityServer]:
    server = UnityServer(tmp_path_factory.mktemp("server") / "unity-mcp")
    yield server
    server.stop()


@pytest.fixture
def editor(
    assemblies: Path, library_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[Path, list[str]], Host]]:
    """Starts editor processes on Mono: `editor(assets, assemblies)`."""
    hosts: list[Host] = []

    def start(assets: Path, loaded: list[str]) -> Host:
        command = ["mono", str(assemblies / "EditorHost.exe")]
        host = Host([str(assets), *loaded], tmp_path / f"host-{len(hosts)}", library_environment, command)
        hosts.append(host)
        return host

    yield start
    for host in hosts:
        host.stop()
