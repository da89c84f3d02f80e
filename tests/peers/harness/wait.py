"""Waiting for a condition, with a generous bound and a text that says what was missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# For things that take well under a second on a free machine. A bound only ever turns a hang into a failure.
USUAL_SECONDS = 30.0


def until(condition: Callable[[], T], what: str, seconds: float = USUAL_SECONDS, context: Callable[[], str] = str) -> T:
    """Returns the first true value of `condition`; fails with `what` and `context()` when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s for {what}\n{context()}")
        time.sleep(0.02)
