"""`make test-godot`: fetches the engine, runs the suite in it, ends with one line that counts.

    python tests/godot/run.py [pytest arguments, with paths relative to tests/godot]

FRAMEWIRE_GODOT_ROOT      a file system with a Godot in it; otherwise Debian's is fetched into target/godot
GODOT                     a Godot program, which is then used as it is
FRAMEWIRE_REQUIRE_ALL     1: an engine out of reach is a failure; otherwise the suite is skipped, and says so
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import engine_root

HERE = Path(__file__).resolve().parent
# First, or `run` would be this file.
sys.path.insert(0, str(HERE.parent / "peers"))

import run as peers  # noqa: E402

ENVIRONMENTS = ["client"]


def main(arguments: list[str]) -> int:
    if not os.environ.get("GODOT"):
        try:
            os.environ["FRAMEWIRE_GODOT_ROOT"] = str(engine_root.root())
        except engine_root.RootError as error:
            return without_engine(str(error))
    return peers.main(arguments, suite="godot", here=HERE, environments=ENVIRONMENTS)


def without_engine(why: str) -> int:
    if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
        print(why, file=sys.stderr)
        print("godot: 0 passed, 1 failed, 0 skipped")
        return 1
    peers.tell_skip("godot: " + why.splitlines()[0])
    print("godot: 0 passed, 0 failed, 1 skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
