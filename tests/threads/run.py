#!/usr/bin/env python3
"""Runs threads under ThreadSanitizer: the tests of real sockets, and a storm of eight C threads over every function.

    make test-threads                            the bounded form
    make threads MINUTES=30 SEED=7               the long one: every Rust test, unit tests too, and a longer storm

The standard library is compiled along (compiler.py says with what), so that nothing has to be suppressed. Before anything
is believed, two races must be found and a program that only std puts in order must pass.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "proof")]

from build import BUILD, Build, Failed, build  # noqa: E402
from compiler import Unavailable, compiler  # noqa: E402
from peer import Peer  # noqa: E402
from record import Row, is_full, read, write  # noqa: E402
from totals import Totals, read_totals  # noqa: E402
from watched import REPORT, Outcome, run_watched  # noqa: E402

# Of the promises, those whose threads meet. The others compare bytes, counts and deadlines over large messages, for which a
# watched, unoptimised program is too slow, as for one of the stress tests; the long form has them.
SELECTED = {
    "promises": ["either::", "settled::", "reload::", "reload_pings::", "calls_over_reload::", "life::"],
    "stress": ["--skip=a_turn_of_one_message_and_an_inbox_of_one"],
}
# What the storm must have seen succeed at least so often, that it is known to have raced over living things.
FEWEST_SUCCESSES = 3
PROMISE = "Rules 2, 3, 6: threads share atomics, queues and the slot table only; any thread may call"
EXPORT = re.compile(r"^(?![/ ]).*\b(framewire_[a-z_0-9]+)\(", re.M)


class Suite:
    """Counts what held, and says what did not."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, holds: bool, what: str, why: str = "") -> bool:
        self.passed += holds
        self.failed += not holds
        print(f"{'ok' if holds else 'FAILED':6} {what}{'' if holds else chr(10) + why}", flush=True)
        return holds

    def add(self, totals: Totals) -> None:
        self.passed += totals.passed
        self.failed += totals.failed


def exported_functions() -> set[str]:
    """The functions that the header declares, its own inline helpers aside."""
    declared = (ROOT / "include" / "framewire.h").read_text(encoding="utf-8").partition("Helpers, in the header alone")[0]
    return {name for name in EXPORT.findall(declared) if not name.startswith("framewire_str_")}


def canaries(suite: Suite, built: Build) -> Row:
    canary = built.tests["canary"]
    in_rust = run_watched([canary, "--ignored", "--exact", "race"])
    in_c = run_watched([built.storm, "race"])
    in_order = run_watched([canary, "--ignored", "--exact", "order"])
    held = [
        suite.check("data race" in in_rust.text, "a race in Rust is found", in_rust.text),
        suite.check("data race" in in_c.text, "a race in C is found", in_c.text),
        suite.check(in_order.is_clean, "locks, channels and conditions of std are understood", in_order.text),
    ]
    return Row("What ThreadSanitizer says can be believed", "two races on purpose, one program in order", "3 programs",
               "both found, no false report" if all(held) else "NOT TO BE BELIEVED", all(held))


def integration_tests(suite: Suite, built: Build) -> Row:
    total, reports, is_clean = Totals(), 0, True
    for name, program in sorted(built.tests.items()):
        if name == "canary":
            continue
        began = time.monotonic()
        outcome = run_watched([program, "--test-threads=4", *SELECTED.get(name, [])], bound=600)
        counts = read_totals(outcome.text)
        total += counts
        reports += outcome.reports
        suite.add(Totals(counts.passed, counts.failed))
        took = time.monotonic() - began
        # A filter that selects nothing proves nothing.
        is_clean &= suite.check(outcome.is_clean and counts.passed > 0, f"{name}: {counts}, {outcome.reports} reports, {took:.0f} s", outcome.text)
    held = is_clean and reports == 0 and total.failed == 0
    return Row(PROMISE, "tests of real sockets under ThreadSanitizer, std instrumented", f"{total.passed} tests",
               f"{reports} reports, {total.failed} failures", held)


def storm(suite: Suite, built: Build, ms: int, seed: int) -> Row:
    listed = run_watched([built.storm, "--list"])
    left_out = exported_functions() ^ set(listed.output.split())
    suite.check(not left_out, "the storm calls every function of the header, and no other", f"differs: {sorted(left_out)}")
    place = BUILD / "storm"
    place.mkdir(parents=True, exist_ok=True)
    (place / "state.json").unlink(missing_ok=True)
    peer = Peer(seed)
    print(f"storm: seed {seed}, {ms} ms", flush=True)
    outcome = run_watched([built.storm, peer.url, place, str(ms), str(seed)], bound=ms / 1000 + 600)
    peer.stop()
    calls, successes = count(outcome)
    suite.check(outcome.is_clean, f"storm: {sum(calls.values())} calls, {outcome.reports} reports", outcome.text)
    rare = {name: successes.get(name, 0) for name in exported_functions() if successes.get(name, 0) < FEWEST_SUCCESSES}
    suite.check(not rare, f"each of {len(calls)} functions succeeded {FEWEST_SUCCESSES} times or more", f"too rarely: {rare}")
    fewest, held = min(successes.values(), default=0), outcome.is_clean and not rare and not left_out
    return Row(PROMISE, "8 C threads call every function at random on shared and dying handles",
               f"{len(calls)} functions, {sum(calls.values())} calls, seed {seed}",
               f"{outcome.reports} reports, no wrong status, each succeeded {fewest} times or more", held)


def count(outcome: Outcome) -> tuple[dict[str, int], dict[str, int]]:
    rows = [line.split() for line in outcome.output.splitlines() if line.startswith("framewire_")]
    return {name: int(calls) for name, calls, _ in rows}, {name: int(well) for name, _, well in rows}


def whole_suite(suite: Suite, built: Build) -> Row:
    """Every Rust test that builds no C of its own, unit tests too: long."""
    outcome = built.run_whole_suite()
    counts, reports = read_totals(outcome.text), outcome.text.count(REPORT)
    suite.add(counts)
    held = suite.check(outcome.is_clean and reports == 0, f"every Rust test: {counts}, {reports} reports", outcome.text[-20000:])
    return Row(PROMISE, "every Rust test, unit tests too, under ThreadSanitizer", f"{counts.passed} tests",
               f"{reports} reports, {counts.failed} failures", held)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=0.1, help="length of the storm")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    try:
        chosen = compiler()
    except Unavailable as reason:
        return skip(str(reason))
    print(f"{chosen.origin}: {chosen.rustc}", flush=True)
    suite = Suite()
    try:
        built = build(chosen)
    except Failed as reason:
        suite.check(False, "everything builds", str(reason))
        print(f"{suite.passed} passed, {suite.failed} failed")
        return 1
    ms = int(options.minutes * 60_000)
    rows = [canaries(suite, built), storm(suite, built, ms, options.seed), integration_tests(suite, built)]
    if is_full():
        rows.append(whole_suite(suite, built))
    # What the models last found stands in the same table.
    models = [Row(**row) for row in (read("models") or {"rows": []})["rows"]]
    if not models:
        print("the models have recorded nothing: `make test-models` runs them, and goes first")
    write("threads", [*models, *rows], [f"Compiled by {chosen.origin}; nothing is suppressed."])
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


def skip(reason: str) -> int:
    print(f"SKIPPED: {reason}")
    if path := os.environ.get("FRAMEWIRE_SKIPS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"threads: {reason.splitlines()[0]}\n")
    print("0 passed, 0 failed, 1 skipped")
    return 1 if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1" else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as late:
        sys.exit(f"ran out of time: {late.cmd}")
