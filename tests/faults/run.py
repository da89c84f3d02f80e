"""Hurts the wire in every way, under every load, in every profile, and judges each of these cells.

    python tests/faults/run.py [--seed N] [--cell FAULT/LOAD/PROFILE] [--rounds N] [--workers N]

A cell is repeated by its name and the seed. Each part of a name may be `*`: `--cell '*/reload/godot_ai_1'`. The long
form (FRAMEWIRE_PROOF=full, or --rounds) plays every cell with several seeds. FRAMEWIRE_LIBRARY names the library.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "peers"), str(HERE.parent / "proof")]

import provision  # noqa: E402

FULL_ROUNDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--cell", default="", help="only this one: FAULT/LOAD/PROFILE")
    parser.add_argument("--rounds", type=int, default=FULL_ROUNDS if os.environ.get("FRAMEWIRE_PROOF") == "full" else 1)
    parser.add_argument("--workers", type=int, default=3)
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    try:
        provision.provision("client")
    except provision.ProvisionError as error:
        return without_environment(error)
    # The server's protocol is a library's, which lives in the environment of the tests.
    command = [str(provision.executable("client", "python")), str(HERE / "matrix.py"), str(seed)]
    return subprocess.call([*command, arguments.cell, str(arguments.rounds), str(arguments.workers)])


def without_environment(error: provision.ProvisionError) -> int:
    print(error, file=sys.stderr)
    if error.offline and os.environ.get("FRAMEWIRE_REQUIRE_ALL") != "1":
        line = "faults: the Python package index is out of reach; connect, or set PIP_INDEX_URL"
        print(f"SKIPPED: {line}")
        if path := os.environ.get("FRAMEWIRE_SKIPS"):
            with open(path, "a", encoding="utf-8") as skips:
                skips.write(line + "\n")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    print("0 passed, 1 failed")
    return 1


if __name__ == "__main__":
    sys.exit(main())
