#!/usr/bin/env python3
"""`make godot-shot`: a picture of the editor with the dock, connected and under traffic, without a display.

    shot.py [--size 1600x900] [--scale 1.0] [--theme Default] [--output FILE] [--seconds 20]

Runs the demo in an engine that draws by software on an X server of its own, both in a file system of their own, which
takes the rights to make mounts. The engine's root is fetched with X server and renderer (tests/godot/engine_root.py).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "peers")]

import engine_root  # noqa: E402
from runner.builds import REPOSITORY  # noqa: E402
from runner.engine import SANDBOX, namespaces, why_no_play  # noqa: E402
from runner.server import ServeProcess  # noqa: E402

WORK = REPOSITORY / "target" / "godot-shot"
DEMO = REPOSITORY / "godot" / "demo"

SETTINGS = """\
[gd_resource type="EditorSettings" format=3]

[resource]
interface/editor/display_scale = 7
interface/editor/custom_display_scale = {scale}
interface/editor/update_continuously = true
interface/theme/color_preset = "{theme}"
interface/theme/preset = "{theme}"
"""

# The X server ends with the namespace that both run in.
SCRIPT = """\
Xvfb :77 -screen 0 {size}x24 -nolisten tcp >/dev/null 2>&1 &
while [ ! -e /tmp/.X11-unix/X77 ]; do sleep 0.1; done
exec godot --rendering-driver opengl3 --audio-driver Dummy --path {project} --editor --resolution {size} --position 0,0
"""


def prepare(given: argparse.Namespace) -> tuple[Path, Path]:
    """A copy of the demo with the camera in it, and a home with the editor's settings."""
    project, home = WORK / "framewire-demo", WORK / "home"
    for directory in (project, home):
        shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(DEMO, project)
    shutil.copytree(HERE / "camera", project / "addons" / "camera")
    settings = project / "project.godot"
    both = settings.read_text().replace("tool_demo/plugin.cfg", 'tool_demo/plugin.cfg", "res://addons/camera/plugin.cfg')
    settings.write_text(both)
    written = home / ".config" / "godot" / "editor_settings-4.6.tres"
    written.parent.mkdir(parents=True)
    written.write_text(SETTINGS.format(scale=given.scale, theme=given.theme))
    return project, home


def start(root: Path, project: Path, home: Path, url: str, size: str) -> subprocess.Popen[bytes]:
    script = SCRIPT.format(size=size, project=project)
    inside = [sys.executable, str(SANDBOX), str(root), str(WORK), "--", "/bin/sh", "-c", script]
    environment = {"HOME": str(home), "DISPLAY": ":77", "PATH": "/usr/bin:/bin:/usr/sbin", "FRAMEWIRE_URL": url}
    with (WORK / "editor.log").open("wb") as log:
        return subprocess.Popen([*namespaces(), *inside], env=environment, stdout=log, stderr=subprocess.STDOUT)


def talk(server: ServeProcess, editor: subprocess.Popen[bytes], project: Path, seconds: float) -> None:
    """Traffic for the plot, calls of varying number and size, until the picture has been taken."""
    server.wait("acknowledged", seconds=120)
    take_at = time.monotonic() + seconds
    turn = 0
    while editor.poll() is None and time.monotonic() < take_at + 120:
        if time.monotonic() > take_at:
            (project / "take").touch()
        for _ in range(1 + turn % 23 // 4):
            server.call("hello", {"to": "you", "padding": "x" * (200 * (turn % 37))})
        if turn % 5 == 0:
            server.call("scene_tree")
        turn += 1
        time.sleep(0.05)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Takes a picture of the dock.")
    parser.add_argument("--size", default="1600x900")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--theme", default="Default")
    parser.add_argument("--seconds", type=float, default=32.0)
    parser.add_argument("--output", type=Path, default=WORK / "dock.png")
    given = parser.parse_args(arguments)
    try:
        root = engine_root.root("display")
    except engine_root.RootError as error:
        print(error, file=sys.stderr)
        return 1
    if why := why_no_play():
        print(f"the engine cannot get a file system of its own here: {why}", file=sys.stderr)
        return 1
    project, home = prepare(given)
    server = ServeProcess(WORK / "first")
    editor = start(root, project, home, server.url, given.size)
    try:
        # A server that comes back gives the log something to tell.
        server.wait("acknowledged", seconds=120)
        server.stop()
        server = ServeProcess(WORK / "second", port=server.port)
        talk(server, editor, project, given.seconds)
    finally:
        editor.kill()
        editor.wait()
        server.stop()
    picture = project / "dock.png"
    if not picture.exists():
        print(f"no picture was taken; see {WORK / 'editor.log'}", file=sys.stderr)
        return 1
    if given.output != picture:
        shutil.copy(picture, given.output)
    print(given.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
