"""What a process weighs, read from /proc, which other systems than Linux do not have."""

import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
# What Rust's standard library gives a thread.
THREAD_STACK = 2 << 20


@dataclass(frozen=True)
class Weight:
    rss: int
    threads: int
    descriptors: int
    cpu_seconds: float


def weigh(pid: int) -> Weight | None:
    """None = it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    if fields[0] == "Z":
        return None
    return Weight(int(fields[21]) * PAGE, int(fields[17]), descriptors, (int(fields[11]) + int(fields[12])) / TICK)


def stacks_of(pid: int) -> int:
    """Resident bytes of the stacks of its threads but the first: writable mappings of the size that threads get."""
    total, is_stack = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            begin, _, end = words[0].partition("-")
            is_stack = int(end, 16) - int(begin, 16) == THREAD_STACK and words[1] == "rw-p" and len(words) == 5
        elif is_stack and words[0] == "Rss:":
            total += int(words[1]) * 1024
    return total


def share_of(pid: int) -> int:
    """Bytes of it, where what several processes share is counted in equal parts."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) * 1024


def is_possible(test: str) -> bool:
    """Whether processes can be weighed here; if not, says that `test` is skipped."""
    if Path("/proc/self/smaps_rollup").exists():
        return True
    line = f"{test}: weighs processes by what Linux tells in /proc"
    print(f"SKIPPED: {line}\n0 passed, 0 failed, 1 skipped")
    if path := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(path, "a", encoding="utf-8") as skips:
            skips.write(line + "\n")
    return False
