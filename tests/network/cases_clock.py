"""Clocks that differ and clocks that are set: only the monotonic one counts, and its zero is nobody's business."""

import time
from pathlib import Path

from judge import Verdict
from outage import PROBE, outlasted
from scene import Scene

SERVER = "10.77.0.2"
FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"
PATIENCE = 30.0
# Back a day, on ten years, to this moment again.
STEPS = ("-86400", "+315360000", "+0")


def faketime() -> Path | None:
    """The library that stands between a program and its clock, where it is installed."""
    return next(Path("/").glob(FAKETIME.lstrip("/")), None)


def wall_clock(scene: Scene, verdict: Verdict) -> None:
    """The wall clock is set while the link is busy, and while it is away."""
    scene.room.cable()
    offset = scene.place / "offset"
    offset.write_text("+0\n")
    scene.environment = {
        "LD_PRELOAD": str(faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    scene.begin(SERVER)
    _, before = scene.phase()
    for number, step in enumerate(STEPS):
        offset.write_text(f"{step}\n")
        scene.figures.faults += 1
        # The record is written at a change and shows what the editor takes the time for: the proof that the clock is set.
        scene.editor.say(f"readiness {'importing' if number % 2 == 0 else 'playing'}")
        told = lambda: scene.watch.skew(scene.state_file)
        expected = float(step)
        scene.until(lambda: abs(told() - expected) < 3600.0, f"the editor's clock is off by {step} s", PATIENCE)
        scene.flow(4.0)
        scene.settle(PROBE)
    scene.editor.say("readiness ready")
    verdict.check("no step cost the connection", scene.phase() == (True, before), scene.closes())

    def pull() -> None:
        scene.room.pull()
        offset.write_text("-86400\n")

    # Waits between dials, too, are counted by the other clock.
    outlasted(scene, verdict, pull, scene.room.plug, 12.0)


def time_namespace(scene: Scene, verdict: Verdict) -> None:
    """The editor's monotonic and boot clocks are ten years ahead of those of everybody else."""
    scene.room.cable()
    ahead = "315360000"
    scene.editor_prefix = ["unshare", "--time", "--fork", "--kill-child", "--monotonic", ahead, "--boottime", ahead]
    scene.begin(SERVER)
    began = time.monotonic()
    ready = lambda: scene.watch.first(began, is_ready=True) is not None
    scene.until(ready, "readers outside take the record for that of a living editor", PATIENCE)
    outlasted(scene, verdict, scene.room.pull, scene.room.plug, 12.0)

