#!/usr/bin/env python3
"""Changes the pure layers one small thing at a time, and asks whether a test notices (cargo-mutants).

    tests/mutation/run.py                   every mutant of a few files, as `make test` runs it
    tests/mutation/run.py --all             every mutant that is not yet known to be caught (hours, the first time)
    tests/mutation/run.py --all --limit 60  so many of those, taken from everywhere
    tests/mutation/run.py --file src/readiness/cell.rs

A mutant that no test can catch stands in survivors.txt, with the reason; every other one that survives is a failure. What
--all has found is kept (ledger.py), so that it can be stopped, and told as a whole.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path

import layers
import survivors
from ledger import CAUGHT, MISSED, TIMED_OUT, UNVIABLE, Ledger

sys.path.insert(0, str(layers.ROOT / "tests" / "proof"))
from record import Row, write  # noqa: E402

PLACE = layers.ROOT / "target" / "mutation"
CRATE = PLACE / "crate"
TOOLS = layers.ROOT / "target" / "tools"
VERSION = "27.1.0"
# What the bounded form takes.
SHORT = ["src/session/backoff.rs", "src/session/phase.rs"]
# About so many mutants at a time; what they came to is written down after each.
BATCH = 120
# A test that hangs on a mutant has caught it. One that works takes a second; the limit leaves room for a busy machine, and one
# that spins meets the processor time of layers.py long before.
TIME_LIMIT_S = 120
# First the unit tests alone, with few of the random cases: built and run in half the time, they catch nearly all. What they miss
# meets every test. The random walks among those find most of what they find early.
QUICK, THOROUGH = (["--lib"], {"PROPTEST_CASES": "32"}), ([], {"FRAMEWIRE_PAIR_CASES": "48"})


@dataclass
class Tally:
    caught: int
    timed_out: int
    unviable: int
    missed: list[str]
    untried: int = 0

    @property
    def tried(self) -> int:
        return self.caught + self.timed_out + len(self.missed)


def tool() -> Path | None:
    """The mutation tester: on PATH, or under target/tools, where it is built if need be."""
    found = shutil.which("cargo-mutants") or shutil.which("cargo-mutants", path=str(TOOLS / "bin"))
    if found:
        return Path(found)
    print(f"building cargo-mutants {VERSION} in target/tools", flush=True)
    # Unoptimised it is built in half the time, and it mostly waits for the compiler anyway.
    command = ["cargo", "install", "--quiet", "--locked", "--debug", "--root", str(TOOLS), "--version", VERSION, "cargo-mutants"]
    environment = os.environ | {"CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_TARGET_DIR": str(TOOLS / "build")}
    if subprocess.run(command, env=environment).returncode != 0:
        return None
    return TOOLS / "bin" / "cargo-mutants"


def names(mutants: Path) -> list[str]:
    """Every mutant there is."""
    command = [str(mutants), "mutants", "--list", "--colors", "never", "--gitignore", "false"]
    listed = subprocess.run(command, cwd=CRATE, check=True, stdout=subprocess.PIPE, text=True)
    return listed.stdout.splitlines()


def mutate(mutants: Path, chosen: list[str], jobs: int, tests: list[str], extent: dict[str, str]) -> Path:
    """Tries these mutants on these tests; gives the file of what became of them."""
    command = [str(mutants), "mutants", "--output", str(PLACE), "--timeout", str(TIME_LIMIT_S), "--build-timeout", "600"]
    command += ["--no-shuffle", "--colors", "never"]
    # The crate is a copy already.
    command += ["--in-place"] if jobs == 1 else ["--jobs", str(jobs), "--copy-target", "true", "--gitignore", "false"]
    # This version of the tool takes mutants that leave out a field whatever --re says, but not those of another file.
    command += [f"--file={file}" for file in sorted(set(map(file_of, chosen)))]
    command += [f"--re=^{re.escape(name)}$" for name in chosen]
    environment = os.environ | extent | {"RUST_BACKTRACE": "0"}
    environment.pop("CARGO_TARGET_DIR", None)
    # 2: mutants were missed, 3: some timed out. Both are judged later.
    status = subprocess.run([*command, "--", *tests], cwd=CRATE, env=environment).returncode
    if status not in (0, 2, 3):
        raise SystemExit(f"cargo-mutants ended with {status}: its words are above, its logs in {PLACE / 'mutants.out'}")
    return PLACE / "mutants.out" / "outcomes.json"


def attack(mutants: Path, ledger: Ledger, everything: list[str], options: argparse.Namespace) -> Tally:
    pending = everything
    if options.all:
        untried, missed = ledger.with_summary(everything, None), ledger.with_summary(everything, MISSED)
        pending = sorted([*untried, *survivors.unexplained(missed)], key=everything.index)
        pending = spread(pending, options.limit or len(pending))
    print(f"{len(everything)} mutants, {len(pending)} to be tried", flush=True)
    for tests, extent in (QUICK, THOROUGH):
        for batch in batches(pending):
            ledger.absorb(mutate(mutants, batch, options.jobs, tests, extent))
        pending = ledger.with_summary(pending, MISSED)
    return Tally(
        caught=len(ledger.with_summary(everything, CAUGHT)),
        timed_out=len(ledger.with_summary(everything, TIMED_OUT)),
        unviable=len(ledger.with_summary(everything, UNVIABLE)),
        missed=ledger.with_summary(everything, MISSED),
        untried=len(ledger.with_summary(everything, None)),
    )


def batches(pending: list[str]) -> Iterator[list[str]]:
    """Files as a whole, about BATCH mutants together."""
    batch: list[str] = []
    for _, group in groupby(sorted(pending, key=file_of), key=file_of):
        batch += group
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def file_of(name: str) -> str:
    return name.partition(":")[0]


def spread(pending: list[str], limit: int) -> list[str]:
    """So many of them, from everywhere, in their order."""
    step = max(1.0, len(pending) / max(1, limit))
    return [pending[int(number * step)] for number in range(min(limit, len(pending)))]


def judge(found: Tally, stale: list[str], is_recorded: bool, is_all: bool) -> int:
    unexplained = survivors.unexplained(found.missed)
    for name in unexplained:
        print(f"FAILED: survived, and nothing says why: {name}")
    for name in stale:
        print(f"FAILED: survivors.txt explains what is no mutant, or no survivor: {name}")
    caught = found.caught + found.timed_out
    score = caught / found.tried if found.tried else 0.0
    explained = len(found.missed) - len(unexplained)
    print(
        f"{found.tried} mutants: {caught} caught ({found.timed_out} of them by hanging), {explained} survive with a reason,"
        f" {len(unexplained)} without; {found.unviable} more did not compile, {found.untried} were not tried; score {score:.1%}"
    )
    # All of a few files are tried, or something is wrong with how they are named to the tool.
    left_out = 0 if is_all else found.untried
    holds = found.tried > 0 and not unexplained and not stale and not left_out
    row = Row(
        "The tests of the pure layers notice a change",
        "cargo-mutants over session, protocol and readiness",
        amount(found, is_all),
        f"{caught} caught ({score:.1%}), {explained} survivors explained, {len(unexplained)} unexplained",
        holds,
    )
    if is_recorded:
        write("mutation", [row], [f"Nothing says yet why `{name}` survives." for name in unexplained])
    failed = len(unexplained) + len(stale) + left_out if found.tried else 1
    print(f"\n{caught + explained} passed, {failed} failed")
    return 1 if failed else 0


def amount(found: Tally, is_all: bool) -> str:
    if not is_all:
        return f"{found.tried} mutants: all of {', '.join(Path(file).name for file in SHORT)}"
    if found.untried:
        return f"{found.tried} mutants; {found.untried} not tried"
    return f"{found.tried} mutants: all there are; {found.unviable} more do not compile"


def skip(reason: str) -> int:
    print(f"skipped: {reason}")
    if place := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(place, "a", encoding="utf-8") as file:
            file.write(f"mutation: {reason}\n")
    print("0 passed, 0 failed, 1 skipped")
    return 1 if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1" else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every mutant that is not yet known to be caught")
    parser.add_argument("--limit", type=int, default=0, help="so many mutants of --all; 0: all")
    parser.add_argument("--file", action="append", default=[], help="mutants of this file only; * is any")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    options = parser.parse_args()
    is_recorded = not options.file
    if not options.all and not options.file:
        options.file = SHORT
    mutants = tool()
    if mutants is None:
        return skip("cargo-mutants could not be built; `cargo install cargo-mutants` says why")
    layers.write_crate(CRATE)
    ledger = Ledger(PLACE / "ledger.json", CRATE)
    there = names(mutants)
    everything = [name for name in there if not options.file or any(fnmatch(file_of(name), file) for file in options.file)]
    found = attack(mutants, ledger, everything, options)
    caught = ledger.with_summary(everything, CAUGHT, TIMED_OUT)
    return judge(found, survivors.stale(there, caught), is_recorded, options.all)


if __name__ == "__main__":
    sys.exit(main())
