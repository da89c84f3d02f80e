"""What came of each case, and the table of what is to come of it: golden.txt, one line a case."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, replace
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden.txt"

# A message, and right behind it a frame that breaks the protocol. OK is the suite's word for an echo that left before the
# connection was failed; a frame loop polls later, most often too late. Both are right, and the column `messages` shows
# that the host was given the message.
ECHO_OR_FAIL_FIRST = ("3.2", "3.3", "3.4", "4.1.3", "4.1.4", "4.1.5", "4.2.3", "4.2.4", "4.2.5", "5.15")
EITHER = "OK or NON-STRICT"

HEADER = """\
# What the Autobahn suite says of each case, and what the library says of the same connection.
#   verdict, close   the suite's verdicts on the messages and on the close
#   sent             the close code that the suite got from us; - = none
#   closed           code, reason and CLEAN of our CLOSED event
#   messages         text and binary messages that were handed to the host before it
# `make autobahn BLESS=1` writes it anew: read the difference.
"""
COLUMNS = ("# case", "verdict", "close", "sent", "closed", "messages")


@dataclass(frozen=True)
class Outcome:
    case: str
    verdict: str
    close: str
    sent: str
    closed: str
    messages: str

    def differs_from(self, expected: Outcome) -> bool:
        if expected.verdict == EITHER and self.verdict in ("OK", "NON-STRICT"):
            expected = replace(expected, verdict=self.verdict)
        return self != expected

    def __str__(self) -> str:
        return "  ".join(f"{name.strip('# ')} {value}" for name, value in zip(COLUMNS, astuple(self)))


def number(case: str) -> list[int]:
    """For sorting: 6.4.10 comes after 6.4.9."""
    return [int(part) for part in case.split(".")]


def read(place: Path = GOLDEN) -> dict[str, Outcome]:
    lines = [line for line in place.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {row.case: row for row in (Outcome(*re.split(r"\s{2,}", line.strip())) for line in lines)}


def write(outcomes: dict[str, Outcome], place: Path = GOLDEN) -> None:
    """Writes the table, unless a case failed: a failure is nothing to be expected."""
    failed = [row.case for row in outcomes.values() if "FAILED" in (row.verdict, row.close)]
    if failed:
        raise ValueError(f"these cases failed, and no table is written: {', '.join(failed)}")
    rows = [outcomes[case] for case in sorted(outcomes, key=number)]
    rows = [replace(row, verdict=EITHER) if row.case in ECHO_OR_FAIL_FIRST else row for row in rows]
    table = [COLUMNS, *map(astuple, rows)]
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table]
    place.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def compare(outcomes: dict[str, Outcome], expected: dict[str, Outcome]) -> list[str]:
    """The cases that are not as expected, one complaint each."""
    complaints = []
    for case in sorted(outcomes.keys() | expected.keys(), key=number):
        wanted, got = expected.get(case), outcomes.get(case)
        if wanted is None or got is None or got.differs_from(wanted):
            complaints.append(f"{case}\n  expected: {wanted or 'no such case'}\n  got:      {got or 'it was not run'}")
    return complaints
