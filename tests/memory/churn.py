"""Links that are opened and closed over and over: what the process holds must not grow."""

import json

from server import Server
from tools import Flavour, build, expect_checks, run

# Between half of the run and its end. A block lost every thousand links would show.
MOST_BYTES = 4096
MOST_BLOCKS = 16
MOST_MAPS = 16


class NotFlat(AssertionError):
    """Something grew."""


def churn(kind: str, count: int, loss: str = "") -> str:
    """Runs it and judges; the figures in words."""
    program = build("churn", Flavour.PLAIN)
    extra = [loss] if loss else []
    if kind == "idle":
        ended = run([str(program), kind, str(count), *extra])
    else:
        with Server(kind.replace("_", "-")) as server:
            ended = run([str(program), kind, str(count), server.url, *extra])
    expect_checks(ended)
    marks = {mark["mark"]: mark for mark in map(json.loads, ended.output.splitlines()[:-1])}
    judge(marks["half"], marks["end"])
    end, half = marks["end"], marks["half"]
    return (
        f"heap {end['bytes']} B in {end['blocks']} blocks ({end['bytes'] - half['bytes']:+d} B since half), "
        f"{end['descriptors']} fds, {end['threads']} thread, RSS {end['resident_kib']} KiB; {ended.cpu_seconds:.0f} s CPU"
    )


def judge(half: dict[str, int], end: dict[str, int]) -> None:
    """Flat means: the same at half and at the end, but for these bounds."""
    grown = {name: end[name] - half[name] for name in ("bytes", "blocks", "descriptors", "threads", "maps")}
    flat = (
        abs(grown["bytes"]) <= MOST_BYTES
        and abs(grown["blocks"]) <= MOST_BLOCKS
        and grown["descriptors"] == 0
        and grown["threads"] == 0
        and grown["maps"] <= MOST_MAPS
    )
    if not flat:
        raise NotFlat(f"what the process holds has grown by {grown}")


def losses_are_seen() -> str:
    """What is lost on purpose must be seen, or nothing above is worth anything."""
    for loss in ("lose-heap", "lose-descriptor", "lose-thread"):
        try:
            churn("idle", 1000, loss)
        except NotFlat:
            continue
        raise AssertionError(f"{loss}: not seen")
    return "a block, a descriptor and a thread lost every tenth link are each seen"
