#!/usr/bin/env python3
"""Changes the pure layers one small thing at a time, and asks whether a test notices (cargo-mutants).

    tests/mutation/run.py                   every mutant of a few files, as `make test` runs it
    tests/mutation/run.py --share 1         every mutant (hours)
    tests/mutation/run.py --share 8         every eighth; --first N takes another eighth
    tests/mutation/run.py --file src/readiness/cell.rs

A mutant that no test can catch stands in survivors.txt, with the reason. In the bounded form every other one that survives is a
failure; a sample of everything fails if too many do, and names them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import layers
import survivors

sys.path.insert(0, str(layers.ROOT / "tests" / "proof"))
from record import Row, is_full, write  # noqa: E402

PLACE = layers.ROOT / "target" / "mutation"
TOOLS = layers.ROOT / "target" / "tools"
VERSION = "27.1.0"
# What the bounded form takes: all of it must be caught, or explained.
SHORT = ["src/session/backoff.rs", "src/session/phase.rs"]
FULL_SHARE = 8
# A sample meets survivors that nobody has looked at yet; so few of them say that the tests hold what is there.
FULL_SCORE = 0.75
# A test that hangs on a mutant has caught it. Each run of the tests takes a few seconds.
TIME_LIMIT_S = 45
MEMORY_LIMIT = 6 << 30
# The random walks find most of what they find early, and only mutants that every unit test misses come to them.
WALKS = "48"


@dataclass
class Tally:
    caught: int = 0
    unviable: int = 0
    timed_out: int = 0
    missed: list[str] = field(default_factory=list)

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


def mutate(mutants: Path, options: argparse.Namespace) -> Tally:
    crate = PLACE / "crate"
    layers.write_crate(crate)
    command = [str(mutants), "mutants", "--output", str(PLACE), "--timeout", str(TIME_LIMIT_S), "--build-timeout", "600"]
    command += ["--jobs", str(options.jobs), "--no-shuffle", "--colors", "never", "--gitignore", "false"]
    if options.share > 1:
        command += ["--shard", f"{options.first}/{options.share}", "--sharding", "round-robin"]
    for file in options.file:
        command += ["--file", file]
    limited = ["prlimit", f"--as={MEMORY_LIMIT}"] if shutil.which("prlimit") else []
    environment = os.environ | {"FRAMEWIRE_PAIR_CASES": WALKS, "RUST_BACKTRACE": "0"}
    environment.pop("CARGO_TARGET_DIR", None)
    # 2: mutants were missed, 3: some timed out. Both are judged here.
    status = subprocess.run([*limited, *command], cwd=crate, env=environment).returncode
    if status not in (0, 2, 3):
        raise SystemExit(f"cargo-mutants ended with {status}: its words are above, its logs in {PLACE / 'mutants.out'}")
    return tally()


def tally() -> Tally:
    found = Tally()
    for outcome in json.loads((PLACE / "mutants.out" / "outcomes.json").read_text(encoding="utf-8"))["outcomes"]:
        if outcome["scenario"] == "Baseline":
            continue
        match outcome["summary"]:
            case "CaughtMutant":
                found.caught += 1
            case "Timeout":
                found.timed_out += 1
            case "Unviable":
                found.unviable += 1
            case _:
                found.missed.append(outcome["scenario"]["Mutant"]["name"])
    return found


def judge(found: Tally, is_part: bool) -> int:
    known = survivors.read()
    unexplained = [name for name in found.missed if survivors.key(name) not in known]
    for name in unexplained:
        print(f"survived, and nothing says why: {name}")
    caught = found.caught + found.timed_out
    score = caught / found.tried if found.tried else 0.0
    explained = len(found.missed) - len(unexplained)
    print(
        f"{found.tried} mutants: {caught} caught ({found.timed_out} of them by hanging), {explained} survive with a reason,"
        f" {len(unexplained)} without; {found.unviable} more did not compile; score {score:.1%}"
    )
    # All of a few files, or most of a sample of everything.
    holds = found.tried > 0 and (score >= FULL_SCORE if is_full() else not unexplained)
    result = f"{caught} caught ({score:.1%}), {explained} survivors explained, {len(unexplained)} unexplained"
    row = Row(
        "The tests of the pure layers notice a change",
        "cargo-mutants over session, protocol and readiness",
        f"{found.tried} mutants" + ("" if is_full() else f": all of {', '.join(Path(file).name for file in SHORT)}"),
        result,
        holds,
    )
    if not is_part:
        survivors_left = [f"Nothing says yet why `{name}` survives." for name in unexplained]
        write("mutation", [row], survivors_left)
    failed = 0 if holds else max(1, len(unexplained))
    print(f"\n{caught + explained} passed, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=FULL_SHARE, help="one mutant in so many")
    parser.add_argument("--first", type=int, default=0, help="which of them, from 0")
    parser.add_argument("--file", action="append", default=[], help="mutants of this file only")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    options = parser.parse_args()
    is_part = bool(options.file)
    if not is_full() and not is_part:
        options.file = SHORT
    if options.file:
        options.share = 1
    mutants = tool()
    if mutants is None:
        reason = "cargo-mutants could not be built; `cargo install cargo-mutants` says why"
        print(f"skipped: {reason}")
        if place := os.environ.get("FRAMEWIRE_SKIPS"):
            with open(place, "a", encoding="utf-8") as file:
                file.write(f"mutation: {reason}\n")
        print("0 passed, 0 failed, 1 skipped")
        return 1 if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1" else 0
    return judge(mutate(mutants, options), is_part)


if __name__ == "__main__":
    sys.exit(main())
