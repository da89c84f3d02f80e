"""`make test-punie`: provisions the environment, runs the suite, ends with one line that counts.

    python tests/punie/run.py [pytest arguments, with paths relative to tests/punie]

FRAMEWIRE_LIBRARY       the library to test; otherwise that of `cargo build`
FRAMEWIRE_REQUIRE_ALL   1: an index out of reach is a failure; otherwise the suite is skipped, and says so
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# First, or `run` would be this file.
sys.path.insert(0, str(HERE.parent / "peers"))

import run  # noqa: E402

if __name__ == "__main__":
    sys.exit(run.main(sys.argv[1:], suite="punie", here=HERE, environments=["client"]))
