#!/usr/bin/env python3
"""Makes the zip of a release: addons/framewire, as a user copies it into a project.

    archive.py [--library PLATFORM=FILE]... [--output DIRECTORY]

--library   a library and what it was built for, as linux.x86_64=target/release/libframewire_godot.so; default: the
            release build of this machine
--output    where the zip goes; default target/godot-package
"""

from __future__ import annotations

import argparse
import shutil
import sys
import zipfile
from pathlib import Path

from crates import REPOSITORY
from platforms import Platform, by_key, host
from tree import assemble, version

# Every archive of the same files is the same file.
EPOCH = (1980, 1, 1, 0, 0, 0)


def build(libraries: dict[Platform, Path], output: Path) -> Path:
    """Makes the zip, and beside it the tree that is in it."""
    for platform, library in libraries.items():
        if not library.exists():
            raise SystemExit(f"{library} for {platform.key} is missing: build it first")
    stage = output / "tree"
    shutil.rmtree(stage, ignore_errors=True)
    assemble(stage / "addons" / "framewire", libraries)
    target = output / f"framewire-godot-{version()}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(stage.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


def given_library(text: str) -> tuple[Platform, Path]:
    key, _, path = text.partition("=")
    return by_key(key), Path(path)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Makes the zip of a release.")
    parser.add_argument("--library", type=given_library, action="append", metavar="PLATFORM=FILE")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "target" / "godot-package")
    given = parser.parse_args(arguments)
    usual = [(host(), REPOSITORY / "target" / "release" / host().built)]
    target = build(dict(given.library or usual), given.output)
    print(f"{target} ({target.stat().st_size / 2**20:.1f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
