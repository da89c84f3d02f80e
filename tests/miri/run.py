#!/usr/bin/env python3
"""Runs the unit tests that Miri can follow: the pure layers, and the parts of the C interface that open no link.

    make test-miri                    with Miri (rustup toolchain install nightly --component miri,rust-src)
    tests/miri/run.py --plain         the same selection without Miri: that its names still mean something

Miri runs one instruction after another and has no sockets; it stays in its isolation, without files, clocks of the world or
the caller's environment. So what opens a link is left out (mio's poll, signal masks, `pthread_atfork`), what touches
files, what draws hundreds of cases (proptest also keeps files), and what spins. Threads remain: the words of slots, calls
and readiness are raced over by real threads under its weak memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "proof")]

from record import Row, write  # noqa: E402
from totals import read_totals  # noqa: E402

SELECTED = [
    "session::",
    "protocol::",
    "readiness::",
    "link::fold::",
    "link::mask::",
    "link::outbox::",
    "ffi::attachment::",
    "ffi::config_input::",
    "ffi::error::",
    "ffi::guard::",
    "ffi::json::",
    "ffi::sized::",
    "ffi::status::",
    "ffi::text::",
    "ffi::version::",
]
# Each a part of a test's name.
LEFT_OUT = {
    # proptest: hundreds of cases, and files of those that failed.
    "any_place_in_any_text_takes_any_bytes",
    "depth_is_that_of_the_value",
    "agrees_with_serde_json",
    "any_operations_nest_as_in_a_plain_list",
    "any_bytes_are_survived",
    "damaged_commands_are_survived",
    "damaged_messages_are_survived",
    "ids_and_parameters_come_back",
    # It opens a link.
    "the_error_points_at_the_field_that_the_link_refused",
    # They spin, or count to a hundred thousand.
    "a_refused_send_takes_no_room_even_for_a_moment",
    "threads_race_and_exactly_one_settles",
    "changes_of_many_threads_are_counted_exactly",
}


def command(toolchain: str | None) -> list[str]:
    cargo = os.environ.get("CARGO", "cargo")
    runner = [cargo, f"+{toolchain}", "miri"] if toolchain else [cargo]
    # Without TLS, whose library is C and assembly.
    build = ["test", "--lib", "--no-default-features", "--features", "capi"]
    return [*runner, *build, "--", *SELECTED, *(word for name in sorted(LEFT_OUT) for word in ("--skip", name))]


def left_out_is_known() -> list[str]:
    """Names in LEFT_OUT that no source has any more."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.rs"))
    return sorted(name for name in LEFT_OUT if f"fn {name}(" not in text)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--plain", action="store_true", help="without Miri")
    parser.add_argument("--toolchain", default="nightly")
    options = parser.parse_args()
    if unknown := left_out_is_known():
        sys.exit(f"no test is called {', '.join(unknown)} any more: tests/miri/run.py leaves out what is not there")
    done = subprocess.run(command(None if options.plain else options.toolchain), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="")
    totals = read_totals(done.stdout)
    if done.returncode == 0 and totals.passed < 150:
        sys.exit(f"the selection ran {totals.passed} tests only")
    if not options.plain and totals.passed:
        row = Row("No undefined behaviour in the pure layers and the C interface's checks", "unit tests under Miri",
                  f"{totals.passed} tests", f"{totals.failed} failures", done.returncode == 0)
        write("miri", [row])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
