#!/usr/bin/env python3
"""`make test-mono`: the C# runtime under Mono. Ends with one line that counts.

The tests of the runtime against the reference server, then the storm of domain reloads. Without mono and mcs it is
skipped, and says so; FRAMEWIRE_REQUIRE_ALL=1 makes that a failure.

FRAMEWIRE_LIBRARY   directory of the library; its tests load it from there by its bare name
FRAMEWIRE_SERVER    the `framewire` program
FRAMEWIRE_HOSTS     directory of the compiled tests
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOLS = {"mono": "mono-runtime", "mcs": "mono-mcs"}
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
# A part that is still at work after this many seconds has hung.
PATIENCE = {"runtime": 400, "storm": 800}


def main() -> int:
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        tell_skip(f"mono: install {' and '.join(missing)}")
        required = os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1"
        print(f"mono: 0 passed, {int(required)} failed, {int(not required)} skipped")
        return int(required)
    server, hosts = os.environ["FRAMEWIRE_SERVER"], Path(os.environ["FRAMEWIRE_HOSTS"])
    storm = [sys.executable, str(HERE / "reload_storm.py"), "--serve", server, "--host", str(hosts / "ReloadHost.exe")]
    parts = {"runtime": ["mono", str(hosts / "RuntimeTests.exe")], "storm": storm}
    passed = failed = 0
    for name, command in parts.items():
        more, wrong = run(name, command)
        passed, failed = passed + more, failed + wrong
    print(f"mono: {passed} passed, {failed} failed")
    return 1 if failed else 0


def run(name: str, command: list[str]) -> tuple[int, int]:
    """Runs one part; how many passed and failed by its own last line. One that does not end well has failed."""
    library = os.environ["FRAMEWIRE_LIBRARY"]
    places = {"LD_LIBRARY_PATH": library, "DYLD_LIBRARY_PATH": library, "FRAMEWIRE_ABI": str(ROOT / "bindings" / "abi.txt")}
    process = subprocess.Popen(command, env=os.environ | places, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    output = ""
    try:
        output, _ = process.communicate(timeout=PATIENCE[name])
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        print(f"{name}: no end after {PATIENCE[name]} s")
    # Totals of a part are indented, so that the closing line is the only one of its kind.
    print("".join(f"  {line}\n" for line in output.splitlines()), end="", flush=True)
    counts = COUNTS.findall(output)
    if not counts:
        return 0, 1
    passed, failed = (int(count) for count in counts[-1])
    return passed, failed if process.returncode == 0 else max(failed, 1)


def tell_skip(line: str) -> None:
    """Says it here, and to `make test`, which shows what was skipped."""
    print(f"skipped: {line}")
    if path := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(path, "a", encoding="utf-8") as skips:
            skips.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
