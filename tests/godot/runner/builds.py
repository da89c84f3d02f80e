"""Where the built things lie that the tests use, and what they say when one is missing."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent
TESTS = REPOSITORY / "tests" / "godot"
ADDON = REPOSITORY / "godot" / "addons" / "framewire"
NAME = "libframewire_godot.so"


def library(profile: str = "") -> Path:
    """The extension. FRAMEWIRE_GODOT_LIBRARY, where set, stands for the usual one, the debug build."""
    if not profile and (given := os.environ.get("FRAMEWIRE_GODOT_LIBRARY")):
        return present(Path(given).resolve(), "FRAMEWIRE_GODOT_LIBRARY names it")
    path = REPOSITORY / "target" / (profile or "debug") / NAME
    return present(path, f"run `make godot-{profile or 'debug'}`")


def command_line() -> Path:
    """The `framewire` program; FRAMEWIRE_SERVER names it, otherwise the newer of the two builds is taken."""
    if given := os.environ.get("FRAMEWIRE_SERVER"):
        return present(Path(given).resolve(), "FRAMEWIRE_SERVER names it")
    built = [REPOSITORY / "target" / profile / "framewire" for profile in ("release", "debug")]
    found = [path for path in built if path.exists()]
    return present(max(found, key=lambda path: path.stat().st_mtime, default=built[0]), "run `make build`")


def present(path: Path, advice: str) -> Path:
    if not path.exists():
        raise AssertionError(f"{path} is missing: {advice}")
    return path
