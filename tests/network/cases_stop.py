"""Whole processes that stand still for a while, and computers that sleep."""

import time

from judge import Verdict
from outage import SLACK, back, outlasted, survived
from scene import Scene

SERVER = "10.77.0.2"


def server_pauses(scene: Scene, verdict: Verdict) -> None:
    """The server stands still within the limits."""
    scene.room.cable()
    scene.begin(SERVER)
    processes = scene.server_processes()
    survived(scene, verdict, lambda: scene.stop(*processes), lambda: scene.proceed(*processes), 4.0)


def server_stopped(scene: Scene, verdict: Verdict) -> None:
    """The server stands still for longer than the editor bears."""
    scene.room.cable()
    scene.begin(SERVER)
    processes = scene.server_processes()
    outlasted(scene, verdict, lambda: scene.stop(*processes), lambda: scene.proceed(*processes), 15.0)


def editor_pauses(scene: Scene, verdict: Verdict) -> None:
    """The whole editor stands still within the limits, its link with it."""
    scene.room.cable()
    scene.begin(SERVER)
    process = scene.editor.process.pid
    survived(scene, verdict, lambda: scene.stop(process), lambda: scene.proceed(process), 3.0)


def editor_stopped(scene: Scene, verdict: Verdict) -> None:
    """The whole editor stands still until the server has given it up."""
    scene.room.cable()
    scene.begin(SERVER)
    sleep(scene, verdict, is_unplugged=False, is_restarted=False)


def laptop_sleeps(scene: Scene, verdict: Verdict) -> None:
    """The editor's computer sleeps: no network, no time. The server gives it up, and its farewell never arrives."""
    scene.room.cable()
    scene.begin(SERVER)
    sleep(scene, verdict, is_unplugged=True, is_restarted=False)


def server_restarts_asleep(scene: Scene, verdict: Verdict) -> None:
    """The same, and at its return the server is another one."""
    scene.room.cable()
    scene.begin(SERVER)
    sleep(scene, verdict, is_unplugged=True, is_restarted=True)


def sleep(scene: Scene, verdict: Verdict, is_unplugged: bool, is_restarted: bool) -> None:
    _, before = scene.phase()
    process = scene.editor.process.pid
    scene.stop(process)
    stopped = time.monotonic()
    if is_unplugged:
        scene.room.pull()
    scene.figures.faults += 1
    told = lambda: scene.watch.first(stopped, is_ready=False) is not None
    scene.until(told, "outside it is known that the editor stands still", SLACK)
    scene.until(lambda: scene.editors_connected == 0, "the server gives the editor up", 60.0)
    if is_restarted:
        scene.restart_server()
    if is_unplugged:
        scene.room.plug()
    lies = scene.watch.lies(stopped, time.monotonic())
    verdict.check("P9: nobody was told ready while the editor stood still", not lies, lies[:2])
    scene.proceed(process)
    noticed = scene.until(lambda: scene.phase() != (True, before), "the link learns of it", scene.limits.notice + 30.0)
    scene.figures.noticed = noticed
    back(scene, verdict, before + 1)
