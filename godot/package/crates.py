"""Which crates end up inside a library, and where their sources lie. Asked of cargo and the lock file."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent

# The platforms that releases are built for. What only others need is no part of any.
TARGETS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)


@dataclass(frozen=True, order=True)
class Crate:
    """A dependency that is linked in."""

    name: str
    version: str
    licence: str
    source: Path
    """Its directory."""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def address(self) -> str:
        """Where its source can be had."""
        return f"https://crates.io/crates/{self.name}/{self.version}"


def linked(package: str, features: Sequence[str] | None = None) -> list[Crate]:
    """The crates of others inside a library of `package`, sorted by name. `features`: those that it is built with;
    None: its defaults. What only runs while it is compiled is left out."""
    described = {(each["name"], each["version"]): each for each in metadata()["packages"]}
    found = set()
    for name, version in tree(package, features):
        crate = described[name, version]
        if crate["source"] is None:
            continue  # Of this repository.
        found.add(Crate(name, version, crate["license"] or "", Path(crate["manifest_path"]).parent))
    return sorted(found)


def tree(package: str, features: Sequence[str] | None) -> set[tuple[str, str]]:
    arguments = ["tree", "--package", package, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]
    for target in TARGETS:
        arguments += ["--target", target]
    if features is not None:
        arguments += ["--no-default-features", "--features", ",".join(features)]
    lines = cargo(arguments).splitlines()
    return {(words[0], words[1].removeprefix("v")) for line in lines if len(words := line.split()) >= 2}


def metadata() -> dict:
    return json.loads(cargo(["metadata", "--format-version", "1"]))


def cargo(arguments: list[str]) -> str:
    command = [os.environ.get("CARGO", "cargo"), *arguments, "--locked"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"`{' '.join(command)}` failed:\n{done.stderr.strip()}")
    return done.stdout
