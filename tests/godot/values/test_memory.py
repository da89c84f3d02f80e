"""Values that are built on one thread and dropped on another, under an allocator that overwrites what is freed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cases import CaseFile
from runner.project import Project

HERE = Path(__file__).resolve().parent


@pytest.mark.parametrize("name", ["test_received.gd", "test_outgoing.gd", "test_attachments.gd"])
def test_freed_memory_is_never_read(
    name: str, new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    # glibc: freed blocks are filled with this byte, new ones with its complement.
    monkeypatch.setenv("MALLOC_PERTURB_", "165")
    cases = CaseFile(HERE / name)
    project = new_project(extension=False, addon=False, is_primed=False)
    cases.fill(project)
    results = cases.run(project, cases.tests)
    failures = {test: result.failures for test, result in results.items() if result.failures}
    assert not failures, failures
