"""Reads out of what a test runner printed which tests failed, and on what: a line each.

They stand beside the totals, where only the end of a long output is kept. `python3 tests/failures.py` checks itself.
"""

import re
from dataclasses import dataclass

WIDTH = 220
MOST = 6

# nextest says each failure when it happens and again in the end, with what the test's own runner printed in between.
NEXTEST = re.compile(r"^\s+(?P<how>[A-Z][A-Z-]+) \[ *(?P<took>[\d.]+s)\] (?:\([^)]*\) )?(?P<name>\S+ \S+)\s*$")
NO_FAILURE = {"PASS", "SLOW", "SKIP", "LEAK", "SETUP"}
CARGO = re.compile(r"^\s*test (?P<name>\S+) \.\.\. FAILED")
# pytest's and those of the project's own runners. An engine logs errors of its own.
PLAIN = re.compile(r"^\s*(?:FAILED\b:?|ERROR(?= \S+\.(?:py|gd)\b)) *(?P<name>.+)$|^\s*(?P<late>\S.*(?: FAILED\b.*| \| BROKEN))$")
COMPILER = re.compile(r"^(?P<name>error(?:\[E\d+\])?: .+)$")
# What says only that something failed.
EMPTY = re.compile(r"^\s*$|^make(\[\d+\])?: |\d+ passed, \d+ failed|^\s*test result: |^error: (test run failed|could not compile|aborting)")
PANIC = re.compile(r"^\s*thread '(?P<thread>[^']+)'.* panicked at (?P<place>\S+?):?$")
# A comparison says its values in two lines more.
WORDS = 3


@dataclass(frozen=True)
class Failure:
    name: str
    how: str = ""

    def __str__(self) -> str:
        return shorten(f"{self.name}: {self.how}" if self.how else self.name)


def read_failures(text: str) -> list[Failure]:
    """The failed tests in the order in which they failed, none twice; of a log that names none, the last line that tells."""
    lines = text.splitlines()
    panics = read_panics(lines)
    by_nextest = {}
    by_others = {}
    for line in lines:
        if match := NEXTEST.match(line):
            name = match["name"]
            if match["how"] not in NO_FAILURE:
                how = panics.get(name.rpartition(" ")[2], f"{match['how']} after {match['took']}")
                by_nextest.setdefault(name, Failure(name, how))
        elif EMPTY.search(line):
            continue
        elif match := CARGO.match(line):
            by_others.setdefault(match["name"], Failure(match["name"], panics.get(match["name"], "")))
        elif match := PLAIN.match(line) or COMPILER.match(line):
            name = next(words for words in match.groups() if words).strip()
            by_others.setdefault(name, Failure(name))
    if found := by_nextest or by_others:
        return list(found.values())
    return [Failure(line.strip()) for line in [line for line in lines if not EMPTY.search(line)][-1:]]


def read_panics(lines: list[str]) -> dict[str, str]:
    """What each thread said first when it panicked. A test's thread bears the test's name."""
    panics: dict[str, str] = {}
    for at, line in enumerate(lines):
        if match := PANIC.match(line):
            words = [word.strip() for word in lines[at + 1 : at + 1 + WORDS]]
            said = [word for word in words[:1]] + [word for word in words[1:] if word.startswith(("left:", "right:"))]
            panics.setdefault(match["thread"], f"{', '.join(said)} ({match['place']})")
    return panics


def shorten(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def summary(part: str, text: str) -> list[str]:
    """The lines for the end of a run about one part that failed."""
    failures = read_failures(text)
    lines = [f"{part} failed: {failure}" for failure in failures[:MOST]]
    return lines + ([f"{part} failed: and {len(failures) - MOST} more, see its log"] if len(failures) > MOST else [])


def check_itself() -> None:
    nextest = """
        PASS [   0.012s] ( 1/9) framewire one::good
        SLOW [> 60.000s] (───────) framewire::pair slow
        FAIL [   0.512s] ( 2/9) framewire::link lost::an_answer
  stdout ───
    test lost::an_answer ... FAILED
    thread 'lost::an_answer' (4711) panicked at tests/link/lost.rs:12:9:
    assertion `left == right` failed: the code
      left: 1
     right: 2
    stack backtrace:
    test result: FAILED. 0 passed; 1 failed; 0 ignored;
        TIMEOUT [ 240.003s] ( 3/9) framewire::pair slow
     Summary [ 241.0s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped
        FAIL [   0.512s] ( 2/9) framewire::link lost::an_answer
        SIGSEGV [   0.100s] framewire::ffi call
"""
    for text, expected in [
        (
            nextest,
            [
                "framewire::link lost::an_answer: assertion `left == right` failed: the code, left: 1, right: 2 (tests/link/lost.rs:12:9)",
                "framewire::pair slow: TIMEOUT after 240.003s",
                "framewire::ffi call: SIGSEGV after 0.100s",
            ],
        ),
        ("test a::b ... ok\ntest a::c ... FAILED\nthread 'a::c' panicked at src/a.rs:1:2:\nno\n", ["a::c: no (src/a.rs:1:2)"]),
        ("FAILED test_it.py::test_one - assert 1 == 2\n", ["test_it.py::test_one - assert 1 == 2"]),
        ("  FAILED reset/large/raw, seed 7, after 2.0 s\n", ["reset/large/raw, seed 7, after 2.0 s"]),
        ("  black_hole/raw      FAILED 3 commands\n1 passed, 1 failed\n", ["black_hole/raw      FAILED 3 commands"]),
        ("P1 | an attack | 1 | no | BROKEN\nP2 | another | 1 | yes | held\n", ["P1 | an attack | 1 | no | BROKEN"]),
        ("ERROR: scene: of the engine\nERROR test_it.py::test_two - OSError\n", ["test_it.py::test_two - OSError"]),
        ("error[E0425]: cannot find `x`\nerror: could not compile `it`\n", ["error[E0425]: cannot find `x`"]),
        ("no venv\n0 passed, 1 failed\nmake: *** [Makefile:9: it] Error 1\n\n", ["no venv"]),
        ("", []),
    ]:
        found = [str(failure) for failure in read_failures(text)]
        assert found == expected, f"{text!r}: found {found}, expected {expected}"
    many = summary("test-it", "".join(f"FAILED number {number}\n" for number in range(9)))
    assert len(many) == MOST + 1 and many[-1] == "test-it failed: and 3 more, see its log", many
    assert len(shorten("x" * 999)) == WIDTH


if __name__ == "__main__":
    check_itself()
    print("failures: good")
