"""Editors with the plugins of these tests, and copies of the library that call themselves another build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runner.engine import Engine
from runner.project import ADDON, Project
from runner.running import Running
from runner.server import ServeProcess

HERE = Path(__file__).resolve().parent
# What `make godot-debug` calls the build of the tests, and what a copy of it is made to say.
BUILD = "framewire-godot built for its tests, the first of two"
OTHER_BUILD = "framewire-godot built for its tests, another than 1st"


def prepare(project: Project, *plugins: str) -> Project:
    """Puts the plugins of these tests into a project and switches some on."""
    project.copy(HERE / "project", ".")
    for plugin in plugins:
        project.enable_plugin(plugin)
    return project


def start(engine: Engine, project: Project, server: ServeProcess, **environment: str) -> Running:
    return engine.start(project, "--editor", environment={"FRAMEWIRE_TRAFFIC_URL": server.url, **environment})


def library_of(project: Project) -> Path:
    return project.root / ADDON / "bin" / "libframewire_godot.so"


def other_build(library: Path, target: Path) -> Path:
    """A copy of the library that gives another id of its build, which has the same length."""
    assert len(BUILD) == len(OTHER_BUILD)
    content = library.read_bytes()
    assert BUILD.encode() in content, f"{library} is no build for the tests: run `make godot-debug`"
    target.write_bytes(content.replace(BUILD.encode(), OTHER_BUILD.encode()))
    return target


# A flag in a thread's `stat`: it runs no code of the process any more. One that was joined may be listed for a moment.
PF_EXITING = 0x4


def threads(running: Running) -> list[str]:
    """The names of the engine's threads that are of the library."""
    names = []
    for entry in Path(f"/proc/{running.process.pid}/task").iterdir():
        try:
            head, _, fields = (entry / "stat").read_text().rpartition(")")
        except OSError:
            continue
        if not int(fields.split()[6]) & PF_EXITING:
            names.append(head.partition("(")[2])
    return [name for name in names if name.startswith("fw:")]


def words_behind(lines: list[str], word: str) -> list[str]:
    return [line.removeprefix(word).strip() for line in lines if line.startswith(word)]


NewProject = Callable[..., Project]
