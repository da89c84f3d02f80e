"""The course that most scenes have: something is taken away and comes back, and the link is to cope with it."""

import time
from typing import Callable

from judge import Verdict
from scene import Scene

# What a busy machine may add to a bound. Only failures take so long.
SLACK = 30.0
# Commands that must be answered well once all is in order again.
PROBE = 20


def survived(scene: Scene, verdict: Verdict, begin: Callable[[], None], end: Callable[[], None], seconds: float) -> None:
    """Within the limits of both sides: the connection stays, and nothing is lost."""
    _, before = scene.phase()
    begin()
    scene.figures.faults += 1
    scene.flow(seconds)
    end()
    scene.settle(PROBE)
    verdict.check("the connection stayed", scene.phase() == (True, before), scene.closes())


def outlasted(scene: Scene, verdict: Verdict, begin: Callable[[], None], end: Callable[[], None], seconds: float) -> None:
    """Beyond the limits: the link notices in time, says so outside, and is back by itself."""
    _, before = scene.phase()
    cut = time.monotonic()
    begin()
    scene.figures.faults += 1
    noticed = scene.until(lambda: not scene.is_active(), "the link notices its loss", scene.limits.notice + SLACK)
    scene.figures.noticed = max(scene.figures.noticed, noticed)
    away = lambda: scene.watch.first(cut, is_ready=False) is not None
    scene.until(away, "the state file says that the editor is not ready", SLACK)
    scene.flow(cut + seconds - time.monotonic())
    restored = time.monotonic()
    end()
    back(scene, verdict, before + 1)
    lies = scene.watch.lies(cut, restored)
    verdict.check("P9: nobody was told ready while the server was away", not lies, lies[:2])


def back(scene: Scene, verdict: Verdict, connections: int) -> None:
    """The link comes back by itself within its bound, is of use, and says so outside."""
    took = scene.await_active(scene.limits.redial + SLACK)
    scene.figures.back = max(scene.figures.back, took)
    scene.settle(PROBE)
    verdict.check("there was another connection", scene.phase()[1] >= connections, scene.phase())
    since = time.monotonic()
    ready = lambda: scene.watch.first(since, is_ready=True) is not None
    scene.until(ready, "the state file says ready again", SLACK)
