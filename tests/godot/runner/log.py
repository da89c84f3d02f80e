"""Searches what an engine printed for anything that went wrong, whatever its exit status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Each begins an entry of the log; the indented lines under it belong to it.
WRONG = re.compile(
    r"^\s*(?:(?:USER )?(?:SCRIPT )?(?:ERROR|WARNING)|SHADER ERROR|Parse Error)\b"
    r"|\bpanicked at\b|^handle_crash|Program crashed with signal|^Segmentation fault|AddressSanitizer"
    r"|^Orphan StringName|^Leaked instance|leaked at exit|still in use at exit|^Stray Node|^free\(\)|^malloc"
    r"|^double free|^terminate called|\[panic|godot-rust (?:function call|.*) failed"
)
CONTINUED = re.compile(r"^(?:\s{2,}|\t)\S|^\s*at: |^\s+GDScript backtrace")


@dataclass(frozen=True)
class Allowance:
    """A problem that a test expects: a pattern that an entry of the log must have, and how often exactly."""

    pattern: str
    # None: any number, none included.
    count: int | None = None


ENGINE_NOISE = (
    # About the machine alone: an engine run by its loader reads the certificates of this system.
    Allowance("Cannot open X509CertificateMbedTLS file"),
    # What a talkative editor says of itself, with or without extensions.
    Allowance("^Orphan StringName: Node "),
    # An editor that quits while it reads the project's files.
    Allowance("^WARNING: Scan thread aborted"),
)


def entries(lines: Sequence[str]) -> list[str]:
    """The entries of the log that tell a problem, each with what is indented under it."""
    found: list[str] = []
    is_open = False
    for line in lines:
        if WRONG.search(line):
            found.append(line)
            is_open = True
        elif is_open and CONTINUED.search(line):
            found[-1] += "\n" + line
        else:
            is_open = False
    return found


def problems(lines: Sequence[str], allowed: Iterable[str | Allowance] = ()) -> list[str]:
    """The problems that nobody expected, and the expected ones that did not come as often as they were to."""
    allowances = [each if isinstance(each, Allowance) else Allowance(each) for each in allowed]
    left = entries(lines)
    wanting: list[str] = []
    for allowance in (*allowances, *ENGINE_NOISE):
        matching = [entry for entry in left if re.search(allowance.pattern, entry)]
        left = [entry for entry in left if entry not in matching]
        if allowance.count is not None and len(matching) != allowance.count:
            wanting.append(f"expected {allowance.count} x {allowance.pattern!r} in the log, found {len(matching)}")
            wanting += matching
    return left + wanting
