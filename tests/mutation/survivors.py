"""The mutants that no test can catch, and why: survivors.txt, `MUTANT -- REASON` in each line that says something.

A mutant stands there without its line and column, which move with every change above it. Where a function has two that read the
same, each needs its line.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_name("survivors.txt")
PLACE = re.compile(r"^(?P<file>[^:]+):\d+:\d+: ")
SEPARATOR = " -- "


def key(mutant: str) -> str:
    """The mutant without its place in the file."""
    return PLACE.sub(lambda match: f"{match['file']}: ", mutant)


def read(place: Path = LIST) -> list[str]:
    """The mutant of each line. A line without a reason is an error: it would hide a hole."""
    found: list[str] = []
    for number, line in enumerate(place.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        mutant, separator, reason = line.rpartition(SEPARATOR)
        if not separator or not reason.strip():
            raise ValueError(f"{place.name}:{number}: a mutant, then{SEPARATOR}and the reason why no test can catch it")
        found.append(mutant.strip())
    return found


def unexplained(missed: Iterable[str]) -> list[str]:
    """Those of the mutants that survived for which there is no line."""
    lines = Counter(read())
    found = []
    for mutant in missed:
        if lines[key(mutant)] == 0:
            found.append(mutant)
        lines[key(mutant)] -= 1 if lines[key(mutant)] else 0
    return found


def stale(there: Iterable[str], caught: Iterable[str]) -> list[str]:
    """Lines for mutants that are not there any more, or that a test has caught."""
    left = Counter(map(key, there)) - Counter(map(key, caught))
    return sorted((Counter(read()) - left).elements())
