"""Finds and ends what a run has started, also processes that left its group, by a mark in their environment."""

from __future__ import annotations

import contextlib
import os
import signal
import uuid
from pathlib import Path

VARIABLE = "FRAMEWIRE_TEST_RUN"


def new_mark() -> dict[str, str]:
    """An environment that no other run has; whatever is started under it inherits it."""
    return {VARIABLE: uuid.uuid4().hex}


def marked(mark: dict[str, str]) -> list[int]:
    """The processes that live under the mark."""
    wanted = f"{VARIABLE}={mark[VARIABLE]}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # It may end while it is looked at, or belong to somebody else.
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def end(mark: dict[str, str]) -> None:
    """Ends them, and what they start meanwhile."""
    while pids := [pid for pid in marked(mark) if not is_zombie(pid)]:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
