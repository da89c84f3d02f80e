#!/usr/bin/env python3
"""Fuzzes the library: arbitrary inputs, led by coverage (libFuzzer), under AddressSanitizer.

    tests/fuzz/run.py                          the corpora again, then some seconds for each target
    tests/fuzz/run.py --minutes 60             an hour, shared by all targets
    tests/fuzz/run.py --minutes 5 --target ffi --seed 7
    tests/fuzz/run.py --minimise               make the corpora of what long runs have found

What a long run finds out lies in target/fuzz/work, and the next one goes on from there. An input at fault lies in
target/fuzz/finds; the program of its target, given that file, shows the fault again.
"""

import argparse
import base64
import random
import shutil
import sys
import os
from dataclasses import dataclass, field

import corpus
import trial
from build import build
from plan import CANARY, GROUPS, PLACE, ROOT, TARGETS, Target
from trial import Trial

sys.path.insert(0, str(ROOT / "tests" / "proof"))
from record import Row, write  # noqa: E402

SHORT_S = 10
# As many as the canary is given; it takes some thousands.
CANARY_RUNS = 2_000_000
LOG_LINES = 60


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    trials: dict[str, Trial] = field(default_factory=dict)

    def count(self, is_good: bool) -> None:
        self.passed += is_good
        self.failed += not is_good


def is_watched(programs: dict) -> bool:
    """Whether a fault is found that takes both guidance and the sanitizer to be seen."""
    found = trial.run(programs[CANARY.name], CANARY, [f"-runs={CANARY_RUNS}", "-seed=1"], [], 120)
    if found.find:
        found.find.unlink()
    is_seen = "heap-use-after-free" in found.words
    print(f"canary: {'found' if is_seen else 'NOT FOUND: nothing below is worth anything'}", flush=True)
    return is_seen


def show(target: Target, found: Trial) -> None:
    lines = found.words.splitlines()
    start = next((at for at, line in enumerate(lines) if "panicked at" in line or "ERROR:" in line), max(0, len(lines) - LOG_LINES))
    print("\n".join(f"  | {line}" for line in lines[start : start + LOG_LINES]))
    if found.find:
        print(f"  FAILED: the input, which {target.name} shows the fault with: {found.find}")
        print(f"  in base64: {base64.b64encode(found.find.read_bytes()).decode()}", flush=True)


def attack(programs: dict, targets: list[Target], options: argparse.Namespace) -> Tally:
    tally = Tally()
    tally.count(is_watched(programs))
    seconds = int(options.minutes * 60 / len(targets)) if options.minutes else SHORT_S
    print(f"seed {options.seed}, {seconds} s a target", flush=True)
    for target in targets:
        again = trial.replay(programs[target.name], target)
        tally.count(again.is_sound)
        work = PLACE / ("work" if options.minutes else "short") / target.name
        if not options.minutes:
            shutil.rmtree(work, ignore_errors=True)
        found = trial.fuzz(programs[target.name], target, work, seconds, options.seed) if again.is_sound else again
        if again.is_sound:
            tally.count(found.is_sound)
        tally.trials[target.name] = found
        verdict = "held" if found.is_sound else "FOUND A FAULT"
        print(
            f"{target.name:13} {verdict}: {found.executions} inputs, {found.edges} edges,"
            f" corpus {again.inputs}, now {found.inputs}",
            flush=True,
        )
        if not found.is_sound:
            show(target, found)
    return tally


def record(tally: Tally) -> None:
    rows = []
    for name, group in GROUPS.items():
        trials = [tally.trials[target.name] for target in TARGETS if target.group == name and target.name in tally.trials]
        if not trials:
            continue
        executions, edges = sum(one.executions for one in trials), sum(one.edges for one in trials)
        faults = sum(not one.is_sound for one in trials)
        amount = f"{executions} inputs, {len(trials)} target{'s' if len(trials) > 1 else ''}"
        held = faults == 0 and all(one.executions > 0 for one in trials)
        rows.append(Row(group.promise, group.attack, amount, f"{faults} faults; {edges} edges seen", held))
    write("fuzz", rows, ["All under AddressSanitizer, which finds a planted fault first; arithmetic that overflows is a fault, too."])


def skip(reason: str) -> int:
    print(f"skipped: {reason}")
    if place := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(place, "a", encoding="utf-8") as file:
            file.write(f"fuzz: {reason}\n")
    print("0 passed, 0 failed, 1 skipped")
    return 1 if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1" else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0, help="for all targets together; 0: some seconds each")
    parser.add_argument("--target", action="append", choices=[target.name for target in TARGETS], help="this one only")
    parser.add_argument("--seed", type=int, default=0, help="of what is tried; 0: by chance")
    parser.add_argument("--minimise", action="store_true", help="write the corpora anew")
    options = parser.parse_args()
    options.seed = options.seed or random.randrange(1, 1 << 31)
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        return skip("libFuzzer is built by a C++ compiler, and there is none")
    programs = build()
    if programs is None:
        print("\n0 passed, 1 failed")
        return 1
    targets = [target for target in TARGETS if not options.target or target.name in options.target]
    if options.minimise:
        for target in targets:
            corpus.minimise(programs[target.name], target, PLACE / "work" / target.name)
        print(f"the corpora have {corpus.size()} bytes")
        return 0
    tally = attack(programs, targets, options)
    if not options.target:
        record(tally)
    is_small = corpus.size() <= corpus.MOST
    print(f"the corpora have {corpus.size()} bytes{'' if is_small else f', and may have {corpus.MOST}: --minimise'}")
    tally.count(is_small)
    print(f"\n{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
