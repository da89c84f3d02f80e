"""What the tests of lifetimes share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(params=["debug", "release"])
def profile(request: pytest.FixtureRequest) -> str:
    """Both kinds of build: a debug build has more checks, a release build other thread-locals and timing."""
    return request.param
