"""Runs the tests of one GDScript file in an engine and takes apart what it tells of each."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import builds
from .engine import engine
from .log import Allowance, problems
from .project import Project
from .running import Run
from .server import ServeProcess

MARK = "@@framewire "
TEST = re.compile(r"^func (test_\w+)\(", re.M)
OPTIONS = re.compile(r"^# runner: (.*)$", re.M)


@dataclass(frozen=True)
class Options:
    """What a file asks for in its line `# runner: ...`."""

    # In the editor, by a plugin, instead of a bare main loop.
    editor: bool = False
    # The engine must be able to play a scene.
    play: bool = False
    # Plugins that are on, by the names of their folders under addons/.
    plugins: tuple[str, ...] = ()
    # The whole file may take this long.
    seconds: float = 300.0
    # Each test may take this long.
    test_seconds: float = 60.0

    @classmethod
    def of(cls, text: str) -> Options:
        found = OPTIONS.search(text)
        given: dict[str, Any] = {}
        for word in (found[1].split(",") if found else []):
            name, _, value = (part.strip() for part in word.partition("="))
            match name:
                case "editor" | "play":
                    given[name] = True
                case "plugins":
                    given[name] = tuple(value.split())
                case "seconds" | "test_seconds":
                    given[name] = float(value)
                case _:
                    raise ValueError(f"`# runner:` knows no {name!r}")
        return cls(**given)


@dataclass
class Result:
    """How one test ended; `lines` is what the engine printed meanwhile."""

    failures: list[str]
    skipped: str = ""
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0


class CaseFile:
    """One file of tests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.tests = TEST.findall(text)
        self.options = Options.of(text)
        # Under the root of the tests a file's folder goes into the project with it, under the same name.
        self.folder = path.parent.relative_to(builds.TESTS)

    def fill(self, project: Project) -> None:
        """Puts into the project what the file needs. Its folder's `project/` goes into the project's root."""
        project.copy(builds.TESTS / "support", "support")
        project.copy(self.path.parent, str(self.folder))
        project.add_addon()
        project.add_extension()
        if (own := self.path.parent / "project").is_dir():
            shutil.rmtree(project.root / self.folder / "project")
            project.copy(own, ".")
        for plugin in self.options.plugins:
            project.enable_plugin(plugin)
        if self.options.play:
            project.set("editor/run/main_run_args", '"--headless"')

    def run(self, project: Project, tests: Sequence[str]) -> dict[str, Result]:
        """Runs the tests named; the result "the engine's end" is about what no test alone is to blame for."""
        script = f"res://{self.folder}/{self.path.name}"
        if self.options.editor:
            arguments = ["--editor", "--", script, *tests]
            project.copy(builds.TESTS / "support" / "editor", "addons/tests")
            project.enable_plugin("tests")
        else:
            arguments = ["--script", "res://support/main.gd", "--", script, *tests]
        scratch = project.directory / "scratch"
        scratch.mkdir(exist_ok=True)
        servers = Servers(scratch)
        limit = str(self.options.test_seconds)
        environment = {"FRAMEWIRE_TEST_SCRATCH": str(scratch), "FRAMEWIRE_TEST_SECONDS": limit}
        running = engine().start(project, *arguments, play=self.options.play, environment=environment)
        running.listeners.append(servers.hear)
        try:
            run = running.wait(self.options.seconds)
        finally:
            running.kill()
            servers.stop()
        return judge(run, tests)


class Servers:
    """The servers that the tests of a run asked for."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.started: dict[int, ServeProcess] = {}

    def hear(self, line: str) -> None:
        message = message_of(line)
        if message is None or "number" not in message:
            return
        number = int(message["number"])
        match message["event"]:
            case "server":
                options = [str(option) for option in message["options"]]
                self.started[number] = ServeProcess(self.scratch, message["profile"], *options)
            case "say" if number in self.started:
                self.started[number].say(message["line"])
            case "stop" if number in self.started:
                self.started[number].stop()
            case "kill" if number in self.started:
                self.started[number].kill()

    def stop(self) -> None:
        for server in self.started.values():
            server.stop()


def message_of(line: str) -> dict[str, Any] | None:
    at = line.find(MARK)
    if at < 0:
        return None
    try:
        return json.loads(line[at + len(MARK) :])
    except ValueError:
        return None


END = "the engine's end"


def judge(run: Run, tests: Sequence[str]) -> dict[str, Result]:
    """Parts the log of a run among its tests."""
    results: dict[str, Result] = {}
    outside: list[str] = []
    current: list[str] | None = None
    expected: list[Allowance] = []
    for line in run.lines:
        message = message_of(line)
        match message["event"] if message else None:
            case "begin":
                current, expected = [], []
            case "expect":
                expected.append(Allowance(message["pattern"], message["count"]))
            case "end":
                lines = current or []
                wrong = [*message["failures"], *problems(lines, expected)]
                results[message["test"]] = Result(wrong, message["skipped"], lines, message["seconds"])
                current = None
            case None if current is not None:
                current.append(line)
            case None:
                outside.append(line)
    for test in tests:
        if test not in results:
            results[test] = Result([f"it did not come to its end; {run.describe()}"])
    # A test that the run died in has told of it already.
    wrong = problems(outside)
    if run.status != 0:
        wrong.append(f"the engine ended with {run.status}" if run.status is not None else run.describe())
    results[END] = Result(wrong, "", outside[-60:])
    return results
