#!/usr/bin/env python3
"""`make test-mono-address`: the C# tests on a native library that AddressSanitizer watches, inside Mono.

Mono and C# share the sanitizer's allocator, so that the library is seen wherever it touches what they have freed, and a
double free is seen whoever does it. First it is shown a call that writes into freed memory; it must be caught.

FRAMEWIRE_LIBRARY   directory of the sanitized library
FRAMEWIRE_SERVER    the `framewire` program
FRAMEWIRE_HOSTS     directory of the compiled tests
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Whoever aborts, unloads, closes or polls at the wrong moment.
TESTS = ["DomainTests", "ReentryTests", "AsyncTests", "HostileTests", "CallTests"]
PATIENCE = 600
REPORT = "ERROR: AddressSanitizer"
# Mono needs the faults to itself: it makes exceptions of them. Nobody looks for leaks in a runtime that ends.
OPTIONS = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:use_sigaltstack=0:detect_leaks=0"


def main() -> int:
    asked = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    runtime = asked.stdout.strip()
    if not Path(runtime).is_file():
        sys.exit("address: gcc's libasan is not installed")
    caught = run(runtime, ["--freed"])
    if "heap-use-after-free" not in caught:
        sys.exit(f"address: a write into freed memory was not seen:\n{caught}")
    output = run(runtime, TESTS)
    print(output, end="")
    if REPORT in output or "\n0 passed" in output or ", 0 failed" not in output:
        sys.exit("address: failed")
    print("address: nothing found")
    return 0


def run(runtime: str, arguments: list[str]) -> str:
    library = os.environ["FRAMEWIRE_LIBRARY"]
    places = {"LD_LIBRARY_PATH": library, "FRAMEWIRE_ABI": str(ROOT / "bindings" / "abi.txt")}
    sanitizer = {"LD_PRELOAD": runtime, "ASAN_OPTIONS": OPTIONS}
    command = ["mono", str(Path(os.environ["FRAMEWIRE_HOSTS"]) / "RuntimeTests.exe"), *arguments]
    ended = subprocess.run(
        command,
        env=os.environ | places | sanitizer,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
