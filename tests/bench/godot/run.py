"""Runs bench.gd in a headless Godot: `run.py MODE PORT [BYTES]` prints `NAME VALUE` lines, or `skip REASON`.

    run.py prepare        fetch the engine if need be, build the extension, make the project; prints `skip REASON` or nothing
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent.parent
sys.path[:0] = [str(TESTS / "godot"), str(TESTS / "peers")]

import engine_root  # noqa: E402
from runner import builds  # noqa: E402
from runner.engine import engine  # noqa: E402
from runner.project import Project  # noqa: E402

PLACE = builds.REPOSITORY / "target" / "bench" / "godot"
CLOCK = "addons/clock/clock.gdextension"
FIGURE = "figure "


def prepare() -> int:
    try:
        engine()
    except engine_root.RootError as error:
        return refuse(str(error))
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--release", "-p", "framewire-godot"]
    subprocess.run([*cargo, "--lib", "--example", "clock"], cwd=builds.REPOSITORY, check=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    project = place()
    project.add_extension(builds.library("release"))
    project.add_extension(builds.library("release").parent / "examples" / "libclock.so", path=CLOCK)
    listed = project.root / ".godot" / "extension_list.cfg"
    listed.write_text(f"res://addons/framewire/framewire.gdextension\nres://{CLOCK}\n")
    for script in HERE.glob("*.gd"):
        project.copy(script)
    return 0


def measure(arguments: list[str]) -> int:
    run = engine().run(place(), "--script", "res://bench.gd", "--", *arguments, seconds=55)
    run.check()
    figures = [line.removeprefix(FIGURE) for line in run.lines if line.startswith(FIGURE)]
    print("\n".join(figures))
    return 0 if figures else 1


def place() -> Project:
    """The project, without the settings that make scripts slower for the sake of tests."""
    project = Project(PLACE)
    project.settings.pop("debug/settings/gdscript/always_track_call_stacks", None)
    project.save()
    return project


def refuse(why: str) -> int:
    """Says that there is no engine here."""
    if os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1":
        print(why, file=sys.stderr)
        return 1
    print("skip", " ".join(why.split()))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(prepare() if sys.argv[1:] == ["prepare"] else measure(sys.argv[1:]))
    except (AssertionError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
