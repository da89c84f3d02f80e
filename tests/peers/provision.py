"""Makes the virtual environments of the real-server tests under target/peers/.

    python tests/peers/provision.py          make or refresh all of them
    python tests/peers/provision.py client   only the one named

One environment a requirements file. Its stamp, a hash of the requirements and of the interpreter, is written last,
so an interrupted run leaves nothing that looks whole; a lock keeps two runs apart. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent / "target" / "peers"
ENVIRONMENTS = ("godot-ai-2", "godot-ai-4", "unity-mcp", "client")
STAMP = "framewire-requirements.sha256"
LOCK_WAIT_SECONDS = 600


class ProvisionError(Exception):
    """An environment cannot be made; the text says what to do. `offline` if the package index was not reached."""

    def __init__(self, text: str, offline: bool = False) -> None:
        super().__init__(text)
        self.offline = offline


def environment(name: str) -> Path:
    """Where the environment `name` lives once it is made."""
    return ROOT / name


def executable(name: str, program: str) -> Path:
    """Path of `program` inside the environment `name`."""
    if os.name == "nt":
        return environment(name) / "Scripts" / f"{program}.exe"
    return environment(name) / "bin" / program


def provision(name: str) -> bool:
    """Makes the environment `name` unless it is up to date; true if there was something to do."""
    check_interpreter()
    requirements = HERE / f"requirements-{name}.txt"
    wanted = fingerprint(requirements)
    if is_current(name, wanted):
        return False
    ROOT.mkdir(parents=True, exist_ok=True)
    with locked(ROOT / f"{name}.lock"):
        if is_current(name, wanted):
            return False
        build(name, requirements, wanted)
    return True


def check_interpreter() -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 15):
        found = ".".join(map(str, sys.version_info[:3]))
        raise ProvisionError(f"the servers need Python 3.11 to 3.14, this is {found}: run with another python")


def fingerprint(requirements: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update(f"{sys.version_info[:3]} {sys.base_prefix} {ROOT}".encode())
    return digest.hexdigest()


def is_current(name: str, wanted: str) -> bool:
    try:
        return (environment(name) / STAMP).read_text() == wanted
    except OSError:
        return False


def build(name: str, requirements: Path, wanted: str) -> None:
    # Scripts of an environment carry its absolute path, so it is built in place; the stamp, written last, is what
    # makes it valid.
    place = environment(name)
    shutil.rmtree(place, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(place)], capture_output=True, text=True)
    if made.returncode != 0:
        raise ProvisionError(
            f"cannot make a virtual environment in {place}; on Debian install python3-venv\n{made.stdout}{made.stderr}"
        )
    install = [str(executable(name, "python")), "-m", "pip", "install", "--quiet", "--no-input"]
    # At least one retry, or pip does not say why it reached no index.
    install += ["--disable-pip-version-check", "--retries", "3", "--requirement", str(requirements)]
    installed = run_pip(install)
    if installed.returncode != 0:
        raise ProvisionError(*explain(requirements, installed.stdout + installed.stderr))
    (place / STAMP).write_text(wanted)


def run_pip(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs it up to three times: its own retries are for connects, not for a transfer that breaks off half-way."""
    for attempt in range(3):
        time.sleep(5 * attempt)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            break
    return done


def explain(requirements: Path, output: str) -> tuple[str, bool]:
    """Turns pip's output into a text for the user and the answer to: was the package index out of reach?"""
    tail = "\n".join(output.strip().splitlines()[-4:])
    # pip says so in a warning for each retry, whatever the cause: no route, no name, no proxy, a time-out.
    if "after connection broken by" in output:
        return f"the Python package index cannot be reached; connect, or set PIP_INDEX_URL to a mirror\n{tail}", True
    return f"pip cannot install {requirements.name}\n{tail}", False


@contextlib.contextmanager
def locked(path: Path):
    """Holds an exclusive lock on `path`; the system drops it with the process, so a killed run blocks nobody."""
    with open(path, "a+b") as file:
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while not try_lock(file):
            if time.monotonic() > deadline:
                raise ProvisionError(f"another run holds {path} for over {LOCK_WAIT_SECONDS} s: end it and try again")
            time.sleep(0.2)
        yield


def try_lock(file) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ENVIRONMENTS]
    if unknown:
        print(f"no such environment: {', '.join(unknown)}; there are {', '.join(ENVIRONMENTS)}", file=sys.stderr)
        return 2
    for name in names or ENVIRONMENTS:
        try:
            made = provision(name)
        except ProvisionError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        print(f"{name}: {'made' if made else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
