"""What a process measures of itself: memory on the heap, threads, descriptors, and whether a call slept."""

from __future__ import annotations

import ctypes
import os
import resource
import time
from collections.abc import Callable
from typing import Any

# A call that took longer and slept meanwhile was blocked; one that the system merely interrupted was not. The bound
# leaves room for the allocator's lock, which a thread may hold that the system has just interrupted.
BLOCKED_NS = 500_000_000
# That is rare, so no more calls of one process than these may sleep a tenth of that.
SLOW_NS = BLOCKED_NS // 10
SLOW_CALLS = 5
# Where threads are not told apart, the others' sleep counts, too: then every long call is taken for a blocked one.
WHO = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
# No machine is so slow that a call needs so much of its own time.
BUSY_NS = 250_000_000


class Mallinfo2(ctypes.Structure):
    """glibc's own account of the heap."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def heap_meter() -> Callable[[], int] | None:
    """Bytes that are allocated by malloc in this process; None where the C library does not tell.

    Python's small objects are not among them: it takes them from elsewhere."""
    try:
        mallinfo2 = ctypes.CDLL(None).mallinfo2
    except (AttributeError, OSError):
        return None
    mallinfo2.restype = Mallinfo2

    def measure() -> int:
        told = mallinfo2()
        return told.uordblks + told.hblkhd

    return measure


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


class Calls:
    """How long calls took that must not wait."""

    def __init__(self) -> None:
        self.count = 0
        self.longest_ns = 0
        self.longest_busy_ns = 0
        self.sleeps = 0
        self.slow = 0
        self.blocked: list[str] = []

    def time(self, call: Callable[..., int], *arguments: Any) -> int:
        slept = switches()
        wall, busy = time.perf_counter_ns(), time.thread_time_ns()
        status = call(*arguments)
        busy, wall = time.thread_time_ns() - busy, time.perf_counter_ns() - wall
        slept = switches() - slept
        self.count += 1
        self.longest_ns = max(self.longest_ns, wall)
        self.longest_busy_ns = max(self.longest_busy_ns, busy)
        self.sleeps += slept
        self.slow += bool(slept and wall > SLOW_NS)
        if (slept and wall > BLOCKED_NS) or busy > BUSY_NS or self.slow > SLOW_CALLS:
            self.blocked.append(f"{call.__name__}: {wall / 1e6:.1f} ms, {busy / 1e6:.1f} ms of them busy")
        return status


def check_meter() -> None:
    """A meter that finds nothing finds nothing: a call that sleeps must be seen."""
    calls = Calls()

    def sleep(seconds: float) -> int:
        time.sleep(seconds)
        return 0

    calls.time(sleep, 2 * BLOCKED_NS / 1e9)
    assert calls.blocked, "a call that slept was not noticed: threads are not accounted for on this system"
    calls = Calls()
    for _ in range(SLOW_CALLS + 1):
        assert not calls.blocked
        calls.time(sleep, 1.2 * SLOW_NS / 1e9)
    assert calls.blocked, "many calls that slept for a while were not noticed"


def switches() -> int:
    """How often this thread went to sleep by itself."""
    return resource.getrusage(WHO).ru_nvcsw
