"""Makes a pytest item of each test in a GDScript file, and one more of how the engine ended after them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from .cases import END, CaseFile, Result
from .engine import why_no_play
from .project import Project
from .scratch import Scratch

SCRATCH = pytest.StashKey[Scratch]()


class CaseFailed(Exception):
    """A test in GDScript failed; the text says why."""


class GDScriptFile(pytest.File):
    """A file of tests; the engine runs all that were chosen of it at once, when the first is due."""

    def collect(self) -> Iterable[pytest.Item]:
        self.cases = CaseFile(self.path)
        self.results: dict[str, Result] | None = None
        for name in [*self.cases.tests, END]:
            yield GDScriptItem.from_parent(self, name=name)

    def result(self, name: str) -> Result:
        if self.results is None:
            chosen = [item.name for item in self.session.items if item.parent is self and item.name != END]
            scratch = self.config.stash[SCRATCH]
            project = Project(scratch.place(f"{self.path.parent.name}-{self.path.stem}"))
            if self.cases.options.editor:
                scratch.prime(project)
            self.cases.fill(project)
            try:
                self.results = self.cases.run(project, chosen)
            finally:
                project.close()
        return self.results[name]


class GDScriptItem(pytest.Item):
    """One test in GDScript."""

    def runtest(self) -> None:
        file = self.parent
        if file.cases.options.play and why_no_play():
            pytest.skip(f"the engine cannot get a file system of its own here: {why_no_play()}")
        result = file.result(self.name)
        if result.failures:
            log = "\n".join(result.lines[-40:])
            raise CaseFailed("\n".join(result.failures) + (f"\nthe engine's log meanwhile:\n{log}" if log else ""))
        if result.skipped:
            pytest.skip(result.skipped)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        return str(excinfo.value) if excinfo.errisinstance(CaseFailed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}: {self.name}"
