"""The matrix: every fault x every load x every profile, but for the cells that have no meaning."""

from __future__ import annotations

from dataclasses import dataclass

from dialects import DIALECTS
from faults import FAULTS
from loads import LOADS

# (load, profile), and why it is left out. A flood out of unity_mcp is one of answers: the profile has no news.
LEFT_OUT = {("steady", "raw"): "raw has no calls; its texts both ways are the load of `reload`"}


@dataclass(frozen=True)
class Cell:
    fault: str
    load: str
    profile: str

    def __str__(self) -> str:
        return f"{self.fault}/{self.load}/{self.profile}"


def cells(only: str = "") -> list[Cell]:
    """All of them, or those that fit `only`: FAULT/LOAD/PROFILE, of which each may be empty or `*`."""
    wanted = [part if part != "*" else "" for part in only.split("/")] if only else []
    wanted += [""] * (3 - len(wanted))
    for part, known in zip(wanted, (FAULTS, LOADS, DIALECTS), strict=True):
        if part and part not in known:
            raise ValueError(f"`{part}` is none of {', '.join(known)}: give CELL=FAULT/LOAD/PROFILE")
    return [
        Cell(fault, load, profile)
        for fault in FAULTS
        for load in LOADS
        for profile in DIALECTS
        if (load, profile) not in LEFT_OUT
        and all(not part or part == name for part, name in zip(wanted, (fault, load, profile), strict=True))
    ]
