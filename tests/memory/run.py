#!/usr/bin/env python3
"""Memory: nothing is lost, nothing grows, and what the system refuses is told.

The short form runs in `make test`; FRAMEWIRE_PROOF=full (`make memory`) opens a million links and makes a hundred
thousand handshakes. Ends with one line that counts; the figures go to target/proof/memory.json.
"""

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "proof"))

import checkers  # noqa: E402
import churn  # noqa: E402
import refusals  # noqa: E402
from record import Row, is_full, write  # noqa: E402
from tools import Flavour, missing  # noqa: E402

IDLE = 1_000_000 if is_full() else 10_000
HANDSHAKES = 100_000 if is_full() else 10_000
WATCHED = 1000 if is_full() else 60
CHECKED = 100 if is_full() else 20


class Suite:
    """Runs tests one by one and keeps what they said."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def test(self, name: str, flavour: Flavour, body: Callable[[], str]) -> None:
        if reason := missing(flavour):
            self.skip(name, reason)
            return
        began = time.monotonic()
        try:
            self.said[name] = body()
            print(f"ok     {name} ({time.monotonic() - began:.1f} s): {self.said[name]}", flush=True)
        except Exception:
            self.failed.append(name)
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)

    def skip(self, name: str, reason: str) -> None:
        if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
            self.failed.append(name)
        else:
            self.skipped.append(name)
        print(f"skipped {name}: {reason}", flush=True)
        if place := os.environ.get("FRAMEWIRE_SKIPS"):
            with open(place, "a", encoding="utf-8") as skips:
                skips.write(f"{name}: {reason}\n")

    def held(self, *names: str) -> bool:
        return all(name in self.said for name in names)

    def words(self, *names: str) -> str:
        return "; ".join(self.said.get(name, "FAILED" if name in self.failed else "skipped") for name in names)


def main() -> int:
    suite = Suite()
    plain, watched, checked = Flavour.PLAIN, Flavour.SANITIZED, Flavour.MEMCHECK
    suite.test("losses_are_seen", plain, churn.losses_are_seen)
    suite.test("idle_links_leave_nothing", plain, lambda: churn.churn("idle", IDLE))
    suite.test("json_rpc_links_leave_nothing", plain, lambda: churn.churn("json_rpc", HANDSHAKES // 2))
    suite.test("godot_ai_links_leave_nothing", plain, lambda: churn.churn("godot_ai", HANDSHAKES // 2))
    for scene in refusals.SCENES:
        suite.test(scene, plain, lambda scene=scene: refusals.play(scene))
    suite.test("sanitizers_are_on", watched, checkers.sanitizers_are_on)
    suite.test("misuse_sanitized", watched, checkers.misuse_is_clean)
    suite.test("churn_sanitized", watched, lambda: checkers.churn_is_clean(WATCHED))
    for scene in refusals.SCENES:
        if scene not in refusals.UNSANITIZED:
            suite.test(f"{scene}_sanitized", watched, lambda scene=scene: refusals.play(scene, watched))
    suite.test("valgrind_is_on", checked, checkers.valgrind_is_on)
    suite.test("valgrind_finds_nothing", checked, lambda: checkers.nothing_is_lost(CHECKED))
    record(suite)
    skipped = f", {len(suite.skipped)} skipped" if suite.skipped else ""
    print(f"{len(suite.said)} passed, {len(suite.failed)} failed{skipped}")
    return 1 if suite.failed else 0


def record(suite: Suite) -> None:
    """The rows of RELIABILITY.md."""

    def flat(name: str) -> str:
        return suite.words(name).partition("; ")[0]

    sanitized = [f"{scene}_sanitized" for scene in refusals.SCENES if scene not in refusals.UNSANITIZED]
    handshakes = ("json_rpc_links_leave_nothing", "godot_ai_links_leave_nothing")
    clean = ("sanitizers_are_on", "misuse_sanitized", "churn_sanitized", *sanitized)
    refused = [scene for scene in refusals.SCENES if scene != "every-call-once"]
    told = f"{sum(suite.held(scene) for scene in refused)} of {len(refused)} scenes: told in words, nothing lost, works again"
    grows = "P7: nothing grows"
    refusal = "A refusal of the system is a status with words"
    scenes = f"{6 * WATCHED} links, {len(sanitized)} scenes, misuse"
    rows = [
        Row(
            grows,
            "links opened and closed without a dial",
            f"{IDLE} links",
            flat("idle_links_leave_nothing"),
            suite.held("losses_are_seen", "idle_links_leave_nothing"),
        ),
        Row(
            grows,
            "links with a handshake, a call and a close (json_rpc)",
            f"{HANDSHAKES // 2} links",
            flat(handshakes[0]),
            suite.held("losses_are_seen", handshakes[0]),
        ),
        Row(
            grows,
            "links with a handshake, a hello and a close (godot_ai)",
            f"{HANDSHAKES // 2} links",
            flat(handshakes[1]),
            suite.held("losses_are_seen", handshakes[1]),
        ),
        Row(
            refusal,
            "no threads, stacks, descriptors, memory or room on the disk",
            f"{len(refused)} scenes",
            told,
            suite.held(*refused),
        ),
        Row(
            refusal,
            "each call that takes from the system is refused once",
            suite.words("every-call-once").partition(" refused")[0],
            "each told or harmless; link and state file come back",
            suite.held("every-call-once"),
        ),
        Row(
            "No bad access, leak or undefined behaviour",
            "AddressSanitizer, LeakSanitizer and UBSan over C and C++ programs and the library",
            scenes,
            f"nothing found; {suite.words('sanitizers_are_on')}",
            suite.held(*clean),
        ),
        Row(
            "No bad access or leak",
            "valgrind: links of three kinds",
            f"{9 * CHECKED} links",
            suite.words("valgrind_finds_nothing"),
            suite.held("valgrind_is_on", "valgrind_finds_nothing"),
        ),
    ]
    write("memory", rows, [
        f"Flat: heap within {churn.MOST_BYTES} bytes and {churn.MOST_BLOCKS} blocks, descriptors and threads the same, "
        "at half of the run and at its end; a heap that counts every allocation of the process measures it.",
        "A small allocation that fails ends the process, as in any Rust program; the copies of sends do not.",
    ])


if __name__ == "__main__":
    sys.exit(main())
