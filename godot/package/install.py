#!/usr/bin/env python3
"""Puts the addon with a built library into a project.

    install.py [--library FILE] [--release] [--reloadable] [PROJECT]

PROJECT       the project; default: the demo
--library     the library, built for this machine; default: the debug build
--release     the release build instead
--reloadable  let a running editor load a library that is built anew
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crates import REPOSITORY
from platforms import host
from tree import assemble


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Puts the addon with a built library into a project.")
    parser.add_argument("project", type=Path, nargs="?", default=REPOSITORY / "godot" / "demo")
    parser.add_argument("--library", type=Path)
    parser.add_argument("--release", action="store_true")
    parser.add_argument("--reloadable", action="store_true")
    given = parser.parse_args(arguments)
    profile = "release" if given.release else "debug"
    library = given.library or REPOSITORY / "target" / profile / host().built
    if not library.exists():
        print(f"{library} is missing: run `cargo build -p framewire-godot`", file=sys.stderr)
        return 1
    addon = given.project / "addons" / "framewire"
    assemble(addon, {host(): library}, given.reloadable)
    print(f"the addon lies in {addon}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
