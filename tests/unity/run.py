#!/usr/bin/env python3
"""`make test-unity`: the editor part of the Unity package, its samples and what is packed. Ends with one line that counts.

Without mono and mcs it is skipped, and says so; FRAMEWIRE_REQUIRE_ALL=1 makes that a failure.

FRAMEWIRE_LIBRARY   directory of the library
FRAMEWIRE_SERVER    the `framewire` program
FRAMEWIRE_HOSTS     directory of the compiled C#
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / "peers"
TOOLS = {"mono": "mono-runtime", "mcs": "mono-mcs"}


def peers():
    """The runner of the real servers' tests, which knows how to make their environments."""
    sys.path.insert(0, str(PEERS))
    spec = importlib.util.spec_from_file_location("peers_run", PEERS / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str]) -> int:
    runner = peers()
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        runner.tell_skip(f"unity: install {' and '.join(missing)}")
        required = os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1"
        print(f"unity: 0 passed, {int(required)} failed, {int(not required)} skipped")
        return int(required)
    return runner.main(arguments, "unity", HERE, ("unity-mcp", "client"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
