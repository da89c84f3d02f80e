"""AddressSanitizer, LeakSanitizer, UndefinedBehaviorSanitizer and valgrind over the C and C++ programs."""

import re
from dataclasses import dataclass

from server import Server
from tools import PLACE, ROOT, Flavour, Run, build, expect_checks, library, run

OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}
CAUGHT = {
    "overflow": "AddressSanitizer: heap-buffer-overflow",
    "leak": "LeakSanitizer: detected memory leaks",
    "undefined": "runtime error: signed integer overflow",
}
FOUND = 99
KINDS = ("definitely lost", "indirectly lost", "possibly lost", "still reachable", "suppressed")


def sanitizers_are_on() -> str:
    """Each of the three must catch its canary, in C and in C++; and the library must be watched like the program."""
    for program, words in CAUGHT.items():
        for cpp in (False, True):
            ended = run([str(build(program, Flavour.SANITIZED, cpp))], OPTIONS)
            assert ended.code != 0 and words in ended.output, f"{program} was not caught (C++: {cpp}):\n{ended.output}"
    assert b"__asan_report_load" in library(Flavour.SANITIZED).read_bytes(), "the library is not watched"
    return f"{2 * len(CAUGHT)} canaries caught: overflow, leak, undefined behaviour, in C and C++"


def sanitized(program: str, arguments: list[str], cpp: bool = False) -> Run:
    """A program that must end well, with nothing said by a sanitizer."""
    ended = run([str(build(program, Flavour.SANITIZED, cpp)), *arguments], OPTIONS)
    assert "Sanitizer" not in ended.output and "runtime error" not in ended.output, ended.output
    expect_checks(ended)
    return ended


def misuse_is_clean() -> str:
    """Every bad argument of misuse.c as C and as C++, and the owners of framewire.hpp."""
    checks = expect_checks(sanitized("misuse", []))
    checks += expect_checks(sanitized("misuse", [], cpp=True))
    checks += expect_checks(sanitized("owners", [], cpp=True))
    return f"{checks} checks, nothing found"


def churn_is_clean(count: int) -> str:
    """Links that come and go, as C and as C++."""
    for cpp in (False, True):
        sanitized("churn", ["idle", str(count)], cpp)
        for kind in ("json_rpc", "godot_ai"):
            with Server(kind.replace("_", "-")) as server:
                sanitized("churn", [kind, str(count), server.url], cpp)
    return f"{6 * count} links, nothing found"


@dataclass
class Leaks:
    """Bytes by kind, as valgrind puts them at the end."""

    code: int
    log: str
    bytes: dict[str, int]

    def words(self) -> str:
        return ", ".join(f"{kind} {self.bytes[kind]} B" for kind in KINDS)


def memcheck(program: str, arguments: list[str]) -> Leaks:
    log = PLACE / f"{program}.valgrind"
    command = ["valgrind", "--leak-check=full", "--show-leak-kinds=all", "--child-silent-after-fork=yes"]
    command += ["--errors-for-leak-kinds=definite,indirect,possible", "--fair-sched=try", f"--error-exitcode={FOUND}"]
    command += [f"--suppressions={ROOT}/tests/memory/valgrind.supp"]
    ended = run([*command, f"--log-file={log}", str(build(program, Flavour.MEMCHECK)), *arguments])
    text = log.read_text(errors="replace")
    found = {kind: 0 for kind in KINDS}
    for kind in KINDS:
        match = re.search(rf"{kind}: ([\d,]+) bytes", text)
        found[kind] = int(match[1].replace(",", "")) if match else 0
    assert "HEAP SUMMARY" in text, f"valgrind did not come to its end:\n{text}\n{ended.output}"
    return Leaks(ended.code, text + ended.output, found)


def valgrind_is_on() -> str:
    caught = memcheck("overflow", [])
    assert caught.code == FOUND, f"an invalid read passed:\n{caught.log}"
    caught = memcheck("leak", [])
    assert caught.code == FOUND and caught.bytes["definitely lost"] == 1000, f"a leak passed:\n{caught.log}"
    return "an invalid read and a leak of 1000 bytes are caught"


def nothing_is_lost(count: int) -> str:
    """Nothing is lost at the end, and what is reachable still does not depend on how many links there were."""
    worst = dict.fromkeys(KINDS, 0)
    for kind in ("idle", "json_rpc", "godot_ai"):
        reachable = []
        for links in (count, 2 * count):
            if kind == "idle":
                leaks = memcheck("churn", [kind, str(links)])
            else:
                with Server(kind.replace("_", "-")) as server:
                    leaks = memcheck("churn", [kind, str(links), server.url])
            assert leaks.code == 0, leaks.log
            assert all(leaks.bytes[what] == 0 for what in KINDS[:3]), leaks.log
            reachable.append(leaks.bytes["still reachable"] + leaks.bytes["suppressed"])
            worst = {what: max(worst[what], leaks.bytes[what]) for what in KINDS}
        assert reachable[0] == reachable[1], f"{kind}: still reachable grew from {reachable[0]} to {reachable[1]} B"
    return Leaks(0, "", worst).words()
