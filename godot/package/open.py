#!/usr/bin/env python3
"""Opens a project in the editor.

    open.py PROJECT [ARGUMENTS]

The engine is $GODOT, else `godot` or `godot4` of the PATH, else the one that the tests fetch, where there is a display
for it.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from crates import REPOSITORY

ADVICE = "set GODOT to a Godot 4.3 or newer, or put `godot` on the PATH"


def editor() -> tuple[list[str], dict[str, str]]:
    """The command that starts the engine, and what its environment needs beside ours."""
    if given := os.environ.get("GODOT"):
        return [given], {}
    for name in ("godot", "godot4"):
        if found := shutil.which(name):
            return [found], {}
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise SystemExit(f"there is no Godot here, and no display to open the tests' own on: {ADVICE}")
    return fetched()


def fetched() -> tuple[list[str], dict[str, str]]:
    """The engine of the tests, run by its own loader with its own libraries."""
    sys.path.insert(0, str(REPOSITORY / "tests" / "godot"))
    import engine_root

    try:
        root = engine_root.root("display")
    except engine_root.RootError as error:
        raise SystemExit(f"{error}\nor {ADVICE}") from error
    libraries = root / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    loader = next(iter(sorted(libraries.glob("ld-linux*.so.*"))), libraries / "ld-linux.so")
    searched = f"{libraries}:{libraries / 'pulseaudio'}:{root / 'usr' / 'lib'}"
    command = [str(loader), "--library-path", searched, str(root / "usr" / "bin" / "godot")]
    # A played scene does not start like this: the engine takes the loader for itself.
    return [*command, "--rendering-driver", "opengl3"], {"LIBGL_DRIVERS_PATH": str(libraries / "dri")}


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    project, *more = arguments
    command, environment = editor()
    whole = [*command, "--path", str(Path(project).resolve()), "--editor", *more]
    return subprocess.run(whole, env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
