#!/usr/bin/env python3
"""Makes what Unity users install: an npm-form archive, and beside it the tree of the `upm` branch.

    pack.py [--library PLATFORM=FILE]... [--output DIRECTORY]

--library   a library and what it was built for, as linux-x86_64=target/release/libframewire.so; default: the release
            build of this machine
--output    where they go; default target/unity-package
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from metas import FOLDER, HEAD, PACKAGE, beside, guid, troubles
from plugins import Platform, by_key, host

REPOSITORY = PACKAGE.parent
# Hidden from Unity, and wanted by its package manager.
HIDDEN = ("Documentation~", "Samples~")


def build(libraries: dict[Platform, Path], output: Path) -> Path:
    """Makes the tree `upm` and the archive of it."""
    wrong = troubles(PACKAGE)
    if wrong:
        raise SystemExit("\n".join(wrong))
    tree = output / "upm"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PACKAGE, tree, ignore=ignored)
    for platform, library in libraries.items():
        if not library.is_file():
            raise SystemExit(f"{library} for {platform.key} is missing: build it first")
        target = tree / platform.shipped
        target.parent.mkdir(parents=True)
        shutil.copy(library, target)
        beside(tree, Path(platform.shipped)).write_text(platform.meta, encoding="utf-8")
        for folder in Path(platform.shipped).parents[:2]:
            beside(tree, folder).write_text(HEAD.format(guid=guid(folder.as_posix())) + FOLDER, encoding="utf-8")
    manifest = json.loads((tree / "package.json").read_text(encoding="utf-8"))
    archive = output / f"{manifest['name']}-{manifest['version']}.tgz"
    compress(tree, archive)
    return archive


def ignored(directory: str, names: list[str]) -> set[str]:
    return {name for name in names if (name.endswith("~") and name not in HIDDEN) or name.startswith(".")}


def compress(tree: Path, archive: Path) -> None:
    """As `npm pack` does it: everything below `package/`. The same files make the same archive."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as packed,
    ):
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                entry = tarfile.TarInfo(f"package/{path.relative_to(tree).as_posix()}")
                content = path.read_bytes()
                entry.size, entry.mode = len(content), 0o644
                packed.addfile(entry, BytesIO(content))


def given_library(text: str) -> tuple[Platform, Path]:
    key, _, path = text.partition("=")
    return by_key(key), Path(path)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Makes the archive and the tree of the Unity package.")
    parser.add_argument("--library", type=given_library, action="append", metavar="PLATFORM=FILE")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "target" / "unity-package")
    given = parser.parse_args(arguments)
    usual = [(host(), REPOSITORY / "target" / "release" / host().built)]
    given.output.mkdir(parents=True, exist_ok=True)
    archive = build(dict(given.library or usual), given.output)
    print(f"{archive} ({archive.stat().st_size / 2**20:.1f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
