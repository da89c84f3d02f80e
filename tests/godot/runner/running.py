"""One run of an engine: its process, what it printed, how it ended."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from harness.wait import USUAL_SECONDS, until

from . import descendants
from .log import Allowance, problems
from .project import Project

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Run:
    """A run that is over. `status` is that of the process, a signal negative; None: it was ended for taking long."""

    status: int | None
    lines: list[str] = field(repr=False)
    seconds: float

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def check(self, *allowed: str | Allowance, status: int = 0) -> Run:
        """Demands the status, and a log without errors, warnings, leaks, orphans or panics but those allowed."""
        found = problems(self.lines, allowed)
        assert self.status == status and not found, self.describe(found)
        return self

    def describe(self, found: list[str] | None = None) -> str:
        how = "was ended for taking too long" if self.status is None else f"ended with {self.status}"
        said = "".join(f"\n  {problem}" for problem in found or [])
        return f"the engine {how} after {self.seconds:.1f} s{said}\nits log ends:\n" + "\n".join(self.lines[-60:])


class Running:
    """A run under way. What it prints is kept in `lines`, and in a file."""

    def __init__(self, command: list[str], project: Project, environment: dict[str, str]) -> None:
        self.project = project
        self.lines: list[str] = []
        self.began = time.monotonic()
        # Told each line as it comes, on the reader's thread.
        self.listeners: list[Callable[[str], None]] = []
        self._mark = descendants.new_mark()
        self._file = project.new_log().open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=project.directory,
            env=environment | self._mark,
            start_new_session=True,
        )
        project.runs.append(self)
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), name="engine-output", daemon=True)
        self._reader.start()

    def wait(self, seconds: float) -> Run:
        """Waits for its end, and ends it after `seconds`."""
        try:
            status: int | None = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        return Run(status, self.lines, time.monotonic() - self.began)

    def kill(self) -> None:
        """Ends it and all that it started, without a word."""
        if self.process.poll() is None:
            self.process.kill()
        descendants.end(self._mark)
        self.process.wait()
        self._reader.join(timeout=20)
        if not self._file.closed:
            self._file.close()

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def wait_for(self, text: str, count: int = 1, seconds: float = USUAL_SECONDS) -> list[str]:
        """Waits until `count` lines hold the text, and returns them."""

        def found() -> list[str]:
            matching = [line for line in list(self.lines) if text in line]
            if len(matching) < count and self.is_over() and not self._reader.is_alive():
                raise AssertionError(f"the engine ended before it said {text!r}\n{self.describe()}")
            return matching if len(matching) >= count else []

        return until(found, f"{count} x {text!r} in the engine's log", seconds, self.describe)

    def describe(self) -> str:
        return "the engine's log ends:\n" + "\n".join(self.lines[-60:])

    def _read(self, output: IO[bytes]) -> None:
        for raw in output:
            line = ANSI.sub("", raw.decode("utf-8", errors="replace").rstrip("\r\n"))
            self.lines.append(line)
            if not self._file.closed:
                self._file.write(line + "\n")
                self._file.flush()
            for listener in self.listeners:
                listener(line)
