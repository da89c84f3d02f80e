"""`make test-peers`: provisions the environments, runs the suite, ends with one line that counts.

    python tests/peers/run.py [pytest arguments, with paths relative to tests/peers]

FRAMEWIRE_EDITOR_HOST   the editor_host to test
FRAMEWIRE_REQUIRE_ALL   1: an index out of reach is a failure; otherwise the suite is skipped, and says so
"""

from __future__ import annotations

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    """Runs pytest, passing its output on; gives its exit code and the words of its closing line."""
    command = [str(provision.executable("client", "python")), "-m", "pytest", f"--basetemp={scratch / 'tests'}"]
    counts = "nothing counted"
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, cwd=HERE) as tests:
        for line in tests.stdout:
            print(line, end="", flush=True)
            found = re.search(r"=+ (.*\b(?:passed|failed|error|skipped|deselected)\b.*) in [\d.]+s", line)
            counts = re.sub(r"\x1b\[[\d;]*m", "", found.group(1)) if found else counts
    return tests.returncode, counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
