"""Builds the C programs in target/memory and runs them."""

import functools
import os
import platform
import resource
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "target" / "memory"
# Longer than any program takes on a busy machine: the end of one that hangs.
PATIENCE = 3600 if os.environ.get("FRAMEWIRE_PROOF") == "full" else 420

SHARED = ["tests/memory/gauge.c", "tests/c/check.c", "tests/c/platform.c"]
MISUSE = [f"tests/c/misuse{part}.c" for part in ("", "_attach", "_config", "_sizes", "_threads")]
REFUSALS = [f"tests/memory/refusals{part}.c" for part in ("", "_common", "_open", "_dial", "_file", "_send", "_sweep")]
SOURCES = {
    "churn": ["tests/memory/churn.c", *SHARED],
    "refusals": [*REFUSALS, "tests/memory/faults.c", *SHARED],
    "misuse": [*MISUSE, "tests/c/check.c", "tests/c/platform.c"],
    "owners": ["tests/c/owners.cpp", "tests/c/check.c", "tests/c/platform.c"],
    "overflow": ["tests/c/overflow.c"],
    "leak": ["tests/c/leak.c"],
    "undefined": ["tests/c/undefined.c"],
}
GAUGED = {"churn", "refusals"}

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]


class Flavour(Enum):
    """What a program is built to be run under."""

    PLAIN = "plain"
    SANITIZED = "sanitized"
    MEMCHECK = "memcheck"


@dataclass
class Run:
    code: int
    output: str
    cpu_seconds: float


def triple() -> str:
    asked = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    return next(line.removeprefix("host: ") for line in asked.splitlines() if line.startswith("host: "))


def library(flavour: Flavour) -> Path:
    """The shared library: as it is given away; watched by AddressSanitizer like the program; or not optimised, since valgrind
    takes a comparison whose outcome does not count, which an optimiser moves before the one that says so, for a fault."""
    target = ROOT / "target"
    directories = {
        Flavour.PLAIN: target / "release",
        Flavour.SANITIZED: target / "address" / triple() / "debug",
        Flavour.MEMCHECK: target / "debug",
    }
    return directories[flavour] / "libframewire.so"


@functools.cache
def build(program: str, flavour: Flavour, cpp: bool = False) -> Path:
    """Compiles `program` as C99 or C++17; a warning is a failure."""
    PLACE.mkdir(parents=True, exist_ok=True)
    output = PLACE / f"{program}-{flavour.value}{'-cpp' if cpp else ''}"
    sources = SOURCES[program]
    if program in GAUGED:
        sources = [*sources, "tests/memory/heap.c" if flavour is Flavour.PLAIN else "tests/memory/no_heap.c"]
    compiler = [os.environ.get("CXX", "c++"), "-std=c++17"] if cpp else [os.environ.get("CC", "cc"), "-std=c99"]
    optimisation = ["-O2"] if flavour is Flavour.PLAIN else ["-O1", *(SANITIZERS if flavour is Flavour.SANITIZED else [])]
    language = ["-x", "c++", *sources, "-x", "none"] if cpp else sources
    command = [*compiler, "-g", *optimisation, *WARNINGS, "-Iinclude", "-Itests/c", "-Ibindings/cpp", *language]
    linked = library(flavour)
    command += ["-L", str(linked.parent), "-lframewire", f"-Wl,-rpath,{linked.parent}", "-lpthread", "-ldl", "-o", str(output)]
    subprocess.run(command, cwd=ROOT, check=True)
    return output


def run(command: list[str], environment: dict[str, str] | None = None) -> Run:
    """Runs to the end and keeps what was printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        command,
        env=clean_environment() | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=PATIENCE,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(ended.returncode, ended.stdout, cpu)


def clean_environment() -> dict[str, str]:
    """Without what would put another library in the place of the one under test."""
    return {name: value for name, value in os.environ.items() if name not in ("LD_LIBRARY_PATH", "LD_PRELOAD")}


def expect_checks(ended: Run) -> int:
    """Success, and the last line says that checks were made and held: how many."""
    last = ended.output.strip().rpartition("\n")[2]
    assert ended.code == 0 and last.endswith(" passed, 0 failed"), f"exit status {ended.code}\n{ended.output}"
    return int(last.split()[0])


def missing(flavour: Flavour) -> str | None:
    """Why programs of that flavour cannot be made or run here."""
    if platform.system() != "Linux" or platform.libc_ver()[0] != "glibc":
        return "what a process holds is counted on Linux with glibc alone"
    if not shutil.which(os.environ.get("CC", "cc")) or not shutil.which(os.environ.get("CXX", "c++")):
        return "there is no C or C++ compiler: install gcc and g++, or name them in CC and CXX"
    if flavour is Flavour.MEMCHECK and not shutil.which("valgrind"):
        return "there is no valgrind: install it"
    return None
