"""What a process holds open, to see that nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="there is no /proc to count descriptors in")


def open_things() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))


def names() -> list[str]:
    """What the threads of this process are called."""
    found = []
    for task in os.listdir("/proc/self/task"):
        # It may end meanwhile.
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/self/task/{task}/comm").read_text().strip())
    return sorted(found)


def settles_to(before: tuple[int, int]) -> None:
    # A look-up in the system's resolver cannot be ended; its thread goes when the resolver gives up.
    deadline = time.monotonic() + 90
    while any(more > was for more, was in zip(open_things(), before)):
        assert time.monotonic() < deadline, f"{open_things()} descriptors and threads, {before} before: {names()}"
        time.sleep(0.02)
