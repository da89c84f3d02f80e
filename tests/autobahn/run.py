#!/usr/bin/env python3
"""Holds the library against the Autobahn test suite: every case but those of permessage-deflate, through the C interface.

    make autobahn                 all cases, compared with golden.txt
    make autobahn CASES='6.* 7.*' these alone
    make autobahn BLESS=1         writes golden.txt anew

The suite's fuzzing server is the peer (server.py), the C example host the client: a frame loop that polls a raw link and
sends each message back. Its closing line counts cases. Logs and the suite's reports are kept under target/autobahn.

FRAMEWIRE_EDITOR_HOST   the editor_host to test; default target/c/editor_host
FRAMEWIRE_REQUIRE_ALL   1: where the suite cannot be installed, that is a failure; else it is skipped, and said so
"""

from __future__ import annotations

import os
import resource
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "proof")]

import golden  # noqa: E402
import suite  # noqa: E402
from golden import Outcome  # noqa: E402
from play import Play  # noqa: E402
from provision import ProvisionError  # noqa: E402
from record import Row, write  # noqa: E402

PROOF = "autobahn"
HOST = HERE.parents[1] / "target" / "c" / "editor_host"


def main() -> int:
    patterns = os.environ.get("CASES", "*").split()
    try:
        python = suite.provision()
    except suite.NoInterpreter as error:
        return missing(str(error))
    except ProvisionError as error:
        return missing(str(error).partition("\n")[0]) if error.offline else failed(str(error))
    play = Play(python, os.environ.get("FRAMEWIRE_EDITOR_HOST", str(HOST)), suite.PLACE)
    try:
        outcomes = play.run(patterns)
    except (RuntimeError, TimeoutError) as error:
        return failed(str(error))
    if os.environ.get("BLESS") == "1" and patterns == ["*"]:
        golden.write(outcomes)
    expected = {case: row for case, row in golden.read().items() if patterns == ["*"] or case in outcomes}
    return judge(play, outcomes, expected, whole=patterns == ["*"])


def judge(play: Play, outcomes: dict[str, Outcome], expected: dict[str, Outcome], whole: bool) -> int:
    complaints = golden.compare(outcomes, expected)
    for complaint in complaints:
        print(f"FAILED {complaint}\n  detail:   {play.detail(complaint.partition(chr(10))[0])}")
    complaints += lost(play)
    wrong = len(complaints)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in Counter(o.verdict for o in outcomes.values()).most_common())
    closes = ", ".join(f"{count} {close}" for close, count in Counter(o.close for o in outcomes.values()).most_common())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"verdicts on messages: {verdicts}; on closes: {closes}; {used.ru_utime + used.ru_stime:.0f} s of CPU")
    if whole:
        tell(outcomes, verdicts, closes, wrong)
    print(f"{max(0, len(expected) - wrong)} passed, {wrong} failed")
    return 1 if wrong else 0


def lost(play: Play) -> list[str]:
    """What must hold over all connections of the link: each one opened and closed, once."""
    summary, connections = play.summary, len(play.seen) + 1
    found = {name: summary.get(name) for name in ("opened", "closed")}
    wanted = {"opened": connections, "closed": connections}
    if found == wanted:
        return []
    print(f"the host counted {found}, and {wanted} is right")
    return ["connections"]


def tell(outcomes: dict[str, Outcome], verdicts: str, closes: str, wrong: int) -> None:
    limits = [row for case, row in outcomes.items() if case.startswith("9.")]
    messages = sum(int(row.messages) for row in outcomes.values())
    held = f"{wrong} differences to the golden table" if wrong else "as in the golden table"
    good = sum(row.verdict == "OK" and row.close == "OK" for row in limits)
    rows = [
        Row(
            "RFC 6455 is kept",
            "Autobahn fuzzing server against the C interface in a poll loop, all cases without deflate",
            f"{len(outcomes)} cases, one link",
            f"{verdicts}; {held}",
            wrong == 0 and "FAILED" not in verdicts,
        ),
        Row(
            "P5: what came before a close is delivered, and CLOSED says how it ended",
            "the same cases: messages handed out, code, reason and cleanness of each CLOSED",
            f"{messages} messages, {len(outcomes)} closes",
            f"closes: {closes}; {held}",
            wrong == 0 and "FAILED" not in closes,
        ),
        Row(
            "P7: any size up to the bound",
            "9.*: messages of up to 16 MiB, whole, in fragments of 64 bytes and up, in chops of the socket",
            f"{len(limits)} cases",
            f"{good} of {len(limits)} OK",
            good == len(limits),
        ),
    ]
    notes = [
        "Autobahn: 6.4.3 and 6.4.4 are non-strict because UTF-8 is checked frame by frame, not byte by byte.",
        "Autobahn: in ten cases a message and a violation come in one packet. The host gets the message, but its echo "
        "may be too late for the connection, which the suite calls non-strict.",
    ]
    write(PROOF, rows, notes)


def missing(reason: str) -> int:
    if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
        return failed(reason)
    line = f"autobahn: {reason}"
    print(f"SKIPPED: {line}")
    if place := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(place, "a", encoding="utf-8") as skips:
            skips.write(line + "\n")
    print("0 passed, 0 failed, 1 skipped")
    return 0


def failed(reason: str) -> int:
    print(f"autobahn: {reason}\n0 passed, 1 failed")
    return 1


if __name__ == "__main__":
    sys.exit(main())
