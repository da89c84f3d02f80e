"""The logic of the editor part on an editor that the tests play, and all of it on stubs of Unity. The tests are C#; each
shows here by its name."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parent.parent / "csharp" / "editor"
TEST = re.compile(r"\[Test\]\s+public static void (\w+)\(")
PATIENCE = 600


def names() -> list[str]:
    return [f"{path.stem}.{name}" for path in sorted(SOURCES.glob("*Tests.cs")) for name in TEST.findall(path.read_text())]


@pytest.fixture(scope="session")
def output(assemblies: Path, library_environment: dict[str, str]) -> str:
    """What one run of all of them printed."""
    process = subprocess.Popen(
        ["mono", str(assemblies / "Framewire.Editor.Tests.exe")],
        env=os.environ | library_environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
    return printed


@pytest.mark.parametrize("name", names())
def test(name: str, output: str):
    assert f"ok     {name}\n" in output, output[-6000:]
