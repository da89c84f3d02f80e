"""Installs the Autobahn test suite under target/autobahn. It is a program of Python 2.7, whose interpreter must be there.

    python3 tests/autobahn/suite.py

One environment makes the other: virtualenv, on the Python that runs this, makes one of Python 2.7, which gets the pins of
requirements/ step by step. Its stamp is written last, so an interrupted run leaves nothing that looks whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers"))

from provision import ProvisionError, explain, locked, run_pip  # noqa: E402

PLACE = HERE.parents[1] / "target" / "autobahn"
MAKER = PLACE / "virtualenv"
SUITE = PLACE / "suite"
STAMP = "framewire-requirements.sha256"
REQUIREMENTS = HERE / "requirements"

# A file of requirements/, and what pip is told besides.
STEPS: list[tuple[str, list[str]]] = [
    ("1-installers.txt", []),
    ("2-dependencies.txt", []),
    ("3-twisted.txt", ["--no-build-isolation"]),
    ("4-autobahn.txt", []),
    ("5-suite.txt", ["--no-deps"]),
]


class NoInterpreter(Exception):
    """There is no Python 2.7 that could run the suite."""


def provision() -> Path:
    """Installs the suite unless it is there; the interpreter to run it with."""
    wanted = fingerprint(find_interpreter())
    PLACE.mkdir(parents=True, exist_ok=True)
    with locked(PLACE / "suite.lock"):
        if not is_current(wanted):
            build(wanted)
    return SUITE / "bin" / "python"


def find_interpreter() -> Path:
    for candidate in candidates():
        # A shim of pyenv is on PATH even where the version that it stands for is not chosen.
        probe = [candidate, "-c", "import ssl, sys, zlib; print(sys.version_info[:2] == (2, 7) and sys.executable)"]
        try:
            found = subprocess.run(probe, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found.returncode == 0 and found.stdout.strip() != "False":
            return Path(found.stdout.strip())
    raise NoInterpreter("no Python 2.7 with ssl and zlib is here: `pyenv install 2.7.18`, or name one by PYTHON2")


def candidates() -> Iterator[str]:
    if named := os.environ.get("PYTHON2"):
        yield named
    yield "python2.7"
    for root in (os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv"):
        if root:
            yield from map(str, sorted(Path(root).glob("versions/2.7*/bin/python2.7"), reverse=True))


def fingerprint(interpreter: Path) -> tuple[Path, str]:
    digest = hashlib.sha256(f"{interpreter} {sys.version_info[:3]} {sys.base_prefix} {PLACE} {STEPS}".encode())
    for file in sorted(REQUIREMENTS.iterdir()):
        digest.update(file.read_bytes())
    return interpreter, digest.hexdigest()


def is_current(wanted: tuple[Path, str]) -> bool:
    try:
        return (SUITE / STAMP).read_text() == wanted[1]
    except OSError:
        return False


def build(wanted: tuple[Path, str]) -> None:
    interpreter, stamp = wanted
    shutil.rmtree(MAKER, ignore_errors=True)
    shutil.rmtree(SUITE, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(MAKER)], "on Debian install python3-venv")
    install(MAKER, "virtualenv.txt", [])
    # Its wheels lie in virtualenv itself: nothing is fetched that is not pinned.
    make = [str(MAKER / "bin" / "python"), "-m", "virtualenv", "--quiet", "--no-download", "--python", str(interpreter)]
    run([*make, str(SUITE)], f"see that {interpreter} is a whole Python 2.7")
    for requirements, options in STEPS:
        install(SUITE, requirements, options)
    (SUITE / STAMP).write_text(stamp)


def install(environment: Path, requirements: str, options: list[str]) -> None:
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", *options]
    # At least one retry, or pip does not say why it reached no index.
    command += ["--disable-pip-version-check", "--retries", "3", "--requirement", str(REQUIREMENTS / requirements)]
    done = run_pip(command)
    if done.returncode != 0:
        raise ProvisionError(*explain(REQUIREMENTS / requirements, done.stdout + done.stderr))


def run(command: list[str], advice: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise ProvisionError(f"{' '.join(command)} failed: {advice}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        print(provision())
    except (NoInterpreter, ProvisionError) as error:
        sys.exit(str(error))
