"""Reads how many tests passed, failed and were skipped out of what a test runner printed.

`python3 tests/totals.py` checks itself.
"""

import re
from dataclasses import dataclass

NEXTEST = re.compile(r"^\s*Summary \[.*?\] .*?tests? run: (?P<words>.*)$", re.M)
CARGO = re.compile(r"^test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<skipped>\d+) ignored", re.M)
PYTEST = re.compile(r"^=+ (?P<words>.*\d+ (?:passed|failed|error).*) in [\d.]+s.*=+$", re.M)
PLAIN = re.compile(r"^(?:\w+: +)?(?P<passed>\d+) passed, (?P<failed>\d+) failed(?:, (?P<skipped>\d+) skipped)?$", re.M)
# What make says behind a part that failed.
MAKE = re.compile(r"^make(?:\[\d+\])?: .*$", re.M)
COUNT = re.compile(r"(\d+) ([a-z]+)(?: [a-z]+)?")

PASSED = {"passed"}
# nextest parts those that failed from those that timed out or could not be started.
FAILED = {"failed", "timed", "exec", "error", "errors"}
SKIPPED = {"skipped"}


@dataclass(frozen=True)
class Totals:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        line = f"{self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


def read_totals(text: str) -> Totals:
    """Reads the totals of one part, which uses one runner.

    A plain closing line sums up all that was printed before it. Otherwise the summaries of one runner are
    added up; those of others are what a failed test happened to print.
    """
    last_line = MAKE.sub("", text).rstrip().rpartition("\n")[2]
    for pattern, where in [(PLAIN, last_line), (NEXTEST, text), (PYTEST, text), (CARGO, text), (PLAIN, text)]:
        found = [counts_of(match) for match in pattern.finditer(where)]
        if found:
            return sum(found, Totals())
    return Totals()


def counts_of(match: re.Match[str]) -> Totals:
    groups = match.groupdict()
    if "words" in groups:
        return count_words(groups["words"])
    return Totals(int(groups["passed"]), int(groups["failed"]), int(groups["skipped"] or 0))


def count_words(words: str) -> Totals:
    # What stands in brackets, such as "(2 slow)", is already counted.
    counts = COUNT.findall(re.sub(r"\(.*?\)", "", words))

    def of(kinds: set[str]) -> int:
        return sum(int(number) for number, kind in counts if kind in kinds)

    return Totals(of(PASSED), of(FAILED), of(SKIPPED))


def check_itself() -> None:
    for text, expected in [
        ("     Summary [   0.123s] 5 tests run: 5 passed, 0 skipped", Totals(5)),
        ("     Summary [   0.123s] 1 test run: 1 passed (1 slow), 2 skipped", Totals(1, 0, 2)),
        ("     Summary [  60.1s] 7/9 tests run: 3 passed (1 flaky), 2 failed, 1 timed out, 1 exec failed, 4 skipped", Totals(3, 4, 4)),
        ("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 1 passed; 2 failed; 0 ignored;", Totals(6, 2, 1)),
        ("===== 2 failed, 9 passed, 1 skipped, 1 error in 12.31s =====", Totals(9, 3, 1)),
        ("=== 9 passed in 75.02s (0:01:15) ===", Totals(9)),
        ("5 passed, 1 failed\nthen more", Totals(5, 1)),
        ("=== 9 passed in 75.02s ===\npeers: 11 passed, 0 failed, 1 skipped\n", Totals(11, 0, 1)),
        ("3 passed, 1 failed\n\n9 passed, 2 failed\nmake: *** [Makefile:9: it] Error 1\n", Totals(9, 2)),
        ("test result: FAILED. 0 passed; 1 failed; 0 ignored;\n Summary [ 1s] 2 tests run: 1 passed, 1 failed, 0 skipped", Totals(1, 1)),
        ("  | 5 passed, 1 failed", Totals()),
        ("nothing here", Totals()),
    ]:
        found = read_totals(text)
        assert found == expected, f"{text!r}: found {found}, expected {expected}"


if __name__ == "__main__":
    check_itself()
    print("totals: good")
