"""The mutants that no test can catch, and why: survivors.txt, `MUTANT: REASON` in each line that says something.

A mutant stands there without its line and column, which move with every change above it.
"""

import re
from pathlib import Path

LIST = Path(__file__).with_name("survivors.txt")
PLACE = re.compile(r"^(?P<file>[^:]+):\d+:\d+: ")
SEPARATOR = " -- "


def key(mutant: str) -> str:
    """The mutant without its place in the file."""
    return PLACE.sub(lambda match: f"{match['file']}: ", mutant)


def read(place: Path = LIST) -> dict[str, str]:
    """Mutant and reason. A line without a reason is an error: it would hide a hole."""
    found: dict[str, str] = {}
    for number, line in enumerate(place.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        mutant, separator, reason = line.rpartition(SEPARATOR)
        if not separator or not reason.strip():
            raise ValueError(f"{place.name}:{number}: a mutant, then{SEPARATOR}and the reason why no test can catch it")
        found[mutant.strip()] = reason.strip()
    return found
