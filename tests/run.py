#!/usr/bin/env python3
"""Runs the parts of the test suite side by side and adds up what they say.

Each part is a make target. Its output goes to a log of its own under target/logs; the log of a part that
failed is printed at the end, and just above the last line stands what failed in it (failures.py). A test that cannot
run here says why in the file that FRAMEWIRE_SKIPS names, one line `TEST: REASON` each, and is shown and counted as
skipped. A part that ran no test and skipped none has failed, and so has one that skipped a test while
FRAMEWIRE_REQUIRE_ALL=1 is set. In the end all that the parts have written is searched for secrets of the tests
(leaks.py): one that is found fails the run.

    tests/run.py            every part
    tests/run.py NAME...    these parts
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import failures
import leaks
from totals import Totals, read_totals

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "proof"))
import record  # noqa: E402
import report  # noqa: E402

TARGET = ROOT / "target"
LOGS = TARGET / "logs"
LOG_LINES = 300

# Lanes run side by side, the parts of a lane one after another. Peers, editors and domains mostly wait, for deadlines
# and for each other, and so share two cores well with the lane that compiles. What else must be compiled stands last in its lane.
# test-threads tells what test-models has recorded, and so stands behind it in the same one.
LANES = [
    ["test-peers", "test-punie", "test-reloads", "test-mono", "test-unity", "test-autobahn", "test-security"]
    + ["test-fuzz", "test-mutation"],
    ["test-godot", "test-faults", "test-network", "test-scale", "test-soak"],
    ["test-rust", "test-doc", "test-models", "test-sanitizers", "test-memory", "test-threads"],
]

# A part that is still at work after this many seconds is ended and has failed. They end what hangs: each is at least twice what
# the part takes where nothing is built yet and the other lanes keep two cores busy.
TIME_LIMIT = {
    "test-reloads": 900,
    "test-faults": 1800,
    "test-peers": 1800,
    "test-punie": 1800,
    "test-mono": 1800,
    "test-unity": 1500,
    "test-autobahn": 1800,
    "test-security": 1500,
    "test-scale": 900,
    "test-soak": 1500,
    "test-godot": 4500,
    "test-rust": 3000,
    "test-doc": 900,
    "test-models": 900,
    "test-sanitizers": 3000,
    "test-memory": 1800,
    "test-threads": 3000,
    "test-mutation": 3000,
    "test-fuzz": 2400,
    "test-network": 1500,
}


@dataclass
class Outcome:
    part: str
    totals: Totals
    seconds: float
    complaint: str | None
    skips: list[str]


class Part:
    """One make target as a process group of its own, so that all it started can be ended with it."""

    def __init__(self, name: str):
        self.name = name
        self.log = LOGS / f"{name}.log"
        self.skips = LOGS / f"{name}.skips"
        self.process: subprocess.Popen | None = None

    def run(self) -> Outcome:
        started = time.monotonic()
        timed_out = False
        self.skips.write_text("")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", self.name],
                cwd=ROOT,
                env=part_environment() | {"FRAMEWIRE_SKIPS": str(self.skips)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                self.process.wait(TIME_LIMIT[self.name])
            except subprocess.TimeoutExpired:
                timed_out = True
                self.end()
        skips = sorted(set(self.skips.read_text(errors="replace").splitlines()))
        totals = count_skips(read_totals(self.log.read_text(errors="replace")), skips)
        complaint = complaint_about(self.process.returncode, totals, timed_out)
        if complaint and totals.failed == 0:
            totals = Totals(totals.passed, 1, totals.skipped)
        return Outcome(self.name, totals, time.monotonic() - started, complaint, skips)

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, signal_number)
                self.process.wait(10)
                return
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                return


def part_environment() -> dict[str, str]:
    """The environment of a part: no make flags of ours, and no colours, which would hide the totals.

    What tests that pass have printed is shown, too: it is searched for secrets.
    """
    inherited = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    plain = {"CARGO_TERM_COLOR": "never", "NO_COLOR": "1", "PY_COLORS": "0", "PYTHONUNBUFFERED": "1"}
    return inherited | plain | {"NEXTEST_SUCCESS_OUTPUT": "immediate", "PYTEST_ADDOPTS": "-raP"}


def count_skips(totals: Totals, skips: list[str]) -> Totals:
    """A runner that knows no skips counted the tests that told theirs as passed."""
    uncounted = max(0, len({line.partition(":")[0] for line in skips}) - totals.skipped)
    uncounted = min(uncounted, totals.passed)
    return Totals(totals.passed - uncounted, totals.failed, totals.skipped + uncounted)


def complaint_about(status: int, totals: Totals, timed_out: bool) -> str | None:
    if timed_out:
        return "ran out of time"
    if status != 0:
        return f"exit status {status}"
    if totals.failed:
        return "says that tests failed, but exits with 0"
    if totals.passed == 0 and totals.skipped == 0:
        return "ran no test"
    if totals.skipped and os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
        return "skipped tests, and FRAMEWIRE_REQUIRE_ALL=1 asks for all of them"
    return None


def run_lane(parts: list[Part], outcomes: list[Outcome]) -> None:
    for part in parts:
        print(f"  {part.name}: started, log in {part.log.relative_to(ROOT)}", flush=True)
        outcome = part.run()
        outcomes.append(outcome)
        verdict = f"FAILED ({outcome.complaint})" if outcome.complaint else "passed" if outcome.totals.passed else "SKIPPED"
        reasons = "".join(f"\n    skipped: {line}" for line in outcome.skips)
        print(f"  {part.name}: {verdict} after {outcome.seconds:.0f} s{reasons}", flush=True)


def search_for_leaks() -> Outcome:
    """The last part: whether any of the others, or a file that it left below target/, tells a secret. What they put elsewhere
    or remove is searched by themselves (tests/peers/run.py, tests/support/scratch.rs)."""
    started = time.monotonic()
    count, found = leaks.search_run(TARGET)
    for leak in found:
        print(f"  leaks: {leak}")
    print(f"  leaks: {len(found)} in {count} files below target/", flush=True)
    complaint = "a secret was told: find where, above, and who wrote it" if found else None
    return Outcome("leaks", Totals(0, len(found)) if found else Totals(1), time.monotonic() - started, complaint, [])


def check_proofs() -> Outcome:
    """Whether every attack has run, recorded what it found, and stands in RELIABILITY.md."""
    page = report.REPORT.read_text(encoding="utf-8") if report.REPORT.exists() else ""
    wrong = report.complaints(page)
    for line in wrong:
        print(f"  proofs: {line}")
    complaint = "see the lines above that begin with `proofs:`" if wrong else None
    return Outcome("proofs", Totals(0, len(wrong)) if wrong else Totals(1), 0.0, complaint, [])


def print_log(outcome: Outcome) -> None:
    lines = (LOGS / f"{outcome.part}.log").read_text(errors="replace").splitlines()
    print(f"\n----- {outcome.part}: {outcome.complaint}")
    if len(lines) > LOG_LINES:
        print(f"({len(lines) - LOG_LINES} earlier lines are in the log)")
    # Totals inside the log are indented, so that the closing line stays the only one of its kind.
    print("\n".join(f"  | {line}" for line in lines[-LOG_LINES:]))


def what_failed(outcome: Outcome) -> list[str]:
    """The last lines of a run name what failed: of a long output often only the end is kept."""
    log = LOGS / f"{outcome.part}.log"
    said = failures.summary(outcome.part, log.read_text(errors="replace")) if outcome.seconds and log.exists() else []
    is_said = said and str(outcome.complaint).startswith("exit status")
    return said if is_said else [f"{outcome.part} failed: {outcome.complaint}", *said]


def main(names: list[str]) -> int:
    unknown = set(names) - set(TIME_LIMIT)
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(TIME_LIMIT)}", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    is_all = not names
    if is_all:
        shutil.rmtree(record.RECORDS / "short", ignore_errors=True)
    lanes = [[Part(name) for name in lane if not names or name in names] for lane in LANES]
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=run_lane, args=(lane, outcomes), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        for lane in lanes:
            for part in lane:
                part.end()
        print("interrupted", file=sys.stderr)
        return 130

    unfinished = {part.name for lane in lanes for part in lane} - {outcome.part for outcome in outcomes}
    outcomes += [Outcome(name, Totals(failed=1), 0.0, "could not be run", []) for name in sorted(unfinished)]
    for outcome in outcomes:
        if outcome.complaint and outcome.part not in unfinished:
            print_log(outcome)
    outcomes.append(search_for_leaks())
    # Elsewhere an attack may lack what it needs, and has said so.
    if is_all and os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
        outcomes.append(check_proofs())
    print()
    for outcome in outcomes:
        print(f"{outcome.part + ':':18}{outcome.totals}")
    for outcome in outcomes:
        if outcome.complaint:
            print("\n".join(what_failed(outcome)))
    total = sum((outcome.totals for outcome in outcomes), Totals())
    print(total)
    return 1 if any(outcome.complaint for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
