"""What a process weighs, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Weight:
    rss: int
    threads: int
    descriptors: int
    # Times that its threads went to sleep by themselves.
    sleeps: int


def weigh(pid: int) -> Weight:
    place = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (place / "status").read_text(encoding="ascii").splitlines())
    sleeps = 0
    for task in os.listdir(place / "task"):
        lines = (place / "task" / task / "status").read_text(encoding="ascii").splitlines()
        sleeps += int(next(line for line in lines if line.startswith("voluntary_ctxt")).split()[1])
    rss = int(status["VmRSS"].split()[0]) * 1024
    return Weight(rss, int(status["Threads"]), len(os.listdir(place / "fd")), sleeps)


def share_of(pid: int) -> int:
    """Bytes of it, where what several processes share is counted in equal parts."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) * 1024
