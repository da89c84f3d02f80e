#!/usr/bin/env python3
"""Soaks the library: hours, or minutes, of everything at once, and at the end every count must add up.

Editors of all profiles run side by side, each through a proxy of its own, under steady commands. Meanwhile one thing
after the other happens to them (mischief.py): reloads, stalls, floods both ways, large messages and attachments, stopped
and restarted programs, bad networks. verdicts.py says what must hold; pages.py writes target/soak/report.html.

    make soak MINUTES=60 SEED=7
"""

import argparse
import os
import random
import resource
import signal
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
for folder in ("reload", "scale", "plot", "proof", "faults"):
    # Behind this one: each folder has names of its own.
    sys.path.append(str(TESTS / folder))

from pages import write_pages
from proof import rows_of
from record import write
from soak import Soak
from verdicts import judge
from weigh import is_possible

PLACE = TESTS.parent / "target" / "soak"
# Freed memory goes back to the system at once, so that what is resident is what is held: a leak shows in minutes, and
# the peak of a large message does not stay.
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="the editor of tests/c")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None, help="repeats a plan; by default each run has its own")
    parser.add_argument("--place", type=Path, default=PLACE, help="where logs and report go; what is there is removed")
    arguments = parser.parse_args()
    if arguments.minutes < 0.5:
        parser.error("--minutes must be 0.5 or more")
    if not is_possible("test-soak"):
        return 0
    os.environ.update(MALLOC)
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"soak: {arguments.minutes:g} minutes, seed {seed}", flush=True)
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    soak = Soak(arguments.serve, arguments.host, arguments.minutes * 60, seed, arguments.place)
    soak.play()
    verdict = judge(soak)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    write_pages(soak, verdict, cpu, arguments.place)
    write("soak", *rows_of(soak, verdict))
    soak.live.sum_up(cpu)
    for failure in verdict.failures:
        print(f"  FAILED {failure}")
    print(f"  the report is {arguments.place / 'report.html'}")
    if verdict.failures:
        print(f"  seed {seed}; logs in {arguments.place}")
    print(f"{verdict.passed} passed, {len(verdict.failures)} failed")
    return 1 if verdict.failures else 0


if __name__ == "__main__":
    sys.exit(main())
