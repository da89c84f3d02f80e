"""Fixtures of the engine tests: primed projects, editors, servers; and the collection of tests in GDScript."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# `runner` is ours; `harness` and `provision` are those of the tests against real servers.
sys.path[:0] = [str(HERE), str(HERE.parent / "peers")]

from runner import collecting  # noqa: E402
from runner.engine import Engine  # noqa: E402
from runner.engine import engine as the_engine  # noqa: E402
from runner.engine import why_no_play  # noqa: E402
from runner.project import Project  # noqa: E402
from runner.running import Running  # noqa: E402
from runner.scratch import Scratch  # noqa: E402
from runner.server import ServeProcess  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    # An end by SIGTERM also tears down: no engine or server outlives the run.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.addinivalue_line("markers", "play: needs an engine that can start itself, as for playing a scene")
    # Beside the directory of `tmp_path`, which pytest empties when it is first asked for.
    base = config.getoption("basetemp")
    config.stash[collecting.SCRATCH] = Scratch(Path(base).parent / "engine" if base else None)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".gd" and file_path.name.startswith("test_"):
        return collecting.GDScriptFile.from_parent(parent, path=file_path)
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("play") and why_no_play():
        pytest.skip(f"the engine cannot get a file system of its own here: {why_no_play()}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """`make test` shows what was skipped, and fails for it where everything is demanded."""
    if report.skipped and (path := os.environ.get("FRAMEWIRE_SKIPS")):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        with open(path, "a") as skips:
            skips.write(f"{report.nodeid.replace(':', ' ')}: {reason.removeprefix('Skipped: ')}\n")


@pytest.fixture
def engine() -> Engine:
    """The engine: `engine.run(project, ...)`, `engine.script(project, "res://x.gd")`."""
    return the_engine()


@pytest.fixture
def new_project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """Makes projects with the addon and the extension in them, whose editor has been there before:
    `new_project(extension=True, addon=True, is_primed=True)`. Their runs end with the test."""
    projects: list[Project] = []

    def make(extension: bool = True, addon: bool = True, is_primed: bool = True) -> Project:
        project = Project(tmp_path / f"project-{len(projects)}")
        projects.append(project)
        if is_primed:
            request.config.stash[collecting.SCRATCH].prime(project)
        if addon:
            project.add_addon()
        if extension:
            project.add_extension()
        return project

    yield make
    for project in projects:
        project.close()


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """One project, as `new_project` makes it."""
    return new_project()


@pytest.fixture
def editor(engine: Engine) -> Callable[..., Running]:
    """Starts a headless editor on a project: `editor(project, *arguments, play=False)`. It ends with the project."""

    def start(project: Project, *arguments: str, **more: object) -> Running:
        return engine.start(project, "--editor", *arguments, **more)

    return start


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Callable[..., ServeProcess]]:
    """Starts `framewire serve`: `new_server(profile="godot-ai", *options, port=0)`. Ended with the test."""
    servers: list[ServeProcess] = []
    numbers = itertools.count()

    def start(*arguments: str, **more: int) -> ServeProcess:
        servers.append(ServeProcess(tmp_path / f"server-{next(numbers)}", *arguments, **more))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def server(new_server: Callable[..., ServeProcess]) -> ServeProcess:
    """A server that speaks godot_ai, protocol 1."""
    return new_server()
