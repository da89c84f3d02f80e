"""Builds the targets: coverage for libFuzzer, AddressSanitizer for memory, on whatever compiler is there.

These are the flags that cargo-fuzz gives, which needs a nightly compiler or the same leave to use unstable options; given
here, nothing has to be installed for them.
"""

import os
import subprocess
from pathlib import Path

from plan import HERE, PLACE, TARGETS, CANARY, Target

FLAGS = [
    "--cfg fuzzing",
    "-Zsanitizer=address",
    "-Cforce-frame-pointers=yes",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
]


def triple() -> str:
    told = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    return next(line.removeprefix("host: ") for line in told.splitlines() if line.startswith("host: "))


def build() -> dict[str, Path] | None:
    """The programs by their targets' names; None if they could not be built."""
    host = triple()
    command = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--release", "--bins", "--target", host]
    command += ["--manifest-path", str(HERE / "Cargo.toml")]
    if os.environ.get("CI"):
        command.append("--locked")
    environment = os.environ | {
        "RUSTC_BOOTSTRAP": "1",
        "RUSTFLAGS": " ".join(FLAGS),
        "CARGO_TARGET_DIR": str(PLACE),
        "CARGO_INCREMENTAL": "0",
    }
    if subprocess.run(command, env=environment).returncode != 0:
        return None
    place = PLACE / host / "release"
    every: list[Target] = [*TARGETS, CANARY]
    return {target.name: place / target.name for target in every}
