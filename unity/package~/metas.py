#!/usr/bin/env python3
"""The `.meta` file of every file and folder of the package: makes those that are missing, and finds strays.

    metas.py           makes what is missing, takes away what is stray
    metas.py --check   changes nothing; ends with 1 if there is anything to do

Without a `.meta` of its own a file of a package is ignored by Unity, which may not write one there. A GUID is made of the
path once, and stays: what refers to a file refers to its GUID.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
NAME = "com.framewire.link"

HEAD = "fileFormatVersion: 2\nguid: {guid}\n"
TAIL = "  externalObjects: {}\n  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
FOLDER = "folderAsset: yes\nDefaultImporter:\n" + TAIL
SCRIPT = (
    "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n  executionOrder: 0\n"
    "  icon: {instanceID: 0}\n  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
)
IMPORTERS = {
    ".asmdef": "AssemblyDefinitionImporter:\n" + TAIL,
    ".cs": SCRIPT,
    ".json": "TextScriptImporter:\n" + TAIL,
    ".md": "TextScriptImporter:\n" + TAIL,
}
MANIFEST = "PackageManifestImporter:\n" + TAIL
GUID = re.compile(r"^guid: ([0-9a-f]{32})$", re.MULTILINE)


def guid(path: str) -> str:
    """The GUID of `path` inside the package."""
    return hashlib.md5(f"{NAME}/{path}".encode(), usedforsecurity=False).hexdigest()


def is_hidden(path: Path) -> bool:
    """Whether Unity does not look at it: a name that begins with a dot or ends with `~`."""
    return any(part.startswith(".") or part.endswith("~") for part in path.parts)


def assets(package: Path) -> list[Path]:
    """All that needs a `.meta`, relative to the package."""
    found = (path.relative_to(package) for path in package.rglob("*") if path.suffix != ".meta")
    return sorted(path for path in found if not is_hidden(path))


def text(package: Path, path: Path) -> str:
    """The `.meta` of a file or folder that needs no settings."""
    head = HEAD.format(guid=guid(path.as_posix()))
    if (package / path).is_dir():
        return head + FOLDER
    if path == Path("package.json"):
        return head + MANIFEST
    return head + IMPORTERS.get(path.suffix, "DefaultImporter:\n" + TAIL)


def beside(package: Path, path: Path) -> Path:
    return package / f"{path}.meta"


def missing(package: Path) -> list[Path]:
    return [path for path in assets(package) if not beside(package, path).is_file()]


def stray(package: Path) -> list[Path]:
    """`.meta` files of nothing, or of what Unity does not look at."""
    found = (path.relative_to(package) for path in package.rglob("*.meta"))
    wanted = {Path(f"{path}.meta") for path in assets(package)}
    return sorted(path for path in found if path not in wanted)


def troubles(package: Path) -> list[str]:
    """What is wrong with the `.meta` files, a line each."""
    found = [f"{path} has no .meta: run unity/package~/metas.py" for path in missing(package)]
    found += [f"{path} belongs to nothing: run unity/package~/metas.py" for path in stray(package)]
    owners: dict[str, Path] = {}
    for path in sorted(package.rglob("*.meta")):
        known = GUID.search(path.read_text(encoding="utf-8"))
        if known is None:
            found.append(f"{path.relative_to(package)} names no GUID")
        elif known[1] in owners:
            found.append(f"{path.relative_to(package)} has the GUID of {owners[known[1]]}")
        else:
            owners[known[1]] = path.relative_to(package)
    return found


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        found = troubles(PACKAGE)
        print("\n".join(found), end="\n" if found else "", file=sys.stderr)
        return 1 if found else 0
    for path in missing(PACKAGE):
        beside(PACKAGE, path).write_text(text(PACKAGE, path), encoding="utf-8")
    for path in stray(PACKAGE):
        (PACKAGE / path).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
