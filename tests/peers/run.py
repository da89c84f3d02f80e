"""`make test-peers`: provisions the environments, runs the suite, ends with one line that counts.

    python tests/peers/run.py [pytest arguments, with paths relative to tests/peers]

FRAMEWIRE_EDITOR_HOST   the editor_host to test
FRAMEWIRE_REQUIRE_ALL   1: an index out of reach is a failure; otherwise the suite is skipped, and says so
"""

from __future__ import annotations

import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

import provision

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    try:
        make_environments()
    except provision.ProvisionError as error:
        print(error, file=sys.stderr)
        if error.offline and os.environ.get("FRAMEWIRE_REQUIRE_ALL") != "1":
            print("real servers: SKIPPED, the Python package index is out of reach")
            return 0
        print("real servers: FAILED, the environments cannot be made")
        return 1

    # Kept when something failed: it holds the logs of every server and host.
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=provision.ROOT))
    code, counts = run_tests(scratch, arguments)
    if code == 0:
        shutil.rmtree(scratch, ignore_errors=True)
    verdict = "passed" if code == 0 else f"FAILED (logs under {scratch})"
    print(f"real servers: {verdict}: {counts} in {time.monotonic() - began:.0f} s")
    return code


def make_environments() -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for _ in pool.map(provision.provision, provision.ENVIRONMENTS):
            pass


def run_tests(scratch: Path, arguments: list[str]) -> tuple[int, str]:
    """Runs pytest; gives its exit code and how many tests ended how."""
    results = scratch / "results.xml"
    command = [str(provision.executable("client", "python")), "-m", "pytest"]
    command += [f"--basetemp={scratch / 'tests'}", f"--junitxml={results}", *arguments]
    with subprocess.Popen(command, cwd=HERE) as tests:
        # conftest.py lets pytest end the servers and hosts that it started.
        signal.signal(signal.SIGTERM, lambda *_: tests.terminate())
        try:
            code = tests.wait()
        except KeyboardInterrupt:
            # The terminal sent it to pytest as well.
            code = tests.wait()
    return code, count(results)


def count(results: Path) -> str:
    try:
        suite = ElementTree.parse(results).getroot().find("testsuite")
    except (OSError, ElementTree.ParseError):
        return "no test ran to its end"
    numbers = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    passed = numbers.pop("tests") - sum(numbers.values())
    return ", ".join([f"{passed} passed", *(f"{number} {name}" for name, number in numbers.items())])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
