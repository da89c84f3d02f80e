"""An engine, and how a run of it is begun: as a plain program, by its own loader, or in a file system of its own."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import engine_root

from .project import Project
from .running import Run, Running

SANDBOX = Path(__file__).resolve().with_name("sandbox.py")
USUAL_SECONDS = 120.0
# What the user's own session exports must reach neither engine nor library.
FOREIGN = ("GODOT", "FRAMEWIRE_", "XDG_", "PYTEST_", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_")


@dataclass(frozen=True)
class Engine:
    """An engine: the file system that it lies in, or a program of this machine."""

    root: Path | None
    program: Path

    def start(
        self,
        project: Project,
        *arguments: str,
        play: bool = False,
        headless: bool = True,
        environment: dict[str, str] | None = None,
    ) -> Running:
        """Begins a run on the project. `play`: it must be able to start itself, as the editor does to play a scene;
        that needs an executable path of its own, so the engine gets a file system of its own."""
        usual = ["--headless"] if headless else []
        # With it the engine names what leaked.
        usual += ["--verbose"] if os.environ.get("FRAMEWIRE_GODOT_VERBOSE") else []
        command = self.command([*usual, "--path", str(project.root), *arguments], project, play)
        return Running(command, project, self.environment(project) | (environment or {}))

    def run(
        self,
        project: Project,
        *arguments: str,
        seconds: float = USUAL_SECONDS,
        play: bool = False,
        environment: dict[str, str] | None = None,
    ) -> Run:
        """A whole run, to its own end; one that takes longer than `seconds` is ended and fails."""
        return self.start(project, *arguments, play=play, environment=environment).wait(seconds)

    def prime(self, project: Project) -> Run:
        """The first run of an editor on a project. What it says and how it ends is nobody's business: a first run
        that quits early ends with 134 whenever an extension registers a class. Every later run must end with 0."""
        return self.run(project, "--editor", "--quit-after", "400", seconds=300)

    def script(self, project: Project, path: str, *arguments: str, seconds: float = USUAL_SECONDS) -> Run:
        """Runs a script that extends SceneTree, without the editor."""
        return self.run(project, "--script", path, "--", *arguments, seconds=seconds)

    def command(self, arguments: list[str], project: Project, play: bool = False) -> list[str]:
        if self.root is None:
            return [str(self.program), *arguments]
        if play:
            shown = [str(project.directory), str(engine_root.ROOT.parent)]
            inside = [sys.executable, str(SANDBOX), str(self.root), *shown, "--", "/usr/bin/godot", *arguments]
            return [*namespaces(), *inside]
        libraries = self.root / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
        loader = next(iter(sorted(libraries.glob("ld-linux*.so.*"))), libraries / "ld-linux.so")
        searched = f"{libraries}:{libraries / 'pulseaudio'}:{self.root / 'usr' / 'lib'}"
        return [str(loader), "--library-path", searched, str(self.root / "usr" / "bin" / "godot"), *arguments]

    def environment(self, project: Project) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        return kept | project.environment() | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8", "RUST_BACKTRACE": "1"}


def namespaces() -> list[str]:
    """What a program is started with to get mounts and processes of its own; all of them end with it."""
    mapped = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *mapped, "--mount", "--pid", "--fork", "--kill-child"]


@functools.cache
def why_no_play() -> str:
    """Why no engine can get a file system of its own here; empty = it can."""
    if os.environ.get("GODOT"):
        return ""
    try:
        done = subprocess.run([*namespaces(), "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True)
    except OSError as error:
        return str(error)
    return done.stderr.strip() if done.returncode != 0 else ""


@functools.cache
def engine() -> Engine:
    """The engine of the tests: $GODOT, or Debian's under target/."""
    if given := os.environ.get("GODOT"):
        return Engine(None, Path(given).resolve())
    place = engine_root.root()
    return Engine(place, place / "usr" / "bin" / "godot")
