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
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import provision

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
import leaks  # noqa: E402


def main(
    arguments: list[str],
    suite: str = "peers",
    here: Path = HERE,
    environments: Sequence[str] = provision.ENVIRONMENTS,
) -> int:
    """Runs the suite in the directory `here`, which needs `environments`, one of them `client`."""
    began = time.monotonic()
    try:
        make_environments(environments)
    except provision.ProvisionError as error:
        print(error, file=sys.stderr)
        if error.offline and os.environ.get("FRAMEWIRE_REQUIRE_ALL") != "1":
            tell_skip(f"{suite}: the Python package index is out of reach; connect, or set PIP_INDEX_URL")
            print(f"{suite}: 0 passed, 0 failed, 1 skipped")
            return 0
        print(f"{suite}: 0 passed, 1 failed, 0 skipped")
        return 1

    # Kept when something failed: it holds the logs of every server and host.
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=provision.ROOT))
    code, counts = run_tests(scratch, arguments, here)
    print(f"{time.monotonic() - began:.0f} s with the environments")
    # Before it goes: what servers, hosts and links wrote, in logs and state files.
    told = leaks.search([scratch])[1]
    print(*told, sep="\n" if told else "", end="\n" if told else "")
    code = code or (1 if told else 0)
    if code == 0:
        shutil.rmtree(scratch, ignore_errors=True)
    else:
        print(f"logs of the servers and hosts: {scratch}")
    print(f"{suite}: {counts}")
    return code


def tell_skip(line: str) -> None:
    """Says it here, and to `make test`, which shows what was skipped."""
    print(f"SKIPPED: {line}")
    if path := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(path, "a") as skips:
            skips.write(line + "\n")


def make_environments(names: Sequence[str]) -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for _ in pool.map(provision.provision, names):
            pass


def run_tests(scratch: Path, arguments: list[str], here: Path) -> tuple[int, str]:
    """Runs pytest; gives its exit code and how many tests ended how."""
    results = scratch / "results.xml"
    command = [str(provision.executable("client", "python")), "-m", "pytest"]
    command += [f"--basetemp={scratch / 'tests'}", f"--junitxml={results}", *arguments]
    with subprocess.Popen(command, cwd=here) as tests:
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
        return "0 passed, 1 failed, 0 skipped"
    tests, failures, errors, skipped = (int(suite.get(n, "0")) for n in ("tests", "failures", "errors", "skipped"))
    failed = failures + errors
    return f"{max(0, tests - failed - skipped)} passed, {failed} failed, {skipped} skipped"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
