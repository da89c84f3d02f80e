"""Puts the addon together: scripts and icons from the repository, libraries from where they were built."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import gdextension
from crates import REPOSITORY
from platforms import Platform

ADDON = REPOSITORY / "godot" / "addons" / "framewire"

# What a user needs at hand beside the addon's own files.
DOCUMENTS = {
    "LICENSE-MIT": REPOSITORY / "LICENSE-MIT",
    "LICENSE-APACHE": REPOSITORY / "LICENSE-APACHE",
    "README.md": REPOSITORY / "godot" / "README.md",
}
# What an editor leaves beside the files of a project, but for the ids of scripts, and what may lie about from a build.
LITTER = ("*.import", "*.gdextension", "bin", "__pycache__", "*.py")


def assemble(addon: Path, libraries: Mapping[Platform, Path], reloadable: bool = False) -> None:
    """Makes `addon` the whole addon with these libraries. Files of an earlier one that are gone, go; what an editor
    has put beside the others stays. A library is put into place by a rename, as a running editor may have the old one
    open."""
    addon.mkdir(parents=True, exist_ok=True)
    fresh = addon.with_name(f".{addon.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(ADDON, fresh, ignore=shutil.ignore_patterns(*LITTER))
    for name, source in DOCUMENTS.items():
        shutil.copy(source, fresh / name)
    for platform, source in libraries.items():
        target = fresh / platform.shipped
        target.parent.mkdir(exist_ok=True)
        shutil.copy(source, target)
    gdextension.write(fresh, reloadable)
    replace(addon, fresh)


def replace(old: Path, fresh: Path) -> None:
    """Moves each file of `fresh` over that of `old`, and takes out what is not in it."""
    wanted = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for path in [path for path in old.rglob("*") if path.is_file()]:
        name = path.relative_to(old)
        owner = name.with_suffix("") if name.suffix in (".uid", ".import") else name
        if name not in wanted and owner not in wanted:
            path.unlink()
    for name in sorted(wanted):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).replace(old / name)
    shutil.rmtree(fresh)


def version() -> str:
    """The version of the addon, which plugin.cfg tells the editor."""
    found = re.search(r'^version="(.+)"$', (ADDON / "plugin.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{ADDON / 'plugin.cfg'} names no version")
    return found[1]
